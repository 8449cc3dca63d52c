package ui

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

func names(all []Area) (out []string) {
	for _, a := range all {
		n := a.Name
		if a.Here {
			n += "*"
		}
		out = append(out, n+" "+a.Href)
	}
	return out
}

func may(all ...actor.Permission) actor.Actor {
	reach := map[actor.Permission]actor.Reach{}
	for _, p := range all {
		reach[p] = actor.Reach{Sites: map[id.Site]struct{}{{}: {}}}
	}
	return actor.New(actor.Facts{Kind: actor.Person, Reach: reach})
}

func TestTheRailShowsWhatOneMaySee(t *testing.T) {
	for _, c := range []struct {
		claim string
		who   actor.Actor
		path  string
		want  []string
	}{
		{"nothing but Today without a permission", may(), "/", []string{"Today* /"}},
		{"a place with its permission somewhere", may("person.read"), "/people/12/edit", []string{"Today /", "People* /people"}},
		{"Set-up leads to the part that may be seen", may("role.read"), "/roles", []string{"Today /", "Set-up* /roles"}},
		{"a path that only begins alike is another", may("site.read"), "/sitesandmore", []string{"Today /", "Sites /sites"}},
		{"all", everything(), "/audit", []string{"Today /", "Tickets /tickets", "Tasks /tasks", "Live board /board/live", "Plans /planner", "Checklists /checklists", "Assets /assets", "People /people", "Groups /groups", "Sites /sites", "Locations /locations", "Set-up /lookups", "Audit trail* /audit"}},
	} {
		if d := cmp.Diff(c.want, names(Visible(Areas(), c.who, c.path))); d != "" {
			t.Errorf("%s: (-want +got)\n%s", c.claim, d)
		}
	}
}

