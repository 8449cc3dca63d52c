package reply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"intelliwiz/internal/fault"
)

var errSecret = errors.New("dial tcp 10.1.2.3:5432: password canary")

func waiting(k fault.Kind, d time.Duration) error {
	f := fault.Of(k, "Wait.").Because(errSecret)
	f.RetryAfter = d
	return f
}

func everyStatus() map[int]error {
	return map[int]error{
		400: fault.Of(fault.Malformed, "Bad bytes.").Because(errSecret), 401: fault.Anonymous(), 403: fault.Denied("site.update"), 404: fault.Missing("site"),
		405: NoMethod("GET, HEAD"), 409: fault.Stale("site", map[string]any{"version": 7}), 413: TooLarge(64 << 10), 415: NoType("application/json"), 421: NoHost(),
		422: (&fault.Fault{Kind: fault.Invalid, Message: "Check.", Fields: []fault.Field{{Path: "code", Code: "taken", Message: "The code <b> is taken."}}}),
		429: waiting(fault.TooMany, 1200*time.Millisecond), 500: fmt.Errorf("list sites: %w", errSecret), 503: waiting(fault.Unavailable, 2*time.Second),
		507: fault.Of(fault.Full, "Full.").Because(errSecret),
	}
}

func TestErrorsOfTheTransport(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want int
	}{
		"the client left":           {gone, fmt.Errorf("read: %w", context.Canceled), 499},
		"cancelled by us":           {t.Context(), context.Canceled, 500},
		"time ran out":              {t.Context(), fmt.Errorf("query: %w", context.DeadlineExceeded), 503},
		"body over the limit":       {t.Context(), fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 10}), 413},
		"a body that never came":    {t.Context(), fmt.Errorf("read: %w", os.ErrDeadlineExceeded), 400},
		"a fault with such a cause": {t.Context(), fault.Of(fault.Unavailable, "x").Because(context.DeadlineExceeded), 503},
	} {
		if got := understand(c.ctx, c.err).status; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	newWriter(&bytes.Buffer{}, "").Error(w, request("GET", "/", browser).WithContext(gone), context.Canceled)
	if w.Code != 499 || w.Body.Len() != 0 {
		t.Errorf("the client left: %d %q", w.Code, w.Body)
	}
}
