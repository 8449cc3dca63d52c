package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// desk is a house with tickets that differ in what a list is narrowed by.
type desk struct {
	*house
	asha       actor.Actor // the administrator, who made all this
	heat, lift ticket.Category
	crew       people.Group
	byTitle    map[string]ticket.Ticket
}

func openDesk(h *house) *desk {
	d := &desk{house: h, asha: h.Actor(org.Administrator), byTitle: map[string]ticket.Ticket{}}
	d.heat, d.lift = h.Category("HEAT", func(in *ticket.CategoryInput) { in.Resolve, in.Pause = ptr(int64(60)), true }), h.Category("LIFT")
	sam, asha := h.Staff[org.Supervisor].ID, h.Staff[org.Administrator].ID
	h.Ladder(d.heat.ID, nil, ticket.RungInput{After: 30, Person: &sam}, ticket.RungInput{After: 90})
	var err error
	d.crew, err = h.People.CreateGroup(h.Ctx(), h.System, people.GroupInput{Kind: people.OfPeople, Name: "Crew", Active: true, People: []id.Person{asha}})
	must(h.t, err)
	machine := h.NewAsset(h.Harbour.ID, "M1")
	d.report("boiler", h.Harbour.ID, d.heat.ID, func(in *ticket.Input) { in.Asset, in.Assignee.Person = &machine.ID, &sam })
	d.report("doors", h.Harbour.ID, d.lift.ID, func(in *ticket.Input) { in.Priority = ticket.High })
	d.report("cabin", h.Tower.ID, d.lift.ID, func(in *ticket.Input) { in.Kind, in.Assignee.Group = ticket.Request, &d.crew.ID })
	d.report("fan", h.Tower.ID, d.heat.ID, nil)
	d.move("fan", ticket.Open, "")
	d.move("fan", ticket.OnHold, "Waiting for a part")
	d.report("valve", h.Harbour.ID, d.heat.ID, nil)
	d.move("valve", ticket.Open, "")
	d.move("valve", ticket.Resolved, "Turned")
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) report(title string, site id.Site, category id.Category, change func(*ticket.Input)) {
	d.t.Helper()
	in := ticket.Input{Site: site, Category: category, Title: title}
	if change != nil {
		change(&in)
	}
	t, err := d.Ticket.Create(d.Ctx(), d.asha, in)
	must(d.t, err)
	d.byTitle[title] = t
}

func (d *desk) move(title string, to ticket.Status, why string) {
	d.t.Helper()
	t := d.byTitle[title]
	now, err := d.Ticket.Move(d.Ctx(), d.asha, t.ID, t.Version, to, why)
	must(d.t, err)
	d.byTitle[title] = now
}

// at is where a ticket's page is.
func (d *desk) at(title string) string { return ticketsPath + "/" + d.byTitle[title].ID.String() }

// now reads a ticket again.
func (d *desk) now(title string) ticket.Ticket {
	d.t.Helper()
	t, err := d.Ticket.Get(d.Ctx(), d.System, d.byTitle[title].ID)
	must(d.t, err)
	return t
}

// counts gives the number and the address of each tab of a list by status.
func (a answer) counts() map[string][2]string {
	out := map[string][2]string{}
	for _, nav := range a.all("nav", "aria-label", "By status") {
		for n := range nav.Descendants() {
			if n.Data != "a" || n.Type != html.ElementNode {
				continue
			}
			words := strings.Fields(strings.TrimSuffix(textIn(n), " late"))
			count := "0"
			if last := words[len(words)-1]; strings.Trim(last, "0123456789") == "" {
				count, words = last, words[:len(words)-1]
			}
			out[strings.Join(words, " ")] = [2]string{count, attr(n, "href")}
		}
	}
	return out
}

