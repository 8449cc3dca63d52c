package cache

import "context"

type anewKey struct{}

// Anew gives a context whose answers are found out anew: whoever asks wants nothing from memory, as a request with "Cache-Control: no-cache" says
// (RFC 9111, 5.2.1.4).
func Anew(ctx context.Context) context.Context { return context.WithValue(ctx, anewKey{}, true) }

// IsAnew says that the context comes from Anew.
func IsAnew(ctx context.Context) bool {
	anew, _ := ctx.Value(anewKey{}).(bool)
	return anew
}
