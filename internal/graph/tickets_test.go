package graph_test

import (
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func categoryCrud() crud {
	return crud{"Category", "", "code name priority clock pauseOnHold resolveMinutes active updatedAt version",
		o{"code": "hvac", "name": "Air", "priority": "HIGH", "clock": "BUSINESS", "pauseOnHold": true, "resolveMinutes": 90, "active": true},
		o{"code": "HVAC", "name": "Air", "priority": "HIGH", "clock": "BUSINESS", "pauseOnHold": true, "resolveMinutes": 90.0, "active": true,
			"updatedAt": "2026-11-25T09:00:00Z", "version": 1.0},
		o{"code": "HVAC", "name": "Heat", "active": false},
		o{"name": "Heat", "priority": "MEDIUM", "clock": "ELAPSED", "pauseOnHold": false, "resolveMinutes": nil, "active": false}}
}

// TestATicketIsWorkedOn walks one from its report to its end, with what is said and what it leaves behind.
func TestATicketIsWorkedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		who := x.Actor(org.Supervisor)
		c, machine := x.Category("HVAC"), x.NewAsset(x.Harbour.ID, "CHILLER")
		guard := x.Staff[org.Guard]
		made := x.ask(who, `mutation($in: TicketInput!) { x: createTicket(input: $in) { id ref number kind source title description status priority siteName categoryName
			assetCode personName level commentCount openedAt version site { code } category { code } location { name } asset { name } creator { name } person { name } groupId } }`,
			o{"in": o{"siteId": x.Harbour.ID.String(), "categoryId": c.ID.String(), "assetId": machine.ID.String(), "title": "Chiller 2 tripped", "description": "At noon.",
				"assignee": o{"personId": guard.ID.String()}}}).data()["x"].(map[string]any)
		id := made["id"]
		delete(made, "id")
		testworld.Same(t, any(o{"ref": "HARBOUR#1", "number": 1.0, "kind": "INCIDENT", "source": "PERSON", "title": "Chiller 2 tripped", "description": "At noon.",
			"status": "NEW", "priority": "MEDIUM", "siteName": "Harbour", "categoryName": "HVAC", "assetCode": "CHILLER", "personName": guard.Name, "level": 0.0,
			"commentCount": 0.0, "openedAt": "2026-11-25T09:00:00Z", "version": 1.0, "site": o{"code": "HARBOUR"}, "category": o{"code": "HVAC"}, "location": nil,
			"asset": o{"name": "CHILLER"}, "creator": o{"name": who.Name()}, "person": o{"name": guard.Name}, "groupId": nil}), any(made))
		x.Clock.Advance(time.Minute)
		change := `mutation($id: ID!, $c: ID!) { x: updateTicket(id: $id, version: 1, input: {kind: REQUEST, title: "Chiller 2", priority: HIGH, categoryId: $c}) { kind title priority version } }`
		args := o{"id": id, "c": c.ID.String()}
		testworld.Same(t, any(o{"kind": "REQUEST", "title": "Chiller 2", "priority": "HIGH", "version": 2.0}), x.ask(who, change, args).data()["x"])
		testworld.Same(t, []string{"conflict x: version stale"}, x.ask(who, change, args).faults())
		testworld.Same(t, any(o{"status": "OPEN"}), x.ask(who, `mutation($id: ID!) { x: moveTicket(id: $id, version: 2, status: OPEN) { status } }`, o{"id": id}).data()["x"])
		testworld.Same(t, []string{"invalid x: comment required"}, x.ask(who, `mutation($id: ID!) { x: moveTicket(id: $id, version: 3, status: ONHOLD) { status } }`, o{"id": id}).faults())
		testworld.Same(t, any(o{"personName": "", "person": nil}),
			x.ask(who, `mutation($id: ID!) { x: assignTicket(id: $id, version: 3) { personName person { name } } }`, o{"id": id}).data()["x"])
		x.ask(who, `mutation($id: ID!) { commentTicket(id: $id, body: "Ordered a part.") { id } }`, o{"id": id}).data()
		x.ask(who, `mutation($id: ID!) { moveTicket(id: $id, version: 4, status: ONHOLD, comment: "No part.") { id } }`, o{"id": id}).data()
		said := x.ask(who, `query($id: ID!) { x: ticketComments(id: $id) { edges { cursor node { personName person { name } body status at } } } }`, o{"id": id}).data()["x"]
		testworld.Same(t, any([]any{"Ordered a part.", "No part."}), any(nodes(said, "body")))
		testworld.Same(t, any([]any{nil, "ONHOLD"}), any(nodes(said, "status")))
		rest := x.ask(who, `query($id: ID!, $a: String!) { x: ticketComments(id: $id, after: $a) { edges { node { body } } } }`, o{"id": id, "a": at(said, "edges", "0", "cursor")}).data()["x"]
		testworld.Same(t, any([]any{"No part."}), any(nodes(rest, "body")))
		past := x.ask(who, `query($id: ID!) { x: ticketHistory(id: $id, first: 3) { edges { node { verb who what comment person { name } } } pageInfo { hasNextPage } } }`, o{"id": id}).data()["x"]
		testworld.Same(t, any([]any{"ticket.status_changed", "ticket.commented", "ticket.assigned"}), any(nodes(past, "verb")))
		testworld.Same(t, any(true), at(past, "pageInfo", "hasNextPage"))
		testworld.Same(t, any("No part."), at(past, "edges", "0", "node", "comment"))
	})
}

func TestTicketsAreFilteredAndCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		hvac, lift := x.Category("HVAC"), x.Category("LIFT")
		me := admin.Person()
		x.NewTicket(x.Harbour.ID, hvac.ID, "A", func(in *ticket.Input) { in.Priority, in.Assignee.Person = ticket.High, &me })
		x.NewTicket(x.Mill.ID, lift.ID, "Boiler", func(in *ticket.Input) { in.Kind = ticket.Request })
		x.Clock.Advance(time.Second)
		c := x.NewTicket(x.Mill.ID, hvac.ID, "C")
		if _, err := x.Ticket.Move(t.Context(), admin, c.ID, c.Version, ticket.Open, ""); err != nil {
			t.Fatal(err)
		}
		for field, want := range map[string][]any{
			`tickets`: {"C", "Boiler", "A"},
			`tickets(filter: {statuses: [OPEN, CLOSED]})`:                     {"C"},
			`tickets(filter: {siteId: "` + x.Mill.ID.String() + `"})`:         {"C", "Boiler"},
			`tickets(filter: {categoryId: "` + hvac.ID.String() + `"})`:       {"C", "A"},
			`tickets(filter: {priority: HIGH, mine: true})`:                   {"A"},
			`tickets(filter: {kind: REQUEST, unassigned: true})`:              {"Boiler"},
			`tickets(filter: {personId: "` + me.String() + `"})`:              {"A"},
			`tickets(filter: {changedAfter: "2026-11-25T09:00:01Z"})`:         {"C"},
			`tickets(filter: {escalated: true})`:                              {},
			`tickets(filter: {search: "boil", order: NEWEST})`:                {"Boiler"},
			`tickets(filter: {order: ESCALATION})`:                            {},
			`tickets(filter: {dueBefore: "2030-01-01T00:00:00Z"}, first: 10)`: {},
		} {
			got := x.ask(admin, `{ x: `+field+` { edges { node { title } } } }`, nil).data()["x"]
			if len(want) == 0 && len(nodes(got, "title")) == 0 {
				continue
			}
			testworld.Same(t, any(want), any(nodes(got, "title")))
		}
		counts := x.ask(admin, `{ x: ticketCounts(filter: {siteId: "`+x.Mill.ID.String()+`"}) { status count } }`, nil).data()["x"].([]any)
		testworld.Same(t, any([]any{o{"status": "NEW", "count": 1.0}, o{"status": "OPEN", "count": 1.0}}), any(counts[:2]))
		testworld.Same(t, []string{"invalid x: first range"}, x.ask(admin, `{ x: tickets(first: 0) { edges { cursor } } }`, nil).faults())
		testworld.Same(t, []string{"invalid x: first range"}, x.ask(admin, `{ x: categories(first: 0) { edges { cursor } } }`, nil).faults())
		named := x.ask(admin, `{ x: categories(search: "li", changedAfter: "2026-11-25T09:00:00Z") { edges { node { code } } } }`, nil).data()["x"]
		testworld.Same(t, any([]any{"LIFT"}), any(nodes(named, "code")))
	})
}

