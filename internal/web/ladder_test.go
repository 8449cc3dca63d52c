package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func (h *house) night() people.Group {
	h.t.Helper()
	g, err := h.People.CreateGroup(h.t.Context(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Night shift", Active: true, People: []id.Person{h.Staff[org.Guard].ID}})
	if err != nil {
		h.t.Fatal(err)
	}
	return g
}

// typed gives the levels of the form that a page shows: number, unit and target of each.
func (a answer) typed() (out []string) {
	a.t.Helper()
	for n := 1; len(a.all("input", "name", afterName(n))) > 0; n++ {
		mails := strings.TrimSpace(textIn(a.all("textarea", "name", mailsName(n))[0]))
		out = append(out, strings.Join([]string{a.value(afterName(n)), a.chosen(afterName(n) + "_unit"), a.value(toName(n)), mails}, "|"))
	}
	return out
}

func TestALadderIsMadeAndChangedWithoutScripts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		c, night := h.Category("HVAC"), h.night()
		b, at := h.as(org.Administrator), "/categories/"+c.ID.String()+"/ladder"
		a := b.get(at).is(http.StatusOK, "Ladder of all sites", "Level 1", "There is no ladder for this category at this site.", "Nothing happens by itself").lacks("Remove")
		testworld.Same(t, []string{"|hours||"}, a.typed())

		// Another level, with what is typed kept; then one taken out from the middle.
		form := with(a.fields(at), "after_1", "50", "after_1_unit", "minutes", "to_1", "E3", "do", "add")
		a = b.post(at, form...).is(http.StatusOK, "Level 2", "Remove")
		a = b.post(at, with(a.fields(at), "after_2", "x", "do", "add")...).is(http.StatusOK, "Level 3")
		testworld.Same(t, []string{"50|minutes|E3|", "x|hours||", "|hours||"}, a.typed())
		a = b.post(at, with(a.fields(at), "after_3", "1", "after_3_unit", "days", "to_3", "night shift", "mails_3", "boss@lantern.example, B@lantern.example", "do", "remove-2")...).is(http.StatusOK)
		testworld.Same(t, []string{"50|minutes|E3|", "1|days|night shift|boss@lantern.example, B@lantern.example"}, a.typed())

		// Tried before it is saved.
		mine := a.fields(at)
		b.post(at, with(mine, "at_site", h.Harbour.ID.String(), "at_day", "2026-11-25", "at_time", "16:00", "do", "try")...).
			is(http.StatusOK, "They are not saved yet.", "Goes to Tara Thorn at 16:50", "16:50 level 1 Tara Thorn", "Thu 26 Nov, 16:00 level 2 Night shift tells 2 addresses", "Why 16:50?")
		if _, err := h.Ticket.GetLadder(t.Context(), h.System, c.ID, nil); err == nil {
			t.Error("the dry run saved it")
		}
		b.post(at, mine...).goes(at)
		a = b.get(at).is(http.StatusOK, "The ladder of all sites is saved", "by the ladder as it is saved")
		testworld.Same(t, []string{"50|minutes|E3 Tara Thorn|", "1|days|Night shift (group)|boss@lantern.example b@lantern.example"}, a.typed())
		l, err := h.Ticket.GetLadder(t.Context(), h.System, c.ID, nil)
		if err != nil || len(l.Rungs) != 2 || l.Rungs[0].After != 50 || *l.Rungs[1].Group != night.ID || l.Rungs[1].After != 24*60 {
			t.Errorf("stored %+v %v", l, err)
		}

		// Somebody else was faster: both are shown, and nothing typed is lost.
		stale := with(a.fields(at), "after_1", "40")
		b.post(at, with(a.fields(at), "after_1", "30", "after_2", "", "to_2", "", "mails_2", "")...).goes(at)
		a = b.post(at, stale...).is(http.StatusConflict, "Somebody changed this ladder").
			differs("Level 1", "30 minutes: E3 Tara Thorn", "40 minutes: E3 Tara Thorn", "Level 2", "Nothing", "1 days: Night shift (group), boss@lantern.example, b@lantern.example")
		if a.value("version") != "2" || !a.linksTo(at) {
			t.Errorf("on version %s", a.value("version"))
		}
		b.post(at, a.fields(at)...).goes(at)
		b.get("/audit?what=ladder.updated").is(http.StatusOK, "changed the ladder of HVAC at all sites")

		b.post(at+"/delete", "version", "3").is(http.StatusOK, "Delete the ladder of all sites?")
		b.post(at+"/delete", "version", "1", "confirm", "yes").is(http.StatusConflict, "Nothing is deleted")
		b.post(at+"/delete", "version", "3", "confirm", "yes").goes("/categories/" + c.ID.String())
		b.post(at, stale...).is(http.StatusConflict).differs("Level 1", "Nothing", "40 minutes: E3 Tara Thorn", "Level 2", "Nothing", "1 days: Night shift (group), boss@lantern.example, b@lantern.example")
	})
}

