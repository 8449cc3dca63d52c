package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"intelliwiz/internal/db"
)

// measure is what was found about one promise of the working day.
type measure struct {
	name, found, limit string
	held               bool
}

// scale is one thing that is measured; each leaves its rows to the next.
type scale struct {
	name string
	run  func(w *scaled, ctx context.Context) (measure, error)
}

var scales = []scale{
	{"start", (*scaled).starts}, {collectorName, (*scaled).collect}, {"plans, 48 hours ahead", (*scaled).generate}, {"planning views", (*scaled).look}, {"deadlines, three nodes, two killed", (*scaled).miss},
}

// scaled is the world that is measured.
type scaled struct {
	engine string
	d      *database
	o      options
	dir    string
	world  []customer
}

// part is a number, or a hundredth of it in a smoke.
func (w *scaled) part(n int) int {
	if w.o.short {
		return n / 100
	}
	return n
}

// scaleEngine measures one engine.
func scaleEngine(ctx context.Context, o options, engine, dir string) (out []measure, err error) {
	w := &scaled{engine: engine, o: o, dir: dir}
	var wanted []scale
	for _, s := range scales {
		if strings.Contains(s.name, o.only) {
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if w.d, err = openDatabase(ctx, engine, dir); err != nil {
		return nil, err
	}
	defer w.d.stop()
	if err := w.d.open(ctx, func(d *db.DB, b *builder) error { return w.populate(ctx, b) }); err != nil {
		return nil, err
	}
	for _, s := range wanted {
		m, err := s.run(w, ctx)
		if err != nil {
			return out, fmt.Errorf("%s: %w", s.name, err)
		}
		if m.found == "" {
			continue // not of this engine
		}
		fmt.Fprintf(os.Stderr, "%-40s %s; at most %s\n", m.name, m.found, m.limit)
		out = append(out, m)
	}
	return out, nil
}

// populate makes the customers.
func (w *scaled) populate(ctx context.Context, b *builder) error {
	for n := range w.o.tenants {
		c, err := b.build(ctx, n)
		if err != nil {
			return err
		}
		w.world = append(w.world, c)
	}
	return nil
}
