package reply

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"intelliwiz/internal/fault"
)

// Refusal is an error of the transport itself, for which the domains have no kind: a wrong method, a type of content that is not
// read here, a host that is not ours.
type Refusal struct {
	Status  int           // 405, 415, 421...
	Code    string        // a stable word for programs
	Message string        // a sentence for people
	Header  http.Header   // added to the answer: Allow, Accept-Post
	Wait    time.Duration // until another try makes sense; 0 = unknown
}

// Error gives the code and the message.
func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// NoMethod refuses a method; allow lists those that the address takes, as the Allow header has them.
func NoMethod(allow string) *Refusal {
	return &Refusal{http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take that kind of request.", http.Header{"Allow": {allow}}, 0}
}

// NoType refuses a type of content; accepted lists those that are read here.
func NoType(accepted string) *Refusal {
	return &Refusal{http.StatusUnsupportedMediaType, "unsupported_media_type", "Send this as " + accepted + ".", http.Header{"Accept-Post": {accepted}}, 0}
}

// NoHost refuses a request for a host that is not ours.
func NoHost() *Refusal {
	return &Refusal{http.StatusMisdirectedRequest, "unknown_host", "This address is not served here.", nil, 0}
}

// PlainHTTP refuses a program that asks without TLS: it is not sent on to https, or nobody would notice that its token goes out in the open.
func PlainHTTP() *Refusal {
	return &Refusal{http.StatusForbidden, "plain_http", "The API is served over https only. What was sent was readable on its way: make a new token.", nil, 0}
}

// ReadOnly refuses a change while the installation is read-only; reason is the operator's, "" = none to tell.
func ReadOnly(reason string) *Refusal {
	text := "Nothing can be changed just now, and nothing was. Everything can still be read."
	if reason != "" {
		text += " The people who run this installation say why: " + reason
	}
	return &Refusal{http.StatusServiceUnavailable, "read_only", text, nil, 30 * time.Second}
}

// Stopped refuses who may not come in while an incident is looked into, in the given words.
func Stopped(words string) *Refusal {
	return &Refusal{http.StatusForbidden, "access_stopped", words, nil, 0}
}

// gone is the status in logs and metrics of a request whose client left before the answer (nginx's convention); nobody reads it.
const gone = 499

// Status is the number of a kind of fault.
func Status(k fault.Kind) int {
	switch k {
	case fault.Malformed:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Full:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// outcome is an error, understood.
type outcome struct {
	status int
	code   string
	fault  *fault.Fault
	header http.Header
}

// understand finds out what an error means. What no one named is Internal; time that ran out is Unavailable; a client that left is gone.
func understand(ctx context.Context, err error) outcome {
	if r, ok := errors.AsType[*Refusal](err); ok {
		f := fault.Of(fault.Malformed, r.Message)
		f.RetryAfter = r.Wait
		return outcome{r.Status, r.Code, f, r.Header}
	}
	if _, known := errors.AsType[*fault.Fault](err); !known {
		err = named(err)
	}
	f := fault.As(err)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return outcome{gone, "client_gone", f, nil}
	}
	return outcome{Status(f.Kind), string(cmp.Or(f.Kind, fault.Internal)), f, nil}
}

func named(err error) error {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return TooLarge(large.Limit).Because(err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) { // of the connection, while its body was read
		return fault.Of(fault.Malformed, "The request did not arrive in time. Send it again.").Because(err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		f := fault.Of(fault.Unavailable, "This took too long and was given up. Nothing was changed.").Because(err)
		f.RetryAfter = 2 * time.Second
		return f
	}
	return err
}
