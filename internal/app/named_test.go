package app

import (
	"encoding/json"
	"fmt"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

const (
	trailRows db.SQL = `-- journal.trailRows
select j.verb, j.who_name, j.before, j.after, j.id from journal j where j.tenant_id = $1 and (j.id > $2 or $2 is null) order by j.id limit 1000`

	peopleRows db.SQL = `-- test.peopleRows
select p.name, p.login_id, p.email, p.mobile, p.code from persons p where p.tenant_id = $1`
)

// TestTheTrailNamesNobodyInTheClear: in a world that has a record of every kind, nothing that the trail keeps in a field of its own is the name, login, address,
// number or code of a person. So who is erased is gone from every copy of it by their key. A record that names people in a field which the journal does not know is found.
func TestTheTrailNamesNobodyInTheClear(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, engine)
			tenant, err := h.org.FindTenant(t.Context(), "SAHYADRI")
			if err != nil {
				t.Fatal(err)
			}
			who, words := operator(tenant), map[string]bool{}
			rows, verbs, last := 0, map[string]bool{}, id.Entry{}
			err = h.db.Read(t.Context(), who, func(tx *db.Tx) error {
				_, err := db.All(t.Context(), tx, func(r db.Row) (p people.Person, err error) {
					err = r.Scan(&p.Name, &p.Login, &p.Email, &p.Mobile, &p.Code)
					for _, w := range []string{p.Name, p.Login, p.Email, p.Mobile, p.Code} {
						words[w] = w != ""
					}
					return p, err
				}, peopleRows)
				for err == nil {
					var some []string
					some, err = db.All(t.Context(), tx, func(r db.Row) (verb string, err error) {
						var name, before, after string
						err = r.Scan(&verb, &name, &before, &after, &last)
						rows, verbs[verb] = rows+1, true
						if words[name] {
							t.Errorf("%s: the name of who did it is in the clear: %s", verb, name)
						}
						for _, text := range []string{before, after} {
							if where := clearly(text, words); where != "" {
								t.Errorf("%s: in the clear: %s", verb, where)
							}
						}
						return verb, err
					}, trailRows, last)
					if len(some) == 0 {
						break
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if rows < 300 || len(verbs) < 25 || len(words) < 100 {
				t.Errorf("%d rows of %d kinds, %d words: too few to tell", rows, len(verbs), len(words))
			}
		})
	}
}

// clearly gives where a record has one of some words as a whole value.
func clearly(text string, words map[string]bool) string {
	if text == "" {
		return ""
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err.Error()
	}
	var walk func(path string, v any) string
	walk = func(path string, v any) (found string) {
		switch v := v.(type) {
		case string:
			if words[v] {
				found = path + " is " + v
			}
		case []any:
			for _, x := range v {
				if found == "" {
					found = walk(path+"[]", x)
				}
			}
		case map[string]any:
			for key, x := range v {
				if found == "" {
					found = walk(fmt.Sprint(path, ".", key), x)
				}
			}
		}
		return found
	}
	return walk("", v)
}
