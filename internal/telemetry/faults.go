package telemetry

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

// Bounds of what is remembered of errors: so many different ones, and of each the last requests.
const (
	faultsKept   = 200
	requestsKept = 5
)

// Faults remembers the errors that were logged since the start of the process, like ones together, so that one sees which there are and how
// often; the log has the rest.
type Faults struct {
	mu   sync.Mutex
	seen map[faultKey]*Seen
}

// faultKey keeps organisations apart: what one did is nothing that another sees.
type faultKey struct {
	tenant id.Tenant
	print  string
}

// Seen is an error that was logged, once or more.
type Seen struct {
	Print    string // names errors that are alike, the same on every node and in every release: 8 signs
	What     string // the line's message, and what it is about: "job failed mail.send"
	Why      string // the cause, with # for what is different each time
	Count    int64
	First    time.Time
	Last     time.Time
	Requests []string // the ids of the last, newest first
}

// Watching gives a handler that remembers the errors which pass it.
func (f *Faults) Watching(h slog.Handler) slog.Handler { return watching{h, f} }

// Of gives what an organisation's own requests and work ran into, and what belongs to nobody; the last first.
func (f *Faults) Of(tenant id.Tenant) []Seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Seen
	for k, s := range f.seen {
		if k.tenant == tenant || k.tenant.IsZero() {
			one := *s
			one.Requests = slices.Clone(s.Requests)
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b Seen) int { return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Print, b.Print)) })
	return out
}

// watching passes lines on and remembers errors.
type watching struct {
	slog.Handler
	f *Faults
}

// Handle remembers an error.
func (w watching) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		w.f.note(ctx, r)
	}
	return w.Handler.Handle(ctx, r)
}

// WithAttrs keeps attributes for every line.
func (w watching) WithAttrs(attrs []slog.Attr) slog.Handler {
	return watching{w.Handler.WithAttrs(attrs), w.f}
}

// WithGroup opens a group.
func (w watching) WithGroup(name string) slog.Handler {
	return watching{w.Handler.WithGroup(name), w.f}
}

// different is what two errors that are alike may differ in: ids, numbers, what stands in quotes.
var different = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|"[^"]*"|'[^']*'|[0-9]+`)

func (f *Faults) note(ctx context.Context, r slog.Record) {
	what, why := r.Message, ""
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "job", "code":
			what += " " + a.Value.String()
		case "err", "panic":
			why = different.ReplaceAllString(a.Value.Resolve().String(), "#")
			if text := []rune(why); len(text) > 200 {
				why = string(text[:200]) + "…"
			}
		}
		return true
	})
	sum := sha256.Sum256([]byte(what + "\x00" + why))
	key := faultKey{actor.From(ctx).Tenant(), hex.EncodeToString(sum[:4])}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.seen[key]
	if s == nil {
		s = &Seen{Print: key.print, What: what, Why: why, First: r.Time}
		f.keep(key, s)
	}
	s.Count++
	s.Last = r.Time
	if request := RequestID(ctx); request != "" && !slices.Contains(s.Requests, request) {
		s.Requests = append([]string{request}, s.Requests[:min(len(s.Requests), requestsKept-1)]...)
	}
}

// keep forgets the one that was seen longest ago when there are too many.
func (f *Faults) keep(key faultKey, s *Seen) {
	if f.seen == nil {
		f.seen = map[faultKey]*Seen{}
	}
	if len(f.seen) >= faultsKept {
		var oldest faultKey
		for k, x := range f.seen {
			if o := f.seen[oldest]; o == nil || x.Last.Before(o.Last) {
				oldest = k
			}
		}
		delete(f.seen, oldest)
	}
	f.seen[key] = s
}
