package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/flag"
)

// Flags answers with the features that can be switched.
func (q query) Flags(ctx context.Context) ([]flag.State, error) {
	return q.c.Flags.List(ctx, actor.From(ctx))
}

// SetFlag switches a feature for the organisation or a person of it.
func (m mutation) SetFlag(ctx context.Context, input flag.Input) (*flag.State, error) {
	who := actor.From(ctx)
	input.Scope = flag.ForTenant
	if input.Person != nil {
		input.Scope = flag.ForPerson
	}
	if _, err := m.c.Flags.Set(ctx, who, input); err != nil {
		return nil, err
	}
	all, err := m.c.Flags.List(ctx, who)
	for _, x := range all {
		if x.Key == input.Flag {
			return &x, nil
		}
	}
	if err == nil {
		err = fault.Missing("flag")
	}
	return nil, err
}
