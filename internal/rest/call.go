package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/reply"
)

// adapter keeps the handlers that huma makes; httpd's mux finds the way to them.
type adapter map[string]handled

type handled struct {
	op  *huma.Operation
	run func(huma.Context)
}

// Handle keeps a handler.
func (a adapter) Handle(op *huma.Operation, run func(huma.Context)) {
	a[op.OperationID] = handled{op, run}
}

// ServeHTTP is what huma's interface asks for; nothing is served past the routes.
func (a adapter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
}

// serve makes the handler of a route: what comes in is held against the document, then huma decodes it and calls the use case. A
// fault is returned, so that it leaves as every other does.
func (a *api) serve(o Operation, g gate, h handled) reply.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		asked := a.conditional(o, r)
		if asked != nil && asked.still(w) {
			return nil
		}
		body, err := g.pass(r)
		if err != nil {
			return err
		}
		if body != nil {
			r = r.WithContext(r.Context()) // a copy
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		x := &call{inner: humago.NewContext(h.op, r, w), w: w, asked: asked}
		h.run(x)
		return x.fault
	}
}

// call is a request and its answer as huma sees them. Once there is a fault nothing more is written: the fault is the answer. The same
// holds once an answer was written here.
type call struct {
	inner
	w     http.ResponseWriter
	asked *conditional // nil: the answer has no tag
	fault error
	done  bool
}

// inner has a name that leaves the method Context free.
type inner huma.Context

type callKey struct{}

func of(ctx context.Context) *call {
	x, _ := ctx.Value(callKey{}).(*call)
	return x
}

func (x *call) fail(err error) { x.fault = wired(err) }

// bodies are the buffers of answers.
//
//nolint:gochecknoglobals // a pool is for the process
var bodies = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// maxKept bounds the buffers that are kept, in bytes.
const maxKept = 1 << 20

// write answers with what is encoded here.
func (x *call) write(v encoded) error {
	buffer, _ := bodies.Get().(*[]byte) // the pool has nothing else
	body, err := v.append((*buffer)[:0])
	if err != nil {
		return fault.As(fmt.Errorf("encode an answer: %w", err))
	}
	defer func() {
		if cap(body) <= maxKept {
			*buffer = body
			bodies.Put(buffer)
		}
	}()
	x.done = true
	if x.asked != nil && x.asked.holds(x.w, body) {
		return nil
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if at := v.at(); at != "" {
		h.Set("Location", at)
	}
	x.w.WriteHeader(max(x.inner.Operation().DefaultStatus, http.StatusOK))
	_, _ = x.w.Write(body) // a client that left is nobody's fault
	return nil
}

// Context gives the request's context, with the call in it.
func (x *call) Context() context.Context {
	return context.WithValue(x.inner.Context(), callKey{}, x)
}

// SetReadDeadline does nothing: time is httpd's matter.
func (x *call) SetReadDeadline(time.Time) error { return nil }

// SetStatus writes the head of the answer.
func (x *call) SetStatus(status int) {
	if x.fault == nil && !x.done {
		x.inner.SetStatus(status)
	}
}

// SetHeader sets a header of the answer.
func (x *call) SetHeader(name, value string) {
	if x.fault == nil && !x.done {
		x.inner.SetHeader(name, value)
	}
}

// BodyWriter is where the answer goes.
func (x *call) BodyWriter() io.Writer {
	if x.fault != nil || x.done {
		return io.Discard
	}
	return x.inner.BodyWriter()
}

// caught is a transformer of huma: an error that huma itself has found becomes the call's fault. The gate has named everything
// before, so that none is expected; should there be one, it must not repeat what was sent.
func caught(ctx huma.Context, _ string, v any) (any, error) {
	x, ok := ctx.(*call)
	model, isError := v.(*huma.ErrorModel)
	if !ok || !isError || x.fault != nil {
		return v, nil //nolint:nilerr // the fault is kept already
	}
	kind := fault.Invalid
	if model.Status >= http.StatusInternalServerError {
		kind = fault.Internal
	}
	f := fault.Of(kind, "This does not have the form that is read here.")
	for _, e := range model.Errors {
		f.Fields = append(f.Fields, fault.Field{Path: e.Location, Code: "form", Message: "This does not have the form that is read here."})
	}
	x.fault = f
	return v, nil
}
