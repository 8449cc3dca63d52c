package telemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what stands in the place of a secret wherever one is printed.
const Mask = "***"

// Secret is a text that must not be seen: a password, a key, an address with a password in it. Every way of printing it gives
// Mask: fmt with any verb, JSON, text, slog, also from within another struct. Only Reveal shows it. The zero value is no secret.
type Secret struct{ hidden *string } // a pointer, because fmt prints the fields of an unexported field without asking them

// Hide makes a secret of a text; "" gives the zero value.
func Hide(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal gives the text, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.hidden == nil {
		return ""
	}
	return *s.hidden
}

// IsZero says that there is no secret: nothing was given.
func (s Secret) IsZero() bool { return s.hidden == nil }

// String gives Mask, or "" when there is no secret.
func (s Secret) String() string {
	if s.hidden == nil {
		return ""
	}
	return Mask
}

// Format prints Mask for every verb, %#v and %x too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) } // fmt.State does not fail

// LogValue gives Mask to slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText gives Mask: a secret does not leave through an encoder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON gives Mask as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalText takes the text, so that a configuration can be read into a Secret.
func (s *Secret) UnmarshalText(text []byte) error { *s = Hide(string(text)); return nil }
