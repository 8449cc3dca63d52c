package mail

import (
	"context"
	"fmt"
	"strings"

	"intelliwiz/internal/fault"
)

// Now takes a message to the server at once and keeps nothing of it: for what must not lie in a database, such as a link that opens
// something. Its Key is its Message-ID. It is to be called by a job, which tries again when it fails; Invalid is never to be tried again.
func (s *Service) Now(ctx context.Context, m Message) error {
	if strings.ContainsAny(m.To+m.Subject, "\r\n") {
		return fault.Of(fault.Invalid, "An address or subject cannot have line breaks.")
	}
	if err := s.carrier.Carry(ctx, m.Key, m.To, m.Subject, m.Text); err != nil {
		return fmt.Errorf("send mail %s: %w", m.Key, err)
	}
	return nil
}
