package reply

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"time"
)

// away is the page of what is not available, in three parts. In a flood it is given a thousand times a second, and differs in two places.
type away struct {
	at    time.Time // to the second, as it stands there
	title string
	wait  int
	again bool
	parts [3]string // before the address to try again, between it and the request's id, and after that; without an address the first is empty
}

// Where the two places are: letters that no escaping changes, and that stand nowhere else.
const (
	againHere = "/AddressToTryAgain"
	idHere    = "IdOfTheRequest"
)

// plain says of an address that a template would not change it, but for the sign that joins parameters.
func plain(address string) bool {
	return strings.Trim(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?&=-_.~,@") == ""
}

// away answers with the page, made anew once a second.
func (x *Writer) away(w http.ResponseWriter, p errorPage) {
	want := away{at: p.At.Truncate(time.Second), title: p.Title, wait: p.Wait, again: p.Again != ""}
	made := x.made.Load()
	if made == nil || !made.at.Equal(want.at) || made.title != want.title || made.wait != want.wait || made.again != want.again {
		made = &want
		made.make(p)
		x.made.Store(made)
	}
	head(w, p.Status, p.Wait)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	text := made.parts[0] + html.EscapeString(p.Again) + made.parts[1] + p.RequestID + made.parts[2]
	_, _ = w.Write([]byte(text)) // a client that left is nobody's fault
}

func (a *away) make(p errorPage) {
	var b bytes.Buffer
	p.RequestID = idHere
	if a.again {
		p.Again = againHere
	}
	show(&b, "error", p)
	rest := b.String()
	if a.again {
		a.parts[0], rest, _ = strings.Cut(rest, againHere)
	}
	a.parts[1], a.parts[2], _ = strings.Cut(rest, idHere)
}
