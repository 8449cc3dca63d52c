package graph_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestFeaturesAreSwitched: for the organisation and for a person of it, by the administrator alone, and taken back.
func TestFeaturesAreSwitched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, guard := x.Actor(org.Administrator), x.Actor(org.Guard)
		const set = `mutation($in: FlagInput!) { setFlag(input: $in) { key type value why default expiresOn said { personId value reason who } } }`
		list := x.ask(admin, `{ flags { key switches owner value why } }`, nil).data()
		if at(list, "flags", "0", "key") != "board.posts" || at(list, "flags", "0", "why") != "default" {
			t.Error(list)
		}
		person := admin.Person().String()
		off := o{"personId": nil, "value": "false", "reason": "very many", "who": "Asha Alder"}
		on := o{"personId": person, "value": "true", "reason": "on trial", "who": "Asha Alder"}
		for _, c := range []struct {
			in         o
			value, why string
			said       []any
		}{
			{o{"key": "board.posts", "value": "false", "reason": "very many"}, "false", "organisation", []any{off}},
			{o{"key": "board.posts", "value": "true", "reason": "on trial", "personId": person}, "true", "person", []any{on, off}},
			{o{"key": "board.posts", "value": "", "reason": "over"}, "true", "person", []any{on}},
			{o{"key": "board.posts", "value": "", "reason": "over", "personId": person}, "true", "default", []any{}},
		} {
			got := at(x.ask(admin, set, o{"in": c.in}).data(), "setFlag")
			testworld.Same(t, any(o{"key": "board.posts", "type": "BOOL", "value": c.value, "why": c.why, "default": "true", "expiresOn": "2027-06-30", "said": c.said}), got)
		}
		for want, in := range map[string]o{
			"invalid setFlag: value value":     {"key": "board.posts", "value": "maybe", "reason": "r"},
			"invalid setFlag: reason required": {"key": "board.posts", "value": "true", "reason": ""},
			"not_found setFlag":                {"key": "no.such", "value": "true", "reason": "r"},
		} {
			testworld.Same(t, []string{want}, x.ask(admin, set, o{"in": in}).faults())
		}
		stranger := o{"key": "board.posts", "value": "true", "reason": "r", "personId": id.New[id.Person]().String()}
		theirs := o{"key": "board.posts", "value": "true", "reason": "r", "personId": x.SecondTenant().Staff[org.Guard].ID.String()}
		for _, in := range []o{stranger, theirs} {
			testworld.Same(t, []string{"not_found setFlag"}, x.ask(admin, set, o{"in": in}).faults())
		}
		for _, query := range []string{`{ flags { key } }`, `mutation { setFlag(input: {key: "board.posts", value: "true", reason: "r"}) { key } }`} {
			if got := x.ask(guard, query, nil).faults(); len(got) != 1 || got[0][:9] != "forbidden" {
				t.Error(query, got)
			}
		}
	})
}
