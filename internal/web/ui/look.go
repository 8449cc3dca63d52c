package ui

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

// Look is how a person wants pages to look; the zero value follows the device.
type Look struct {
	Theme    string // "", "light", "dark"
	Contrast string // "", "more"
	Rail     string // "", "narrow"
}

// lookCookie holds a Look. It says nothing about the person, so it outlives the session and the sign-in page has it too.
const lookCookie = "iw_look"

// hostOnly is the prefix by which browsers take a cookie from this host alone, over TLS.
const hostOnly = "__Host-"

// LookOf reads the choice that a browser sends; what is not a known choice counts as none.
func LookOf(r *http.Request) Look {
	c, err := r.Cookie(hostOnly + lookCookie)
	if err != nil {
		c, err = r.Cookie(lookCookie) // without TLS
	}
	if err != nil {
		return Look{}
	}
	parts := strings.SplitN(c.Value, ".", 3)
	if len(parts) != 3 {
		return Look{}
	}
	return Look{Theme: parts[0], Contrast: parts[1], Rail: parts[2]}.known()
}

// With gives the look after a form with any of the fields theme, contrast and rail was sent; r.Form must be parsed.
func (l Look) With(r *http.Request) Look {
	for name, to := range map[string]*string{"theme": &l.Theme, "contrast": &l.Contrast, "rail": &l.Rail} {
		if r.Form.Has(name) {
			*to = r.Form.Get(name)
		}
	}
	return l.known()
}

// Cookie keeps the look for a year. secure is false only where the product is served without TLS.
func (l Look) Cookie(secure bool) *http.Cookie {
	name := lookCookie
	if secure {
		name = hostOnly + name
	}
	return &http.Cookie{ //nolint:gosec // Secure is what the caller knows of TLS; the cookie holds no secret
		Name: name, Value: l.Theme + "." + l.Contrast + "." + l.Rail, Path: "/", MaxAge: 365 * 24 * 60 * 60,
		Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (l Look) known() Look {
	only := func(v string, allowed ...string) string {
		for _, a := range allowed {
			if v == a {
				return v
			}
		}
		return ""
	}
	return Look{Theme: only(l.Theme, "light", "dark"), Contrast: only(l.Contrast, "more"), Rail: only(l.Rail, "narrow")}
}

// lookAttributes are what iw.css reads on the root element.
func lookAttributes(l Look) templ.Attributes {
	a := templ.Attributes{}
	if l.Theme != "" {
		a["data-theme"] = l.Theme
	}
	if l.Contrast != "" {
		a["data-contrast"] = l.Contrast
	}
	return a
}
