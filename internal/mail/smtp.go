package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"intelliwiz/internal/fault"
)

// SMTP is the carrier that speaks to a mail server.
type SMTP struct {
	client *gomail.Client
	from   string
}

// NewSMTP reads a URL: smtps://user:password@host:465 (TLS from the start), smtp://user:password@host:587 (STARTTLS demanded), or
// smtp://host:25?tls=none, which allowPlain permits: every profile but production. from is the sender's address.
func NewSMTP(address, from string, allowPlain bool) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("SMTP_URL: not a URL like smtps://user:password@host:465") // the cause would show the password
	}
	o := []gomail.Option{gomail.WithTimeout(20 * time.Second), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	switch tls := u.Query().Get("tls"); {
	case u.Scheme == "smtps" && tls == "":
		o = append(o, gomail.WithSSL())
	case u.Scheme == "smtp" && tls == "none" && allowPlain:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	case u.Scheme != "smtp" || tls != "":
		return nil, errors.New("SMTP_URL: the scheme is smtps or smtp, and plain text (tls=none) is not for production")
	}
	if p, err := strconv.Atoi(u.Port()); err == nil {
		o = append(o, gomail.WithPort(p))
	}
	if password, ok := u.User.Password(); ok {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	c, err := gomail.NewClient(u.Hostname(), o...)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("the sender of mail: %w", err)
	}
	return &SMTP{client: c, from: from}, nil
}

// Carry hands the message to the server. Invalid when the address is none, or the server refuses the message for good.
func (s *SMTP) Carry(ctx context.Context, key, to, subject, text string) error {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.From(s.from); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return never(err)
	}
	m.SetMessageIDWithValue(key + "@intelliwiz")
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody answers it by machine
	m.Subject(subject)
	m.SetBodyString(gomail.TypeTextPlain, text)
	err := s.client.DialAndSendWithContext(ctx, m)
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && refused.ErrorCode() >= 500 && !refused.IsTemp() {
		return never(err)
	}
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return nil
}

func never(cause error) error {
	return fault.Of(fault.Invalid, "This message cannot be delivered.").Because(cause)
}
