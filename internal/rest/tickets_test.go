package rest_test

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// ticketCruds are the nouns of package ticket, for TestRecordsAreMadeReadChangedAndDeleted; a ticket is never deleted.
func ticketCruds(x *api) []crud {
	x.t.Helper()
	return []crud{
		{"ticket-categories", o{"code": "lift", "name": "Lifts", "priority": "HIGH", "clock": "BUSINESS", "pause_on_hold": true, "resolve_minutes": 240},
			o{"code": "LIFT", "name": "Lifts", "priority": "HIGH", "clock": "BUSINESS", "pause_on_hold": true, "resolve_minutes": 240, "active": true,
				"updated_at": "2026-11-25T09:00:00Z", "version": 1},
			o{"code": "LIFT", "name": "Lift", "priority": "LOW", "clock": "ELAPSED", "active": false},
			o{"name": "Lift", "priority": "LOW", "clock": "ELAPSED", "pause_on_hold": false, "resolve_minutes": nil, "active": false}},
	}
}

func TestATicketIsReportedWorkedOnAndClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard, boss := x.Actor(org.Guard), x.Actor(org.Supervisor)
		me, tech := x.Staff[org.Guard].ID.String(), x.Staff[org.Technician].ID.String()
		hvac := x.Category("HVAC", func(in *ticket.CategoryInput) { n := int64(240); in.Resolve = &n })
		pump := x.NewAsset(x.Harbour.ID, "P-1")
		chosen, harbour := id.New[id.Ticket]().String(), x.Harbour.ID.String()
		body := o{"id": chosen, "site_id": harbour, "title": "Leak", "category_id": hvac.ID.String(), "asset_id": pump.ID.String(), "kind": "REQUEST", "priority": "HIGH"}
		made := x.call(guard, "POST", "/api/v1/tickets", body).want(http.StatusCreated)
		at := "/api/v1/tickets/" + chosen
		const now = "2026-11-25T09:00:00Z"
		want := normal(t, o{
			"id": chosen, "ref": "HARBOUR#1", "site_id": harbour, "site_name": "Harbour", "number": 1, "kind": "REQUEST", "source": "PERSON", "title": "Leak", "description": "",
			"status": "NEW", "priority": "HIGH", "category_id": hvac.ID.String(), "category_name": "HVAC", "location_id": nil, "location_name": "", "asset_id": pump.ID.String(),
			"asset_code": "P-1", "asset_name": "P-1", "creator_id": me, "creator_name": "Gopal Gale", "person_id": nil, "person_name": "", "group_id": nil, "group_name": "",
			"reporter": "", "level": 0, "opened_at": now, "held_at": nil, "due_at": "2026-11-25T13:00:00Z", "next_escalation_at": nil, "resolved_at": nil, "comments": 0,
			"created_at": now, "updated_at": now, "version": 1,
		})
		testworld.Same(t, want, made.json)
		if made.header.Get("Location") != at {
			t.Errorf("Location %s", made.header.Get("Location"))
		}
		testworld.Same(t, want, x.call(guard, "GET", at, nil).want(http.StatusOK).json)
		twice := x.call(guard, "POST", "/api/v1/tickets", body).want(http.StatusConflict)
		testworld.Same(t, []string{"id taken"}, twice.faults())

		x.call(guard, "POST", at+"/assignee", o{"person_id": tech, "version": 1}).want(http.StatusForbidden)
		got := x.call(boss, "POST", at+"/assignee", o{"person_id": tech, "version": 1}).want(http.StatusOK)
		testworld.Same(t, "Tara Thorn", got.text("person_name"))
		change := o{"title": "Big leak", "kind": "INCIDENT", "priority": "LOW", "category_id": hvac.ID.String(), "version": 1}
		stale := x.call(boss, "PUT", at, change).want(http.StatusConflict)
		testworld.Same(t, got.json, stale.json["current"].(map[string]any))
		change["version"] = 2
		got = x.call(boss, "PUT", at, change).want(http.StatusOK)
		testworld.Same(t, normal(t, o{"a": "Big leak", "b": "INCIDENT", "c": "LOW", "d": nil}),
			o{"a": got.json["title"], "b": got.json["kind"], "c": got.json["priority"], "d": got.json["asset_id"]})

		said := x.call(guard, "POST", at+"/comments", o{"body": "It smells."}).want(http.StatusCreated)
		x.call(boss, "POST", at+"/status", o{"status": "OPEN", "version": 3}).want(http.StatusOK)
		mute := x.call(boss, "POST", at+"/status", o{"status": "RESOLVED", "version": 4}).want(http.StatusUnprocessableEntity)
		testworld.Same(t, []string{"comment required"}, mute.faults())
		x.call(boss, "POST", at+"/status", o{"status": "RESOLVED", "comment": "Fixed.", "version": 4}).want(http.StatusOK)
		closed := x.call(guard, "POST", at+"/status", o{"status": "CLOSED", "version": 5}).want(http.StatusOK)
		testworld.Same(t, "CLOSED", closed.text("status"))
		never := x.call(boss, "POST", at+"/status", o{"status": "OPEN", "comment": "No.", "version": 6}).want(http.StatusConflict)
		testworld.Same(t, []string{"status transition"}, never.faults())

		comments := x.call(guard, "GET", at+"/comments?limit=1", nil).want(http.StatusOK)
		testworld.Same(t, said.json, comments.json["items"].([]any)[0].(map[string]any))
		comments = x.call(guard, "GET", at+"/comments?after="+comments.text("next"), nil).want(http.StatusOK)
		testworld.Same(t, []any{"Fixed."}, comments.items("body"))
		testworld.Same(t, []any{"RESOLVED"}, comments.items("status"))
		lines := x.call(guard, "GET", at+"/history", nil).want(http.StatusOK)
		testworld.Same(t, []any{"ticket.status_changed", "ticket.status_changed", "ticket.status_changed", "ticket.commented", "ticket.updated", "ticket.assigned", "ticket.created"},
			lines.items("verb"))
		testworld.Same(t, []any{"CLOSED", "RESOLVED", "OPEN", "", "", "", ""}, lines.items("to_status"))
		testworld.Same(t, []any{"Assigned to Tara Thorn"}, lines.items("what")[5].([]any))
	})
}

func TestTicketsAreFilteredAndCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		viewer, hvac, water := x.Actor(org.Viewer), x.Category("HVAC").ID, x.Category("WATER").ID
		guard, tech := x.Staff[org.Guard].ID, x.Staff[org.Technician].ID
		gate, pump := x.Location(x.Harbour.ID, "GATE", nil).ID, x.NewAsset(x.Harbour.ID, "P-1").ID
		x.Ladder(water, nil, ticket.RungInput{After: 60})
		x.NewTicket(x.Harbour.ID, hvac, "A", func(in *ticket.Input) { in.Location, in.Asset, in.Assignee.Person = &gate, &pump, &tech })
		b := x.NewTicket(x.Mill.ID, water, "B", func(in *ticket.Input) { in.Kind, in.Priority = ticket.Request, ticket.High })
		if _, err := x.Ticket.Move(t.Context(), x.System, b.ID, 1, ticket.Open, ""); err != nil {
			t.Fatal(err)
		}
		x.Clock.Advance(time.Second)
		who := x.Actor(org.Guard)
		if _, err := x.Ticket.Create(t.Context(), who, ticket.Input{Site: x.Harbour.ID, Category: hvac, Title: "C"}); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string][]any{
			"": {"C", "B", "A"}, "status=NEW,OPEN": {"C", "B", "A"}, "status=OPEN": {"B"}, "site_id=" + x.Mill.ID.String(): {"B"}, "category_id=" + hvac.String(): {"C", "A"},
			"priority=HIGH": {"B"}, "kind=REQUEST": {"B"}, "mine=true": {}, "person_id=" + tech.String(): {"A"}, "group_id=" + x.ID.String(): {}, "unassigned=true": {"C", "B"},
			"creator_id=" + guard.String(): {"C"}, "asset_id=" + pump.String(): {"A"}, "location_id=" + gate.String(): {"A"}, "escalated=true": {},
			"due_before=2030-01-01T00:00:00Z": {}, "changed_after=2026-11-25T09:00:00Z": {"A", "B", "C"}, "changed_after=2026-11-25T09:00:01Z": {"C"}, "search=mill%231": {"B"},
			"order=escalation": {"B"},
		} {
			t.Log(path)
			testworld.Same(t, want, x.call(viewer, "GET", "/api/v1/tickets?"+path, nil).want(http.StatusOK).items("title"))
		}
		first := x.call(viewer, "GET", "/api/v1/tickets?limit=2", nil).want(http.StatusOK)
		testworld.Same(t, []any{"A"}, x.call(viewer, "GET", "/api/v1/tickets?limit=2&after="+first.text("next"), nil).want(http.StatusOK).items("title"))
		counts := x.call(viewer, "GET", "/api/v1/tickets/counts?site_id="+x.Harbour.ID.String()+"&status=OPEN", nil).want(http.StatusOK)
		testworld.Same(t, []any{"NEW", "OPEN", "ONHOLD", "RESOLVED", "CLOSED", "CANCELLED"}, counts.items("status"))
		testworld.Same(t, []any{2.0, 0.0, 0.0, 0.0, 0.0, 0.0}, counts.items("count"))
		for path, want := range map[string]string{"status=NEW,LOST": "status[1] unknown", "order=colour": "order unknown", "after=x": "after cursor", "status=": ""} {
			if want != "" {
				testworld.Same(t, []string{want}, x.call(viewer, "GET", "/api/v1/tickets?"+path, nil).want(http.StatusUnprocessableEntity).faults())
			}
		}
		x.call(viewer, "GET", "/api/v1/tickets?status=", nil).want(http.StatusOK)
	})
}

func TestSeveralTicketsAreAssignedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, hvac, tech := x.Actor(org.Supervisor), x.Category("HVAC").ID, x.Staff[org.Technician].ID.String()
		a, b := x.NewTicket(x.Harbour.ID, hvac, "A"), x.NewTicket(x.Harbour.ID, hvac, "B")
		mill := x.NewTicket(x.Mill.ID, hvac, "C") // not the supervisor's
		seen := func(x ticket.Ticket, version int) o { return o{"id": x.ID.String(), "version": version} }
		got := x.call(boss, "POST", "/api/v1/tickets/assignees", o{"person_id": tech, "tickets": []o{seen(a, 1), seen(b, 2), seen(mill, 1)}}).want(http.StatusOK)
		testworld.Same(t, []any{"", "conflict", "not_found"}, got.items("code"))
		tickets := got.items("ticket")
		if tickets[0].(map[string]any)["person_name"] != "Tara Thorn" || tickets[1].(map[string]any)["version"] != 1.0 || tickets[2] != nil {
			t.Errorf("got %s", got.raw)
		}
		bad := x.call(boss, "POST", "/api/v1/tickets/assignees", o{"tickets": []o{}, "version": 1}).want(http.StatusUnprocessableEntity)
		testworld.Same(t, []string{"tickets required", "version unknown"}, bad.faults())
	})
}