func TestASiteMayHaveALadderOfItsOwn(t *testing.T) {
	h := fresh(t)
	c, tech := h.Category("HVAC", func(in *ticket.CategoryInput) { in.Clock = ticket.Business }), h.Staff[org.Technician].ID
	h.Ladder(c.ID, nil, ticket.RungInput{After: 120, Person: &tech})
	if _, err := h.Calendar.Put(t.Context(), h.System, nil, 0, calendar.Input{Name: "Office", Openings: []calendar.Opening{{Weekday: time.Wednesday, From: 540, Until: 1080}, {Weekday: time.Thursday, From: 540, Until: 1080}}}); err != nil {
		t.Fatal(err)
	}
	b, site := h.as(org.Administrator), h.Harbour.ID.String()
	at := "/categories/" + c.ID.String() + "/ladder"
	a := b.get(at+"?site="+site).is(http.StatusOK, "Ladder of Harbour", "Harbour follows the ladder of all sites so far", "What happens now, by the ladder of all sites.", "Wed 25 Nov, 14:30 to 16:30 + 2 h",
		"Office, of all sites").lacks("Delete")
	testworld.Same(t, []string{"2|hours|E3 Tara Thorn|"}, a.typed())
	if len(a.all("select", "name", "at_site")) != 0 {
		t.Error("the site of a site's ladder is asked")
	}
	b.post(at, with(a.fields(at), "after_1", "5", "at_day", "2026-11-25", "at_time", "17:00", "do", "try")...).
		is(http.StatusOK, "Goes to Tara Thorn on Thu 26 Nov, 13:00", "Wed 25 Nov, 17:00 to 18:00 + 1 h Thu 26 Nov, 09:00 to 13:00 + 4 h", "By the ladder of Harbour")
	b.post(at, with(a.fields(at), "after_1", "5")...).goes(at + "?site=" + site)
	b.get("/categories/"+c.ID.String()).is(http.StatusOK, "Harbour 5 h Tara Thorn")
	b.get(at+"?at_site="+site).is(http.StatusOK, "Harbour has a ladder of its own, which holds there.")
	b.get(at+"?at_site="+h.Tower.ID.String()).is(http.StatusOK, "by the ladder as it is saved")
	b.post(at+"/delete", "version", "1", "site", site).is(http.StatusOK, "The ladder of all sites then holds at Harbour.")
	b.post(at+"/delete", "version", "1", "site", site, "confirm", "yes").goes("/categories/" + c.ID.String())
	for _, bad := range []string{"nonsense", h.SecondTenant().Mill.ID.String()} {
		b.get(at + "?site=" + bad).is(http.StatusNotFound)
		b.post(at, "site", bad).is(http.StatusNotFound)
	}
	b.get(at+"?at_day=x&at_time=y").is(http.StatusOK, "Say on which day and at what time a ticket is opened.")
}

func TestFaultsOfALadderStandAtTheirFields(t *testing.T) {
	h := fresh(t)
	c, guard := h.Category("HVAC"), h.Staff[org.Guard]
	h.night()
	b, at := h.as(org.Administrator), "/categories/"+c.ID.String()+"/ladder"
	level := func(n int, after, unit, to, mails string) []string {
		return []string{afterName(n), after, afterName(n) + "_unit", unit, toName(n), to, mailsName(n), mails}
	}
	for _, x := range []struct {
		name          string
		first, second []string
		field, want   string
	}{
		{"not later", level(1, "2", "hours", "", ""), level(2, "120", "minutes", "", ""), "after_2", "A level comes later than the one before it: minutes count from the opening."},
		{"no number", level(1, "", "hours", "E3", ""), level(2, "1", "days", "", ""), "after_1", "A level is 1 minute to 366 days after the opening."},
		{"no number at all", level(1, "soon", "hours", "E3", ""), level(2, "1", "days", "", ""), "after_1", "Enter a whole number, like 150."},
		{"nobody", level(1, "1", "hours", "", ""), level(2, "2", "hours", "Nobody At All", ""), "to_2", "Nobody whom you see has this name or code."},
		{"no group", level(1, "1", "hours", "", ""), level(2, "2", "hours", "Day shift (group)", ""), "to_2", "There is no active group of people with this name."},
		{"no address", level(1, "1", "hours", "", "a@x.example\nnonsense"), level(2, "2", "hours", "", ""), "mails_1", "An e-mail address looks like name@example.com."},
		{"too long", level(1, "367", "days", "", ""), level(2, "999999999999999", "days", "", ""), "after_1", "A level is 1 minute to 366 days after the opening."},
	} {
		a := b.post(at, append(append([]string{"version", "0"}, x.first...), x.second...)...).is(http.StatusUnprocessableEntity, "to put right", "Put right what is wrong, then try again.")
		if got := a.message(x.field); got != x.want {
			t.Errorf("%s: %q at %s, want %q", x.name, got, x.field, x.want)
		}
		if a.value("after_2") != x.second[1] || a.value("to_2") != x.second[5] {
			t.Errorf("%s: what was typed is gone", x.name)
		}
	}
	a := b.post(at, append([]string{"version", "0"}, level(1, "", "hours", " ", "")...)...).is(http.StatusUnprocessableEntity)
	if a.message("after_1") == "" {
		t.Error("a ladder without levels is taken")
	}
	if _, err := h.People.UpdatePerson(t.Context(), h.System, guard.ID, 1, people.PersonInput{Code: guard.Code, Name: guard.Name, Login: guard.Login, Active: false}); err != nil {
		t.Fatal(err)
	}
	for _, do := range []string{"", "try"} {
		a := b.post(at, append([]string{"version", "0", "do", do}, level(1, "1", "hours", guard.Code, "")...)...).is(http.StatusUnprocessableEntity)
		if a.message("to_1") != "There is no such active person." {
			t.Errorf("%q: %q", do, a.message("to_1"))
		}
	}
	b.post(at, "do", "remove-x").is(http.StatusBadRequest)
	b.post(at, "what", "x").is(http.StatusBadRequest)
	full := []string{"do", "add"}
	for n := 1; n <= maxLevels; n++ {
		full = append(full, level(n, "1", "hours", "", "")...)
	}
	if a := b.post(at, full...).is(http.StatusOK, "Level 9").lacks("Add a level"); len(a.typed()) != maxLevels {
		t.Errorf("%d levels", len(a.typed()))
	}
	if a := b.post(at, append(full[2:], "do", "remove-44")...).is(http.StatusOK); len(a.typed()) != maxLevels {
		t.Errorf("a level that is not there is removed: %q", a.typed())
	}
}

