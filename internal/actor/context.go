package actor

import "context"

type key struct{}

// Into gives a context that carries the actor of a request, from the door to the handler.
func Into(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From gives the actor of a request; without one, a visitor who may do nothing.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
