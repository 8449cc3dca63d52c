package exchange

import (
	"context"
	"slices"
	"strconv"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/page"
)

// kind is a table of records of type T, which are made and changed by inputs of type I.
type kind[T, I any] struct {
	heading
	fetch func(ctx context.Context, r *run, keys []string) ([]T, error) // those of the keys that are stored, and what rows may point to
	point func(ctx context.Context, r *run, all []T) error              // reads the codes of what the records point to
	learn func(r *run, x T) string                                      // remembers the codes of a record, and gives its key
	build func(r *run, c *cells, old *T) I                              // old = nil: a new one
	check func(in *I) error
	save  func(ctx context.Context, r *run, in I, old *T) (T, error)
	show  func(r *run, x T) map[string]string // the cells of a record, by column
	more  func(ctx context.Context, r *run, c *cells, x T) ([]Change, error)
}

func (k kind[T, I]) about() heading { return k.heading }

func (k kind[T, I]) load(ctx context.Context, r *run, keys []string) error {
	stored, err := k.fetch(ctx, r, keys)
	if err != nil {
		return err
	}
	if err := k.point(ctx, r, stored); err != nil {
		return err
	}
	for _, x := range stored {
		r.put(k.kind, k.learn(r, x), x)
	}
	return nil
}

func (k kind[T, I]) apply(ctx context.Context, r *run, c *cells) (Outcome, error) {
	var old *T
	if x, ok := r.stored[k.kind][k.keyOf(c)].(T); ok {
		old = &x
	}
	o := Outcome{Action: Create}
	before := map[string]string{}
	if old == nil {
		for _, col := range k.columns {
			c.check.That(!col.Required || c.raw(col.Key) != "", col.Key, "required", "Enter a value.")
		}
	} else {
		o.Action, before = Update, k.show(r, *old)
	}
	in := k.build(r, c, old)
	if err := c.with(k.check(&in)); err != nil {
		return o, err
	}
	var now T
	var err error
	if old != nil && k.unchanged(c, before) {
		now, o.Action = *old, Same
	} else if now, err = k.save(ctx, r, in, old); err != nil {
		return o, err
	}
	r.put(k.kind, k.learn(r, now), now)
	after := k.show(r, now)
	o.Name = after[k.key[len(k.key)-1]]
	if name := after["name"]; name != "" {
		o.Name = name
	}
	for _, col := range k.columns {
		if o.Action == Update && !col.later && before[col.Key] != after[col.Key] {
			o.Changes = append(o.Changes, Change{Column: col.Title, Before: before[col.Key], After: after[col.Key]})
		}
	}
	if k.more == nil {
		return o, nil
	}
	more, err := k.more(ctx, r, c, now)
	if len(more) > 0 && o.Action == Same {
		o.Action = Update
	}
	o.Changes = append(o.Changes, more...)
	return o, err
}

// unchanged says that no cell of the row differs from what is stored.
func (k kind[T, I]) unchanged(c *cells, stored map[string]string) bool {
	for _, col := range k.columns {
		if cell := c.raw(col.Key); !col.later && cell != "" && !alike(cell, stored[col.Key]) {
			return false
		}
	}
	return true
}

func alike(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case a == b, errX == nil && errY == nil && x == y && a[0] != '+':
		return true
	case b == "yes":
		return slices.Contains(yes, fold.Key(a))
	case b == "no":
		return slices.Contains(no, fold.Key(a))
	}
	return fold.Code(a) == b // codes are compared without case
}

// with joins what could not be read with what an input's Check says, each field once.
func (c *cells) with(err error) error {
	read := c.check.Err()
	if read == nil {
		return err
	}
	f := fault.As(read)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		for _, x := range fault.As(err).Fields {
			if !slices.ContainsFunc(f.Fields, func(y fault.Field) bool { return x.Path == y.Path }) {
				f.Fields = append(f.Fields, x)
			}
		}
	}
	return f
}

// pages walks a list to its end.
func pages[T any](list func(p page.Request) (page.Of[T], error)) ([]T, error) {
	var all []T
	for p := (page.Request{Limit: page.Max}); ; {
		got, err := list(p)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if p.After = got.Next; p.After == "" {
			return all, nil
		}
	}
}

// chunks asks a use case that takes page.Max keys for as many as there are.
func chunks[K comparable, V any](keys []K, ask func(part []K) (map[K]V, error)) ([]V, error) {
	var all []V
	for part := range slices.Chunk(keys, page.Max) {
		got, err := ask(part)
		if err != nil {
			return nil, err
		}
		for _, v := range got {
			all = append(all, v)
		}
	}
	return all, nil
}