func TestWhoMaySeeALadderMayTryIt(t *testing.T) {
	h := fresh(t)
	c, admin := h.Category("HVAC"), h.Staff[org.Administrator].ID
	h.Ladder(c.ID, nil, ticket.RungInput{After: 60, Person: &admin})
	at := "/categories/" + c.ID.String() + "/ladder"
	guard := h.as(org.Guard)
	guard.get(at).is(http.StatusOK, "Level 1 1 h Asha Alder", "Goes to Asha Alder at 15:30").lacks("Save the ladder", "Add a level", "Delete")
	guard.get(at+"?at_site="+h.Harbour.ID.String()+"&at_day=2026-11-26&at_time=00%3A30&do=try").is(http.StatusOK, "Goes to Asha Alder at 01:30")
	guard.get(at+"?at_site="+h.Mill.ID.String()).is(http.StatusOK, "There is no site that you see.")
	guard.get(at + "?site=" + h.Mill.ID.String()).is(http.StatusNotFound)
	guard.post(at, "version", "1").is(http.StatusForbidden)
	guard.post(at+"/delete", "version", "1", "confirm", "yes").is(http.StatusForbidden)

	// Who changes a ladder in one place only keeps those whom they do not see.
	role, err := h.Org.CreateRole(t.Context(), h.System, org.RoleInput{Code: "KEEPER", Name: "Keeper", Permissions: []actor.Permission{ticket.CanReadCategory, ticket.CanUpdateCategory, org.CanReadSite, people.CanReadPerson, people.CanReadGroup}})
	if err != nil {
		t.Fatal(err)
	}
	keeper := h.Someone(nil)
	if _, err := h.Org.CreateGrant(t.Context(), h.System, org.GrantInput{Person: keeper.ID, Role: role.ID, Site: &h.Harbour.ID}); err != nil {
		t.Fatal(err)
	}
	b := h.signedIn(keeper)
	b.get(at).is(http.StatusOK).lacks("Save the ladder")
	b.post(at, "version", "1").is(http.StatusForbidden)
	own := at + "?site=" + h.Harbour.ID.String()
	a := b.get(own).is(http.StatusOK, "Save the ladder")
	testworld.Same(t, []string{"1|hours|Asha Alder (level 1 as before)|"}, a.typed())
	b.post(at, with(a.fields(at), "after_1", "2")...).goes(own)
	l, err := h.Ticket.GetLadder(t.Context(), h.System, c.ID, &h.Harbour.ID)
	if err != nil || *l.Rungs[0].Person != admin || l.Rungs[0].After != 120 {
		t.Errorf("stored %+v %v", l, err)
	}
	a = b.post(at, "version", "1", "site", h.Harbour.ID.String(), "after_1", "1", "after_1_unit", "hours", "to_1", "Asha Alder").is(http.StatusUnprocessableEntity)
	if a.message("to_1") != "Nobody whom you see has this name or code." {
		t.Errorf("somebody unseen is found: %q", a.message("to_1"))
	}
}