// TestALadderIsPutAndExplained: set up, tried dry, seen on a ticket, and taken away.
func TestALadderIsPutAndExplained(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		c := x.Category("HVAC", func(in *ticket.CategoryInput) { in.Resolve = ptr(int64(120)) })
		args := o{"c": c.ID.String(), "s": x.Harbour.ID.String(), "p": x.Staff[org.Guard].ID.String()}
		put := `mutation($c: ID!, $p: ID!) { x: putLadder(id: $c, input: {levels: [{afterMinutes: 30, personId: $p, mails: ["a@b.example"]}, {afterMinutes: 60}]})
			{ siteId siteName version levels { level afterMinutes personName groupName mails } } }`
		testworld.Same(t, any(o{"siteId": nil, "siteName": "", "version": 1.0, "levels": []any{
			o{"level": 1.0, "afterMinutes": 30.0, "personName": x.Staff[org.Guard].Name, "groupName": "", "mails": []any{"a@b.example"}},
			o{"level": 2.0, "afterMinutes": 60.0, "personName": "", "groupName": "", "mails": []any{}}}}), x.ask(admin, put, args).data()["x"])
		wrong := `mutation($c: ID!) { x: putLadder(id: $c, version: 1, input: {levels: [{afterMinutes: 60}, {afterMinutes: 60}]}) { id } }`
		testworld.Same(t, []string{"invalid x: levels[1].afterMinutes order"}, x.ask(admin, wrong, args).faults())
		tried := x.ask(admin, `query($c: ID!, $s: ID!) { x: ladderPreview(id: $c, siteId: $s, openedAt: "2026-11-25T10:00:00Z") { clock zone heldSeconds steps { level at done } deadline { level at } } }`, args).data()["x"]
		testworld.Same(t, any("2026-11-25T11:00:00Z"), at(tried, "steps", "1", "at"))
		testworld.Same(t, any(o{"level": 0.0, "at": "2026-11-25T12:00:00Z"}), at(tried, "deadline"))
		one := x.NewTicket(x.Harbour.ID, c.ID, "Leak")
		why := x.ask(admin, `query($id: ID!) { x: ticketExplanation(id: $id) { reason next { level at personName } plan { openedAt steps { level rows { day } } } } }`, o{"id": one.ID.String()}).data()["x"]
		testworld.Same(t, any(o{"level": 1.0, "at": "2026-11-25T09:30:00Z", "personName": x.Staff[org.Guard].Name}), at(why, "next"))
		all := x.ask(admin, `query($c: ID!) { x: categoryLadders(id: $c) { version levels { level } } }`, args).data()["x"]
		testworld.Same(t, any(1.0), at(all, "0", "version"))
		x.ask(admin, `mutation($c: ID!) { deleteLadder(id: $c, version: 1) }`, args).data()
		testworld.Same(t, any([]any{}), x.ask(admin, `query($c: ID!) { x: categoryLadders(id: $c) { version } }`, args).data()["x"])
	})
}

func TestSeveralTicketsAreAssignedAndViewsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin := x.Actor(org.Administrator)
		c := x.Category("HVAC")
		a, b := x.NewTicket(x.Harbour.ID, c.ID, "A"), x.NewTicket(x.Harbour.ID, c.ID, "B")
		seen := []o{{"id": a.ID.String(), "version": 1}, {"id": b.ID.String(), "version": 7}}
		got := x.ask(admin, `mutation($t: [SeenInput!]!, $p: ID!) { x: assignTickets(tickets: $t, assignee: {personId: $p}) { id problem ticket { personName } } }`,
			o{"t": seen, "p": x.Staff[org.Guard].ID.String()}).data()["x"]
		testworld.Same(t, any(o{"id": a.ID.String(), "problem": nil, "ticket": o{"personName": x.Staff[org.Guard].Name}}), at(got, "0"))
		if at(got, "1", "problem") == nil || at(got, "1", "ticket", "personName") != "" {
			t.Errorf("one that somebody has changed meanwhile: %v", at(got, "1"))
		}
		kept := x.ask(admin, `mutation { x: saveView(input: {name: "Late", query: "status=late"}) { id area name query createdAt } }`, nil).data()["x"]
		list := x.ask(admin, `{ x: savedViews { id area name query createdAt } }`, nil).data()["x"]
		testworld.Same(t, any([]any{kept}), list)
		x.ask(admin, `mutation($id: ID!) { deleteView(id: $id) }`, o{"id": at(kept, "id")}).data()
		testworld.Same(t, any([]any{}), x.ask(admin, `{ x: savedViews { id } }`, nil).data()["x"])
	})
}

func ptr[T any](v T) *T { return &v }
