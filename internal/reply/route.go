// Package reply is what the transports share: the shape of a route, and the one place where a fault becomes a status, whether
// it leaves as problem+json (RFC 9457), as a GraphQL error or as a page that people can read. It also holds the strict reading
// of JSON bodies. It needs neither session nor database, and never shows a cause to a user.
package reply

import (
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
)

// Handler answers a request or returns the fault that httpd turns into an answer; it returns a fault before it has written anything.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Two words that stand in a Route where a permission would.
const (
	Public   actor.Permission = "public"    // anybody
	SignedIn actor.Permission = "signed-in" // any person, whatever their roles: for what concerns nobody but themselves
)

// Proof says when a person in a browser must have proven who they are, within minutes, to go in: not whoever finds the browser open may
// do what it stands at. Programs prove it with every request.
type Proof string

// The zero value of a Proof asks for none.
const (
	ProofAlways Proof = "always"
	ProofEntry  Proof = "entry" // when what is sent changes how somebody signs in
)

// Route is one row of a transport's table.
type Route struct {
	Method     string           // GET stands for HEAD too
	Path       string           // a ServeMux pattern without method and host: "/sites/{id}"
	Permission actor.Permission // what one must be allowed somewhere to come in; the use case asks again, with the scope
	Handler    Handler
	Name       string // for people who read the table: "site.get"

	Proof      Proof         // whether a person in a browser must have proven lately who they are
	Own        bool          // nobody who acts as another person comes in: it shows or changes what opens the person's account. A Proof means it, too
	Changes    bool          // it changes something; refused at the start for a method that must not (GET, HEAD)
	Always     bool          // it goes on while nothing may be changed: by it one comes in or goes out, or stops what somebody else does
	Cookie     bool          // a session signs in although the path is an API's: pages of documentation, GET only
	SecretPath bool          // the address itself is a key (a mailed link): the log shows the pattern instead
	Unlimited  bool          // not counted by limits of rate: static files
	Stream     bool          // the answer stays open for events: it ends when the server stops, and is no use of a session; needs a Timeout
	MaxBody    int64         // bytes of a request's body; 0 = the server's limit
	Timeout    time.Duration // time to answer; 0 = the server's limit
}

// IsAPI says that a path belongs to programs: they get problem+json, and a token is their only way in.
func IsAPI(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/graphql" || strings.HasPrefix(path, "/graphql/")
}

// Safe says that a method must not change anything (RFC 9110, 9.2.1).
func Safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions || method == http.MethodTrace
}
