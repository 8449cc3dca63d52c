package app

import (
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// situation is who calls, and about what.
type situation string

const (
	ownSite     situation = "own site"     // the role holds in a unit, the record belongs to a site there
	otherSite   situation = "other site"   // the record belongs to a site elsewhere in the tenant
	everywhere  situation = "whole tenant" // the role holds in the whole tenant
	otherTenant situation = "other tenant" // the role holds in the whole of another tenant
	anonymous   situation = "anonymous"
	disabled    situation = "disabled"      // a person who is not active any more
	expired     situation = "expired token" // a session or token whose time is over
	wrongScope  situation = "wrong scope"   // a token that is cut down to something else; on a page, a token, which opens none
)

// situations are the columns of the matrix.
var situations = []situation{ownSite, otherSite, everywhere, otherTenant, anonymous, disabled, expired, wrongScope}

// keys are what a caller comes with.
type keys struct{ session, token string }

// matrix is the assembled product with a caller for every role and situation, and records here and there.
type matrix struct {
	*house
	permissions map[actor.Permission]actor.Declared
	roles       map[string]map[actor.Permission]bool // what each built-in role may do, by its code
	codes       []string                             // of the roles
	callers     map[string]map[situation]keys        // by the role's code
	scopes      map[string][2]string                 // tokens cut down to site.read and to asset.read
	far         map[string]string                    // records at the other site, by noun; those of the own stand in house.ids
}

// openMatrix makes it: what is asked goes through the same door as in production, with sessions and tokens.
func openMatrix(t *testing.T) *matrix {
	m := &matrix{
		house: openHouse(t, "sqlite"), permissions: map[actor.Permission]actor.Declared{}, roles: map[string]map[actor.Permission]bool{},
		callers: map[string]map[situation]keys{}, scopes: map[string][2]string{}, far: map[string]string{},
	}
	server, err := m.newServer()
	m.must(err)
	m.door = server.Handler()
	for _, d := range permissions() {
		m.permissions[d.Name] = d
	}
	a, b := operator(m.actors["ADMINISTRATOR"].Tenant()), operator(m.actors["B ADMINISTRATOR"].Tenant())
	here := m.place(a, "HERE", m.ids)
	m.place(a, "THERE", m.far)
	m.ids["role"] = m.role(a, org.Guard).String() // the administrator's stays as it is, whoever asks
	for _, r := range org.Builtin(permissions()) {
		m.roles[r.Code], m.codes = map[actor.Permission]bool{}, append(m.codes, r.Code)
		for _, p := range r.Permissions {
			m.roles[r.Code][p] = true
		}
		m.callers[r.Code] = map[situation]keys{
			ownSite: m.caller(a, r.Code, &here, ""), otherSite: m.caller(a, r.Code, &here, ""), everywhere: m.caller(a, r.Code, nil, ""), otherTenant: m.caller(b, r.Code, nil, ""), anonymous: {},
			disabled: m.caller(a, r.Code, &here, disabled), expired: m.caller(a, r.Code, &here, expired),
		}
		site, asset := m.person(a, r.Code, &here), m.person(a, r.Code, &here)
		m.scopes[r.Code] = [2]string{m.token(a, site.ID, org.CanReadSite), m.token(a, asset.ID, "asset.read")}
	}
	m.must(m.journal.Seal(t.Context()))
	return m
}

func (m *matrix) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// place makes a unit with a site and one record there of every noun that belongs to a site.
func (m *matrix) place(who actor.Actor, code string, ids map[string]string) id.Unit {
	ctx := m.t.Context()
	u, err := m.org.CreateUnit(ctx, who, org.UnitInput{Code: code, Name: code, Active: true})
	m.must(err)
	s, err := m.org.CreateSite(ctx, who, org.SiteInput{Unit: &u.ID, Code: code, Name: code, Active: true})
	m.must(err)
	l, err := m.asset.CreateLocation(ctx, who, asset.LocationInput{Site: s.ID, Code: code, Name: code, Active: true})
	m.must(err)
	a, err := m.asset.CreateAsset(ctx, who, asset.AssetInput{Site: s.ID, Location: &l.ID, Code: code, Name: code, Active: true})
	m.must(err)
	f, err := m.files.Upload(ctx, who, "asset", id.Of[id.Any](a.ID.Bytes()), code+".txt", strings.NewReader("At "+code))
	m.must(err)
	categories, err := m.ticket.ListCategories(ctx, who, ticket.CategoryFilter{}, page.Request{})
	m.must(err)
	x, err := m.ticket.Create(ctx, who, ticket.Input{Site: s.ID, Asset: &a.ID, Category: categories.Items[0].ID, Title: code})
	m.must(err)
	p, err := m.people.CreatePerson(ctx, who, people.PersonInput{Code: code, Name: "At " + code, Login: "at-" + code, HomeSite: &s.ID, Active: true})
	m.must(err)
	guard := m.role(who, org.Guard)
	g, err := m.org.CreateGrant(ctx, who, org.GrantInput{Person: p.ID, Role: guard, Site: &s.ID})
	m.must(err)
	ids["unit"], ids["site"], ids["location"], ids["asset"], ids["file"] = u.ID.String(), s.ID.String(), l.ID.String(), a.ID.String(), f.ID.String()
	ids["ticket"], ids["person"], ids["grant"] = x.ID.String(), p.ID.String(), g.ID.String()
	list, err := id.Parse[id.Checklist](m.ids["checklist"])
	m.must(err)
	m.collectPlans(who, p.ID, s.ID, list, ids)
	return u.ID
}

func (m *matrix) role(who actor.Actor, code string) id.Role {
	roles, err := m.org.ListRoles(m.t.Context(), who, page.Request{Limit: page.Max})
	m.must(err)
	for _, r := range roles.Items {
		if r.Code == code {
			return r.ID
		}
	}
	m.t.Fatalf("no role %s", code)
	return id.Role{}
}

// person makes somebody with a role in a unit, nil for the whole tenant.
func (m *matrix) person(who actor.Actor, role string, unit *id.Unit) people.Person {
	code := "M" + id.New[id.Any]().String()[24:]
	p, err := m.people.CreatePerson(m.t.Context(), who, people.PersonInput{Code: code, Name: role + " " + code, Login: code, Active: true})
	m.must(err)
	_, err = m.org.CreateGrant(m.t.Context(), who, org.GrantInput{Person: p.ID, Role: m.role(who, role), Unit: unit})
	m.must(err)
	return p
}

// caller makes two people with a role, one with a session and one with a token, so that what ends sessions through the one leaves the other.
func (m *matrix) caller(who actor.Actor, role string, unit *id.Unit, end situation) keys {
	ctx := m.t.Context()
	t, err := m.org.GetTenant(ctx, who)
	m.must(err)
	inBrowser, byToken := m.person(who, role, unit), m.person(who, role, unit)
	m.must(m.auth.SetPassword(ctx, who, inBrowser.ID, demo.Password))
	in, err := m.auth.SignIn(ctx, auth.SignIn{Tenant: t.Code, Login: inBrowser.Login, Password: demo.Password})
	m.must(err)
	k := keys{session: in.Secret, token: m.token(who, byToken.ID)}
	for _, p := range []people.Person{inBrowser, byToken} {
		switch end {
		case disabled:
			_, err = m.people.UpdatePerson(ctx, who, p.ID, p.Version, people.PersonInput{Code: p.Code, Name: p.Name, Login: p.Login, Active: false})
		case expired:
			err = m.db.Write(ctx, who, func(tx *db.Tx) error {
				tx.Unjournaled("a test")
				tx.Later(endSessions, p.ID, m.now())
				_, err := tx.Exec(ctx, endTokens, p.ID, m.now())
				return err
			})
		}
		m.must(err)
	}
	return k
}

func (m *matrix) token(who actor.Actor, person id.Person, scopes ...actor.Permission) string {
	_, secret, err := m.auth.IssueToken(m.t.Context(), who, person, auth.TokenInput{Name: "matrix", Scopes: scopes, Expires: m.now().AddDate(0, 1, 0)})
	m.must(err)
	return secret
}

const endSessions db.SQL = `-- test.endSessions
update sessions set expires_at = $3 where tenant_id = $1 and person_id = $2`

const endTokens db.SQL = `-- test.endTokens
update api_tokens set expires_at = $3 where tenant_id = $1 and person_id = $2`
