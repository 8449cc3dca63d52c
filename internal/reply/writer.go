package reply

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
)

// Config is what error pages need to know of the rest of the product.
type Config struct {
	Stylesheet string // its address, with the hash of its content in the name
	Sprite     string // the address of the icons
	Home       string // where "Go to Today" leads; "" = "/"
	SignIn     string // where a page that nobody may see sends a visitor, with next=; "" = a page of status 401 instead
	Log        *slog.Logger
	Now        clock.Now
}

// Writer answers with faults.
type Writer struct {
	c    Config
	made atomic.Pointer[away] // the last page of what is not available
}

// New makes a Writer.
func New(c Config) *Writer {
	if c.Home == "" {
		c.Home = "/"
	}
	return &Writer{c: c}
}

// Error logs the cause of an error once and answers with it: problem+json under /api and /graphql and for clients that ask for
// JSON, otherwise a page; a visitor who opens a page that needs a sign-in is sent to it. Nothing may have been written before.
func (x *Writer) Error(w http.ResponseWriter, r *http.Request, err error) {
	x.Log(r.Context(), err)
	x.Write(w, r, err)
}

// Write answers as Error does and logs nothing, for an error that was logged already.
func (x *Writer) Write(w http.ResponseWriter, r *http.Request, err error) {
	o := understand(r.Context(), err)
	for k, v := range o.header {
		w.Header()[k] = v
	}
	switch {
	case o.status == gone:
		w.WriteHeader(gone) // for the access log
	case !wantsPage(r):
		WriteProblem(w, describe(r.Context(), o))
	case o.status == http.StatusUnauthorized && r.Header.Get("Accept") == "text/event-stream":
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent) // a browser's stream would take the page of signing in for its answer; by this it does not come again
	case o.status == http.StatusUnauthorized && x.c.SignIn != "" && r.Method == http.MethodGet:
		x.toSignIn(w, r)
	default:
		x.page(w, r, o)
	}
}

// Log writes the cause of an error to the log, where there is one that somebody should know: our defects as errors, what is away
// or full as warnings, what somebody was kept from as a refusal, and any other fault of theirs only if it has a cause.
func (x *Writer) Log(ctx context.Context, err error) {
	o := understand(ctx, err)
	level, message := slog.LevelInfo, "fault"
	switch {
	case o.status == gone:
		level = slog.LevelDebug
	case o.status == http.StatusInternalServerError:
		level = slog.LevelError
	case o.status > http.StatusInternalServerError:
		level = slog.LevelWarn
	case keptOut(o.status):
		message = "refused"
	case o.fault.Unwrap() == nil:
		return
	}
	x.c.Log.Log(ctx, level, message, "code", o.code, "err", err.Error())
}

// keptOut says that somebody was not let in, not let do it, or not let do it so often: docs/security/logging.md.
func keptOut(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusTooManyRequests:
		return true
	}
	return false
}

// toSignIn sends a visitor to the sign-in page, and back here afterwards. htmx follows its own header, whatever the status.
func (x *Writer) toSignIn(w http.ResponseWriter, r *http.Request) {
	to := x.signIn(r)
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("Hx-Request") == "true" {
		w.Header().Set("Hx-Redirect", x.c.SignIn) // the fragment's own address is no place to come back to
		head(w, http.StatusUnauthorized, 0)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (x *Writer) signIn(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return x.c.SignIn
	}
	return x.c.SignIn + "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// wantsPage says that a person in a browser asks, not a program.
func wantsPage(r *http.Request) bool {
	if IsAPI(r.URL.Path) {
		return false
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	html := max(weight(accept, "text/html"), weight(accept, "application/xhtml+xml"))
	json := max(weight(accept, "application/json"), weight(accept, "application/problem+json"))
	return html >= json
}

// weight is how much an Accept header wants a type that it names; wildcards say nothing, and a page is the default.
func weight(accept, kind string) float64 {
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), kind) {
			continue
		}
		_, q, found := strings.Cut(params, "q=")
		if !found {
			return 1
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		if err != nil {
			return 0
		}
		return n
	}
	return 0
}

// fields is the list of faults that a page shows; those of a refusal of permission say nothing to people beyond the message.
func fields(f *fault.Fault) []fault.Field {
	if f.Kind == fault.Forbidden || f.Kind == fault.Internal {
		return nil
	}
	return f.Fields
}
