package httpd

import (
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"intelliwiz/internal/telemetry"
)

// statements is the private listener's table of what statements have cost since the start, the greatest total first.
func (s *Server) statements(w http.ResponseWriter, _ *http.Request) {
	uses := s.c.Metrics.Statements()
	var whole time.Duration
	for _, u := range uses {
		whole += u.Total
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(out, "total\tpart\truns\tmean\t19 of 20\trows\tfailed\t  statement") // a client that has left is nobody to tell
	for _, u := range uses {
		_, _ = fmt.Fprintf(out, "%s\t%.1f%%\t%d\t%s\t%s\t%d\t%d\t  %s\n", // the same
			u.Total.Round(time.Millisecond), 100*u.Total.Seconds()/max(whole.Seconds(), 1e-9), u.Count, u.Mean().Round(10*time.Microsecond), most(u), u.Rows, u.Failed, u.Name)
	}
	_ = out.Flush() // the same
}

func most(u telemetry.Use) string {
	bound, over := u.Times.Within()
	if over {
		return "> " + bound.String()
	}
	return "< " + bound.String()
}
