package web

import (
	"testing"

	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

func TestPositionsInWords(t *testing.T) {
	for _, c := range []struct {
		at   org.Point
		want string
	}{
		{org.Point{Latitude: 18.5515, Longitude: 73.9348}, "18.55150° N, 73.93480° E"},
		{org.Point{Latitude: -33.9, Longitude: -70.123456}, "33.90000° S, 70.12346° W"},
		{org.Point{}, "0.00000° N, 0.00000° E"},
	} {
		if got := position(c.at); got != c.want {
			t.Errorf("%v: %q, want %q", c.at, got, c.want)
		}
	}
}

func TestChangesInWords(t *testing.T) {
	for _, c := range []struct{ claim, verb, before, after, want, icon string }{
		{"a new record", "site.created", ``, `{"name":"a"}`, "Added", "plus"},
		{"one field", "site.updated", `{"name":"a","version":1}`, `{"name":"b","version":2}`, "Changed name", "edit"},
		{"two fields, one of them new", "site.updated", `{"name":"a"}`, `{"name":"b","point":{"latitude":1,"longitude":2}}`, "Changed name and position", "edit"},
		{"many fields", "person.updated", `{}`, `{"code":"a","name":"b","email":"c","mobile":"d","active":true}`, "Changed code, name, e-mail and 2 more", "edit"},
		{"nothing but the version", "site.updated", `{"version":1}`, `{"version":2}`, "Saved without a change", "edit"},
		{"a record that does not read", "site.updated", `{`, `{}`, "Saved without a change", "edit"},
		{"a given password", "person.password_set", ``, ``, "Got a new password", told("person.password_set").icon},
		{"an own password", "person.password_changed", ``, ``, "Changed the password", told("person.password_changed").icon},
		{"ended sessions", "person.sessions_ended", ``, ``, "Signed out everywhere", told("person.sessions_ended").icon},
		{"a verb of a later version", "person.photo_added", ``, ``, "photo added", told("person.photo_added").icon},
	} {
		e := journal.Entry{Verb: c.verb, Before: c.before, After: c.after}
		if got := changeWords(e); got != c.want || changeIcon(c.verb) != c.icon {
			t.Errorf("%s: %q with %q, want %q with %q", c.claim, got, changeIcon(c.verb), c.want, c.icon)
		}
	}
}

func TestManyChangesLeadToTheTrail(t *testing.T) {
	h := fresh(t)
	s := h.Harbour
	for i := range recentChanges {
		var err error
		in := org.SiteInput{Unit: s.Unit, Code: s.Code, Name: s.Name, Zone: s.Zone, Radius: int64(100 + i), Active: true}
		if s, err = h.Org.UpdateSite(t.Context(), h.System, s.ID, s.Version, in); err != nil {
			t.Fatal(err)
		}
	}
	a := h.as(org.Auditor).get("/sites/"+s.ID.String()).is(200, "Changes", "Changed radius").lacks("Added")
	all := "/audit?subject=" + s.ID.String()
	if !a.linksTo(all) || len(a.all("ol", "id", "history")) != 1 {
		t.Error("the older changes cannot be reached")
	}
	h.as(org.Auditor).get(all).is(200, "Harbour")
}

func TestEveryZoneOfferedExists(t *testing.T) {
	for _, name := range zoneField(ui.Field{}).Offers {
		in := org.TenantInput{Code: "X", Name: "X", Zone: name}
		if err := in.Check(); err != nil {
			t.Errorf("%s is offered: %v", name, err)
		}
	}
}
