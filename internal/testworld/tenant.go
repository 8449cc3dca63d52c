package testworld

import (
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// Password opens every account of the world.
const Password = "tundra violin plinth mosaic"

// Tenant is an organisation of the world.
type Tenant struct {
	ID                          id.Tenant
	Code                        string
	System                      actor.Actor // may do everything in the tenant
	North, Hill, South          org.Unit
	Harbour, Tower, Mill, Depot org.Site
	Office                      org.Lookup           // a type of site
	Security                    org.Lookup           // a department
	Watchman                    org.Lookup           // a designation
	Roles                       map[string]org.Role  // the built-in ones, by code
	Staff                       map[string]Member    // one of each built-in role, by its code, which in lower case is the login
	Grants                      map[string]org.Grant // theirs

	w *World
	n int
}

// Member is a person who can sign in.
type Member struct {
	people.Person
	Password string
}

func (w *World) newTenant(code, name string) *Tenant {
	w.t.Helper()
	x := &Tenant{ID: id.New[id.Tenant](), Code: code, Roles: map[string]org.Role{}, Staff: map[string]Member{}, Grants: map[string]org.Grant{}, w: w}
	x.System = actor.New(actor.Facts{Kind: actor.System, Tenant: x.ID, Name: "test world"})
	_, err := w.Org.CreateTenant(w.t.Context(), x.System, org.TenantInput{Code: code, Name: name, Zone: "Asia/Kolkata"})
	w.must(err)
	roles, err := w.Org.ListRoles(w.t.Context(), x.System, page.Request{Limit: page.Max})
	w.must(err)
	for _, r := range roles.Items {
		x.Roles[r.Code] = r
	}
	x.makePlaces()
	x.makeStaff()
	return x
}

func (x *Tenant) makePlaces() {
	x.w.t.Helper()
	x.Office = x.lookup(org.SiteType, "OFFICE", "Office")
	x.Security = x.lookup(org.Department, "SECURITY", "Security")
	x.Watchman = x.lookup(org.Designation, "WATCHMAN", "Watchman")
	x.North = x.unit("NORTH", "North", nil)
	x.Hill = x.unit("HILL", "Hill", &x.North.ID)
	x.South = x.unit("SOUTH", "South", nil)
	x.Harbour = x.site("HARBOUR", "Harbour", &x.North.ID)
	x.Tower = x.site("TOWER", "Tower", &x.Hill.ID)
	x.Mill = x.site("MILL", "Mill", &x.South.ID)
	x.Depot = x.site("DEPOT", "Depot", nil)
}

func (x *Tenant) makeStaff() {
	x.w.t.Helper()
	for n, m := range []struct {
		role, name string
		home       *id.Site
		unit       *id.Unit
		site       *id.Site
	}{
		{org.Administrator, "Asha Alder", &x.Depot.ID, nil, nil},
		{org.Supervisor, "Samir Stone", &x.Harbour.ID, &x.North.ID, nil},
		{org.Technician, "Tara Thorn", &x.Tower.ID, &x.Hill.ID, nil},
		{org.Guard, "Gopal Gale", &x.Harbour.ID, nil, &x.Harbour.ID},
		{org.Viewer, "Vani Vale", &x.Mill.ID, nil, nil},
		{org.Auditor, "Arun Ash", nil, nil, nil},
	} {
		login := strings.ToLower(m.role)
		in := people.PersonInput{
			Code: fmt.Sprintf("E%d", n+1), Name: m.name, Login: login, Email: login + "@lantern.example", Mobile: fmt.Sprintf("+9198765432%02d", n), HomeSite: m.home, Active: true,
		}
		member := x.member(in)
		x.Staff[m.role], x.Grants[m.role] = member, x.GrantIn(member.ID, m.role, m.unit, m.site)
	}
}

// Actor signs in who has a built-in role, each time anew.
func (x *Tenant) Actor(role string) actor.Actor {
	x.w.t.Helper()
	return x.As(x.Staff[role])
}

// As signs a member in and gives the actor of the session.
func (x *Tenant) As(m Member) actor.Actor {
	x.w.t.Helper()
	a, err := x.w.Auth.BySession(x.w.t.Context(), x.SignIn(m))
	x.w.must(err)
	return a
}

// SignIn signs a member in and gives the session's secret, as a cookie carries it.
func (x *Tenant) SignIn(m Member) string {
	x.w.t.Helper()
	out, err := x.w.Auth.SignIn(x.w.t.Context(), auth.SignIn{
		Tenant: x.Code, Login: m.Login, Password: m.Password, From: auth.Origin{Source: "192.0.2.1", Agent: "test"},
	})
	x.w.must(err)
	return out.Secret
}

// Someone makes a person at home at a site (nil: nowhere) who may do these things in the whole tenant.
func (x *Tenant) Someone(home *id.Site, may ...actor.Permission) Member {
	x.w.t.Helper()
	x.n++
	m := x.member(people.PersonInput{
		Code: fmt.Sprintf("X%d", x.n), Name: fmt.Sprintf("Someone %d", x.n), Login: fmt.Sprintf("someone%d", x.n), HomeSite: home, Active: true,
	})
	if len(may) > 0 {
		x.Grant(m.ID, nil, nil, may...)
	}
	return m
}

// Grant gives a person a new role with these permissions, in a unit, at a site, or (both nil) in the whole tenant.
func (x *Tenant) Grant(person id.Person, unit *id.Unit, site *id.Site, may ...actor.Permission) org.Grant {
	x.w.t.Helper()
	x.n++
	code := fmt.Sprintf("ROLE%d", x.n)
	r, err := x.w.Org.CreateRole(x.w.t.Context(), x.System, org.RoleInput{Code: code, Name: code, Permissions: may})
	x.w.must(err)
	g, err := x.w.Org.CreateGrant(x.w.t.Context(), x.System, org.GrantInput{Person: person, Role: r.ID, Unit: unit, Site: site})
	x.w.must(err)
	return g
}

// GrantIn gives a person a built-in role in a unit, at a site, or (both nil) in the whole tenant.
func (x *Tenant) GrantIn(person id.Person, role string, unit *id.Unit, site *id.Site) org.Grant {
	x.w.t.Helper()
	g, err := x.w.Org.CreateGrant(x.w.t.Context(), x.System, org.GrantInput{Person: person, Role: x.Roles[role].ID, Unit: unit, Site: site})
	x.w.must(err)
	return g
}

// Unit makes a unit below another (nil: at the top).
func (x *Tenant) Unit(code string, parent *id.Unit) org.Unit {
	x.w.t.Helper()
	return x.unit(code, code, parent)
}

// Site makes a site in a unit (nil: in none).
func (x *Tenant) Site(code string, unit *id.Unit) org.Site {
	x.w.t.Helper()
	return x.site(code, code, unit)
}

func (x *Tenant) member(in people.PersonInput) Member {
	x.w.t.Helper()
	p, err := x.w.People.CreatePerson(x.w.t.Context(), x.System, in)
	x.w.must(err)
	x.w.must(x.w.Auth.SetPassword(x.w.t.Context(), x.System, p.ID, Password))
	return Member{Person: p, Password: Password}
}

func (x *Tenant) lookup(list org.List, code, name string) org.Lookup {
	x.w.t.Helper()
	l, err := x.w.Org.CreateLookup(x.w.t.Context(), x.System, org.LookupInput{List: list, Code: code, Name: name, Active: true})
	x.w.must(err)
	return l
}

func (x *Tenant) unit(code, name string, parent *id.Unit) org.Unit {
	x.w.t.Helper()
	u, err := x.w.Org.CreateUnit(x.w.t.Context(), x.System, org.UnitInput{Parent: parent, Code: code, Name: name, Active: true})
	x.w.must(err)
	return u
}

func (x *Tenant) site(code, name string, unit *id.Unit) org.Site {
	x.w.t.Helper()
	s, err := x.w.Org.CreateSite(x.w.t.Context(), x.System, org.SiteInput{
		Unit: unit, Type: &x.Office.ID, Code: code, Name: name, Active: true, Point: &org.Point{Latitude: 18.5, Longitude: 73.8},
	})
	x.w.must(err)
	return s
}
