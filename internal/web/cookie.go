package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"intelliwiz/internal/web/ui"
)

// SessionCookie is the name of the cookie that carries a session's secret. secure says that the product is served over https.
func SessionCookie(secure bool) string { return cookieName("iw", secure) }

// cookieName gives a cookie the prefix by which browsers take it from this host alone, over TLS, for every path.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// cookie makes one of ours; maxAge in seconds, 0 = until the browser is closed, negative = it goes now.
func (p *pages) cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // without TLS, in development, a Secure cookie would never come back
		Name: cookieName(name, p.Secure), Value: value, Path: "/", MaxAge: maxAge,
		Secure: p.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (p *pages) readCookie(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(name, p.Secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// The names of our cookies, before their prefix. What the device's, the key's and away's say is sealed.
const (
	sessionCookie = "iw"
	orgCookie     = "iw-org"    // the organisation's code, so that nobody types it twice in one browser
	flashCookie   = "iw-flash"  // a line that the next page says
	stepCookie    = "iw-step"   // opens the second step of a sign-in
	keyCookie     = "iw-key"    // what a passkey was asked
	deviceCookie  = "iw-device" // who signed in with this browser
	awayCookie    = "iw-away"   // what a browser left with that went to a provider
)

const (
	stepAge = 5 * 60 // seconds
	awayAge = 10 * 60
)

const year = 365 * 24 * 60 * 60 // seconds

func (p *pages) putSession(w http.ResponseWriter, secret string) {
	http.SetCookie(w, p.cookie(sessionCookie, secret, 0))
}

func (p *pages) dropSession(w http.ResponseWriter) {
	http.SetCookie(w, p.cookie(sessionCookie, "", -1))
}

func (p *pages) putOrg(w http.ResponseWriter, code string) {
	http.SetCookie(w, p.cookie(orgCookie, url.QueryEscape(code), year))
}

// knownOrg is the organisation's code that this browser signed in to last, or "".
func (p *pages) knownOrg(r *http.Request) string {
	code, err := url.QueryUnescape(p.readCookie(r, orgCookie))
	if err != nil || utf8.RuneCountInString(code) > 30 {
		return ""
	}
	return code
}

func (p *pages) putFlash(w http.ResponseWriter, line string) {
	http.SetCookie(w, p.cookie(flashCookie, base64.RawURLEncoding.EncodeToString([]byte(line)), 60))
}

// takeFlash gives the line that the request before left, and forgets it.
func (p *pages) takeFlash(w http.ResponseWriter, r *http.Request) string {
	value := p.readCookie(r, flashCookie)
	if value == "" {
		return ""
	}
	http.SetCookie(w, p.cookie(flashCookie, "", -1))
	line, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || !utf8.Valid(line) {
		return ""
	}
	return string(line)
}

// setLook keeps the choice of theme, contrast and rail.
func (p *pages) setLook(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	http.SetCookie(w, ui.LookOf(r).With(r).Cookie(p.Secure))
	return p.seeOther(w, r, backPath(r), "")
}

// backPath is the page that a form was sent from, as the browser says, or Today.
func backPath(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return homePath
	}
	return localPath(from.RequestURI())
}

// ownPath gives back an address only if it is a page of ours that one can go to after signing in, and Today otherwise: nobody is sent
// away by a link to the sign-in page.
func ownPath(to string) string {
	to = localPath(to)
	if path, _, _ := strings.Cut(to, "?"); path == signInPath || path == "/logout" {
		return homePath
	}
	return to
}

// localPath gives back an address only if it stays on this host, and Today otherwise.
func localPath(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, foreign) {
		return homePath
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return homePath
	}
	return u.RequestURI()
}

// withNext gives the address of a page that leads on to another afterwards; namesAndValues are further parameters, in turn.
func withNext(path, next string, namesAndValues ...string) string {
	q := url.Values{}
	if next != homePath {
		q.Set("next", next)
	}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		q.Set(namesAndValues[i], namesAndValues[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// foreign finds what browsers read otherwise than we do: a backslash is a slash to them, and control characters vanish.
func foreign(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f || c == utf8.RuneError }
