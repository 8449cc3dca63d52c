package reply

import (
	"bytes"
	"embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/telemetry"
)

//go:embed page.html
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page.html"))

// text is what a page of a status says.
type text struct {
	Title string // the heading; also the title of the problem
	Lead  string // what it means for the person
	Next  string // what to do now
}

// textFor is textOf where a code has words of its own.
func textFor(code string, status int) text {
	switch code {
	case "read_only":
		return text{"Nothing can be changed just now", "The people who run this installation have stopped all changes for a while. Your change was not saved. Everything can still be read.", "Keep this page open, or note what you typed, and send it again later."}
	case "plain_http":
		return text{"The API is served over https only", "What was sent was readable on its way. Nothing was changed.", "Make a new token, and use an address that begins with https."}
	case "access_stopped":
		return text{"Access is stopped for a while", "Nothing is lost.", ""}
	}
	return textOf(status)
}

func textOf(status int) text {
	switch status {
	case http.StatusBadRequest:
		return text{"This request could not be read", "It was damaged on its way, or made by a program with a fault. Nothing was changed.", "Go back and send it again."}
	case http.StatusUnauthorized:
		return text{"Sign in to go on", "You are not signed in, or your session has ended. Nothing was changed.", ""}
	case http.StatusForbidden:
		return text{"You are not allowed to do this", "Nothing was changed.", "If you need it for your work, ask an administrator for a role that may."}
	case http.StatusNotFound:
		return text{"There is nothing at this address", "The page, record or file was moved or removed, or it belongs to a site you have no part in. We say the same in all three cases.", ""}
	case http.StatusMethodNotAllowed:
		return text{"This address does not take that kind of request", "It may be an old form or bookmark. Nothing was changed.", "Open the page again from the menu."}
	case http.StatusConflict:
		return text{"This is in the way of another change", "Nothing was changed.", "Go back, look at how it is now, and send it again."}
	case http.StatusRequestEntityTooLarge:
		return text{"That is too large", "Nothing was saved.", "Send less at once, or a smaller file."}
	case http.StatusUnsupportedMediaType:
		return text{"That kind of content is not taken here", "Nothing was saved.", "Send it in a form that this address reads."}
	case http.StatusUnprocessableEntity:
		return text{"Some of what you sent is not right", "Nothing was saved.", "Go back, correct what is named below, and send it again."}
	case http.StatusTooManyRequests:
		return text{"Too many tries in a short time", "This protects everybody's accounts and keeps the service quick.", ""}
	case http.StatusMisdirectedRequest:
		return text{"This address is not served here", "The name in the address is not one of this installation's.", "Check the address, or ask who gave it to you."}
	case http.StatusServiceUnavailable:
		return text{"This is not available right now", "Something that we need does not answer. If you were saving something, it was not saved.", "It is usually back in a moment."}
	case http.StatusInsufficientStorage:
		return text{"There is no room left", "Your last change was not saved. What is stored can still be read.", "Tell the people who run this installation: it needs space."}
	}
	return text{"Something broke on our side", "If you were saving something, it was not saved.", "If it happens again, tell the people who run this installation."}
}

// errorPage is what page.html shows.
type errorPage struct {
	Stylesheet, Sprite, Home string
	text
	Status    int
	Detail    string        // the fault's own words, where they add something
	Path      string        // what was asked for, for 404
	Wait      int           // seconds until another try makes sense
	Errors    []fault.Field // what is wrong with the input
	SignIn    string        // where to sign in, for 401
	Again     string        // the address to try again
	RequestID string
	At        time.Time
	Typed     []typed // of a form that was not taken, so that it is not lost
	Form      string  // where it went
}

// typed is a field of a form as it was sent.
type typed struct{ Name, Value string }

func (x *Writer) page(w http.ResponseWriter, r *http.Request, o outcome) {
	p := errorPage{
		Stylesheet: x.c.Stylesheet, Sprite: x.c.Sprite, Home: x.c.Home,
		text: textFor(o.code, o.status), Status: o.status, Errors: fields(o.fault), Wait: seconds(o.fault.RetryAfter),
		RequestID: telemetry.RequestID(r.Context()), At: x.c.Now(),
	}
	switch o.status {
	case http.StatusNotFound:
		p.Path = r.URL.Path
	case http.StatusUnauthorized:
		p.SignIn = x.signIn(r)
	case http.StatusUnprocessableEntity:
		if len(p.Errors) == 0 {
			p.Detail = o.fault.Message
		}
	case http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusUnsupportedMediaType:
		if p.Detail = o.fault.Message; strings.HasPrefix(p.Detail, p.Title) {
			p.Detail = "" // said already
		}
	}
	if o.code == "read_only" || o.code == "access_stopped" {
		p.Detail = o.fault.Message
	}
	if o.code == "read_only" {
		p.Typed, p.Form = typedIn(r), r.URL.RequestURI()
	}
	if Safe(r.Method) && (o.status >= 500 || o.status == http.StatusTooManyRequests) {
		p.Again = r.URL.RequestURI()
	}
	if o.status == http.StatusServiceUnavailable && p.Detail == "" && len(p.Errors)+len(p.Typed) == 0 && plain(p.Again) {
		x.away(w, p)
		return
	}
	x.render(w, o.status, p.Wait, "error", p)
}

// typedIn gives the fields of a form that nobody has read yet, without passwords. A form with files cannot be kept: the browser does, behind its Back button.
func typedIn(r *http.Request) (all []typed) {
	if r.ParseForm() != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if strings.Contains(name, "password") || strings.Contains(name, "secret") {
			return nil // such a form is typed anew
		}
		for _, v := range r.PostForm[name] {
			all = append(all, typed{name, v})
		}
	}
	return all
}

func (x *Writer) render(w http.ResponseWriter, status, wait int, name string, data any) {
	var b bytes.Buffer
	show(&b, name, data)
	head(w, status, wait)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // a client that left is nobody's fault
}

func show(b *bytes.Buffer, name string, data any) {
	if err := pages.ExecuteTemplate(b, name, data); err != nil {
		b.Reset()
		b.WriteString("<!doctype html><title>IntelliWiz</title><p>This did not work.</p>") // never: the template is tested for every status
	}
}

// problemsPath is where a Problem's type leads.
const problemsPath = "/problems"

// problemRow explains one code.
type problemRow struct {
	Code   string
	Status int
	text
}

// Problems is the page that explains what a Problem's type and code mean; httpd serves it at /problems.
func (x *Writer) Problems() Route {
	var rows []problemRow
	for _, k := range [...]fault.Kind{fault.Malformed, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.TooLarge,
		fault.Invalid, fault.TooMany, fault.Internal, fault.Unavailable, fault.Full} {
		rows = append(rows, problemRow{string(k), Status(k), textOf(Status(k))})
	}
	for _, r := range [...]*Refusal{NoMethod(""), NoType(""), NoHost(), PlainHTTP(), ReadOnly(""), Stopped("")} {
		rows = append(rows, problemRow{r.Code, r.Status, textFor(r.Code, r.Status)})
	}
	page := struct {
		Stylesheet, Sprite, Home string
		Rows                     []problemRow
	}{x.c.Stylesheet, x.c.Sprite, x.c.Home, rows}
	return Route{Method: http.MethodGet, Path: problemsPath, Permission: Public, Name: "problems",
		Handler: func(w http.ResponseWriter, _ *http.Request) error {
			x.render(w, http.StatusOK, 0, "problems", page)
			return nil
		}}
}