func TestLaddersArePutTriedAndExplained(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, tech := x.Actor(org.Administrator), x.Staff[org.Technician].ID.String()
		c := x.Category("HVAC", func(in *ticket.CategoryInput) { n := int64(240); in.Clock, in.Resolve = ticket.Business, &n })
		week := []calendar.Opening{{Weekday: time.Wednesday, From: 9 * 60, Until: 17 * 60}}
		if _, err := x.Calendar.Put(t.Context(), x.System, &x.Mill.ID, 0, calendar.Input{Name: "Wednesdays", Openings: week}); err != nil {
			t.Fatal(err)
		}
		at, mill := "/api/v1/ticket-categories/"+c.ID.String(), x.Mill.ID.String()
		levels := []o{{"after_minutes": 60, "person_id": tech, "mails": []string{"Boss@x.example"}}, {"after_minutes": 120}}
		all := x.call(admin, "PUT", at+"/ladder", o{"levels": levels, "version": 0}).want(http.StatusOK)
		testworld.Same(t, normal(t, o{
			"id": all.json["id"], "category_id": c.ID.String(), "site_id": nil, "site_name": "", "updated_at": "2026-11-25T09:00:00Z", "version": 1, "levels": []o{
				{"level": 1, "after_minutes": 60, "person_id": tech, "person_name": "Tara Thorn", "group_id": nil, "group_name": "", "mails": []string{"boss@x.example"}},
				{"level": 2, "after_minutes": 120, "person_id": nil, "person_name": "", "group_id": nil, "group_name": "", "mails": []string{}},
			}}), all.json)
		bad := x.call(admin, "PUT", at+"/ladder", o{"levels": []o{{"after_minutes": 5}, {"after_minutes": 5, "person_id": x.ID.String()}}, "version": 1}).want(http.StatusUnprocessableEntity)
		testworld.Same(t, []string{"levels[1].after_minutes order"}, bad.faults())
		stale := x.call(admin, "PUT", at+"/ladder", o{"levels": levels, "version": 0}).want(http.StatusConflict)
		testworld.Same(t, all.json, stale.json["current"].(map[string]any))
		x.call(admin, "PUT", at+"/ladder", o{"site_id": mill, "levels": levels[:1], "version": 0}).want(http.StatusOK)
		testworld.Same(t, []any{"", "Mill"}, x.call(admin, "GET", at+"/ladders", nil).want(http.StatusOK).items("site_name"))

		plan := x.call(admin, "GET", at+"/preview?site_id="+mill, nil).want(http.StatusOK) // 14:30 on a Wednesday
		deadline := plan.json["deadline"].(map[string]any)
		if len(plan.json["steps"].([]any)) != 1 || deadline["at"] != "2026-12-02T05:00:00Z" || len(deadline["rows"].([]any)) != 2 || plan.text("calendar") != "site" {
			t.Errorf("plan %s", plan.raw)
		}
		later := x.call(admin, "GET", at+"/preview?site_id="+mill+"&opened_at=2026-12-02T04:00:00Z", nil).want(http.StatusOK)
		for _, far := range []string{"9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"} {
			x.call(admin, "GET", at+"/preview?site_id="+mill+"&opened_at="+far, nil).want(http.StatusUnprocessableEntity)
		}
		testworld.Same(t, "2026-12-02T08:00:00Z", later.json["deadline"].(map[string]any)["at"].(string))
		one := x.NewTicket(x.Mill.ID, c.ID, "A")
		why := x.call(admin, "GET", "/api/v1/tickets/"+one.ID.String()+"/explanation", nil).want(http.StatusOK)
		if next := why.json["next"].(map[string]any); next["at"] != "2026-11-25T10:00:00Z" || next["person_name"] != "Tara Thorn" || why.text("reason") != "" {
			t.Errorf("explained %s", why.raw)
		}
		x.call(admin, "DELETE", at+"/ladder?version=1&site_id="+mill, nil).want(http.StatusNoContent)
		x.call(admin, "DELETE", at+"/ladder?version=1&site_id="+mill, nil).want(http.StatusNotFound)
		x.call(admin, "DELETE", at+"/ladder?version=1", nil).want(http.StatusNoContent)
		x.call(admin, "DELETE", at+"?version=1", nil).want(http.StatusConflict) // there is a ticket about it
	})
}

func TestViewsAreOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		const at = "/api/v1/account/views"
		made := x.call(guard, "PUT", at, o{"area": "tickets", "name": "Mine", "query": "mine=true"}).want(http.StatusOK)
		x.call(guard, "PUT", at, o{"area": "assets", "name": "Pumps"}).want(http.StatusOK)
		testworld.Same(t, []any{made.json}, x.call(guard, "GET", at, nil).want(http.StatusOK).json["items"].([]any))
		testworld.Same(t, []any{"Pumps"}, x.call(guard, "GET", at+"?area=assets", nil).want(http.StatusOK).items("name"))
		x.call(x.Actor(org.Technician), "DELETE", at+"/"+made.text("id"), nil).want(http.StatusNotFound)
		x.call(guard, "DELETE", at+"/"+made.text("id"), nil).want(http.StatusNoContent)
		testworld.Same(t, []any{}, x.call(guard, "GET", at, nil).want(http.StatusOK).items("name"))
	})
}
