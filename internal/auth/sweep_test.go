package auth_test

import (
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestSweepRemovesWhatIsOver(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		w.SignIn(w.Staff[org.Guard])
		other.SignIn(other.Staff[org.Guard])
		for _, life := range []time.Duration{time.Hour, 48 * time.Hour} {
			if _, _, err := w.Auth.IssueToken(t.Context(), w.System, w.Staff[org.Guard].ID, auth.TokenInput{Name: "t", Expires: w.Clock.Now().Add(life)}); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Advance(13 * time.Hour)
		alive := w.SignIn(w.Staff[org.Viewer])
		w.Start()
		testworld.Eventually(t, "a sweep", func() bool {
			return w.Text("select (select count(*) from sessions) || ' ' || (select count(*) from api_tokens)") == "1 1"
		})
		if got := state(w, alive); got != "" {
			t.Errorf("the live one: %q", got)
		}
	})
}
