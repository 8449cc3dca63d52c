package auth

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

// Forge makes a well-formed token that nobody was given.
func Forge(tenant id.Tenant) string {
	text, _ := newToken(tokenPrefix, tenant)
	return text
}

// ForgeDevice makes a well-formed token of a phone that was never registered.
func ForgeDevice(tenant id.Tenant) string {
	text, _ := newToken(devicePrefix, tenant)
	return text
}

// Sweep does the hourly work now.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx, actor.Actor{}, sweep{}) }

// Tend does the work about pleas now.
func (s *Service) Tend(ctx context.Context) error { return s.tendPleas(ctx, actor.Actor{}, tend{}) }

// MailLink makes and mails a link for a device now.
func (s *Service) MailLink(ctx context.Context, who actor.Actor, login string) error {
	return s.mailLink(ctx, who, linkAsked{Login: login})
}
