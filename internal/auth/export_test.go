package auth

import "intelliwiz/internal/id"

// Forge makes a well-formed token that nobody was given.
func Forge(tenant id.Tenant) string {
	text, _ := newToken(tenant)
	return text
}