func TestPartsOfAPlaceAreTabs(t *testing.T) {
	f := Frame{Areas: Visible(Areas(), everything(), "/roles/7")}
	want := Tabs{Label: "Set-up", Items: []Tab{{Text: "Lookups", Href: "/lookups"}, {Text: "Ticket categories", Href: "/categories"}, {Text: "Roles", Href: "/roles", Here: true}, {Text: "Roles given", Href: "/grants"}, {Text: "Organisation", Href: "/settings"}, {Text: "Second step", Href: "/second-step"}, {Text: "Single sign-on", Href: "/sso"}, {Text: "Phones", Href: "/phones"}, {Text: "Business hours", Href: "/calendar"}, {Text: "Services", Href: "/services"}, {Text: "Webhooks", Href: "/webhooks"}, {Text: "Import", Href: "/imports"}, {Text: "Operations", Href: "/operations"}, {Text: "Features", Href: "/flags"}}}
	if d := cmp.Diff(want, f.Parts()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	f = Frame{Areas: Visible(Areas(), may("role.read"), "/roles")}
	if got := f.Parts(); len(got.Items) != 0 {
		t.Errorf("one part alone is no choice: got %+v", got)
	}
}

func TestLookSurvivesItsCookie(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/look", strings.NewReader("theme=dark&rail=narrow&contrast=loud"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(Look{Theme: "light", Contrast: "more"}.Cookie(true))
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	look := LookOf(r).With(r)
	if want := (Look{Theme: "dark", Rail: "narrow"}); look != want {
		t.Errorf("got %+v, want %+v: an unknown contrast counts as none", look, want)
	}
	c := look.Cookie(true)
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Value != "dark..narrow" || c.Name != "__Host-iw_look" || look.Cookie(false).Name != "iw_look" {
		t.Errorf("cookie %s", c)
	}
	for _, bad := range []string{"", "dark", "a.b.c", `dark"><script>..`, "auto..auto"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", "iw_look="+bad)
		if got := LookOf(r); got != (Look{}) {
			t.Errorf("cookie %q gives %+v", bad, got)
		}
	}
	if got := LookOf(httptest.NewRequest(http.MethodGet, "/", nil)); got != (Look{}) {
		t.Errorf("no cookie gives %+v", got)
	}
}

func TestFaultsFindTheirFields(t *testing.T) {
	if f := FaultsOf(nil); f.Any() || f.At("x") != "" {
		t.Errorf("nil has faults: %+v", f)
	}
	f := fault.Of(fault.Conflict, "Another record is in the way.")
	f.Fields = []fault.Field{{Path: "b", Message: "B is taken"}, {Path: "gone", Message: "Elsewhere"}, {Path: "a", Message: "A is short"}}
	got := FaultsOf(f)
	if got.At("a") != "A is short" || got.At("c") != "" || !got.Any() {
		t.Errorf("At: %q %q", got.At("a"), got.At("c"))
	}
	want := Summary{Title: "3 things to put right", Items: []SummaryItem{{"#f-a", "Length: A is short"}, {"#f-b", "Is it free? B is taken"}, {"", "Elsewhere"}}}
	if d := cmp.Diff(want, got.Summary(Field{Name: "a", Label: "Length"}, Field{Name: "b", Label: "Is it free?"})); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	f.Fields = f.Fields[:1]
	if got := FaultsOf(f).Summary(Field{Name: "b"}); got.Title != "1 thing to put right" {
		t.Errorf("title %q", got.Title)
	}
	secret := FaultsOf(errors.New("password=hunter2")).Summary()
	if want := (Summary{Title: "Something went wrong on our side."}); cmp.Diff(want, secret) != "" {
		t.Errorf("an error that is no fault shows %+v", secret)
	}
}

func TestFieldIDs(t *testing.T) {
	f := Field{Name: "may[]", Kind: Radio, Options: []Option{{Value: "a.b"}, {Value: "c"}}}
	if got := f.ID(); got != "f-may--" {
		t.Errorf("ID %q", got)
	}
	if got := []string{f.optionID(f.Options[0]), f.optionID(f.Options[1])}; got[0] != f.ID() || got[0] == got[1] {
		t.Errorf("the first option bears the field's id, the others their own: %q", got)
	}
}

func TestConfirmHolds(t *testing.T) {
	for _, c := range []struct {
		confirm Confirm
		sent    string
		want    bool
	}{{Confirm{}, "yes", true}, {Confirm{}, "", false}, {Confirm{Type: "PUN-TP1"}, "yes", false}, {Confirm{Type: "PUN-TP1"}, "PUN-TP1", true}} {
		if got := c.confirm.Holds(c.sent); got != c.want {
			t.Errorf("%+v sent %q: got %v", c.confirm, c.sent, got)
		}
	}
}

func TestBarsAreToScale(t *testing.T) {
	b := Bars{Items: []Bar{{Label: "Mo", Value: 10}, {Label: "Tu", Value: 5, Now: true}, {Label: "We", Value: -1, Late: true}}}
	want := []drawnBar{{"a", "1", "0", "40"}, {"hi", "11", "20", "20"}, {"b", "21", "40", "0"}}
	if d := cmp.Diff(want, b.draw(), cmp.AllowUnexported(drawnBar{})); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got := (Bars{Items: []Bar{{Value: 0}}}).draw()[0].height; got != "0" {
		t.Errorf("all zero: height %s", got)
	}
	if b.box() != "0 0 30 40" || len(b.ends()) != 2 || (Bars{}).ends() != nil {
		t.Errorf("box %q, ends %q", b.box(), b.ends())
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"Asha Kulkarni": "AK", "Ada": "A", "": "", "Jean-Luc de la Tour": "JT", "अमर  सिंह": "अस", "élodie": "É"} {
		if got := initials(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestSmallWords(t *testing.T) {
	if got := (Pager{Shown: 4, Noun: "people", Next: "/x"}).words(); got != "4 people shown" {
		t.Errorf("pager: %q", got)
	}
	if got := (Pager{Shown: 4, Noun: "people"}).words(); got != "4 people" {
		t.Errorf("pager at the end: %q", got)
	}
	if got := (Action{Primary: true}).class() + (Action{Danger: true, Bare: true}).class(); got != "btn gobtn bad bare" {
		t.Errorf("classes: %q", got)
	}
	l := List{Columns: []Column{{Slot: Subject}, {Label: "Scans", Slot: Amount}}}
	r := Row{Href: "/a", Cells: []Cell{{Href: "/other"}, {Href: "/b"}, {}}}
	if l.opens(r, 0) != "/a" || l.opens(r, 1) != "/b" || l.label(1) != "Scans" || l.label(0) != "" || l.cellClass(2) != "" {
		t.Error("cells do not open what they should")
	}
}
