package reply

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

// Problem is the body of every answer of an API that is not a success (RFC 9457).
type Problem struct {
	Type       string        `json:"type"`                 // where the kind of problem is explained
	Title      string        `json:"title"`                // the same for every problem of the type
	Status     int           `json:"status"`               // the answer's status
	Code       string        `json:"code"`                 // a stable word for programs: "conflict"
	Detail     string        `json:"detail"`               // what went wrong this time, for people
	RequestID  string        `json:"request_id"`           // leads to what happened in logs and journal
	Errors     []fault.Field `json:"errors,omitzero"`      // every fault of the input, each at its field
	RetryAfter int           `json:"retry_after,omitzero"` // seconds
	Current    any           `json:"current,omitzero"`     // the record as it is now, when the sender's version was stale
}

// ProblemOf describes an error to a program. The cause of an internal fault stays inside.
func ProblemOf(ctx context.Context, err error) Problem {
	return describe(ctx, understand(ctx, err))
}

func describe(ctx context.Context, o outcome) Problem {
	p := Problem{
		Type: problemsPath + "#" + o.code, Title: textFor(o.code, o.status).Title, Status: o.status, Code: o.code,
		Detail: o.fault.Message, RequestID: telemetry.RequestID(ctx),
		Errors: o.fault.Fields, RetryAfter: seconds(o.fault.RetryAfter), Current: o.fault.Current,
	}
	if o.status == http.StatusInternalServerError {
		p.Errors, p.Current = nil, nil
	}
	return p
}

// WriteProblem answers with a problem, its Retry-After and, for 401, how to authenticate.
func WriteProblem(w http.ResponseWriter, p Problem) {
	body, err := json.Marshal(p)
	if err != nil { // a Current that does not encode must not cost the answer
		p.Current = nil
		body, _ = json.Marshal(p) // texts and numbers always encode
	}
	head(w, p.Status, p.RetryAfter)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that left is nobody's fault
}

// head makes the headers those of an error: what a handler had prepared for its success does not hold any more.
func head(w http.ResponseWriter, status, retryAfter int) {
	h := w.Header()
	for _, k := range [...]string{"Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Location"} {
		h.Del(k)
	}
	h.Set("Cache-Control", "no-store")
	if retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="IntelliWiz"`)
	}
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// TooLarge is the fault of a body over a limit of bytes.
func TooLarge(limit int64) *fault.Fault {
	if limit >= 1<<20 {
		return fault.Of(fault.TooLarge, "This is larger than the "+strconv.FormatInt(limit>>20, 10)+" MiB that are taken here.")
	}
	return fault.Of(fault.TooLarge, "This is larger than the "+strconv.FormatInt(max(limit>>10, 1), 10)+" KiB that are taken here.")
}
