package httpd

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// spent is what statements took for a request.
type spent struct{ statements, took atomic.Int64 }

// Spent notes that a statement ran for the request of a context, and how long. Elsewhere it does nothing.
func Spent(ctx context.Context, took time.Duration) {
	if x, _ := ctx.Value(exchangeKey{}).(*exchange); x != nil {
		x.spent.statements.Add(1)
		x.spent.took.Add(int64(took))
	}
}

// timing is the value of Server-Timing, which browsers show beside a request: until the answer begins, and of that in the database.
func (x *exchange) timing(took time.Duration) string {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf(`app;dur=%.1f, db;dur=%.1f;desc="%d statements"`, ms(took), ms(time.Duration(x.spent.took.Load())), x.spent.statements.Load())
}
