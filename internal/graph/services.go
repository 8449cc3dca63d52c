package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
)

// Services answers with the programs that act for the organisation.
func (q query) Services(ctx context.Context) ([]auth.Program, error) {
	return q.c.Auth.ListPrograms(ctx, actor.From(ctx))
}

// DeleteService deletes a service.
func (m mutation) DeleteService(ctx context.Context, program id.Any) (*id.Any, error) {
	return pointer(program, m.c.Auth.DeleteProgram(ctx, actor.From(ctx), as[id.Program](program)))
}
