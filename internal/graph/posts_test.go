package graph_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAPostOverGraphQL: made, listed, rostered, taken over, left, changed and closed; a stale change is told what is there now.
func TestAPostOverGraphQL(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, guard, viewer := x.Actor(org.Supervisor), x.Actor(org.Guard), x.Actor(org.Viewer)
		input := o{"siteId": x.Harbour.ID.String(), "code": "gate", "name": "Main gate", "hours": []o{{"weekday": 3, "from": 480, "until": 480}}, "graceMinutes": 10, "active": true}
		const fields = `{ id code name words needed graceMinutes alarm active standing version site { code } location { id } category { id } hours { weekday from until } held { personId personName endedAt remark } }`
		create := `mutation($i: PostInput!) { x: createPost(input: $i) ` + fields + ` }`
		made := x.ask(boss, create, o{"i": input}).data()["x"]
		p := o{"p": at(made, "id")}
		want := o{"id": p["p"], "code": "GATE", "name": "Main gate", "words": "Wed 08:00 to 08:00", "needed": 1.0, "graceMinutes": 10.0, "alarm": "MAIL", "active": true, "standing": "UNCOVERED", "version": 1.0,
			"site": o{"code": x.Harbour.Code}, "location": nil, "category": nil, "hours": []any{o{"weekday": 3.0, "from": 480.0, "until": 480.0}}, "held": []any{}}
		testworld.Same(t, any(want), made)
		testworld.Same(t, any(want), x.ask(viewer, `query($p: ID!) { x: post(id: $p) `+fields+` }`, p).data()["x"])

		for name, refused := range map[string]struct {
			got  []string
			want string
		}{
			"the code again":  {x.ask(boss, create, o{"i": input}).faults(), "conflict x: code taken"},
			"a guard":         {x.ask(guard, create, o{"i": input}).faults(), "forbidden x: permission post.create"},
			"no name":         {x.ask(boss, create, o{"i": o{"siteId": x.Harbour.ID.String(), "code": "B", "name": "", "active": true}}).faults(), "invalid x: name required"},
			"a guard changes": {x.ask(guard, `mutation($p: ID!, $i: PostInput!) { x: updatePost(id: $p, version: 1, input: $i) { id } }`, o{"p": p["p"], "i": input}).faults(), "forbidden x: permission post.update"},
			"who sees only rosters": {x.ask(viewer, `mutation($p: ID!, $g: ID!) { x: rosterPost(id: $p, input: {personId: $g, from: "2026-11-25T13:00:00Z", until: "2026-11-25T14:00:00Z"}) { id } }`,
				o{"p": p["p"], "g": guard.Person().String()}).faults(), "forbidden x: permission post.update"},
		} {
			if len(refused.got) != 1 || refused.got[0] != refused.want {
				t.Errorf("%s: %q, not %q", name, refused.got, refused.want)
			}
		}

		gaps := `query { x: uncoveredPosts(until: "2026-11-25T12:00:00Z") { items { postId from needed rostered } more } }`
		testworld.Same(t, any(o{"items": []any{o{"postId": p["p"], "from": "2026-11-25T09:00:00Z", "needed": 1.0, "rostered": 0.0}}, "more": false}), x.ask(boss, gaps, nil).data()["x"])
		turn := x.ask(boss, `mutation($p: ID!, $g: ID!) { x: rosterPost(id: $p, input: {personId: $g, from: "2026-11-25T09:00:00Z", until: "2026-11-25T12:00:00Z"}) { id postName personName } }`,
			o{"p": p["p"], "g": guard.Person().String()}).data()["x"]
		testworld.Same(t, []any{"Main gate", x.Staff[org.Guard].Name}, []any{at(turn, "postName"), at(turn, "personName")})
		testworld.Same(t, any(o{"items": []any{}, "more": false}), x.ask(boss, gaps, nil).data()["x"])

		take := `mutation($p: ID!) { x: takePost(id: $p, input: {remark: "All quiet."}) { standing held { personName } } }`
		testworld.Same(t, any(o{"standing": "COVERED", "held": []any{o{"personName": x.Staff[org.Guard].Name}}}), x.ask(guard, take, p).data()["x"])
		if got := x.ask(guard, take, p).faults(); len(got) != 1 || got[0][:8] != "conflict" {
			t.Errorf("taken twice: %q", got)
		}
		mine := x.ask(guard, `query { x: posts(filter: {mine: true, search: "gat"}) { edges { node { id } } pageInfo { hasNextPage } } }`, nil).data()["x"]
		testworld.Same(t, any(o{"edges": []any{o{"node": o{"id": p["p"]}}}, "pageInfo": o{"hasNextPage": false}}), mine)
		whole := x.ask(guard, `query($p: ID!) { x: postWhole(id: $p) { post { code } roster { id } duties { personName } expectations { dueAt } } }`, p).data()["x"]
		testworld.Same(t, any("GATE"), at(whole, "post", "code"))
		testworld.Same(t, []any{at(turn, "id")}, []any{at(whole, "roster", "0", "id")})
		testworld.Same(t, any("UNCOVERED"), at(x.ask(guard, `mutation($p: ID!) { x: leavePost(id: $p) { standing } }`, p).data()["x"], "standing"))
		testworld.Same(t, at(turn, "id"), x.ask(boss, `mutation($a: ID!) { x: deleteAssignment(id: $a) }`, o{"a": at(turn, "id")}).data()["x"])

		input["active"], input["name"] = false, "Old gate"
		update := `mutation($p: ID!, $i: PostInput!) { x: updatePost(id: $p, version: 1, input: $i) { name active standing version } }`
		testworld.Same(t, any(o{"name": "Old gate", "active": false, "standing": "QUIET", "version": 2.0}), x.ask(boss, update, o{"p": p["p"], "i": input}).data()["x"])
		stale := x.ask(boss, update, o{"p": p["p"], "i": input})
		testworld.Same(t, []string{"conflict x: version stale"}, stale.faults())
		testworld.Same(t, any("Old gate"), at(stale.json, "errors", "0", "extensions", "current", "name"))
		testworld.Same(t, any([]any{}), at(x.ask(boss, `query { x: posts { edges { node { id } } } }`, nil).data()["x"], "edges"))
		if got := x.ask(boss, `mutation($p: ID!) { x: deletePost(id: $p, version: 2) }`, p).faults(); len(got) != 1 || got[0][:8] != "conflict" {
			t.Errorf("somebody was there, and it is deleted: %q", got)
		}
		other := x.SecondTenant().Actor(org.Administrator)
		testworld.Same(t, []string{"not_found x"}, x.ask(other, `query($p: ID!) { x: post(id: $p) { id } }`, p).faults())
	})
}
