package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/reply"
)

// query asks GraphQL for a field as an actor, with an id where the field takes one.
func (h *house) query(who string, f graph.Field, id string) (codes []string, body string) {
	variables := map[string]any{}
	for name, value := range f.Variables {
		variables[name] = value
	}
	if f.Noun != "" {
		variables["id"] = id
	}
	raw, err := json.Marshal(map[string]any{"query": f.Document, "variables": variables})
	if err != nil {
		h.t.Fatal(err)
	}
	answer, body := h.ask(who, http.MethodPost, "/graphql", "application/json", string(raw))
	var got struct {
		Errors []struct {
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil && answer.StatusCode < 300 {
		h.t.Fatalf("%s: %v\n%s", f.Name, err, body)
	}
	for _, e := range got.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes, body
}

// TestIsolationOfGraphQL asks every field of the schema that takes an id as another tenant, with a foreign and with an unknown id.
func TestIsolationOfGraphQL(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			h := openHouse(t, engine)
			const who = "B ADMINISTRATOR"
			tried := 0
			for _, f := range graph.Fields() {
				if f.Noun == "" {
					if _, body := h.query(who, f, ""); strings.HasPrefix(f.Name, "Query.") {
						h.showsNothing(f.Name, body)
					}
					continue
				}
				if h.ids[f.Noun] == "" {
					t.Errorf("%s takes a %s, of which the house has none", f.Name, f.Noun)
				}
				tried++
				nobody := unknown()
				_, foreign := h.query(who, f, h.ids[f.Noun])
				_, none := h.query(who, f, nobody)
				if h.neutral(foreign, nobody) != h.neutral(none, nobody) {
					t.Errorf("%s tells a foreign id from an unknown one:\n%s\n%s", f.Name, foreign, none)
				}
			}
			if tried < 15 {
				t.Errorf("only %d fields take an id", tried)
			}
		})
	}
}

func (h *house) showsNothing(name, body string) {
	h.t.Helper()
	for noun, id := range h.ids {
		if strings.Contains(body, id) {
			h.t.Errorf("%s shows a %s of another tenant", name, noun)
		}
	}
}

// TestPermissionsOfGraphQL asks every field as every role: who lacks its permission gets the code forbidden, who has it everywhere does not.
func TestPermissionsOfGraphQL(t *testing.T) {
	h := openHouse(t, "sqlite")
	cells := 0
	for _, f := range graph.Fields() {
		root := strings.HasPrefix(f.Name, "Query.") || strings.HasPrefix(f.Name, "Mutation.")
		if f.Permission == "" {
			t.Errorf("%s declares no permission", f.Name)
		}
		if !root {
			continue
		}
		for _, who := range []string{"ADMINISTRATOR", "SUPERVISOR", "TECHNICIAN", "GUARD", "VIEWER", "AUDITOR"} {
			cells++
			codes, body := h.query(who, f, unknown())
			h.checkField(f, h.actors[who], who, strings.Join(codes, " "), body)
		}
	}
	if cells < 200 {
		t.Errorf("only %d cells", cells)
	}
}

func (h *house) checkField(f graph.Field, a actor.Actor, who, codes, body string) {
	h.t.Helper()
	refused := strings.Contains(codes, "forbidden")
	switch {
	case strings.Contains(codes, "internal"):
		h.t.Errorf("%s as %s: a fault of ours: %s", f.Name, who, body)
	case f.Permission == reply.SignedIn:
	case !a.Can(f.Permission) && !refused && f.Name != "Query.person" && f.Name != "Query.sessions":
		h.t.Errorf("%s as %s is not refused: %s", f.Name, who, body)
	case a.Everywhere(f.Permission) && refused:
		h.t.Errorf("%s as %s is refused: %s", f.Name, who, body)
	}
}
