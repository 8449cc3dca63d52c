package actor_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const read, write actor.Permission = "site.read", "site.write"

var (
	harbour, mill = id.New[id.Site](), id.New[id.Site]()
	north, south  = id.New[id.Unit](), id.New[id.Unit]()
	tenant        = id.New[id.Tenant]()
	person        = id.New[id.Person]()
)

func person1(reach map[actor.Permission]actor.Reach) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: person, Name: "Asha", Session: id.New[id.Session](), Reach: reach})
}

var (
	everywhere = person1(map[actor.Permission]actor.Reach{read: {All: true}})
	atHarbour  = person1(map[actor.Permission]actor.Reach{read: {Sites: map[id.Site]struct{}{harbour: {}}}})
	inNorth    = person1(map[actor.Permission]actor.Reach{read: {Sites: map[id.Site]struct{}{harbour: {}}, Units: map[id.Unit]struct{}{north: {}}}})
	emptyUnit  = person1(map[actor.Permission]actor.Reach{read: {Units: map[id.Unit]struct{}{north: {}}}})
	noReach    = person1(map[actor.Permission]actor.Reach{read: {}})
	token      = actor.New(actor.Facts{Kind: actor.Token, Tenant: tenant, Person: person, Token: id.New[id.Token](), Reach: map[actor.Permission]actor.Reach{read: {All: true}}})
	visitor    = actor.New(actor.Facts{Kind: actor.Visitor, Tenant: tenant})
	system     = actor.New(actor.Facts{Kind: actor.System, Tenant: tenant, Name: "IntelliWiz"})
)

// what gathers every answer about one permission.
type what struct {
	Can, Everywhere, Harbour, Mill, North, South                                bool
	Require, RequireEverywhere, RequireHarbour, RequireMill, RequireN, RequireS fault.Kind
}

func ask(a actor.Actor, p actor.Permission) what {
	return what{
		a.Can(p), a.Everywhere(p), a.At(p, harbour), a.At(p, mill), a.In(p, north), a.In(p, south),
		fault.KindOf(a.Require(p)), fault.KindOf(a.RequireEverywhere(p)), fault.KindOf(a.RequireAt(p, harbour)),
		fault.KindOf(a.RequireAt(p, mill)), fault.KindOf(a.RequireIn(p, north)), fault.KindOf(a.RequireIn(p, south)),
	}
}

func TestWhatAnActorMayDoWhere(t *testing.T) {
	const no, who = fault.Forbidden, fault.Unauthenticated
	all := what{Can: true, Everywhere: true, Harbour: true, Mill: true, North: true, South: true}
	none := what{false, false, false, false, false, false, no, no, no, no, no, no}
	stranger := what{false, false, false, false, false, false, who, who, who, who, who, who}
	for _, c := range []struct {
		claim string
		actor actor.Actor
		p     actor.Permission
		want  what
	}{
		{"everywhere", everywhere, read, all},
		{"another permission is not held", everywhere, write, none},
		{"at one site", atHarbour, read, what{true, false, true, false, false, false, "", no, "", no, no, no}},
		{"in a unit and its site", inNorth, read, what{true, false, true, false, true, false, "", no, "", no, "", no}},
		{"in a unit without sites", emptyUnit, read, what{true, false, false, false, true, false, "", no, no, no, "", no}},
		{"a reach of nothing is nothing", noReach, read, none},
		{"a token has its person's", token, read, all},
		{"a visitor has to sign in", visitor, read, stranger},
		{"the zero actor has to sign in", actor.Actor{}, read, stranger},
		{"the system may do all", system, "whatever.else", all},
	} {
		if diff := cmp.Diff(c.want, ask(c.actor, c.p)); diff != "" {
			t.Errorf("%s: %s", c.claim, diff)
		}
	}
}

func TestARefusalNamesThePermission(t *testing.T) {
	f := fault.As(atHarbour.RequireEverywhere(read))
	if len(f.Fields) != 1 || f.Fields[0].Path != "permission" || f.Fields[0].Code != "site.read" {
		t.Errorf("fields %v", f.Fields)
	}
}

func TestReachAsListsIsInOrder(t *testing.T) {
	sites, units := map[id.Site]struct{}{}, map[id.Unit]struct{}{}
	var wantSites []id.Site
	var wantUnits []id.Unit
	for range 50 {
		s, u := id.New[id.Site](), id.New[id.Unit]()
		sites[s], units[u] = struct{}{}, struct{}{}
		wantSites, wantUnits = append(wantSites, s), append(wantUnits, u)
	}
	a := person1(map[actor.Permission]actor.Reach{read: {Sites: sites, Units: units}})
	same := cmp.Comparer(func(a, b id.UUID) bool { return a == b })
	if got, all := a.Sites(read); all || !cmp.Equal(wantSites, got, same) {
		t.Errorf("sites: %v %v", all, cmp.Diff(wantSites, got, same))
	}
	if got, all := a.Units(read); all || !cmp.Equal(wantUnits, got, same) {
		t.Errorf("units: %v %v", all, cmp.Diff(wantUnits, got, same))
	}
	for _, who := range []actor.Actor{everywhere, system} {
		sites, allSites := who.Sites(read)
		units, allUnits := who.Units(read)
		if !allSites || !allUnits || len(sites)+len(units) != 0 {
			t.Errorf("%s: %v %v %v %v, want all and no list", who.Name(), allSites, allUnits, sites, units)
		}
	}
}

func TestOnlyPersonsAndTokensAreSignedIn(t *testing.T) {
	for _, c := range []struct {
		actor actor.Actor
		kind  actor.Kind
		want  bool
	}{
		{everywhere, actor.Person, true}, {token, actor.Token, true}, {visitor, actor.Visitor, false}, {system, actor.System, false},
		{actor.Actor{}, actor.Visitor, false},
	} {
		if c.actor.Kind() != c.kind || c.actor.SignedIn() != c.want || (c.actor.RequirePerson() == nil) != c.want {
			t.Errorf("%s: kind %s, signed in %v, %v", c.kind, c.actor.Kind(), c.actor.SignedIn(), c.actor.RequirePerson())
		}
		if err := c.actor.RequirePerson(); !c.want && fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}

func TestAnActorIsWhatItWasMadeOf(t *testing.T) {
	f := actor.Facts{Kind: actor.Token, Tenant: tenant, Person: person, Name: "Asha", Session: id.New[id.Session](), Token: id.New[id.Token]()}
	a := actor.New(f)
	if a.Tenant() != f.Tenant || a.Person() != f.Person || a.Name() != f.Name || a.Session() != f.Session || a.Token() != f.Token {
		t.Errorf("%+v", a)
	}
	if !(actor.Actor{}).Tenant().IsZero() {
		t.Error("the zero actor has a tenant")
	}
}

func TestAContextCarriesTheActorOfARequest(t *testing.T) {
	if got := actor.From(t.Context()); got.Kind() != actor.Visitor || !got.Tenant().IsZero() {
		t.Errorf("without one: %+v", got)
	}
	if got := actor.From(actor.Into(t.Context(), token)); got.Token() != token.Token() {
		t.Errorf("with one: %+v", got)
	}
}
