// Package actor says who is doing something: the tenant, the person, and what they may do where. An Actor is opaque: only
// package auth (for people), job (for background work), app (for the command line) and tests make one, and a test holds them to it.
// Everything that a use case needs to know about its caller comes from here, never from an argument.
package actor

import (
	"cmp"
	"slices"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Kind says what sort of actor it is.
type Kind string

// The kinds of actor.
const (
	Visitor Kind = "visitor" // nobody is signed in; the tenant may be known from the sign-in form
	Person  Kind = "person"  // a member of staff in a browser
	Token   Kind = "token"   // a member of staff through an API token, or a service, which is no person
	System  Kind = "system"  // background work and the command line
)

// Permission names something that one may do: "site.update".
type Permission string

// Declared describes a permission for the roles page, the documentation and the generated tests.
type Declared struct {
	Name  Permission
	Label string // "Change a site", in the user's words
	Area  string // the heading that it stands under: "Sites"
	Whole bool   // it holds only where its role is given in the whole tenant
	Alone bool   // who acts as another person is not lent it: it opens secrets, or hands out rights
}

// Reach is where a permission holds: everywhere in the tenant, or at some sites and in some units (whole subtrees, already spread out).
type Reach struct {
	All   bool
	Sites map[id.Site]struct{}
	Units map[id.Unit]struct{}
}

// Facts are what an actor is made of.
type Facts struct {
	Kind    Kind
	Tenant  id.Tenant
	Person  id.Person // zero for Visitor, System and services
	Name    string    // as the journal shows it
	Session id.Session
	Proven  time.Time // when the session's person last proved who they are
	Token   id.Token
	Behind  *Behind              // who acts as the person; nil: the person
	Reach   map[Permission]Reach // what a System actor may do is not listed: it may do all
}

// Behind is somebody who acts as another person for a while.
type Behind struct {
	Person id.Person
	Name   string
	Until  time.Time
}

// Actor is who does something. The zero value may do nothing and belongs to no tenant.
type Actor struct{ f Facts }

// New makes an actor. Only auth, job, app and tests call it.
func New(f Facts) Actor { return Actor{f} }

// Kind says what sort of actor it is.
func (a Actor) Kind() Kind { return cmp.Or(a.f.Kind, Visitor) }

// Tenant is the only tenant that this actor's statements can reach.
func (a Actor) Tenant() id.Tenant { return a.f.Tenant }

// Person is the member of staff, or zero.
func (a Actor) Person() id.Person { return a.f.Person }

// Name is how the journal and pages name the actor.
func (a Actor) Name() string { return a.f.Name }

// Session is the sign-in that the actor came with, or zero.
func (a Actor) Session() id.Session { return a.f.Session }

// Proven is when the person of the session last proved who they are; zero without a session.
func (a Actor) Proven() time.Time { return a.f.Proven }

// Behind is who acts as the person, or nil when the person does.
func (a Actor) Behind() *Behind { return a.f.Behind }

// Token is the API token or the service that the actor came with, or zero.
func (a Actor) Token() id.Token { return a.f.Token }

// SignedIn says that the actor is a person, in a browser or through a token, or a service.
func (a Actor) SignedIn() bool { return a.f.Kind == Person || a.f.Kind == Token }

// Can says that the actor may do p somewhere.
func (a Actor) Can(p Permission) bool {
	r, all := a.reach(p)
	return all || len(r.Sites) > 0 || len(r.Units) > 0
}

// Everywhere says that the actor may do p in the whole tenant.
func (a Actor) Everywhere(p Permission) bool { _, all := a.reach(p); return all }

// At says that the actor may do p at a site.
func (a Actor) At(p Permission, s id.Site) bool {
	r, all := a.reach(p)
	_, ok := r.Sites[s]
	return all || ok
}

// In says that the actor may do p in a unit.
func (a Actor) In(p Permission, u id.Unit) bool {
	r, all := a.reach(p)
	_, ok := r.Units[u]
	return all || ok
}

// Sites gives the sites where the actor may do p, in order; all is true when that is every one, and the list is then empty.
func (a Actor) Sites(p Permission) (sites []id.Site, all bool) {
	r, all := a.reach(p)
	for s := range r.Sites {
		sites = append(sites, s)
	}
	slices.SortFunc(sites, func(x, y id.Site) int { return cmp.Compare(x.String(), y.String()) })
	return sites, all
}

// Units gives the units where the actor may do p, in order; all is true when that is every one, and the list is then empty.
func (a Actor) Units(p Permission) (units []id.Unit, all bool) {
	r, all := a.reach(p)
	for u := range r.Units {
		units = append(units, u)
	}
	slices.SortFunc(units, func(x, y id.Unit) int { return cmp.Compare(x.String(), y.String()) })
	return units, all
}

// Require is nil when the actor may do p somewhere; otherwise Unauthenticated or Forbidden.
func (a Actor) Require(p Permission) error { return a.require(p, a.Can(p)) }

// RequireEverywhere is nil when the actor may do p in the whole tenant; otherwise Unauthenticated or Forbidden.
func (a Actor) RequireEverywhere(p Permission) error { return a.require(p, a.Everywhere(p)) }

// RequireAt is nil when the actor may do p at the site; otherwise Unauthenticated or Forbidden.
func (a Actor) RequireAt(p Permission, s id.Site) error { return a.require(p, a.At(p, s)) }

// RequireIn is nil when the actor may do p in the unit; otherwise Unauthenticated or Forbidden.
func (a Actor) RequireIn(p Permission, u id.Unit) error { return a.require(p, a.In(p, u)) }

// RequirePerson is nil for a signed-in person, whatever their roles: for what concerns nobody but themselves. Otherwise Unauthenticated, and
// Forbidden for a service, which is nobody.
func (a Actor) RequirePerson() error {
	switch {
	case !a.SignedIn():
		return fault.Anonymous()
	case a.f.Person.IsZero():
		return fault.Of(fault.Forbidden, "This is for people. A service has no account of its own.")
	}
	return nil
}

// RequireSelf is nil for a signed-in person who acts as nobody else: for their secrets. Otherwise as RequirePerson, and Forbidden.
func (a Actor) RequireSelf() error {
	if err := a.RequirePerson(); err != nil || a.f.Behind == nil {
		return err
	}
	return fault.Of(fault.Forbidden, "This is for "+a.f.Name+" alone. You act as them, and what opens an account stays theirs.")
}

func (a Actor) require(p Permission, ok bool) error {
	switch {
	case ok:
		return nil
	case !a.SignedIn():
		return fault.Anonymous()
	}
	return fault.Denied(string(p))
}

func (a Actor) reach(p Permission) (r Reach, all bool) {
	if a.f.Kind == System {
		return Reach{All: true}, true
	}
	r = a.f.Reach[p]
	return r, r.All
}