func TestTicketsAreNarrowedAndTheirCountsOpenThoseRows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		h.Clock.Advance(61 * time.Minute)
		b := h.as(org.Administrator)
		for _, c := range []struct {
			path, want string
			says       []string
		}{
			{"/tickets", "fan cabin doors boiler", []string{"HARBOUR#1", "New, late", "High priority", "Nobody", "Crew", "4 tickets"}},
			{"/tickets?status=all", "valve fan cabin doors boiler", []string{"Resolved"}},
			{"/tickets?status=RESOLVED", "valve", nil},
			{"/tickets?status=late", "boiler", []string{"New, late"}},
			{"/tickets?site=" + h.Tower.ID.String(), "fan cabin", []string{"Site TOWER Tower remove"}},
			{"/tickets?category=" + d.lift.ID.String(), "cabin doors", []string{"Category LIFT remove"}},
			{"/tickets?priority=HIGH", "doors", []string{"Priority High remove"}},
			{"/tickets?kind=REQUEST", "cabin", []string{"Kind request remove"}},
			{"/tickets?with=nobody", "fan doors", []string{"With Nobody remove"}},
			{"/tickets?with=person:" + h.Staff[org.Supervisor].ID.String(), "boiler", []string{"Samir Stone remove"}},
			{"/tickets?with=group:" + d.crew.ID.String(), "cabin", []string{"With Crew remove"}},
			{"/tickets?asset=" + d.byTitle["boiler"].Asset.String(), "boiler", []string{"Asset M1 remove"}},
			{"/tickets?order=escalation", "boiler", []string{"Order next escalation first remove"}},
			{"/tickets?q=oil", "boiler", nil},
		} {
			a := b.get(c.path).is(http.StatusOK, c.says...)
			if got := strings.Join(a.subjects("tickets"), " "); got != c.want {
				t.Errorf("%s shows %q, want %q", c.path, got, c.want)
			}
			for name, tab := range a.counts() {
				n, err := strconv.Atoi(tab[0])
				must(t, err)
				if rows := len(b.get(tab[1]).subjects("tickets")); rows != n {
					t.Errorf("%s: the tab %s says %d and opens %d rows at %s", c.path, name, n, rows, tab[1])
				}
			}
		}
		b.get("/tickets?site=nonsense").is(http.StatusUnprocessableEntity)
		b.get("/tickets?status=GONE").is(http.StatusUnprocessableEntity)
		b.get("/tickets?q=nothing+like+it").is(http.StatusOK, "No ticket has “nothing like it”", "Search whatever the status")
		b.get("/tickets?priority=LOW").is(http.StatusOK, "No ticket fits these filters")
		b.get("/tickets?status=CANCELLED").is(http.StatusOK, "No ticket here has this status")
		if got := strings.Join(h.as(org.Supervisor).get("/tickets?with=me").subjects("tickets"), " "); got != "boiler" {
			t.Errorf("with the supervisor are %q", got)
		}
		if got := strings.Join(b.get("/tickets?with=me").subjects("tickets"), " "); got != "cabin" {
			t.Errorf("with the administrator's group are %q", got)
		}
	})
}

func TestTheBoardShowsWhatTheListCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b := h.as(org.Administrator)
		board := b.get("/tickets/board").is(http.StatusOK, "boiler", "valve", "Clock stands").lacks("Cancelled 0")
		counts := b.get("/tickets").counts()
		for _, s := range []ticket.Status{ticket.Fresh, ticket.Open, ticket.OnHold, ticket.Resolved, ticket.Closed} {
			lanes := board.all("section", "data-lane", string(s))
			if len(lanes) != 1 {
				t.Fatalf("%d lanes for %s", len(lanes), s)
			}
			if words := strings.Fields(textIn(lanes[0])); !strings.Contains(strings.Join(words[:3], " "), counts[s.Label()][0]) {
				t.Errorf("the lane begins %q, the list counts %s", words[:3], counts[s.Label()][0])
			}
		}
		b.get("/tickets/board?site="+h.Tower.ID.String()).is(http.StatusOK, "cabin", "Site TOWER Tower remove").lacks("boiler")

		// A card is moved where nothing must be said, and comes back to the board; otherwise its page asks why.
		x := d.byTitle["doors"]
		b.post(d.at("doors")+"/move", "version", number(x.Version), "to", "OPEN", "back", "/tickets/board?q=door").goes("/tickets/board?q=door")
		if d.now("doors").Status != ticket.Open {
			t.Error("the card was not moved")
		}
		b.post(d.at("valve")+"/move", "version", number(d.byTitle["valve"].Version), "to", "CLOSED", "back", "//elsewhere.example").goes(d.at("valve"))
		b.get("/tickets/board").linksTo(d.at("doors") + "?to=RESOLVED#say")
		b.get(d.at("doors")+"?to=RESOLVED").is(http.StatusOK, "Resolve: say why")
	})
}

func TestTicketPagesAskAsOftenForManyRowsAsForFew(t *testing.T) {
	var asked atomic.Int64
	d := openDesk(open(t, testworld.New(t, dbtest.Open(t, "sqlite", func(o *db.Options) { o.Observe = func(db.Stat) { asked.Add(1) } }))))
	b := d.as(org.Administrator)
	paths := []string{"/tickets", "/tickets?order=escalation", "/tickets/board", d.at("boiler"), "/tickets/new", "/"}
	count := func() map[string]int64 {
		out := map[string]int64{}
		for _, path := range paths {
			before := asked.Load()
			b.get(path).is(http.StatusOK)
			out[path] = asked.Load() - before
		}
		return out
	}
	d.Remember()
	count() // the first visit fills caches
	few := count()
	for i := range 25 {
		d.report(fmt.Sprintf("more %d", i), d.Harbour.ID, d.heat.ID, func(in *ticket.Input) { in.Asset = d.byTitle["boiler"].Asset })
		_, err := d.Ticket.Comment(d.Ctx(), d.asha, d.byTitle["boiler"].ID, "still cold")
		must(t, err)
	}
	count() // and so does the first after a change
	for path, n := range count() {
		if n > few[path] {
			t.Errorf("%s asks %d statements for few rows and %d for many", path, few[path], n)
		}
		if n > 18 {
			t.Errorf("%s asks %d statements", path, n)
		}
	}
}
