package rest

import (
	"context"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/reply"
)

// flowing is an answer that is no JSON and flows out as it is made. A fault before its first byte is answered as every other; a fault after
// it cuts the answer off, so that half of it is not taken for the whole.
type flowing struct {
	name  string // of the file that it is to be kept in
	media string
	write func(ctx context.Context, w io.Writer) error
}

// flow answers with what flows.
func (x *call) flow(ctx context.Context, f *flowing) error {
	x.done = true
	h := x.w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	h.Set("Cache-Control", "no-store")
	return f.write(ctx, x.w)
}

// sent is the body of an operation that takes no JSON, as it comes in.
func sent(ctx context.Context) io.Reader { return of(ctx).BodyReader() }

// takes refuses a body of another type than those that are read.
func takes(types []string, r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(types, kind) {
		return reply.NoType(strings.Join(types, ", "))
	}
	return nil
}

// plain describes a body or an answer of some types that is no JSON.
func plain(types []string) map[string]*huma.MediaType {
	out := map[string]*huma.MediaType{}
	for _, t := range types {
		out[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return out
}
