package app

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
)

//go:generate go test . -run ^TestAccessIsWrittenDown$ -update

const accessHead = `# Who may do what

Made from the declarations that the product itself asks: the permission of every page, REST operation and field of GraphQL, and what the built-in roles
hold. ` + "`go test ./internal/app -run TestAccessIsWrittenDown -update`" + ` writes it; ` + "`TestMatrix`" + ` asks for all of it as every role, at the own site, at another, in another tenant, as
nobody, as somebody disabled, with an expired token and with one of another scope.

`

// TestAccessIsWrittenDown keeps the document equal to the declarations.
func TestAccessIsWrittenDown(t *testing.T) {
	const path = "../../docs/security/access.md"
	h := openHouse(t, "sqlite")
	got := accessHead + permissionTable() + h.operationTable() + h.jobList()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the declarations say: run this test with -update and look at the difference", path)
	}
}

// permissionTable says which built-in role holds which permission.
func permissionTable() string {
	var b strings.Builder
	roles := org.Builtin(permissions())
	b.WriteString("## Roles and permissions\n\nA role holds where it is given: in the whole organisation, in a unit with all below it, or at a site. What is marked *whole* holds only where its role is given in the whole organisation.\n\n| permission | what it lets one do | where |")
	for _, r := range roles {
		b.WriteString(" " + strings.ToLower(r.Code) + " |")
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(roles)) + "\n")
	for _, d := range permissions() {
		where := "where it is given"
		if d.Whole {
			where = "*whole*"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |", d.Name, d.Label, where)
		for _, r := range roles {
			b.WriteString(mark(slices.Contains(r.Permissions, d.Name)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func mark(holds bool) string {
	if holds {
		return " yes |"
	}
	return " |"
}

// operationTable says what every permission opens.
func (h *house) operationTable() string {
	opens := map[actor.Permission][]string{}
	proofs := map[reply.Proof]string{reply.ProofAlways: " (with a proof)", reply.ProofEntry: " (with a proof when it changes how somebody signs in)"}
	for _, r := range h.table {
		opens[r.Permission] = append(opens[r.Permission], "`"+r.Method+" "+r.Path+"`"+proofs[r.Proof])
	}
	for _, f := range graph.Fields() {
		if on, name, _ := strings.Cut(f.Name, "."); on == "Query" || on == "Mutation" {
			opens[f.Permission] = append(opens[f.Permission], "`"+strings.ToLower(on)+" "+name+"`")
		}
	}
	var b strings.Builder
	b.WriteString("\n## What each permission opens\n\nThe use case behind asks again, with the place of the record. *With a proof*: a person in a browser has proven who they are within ten minutes.\n\n| needs | opens |\n|---|---|\n")
	for _, d := range append(permissions(), actor.Declared{Name: reply.SignedIn}, actor.Declared{Name: reply.Public}) {
		slices.SortFunc(opens[d.Name], cmp.Compare)
		fmt.Fprintf(&b, "| `%s` | %s |\n", d.Name, strings.Join(opens[d.Name], "<br>"))
	}
	return b.String()
}

// jobList names the work that nobody calls.
func (h *house) jobList() string {
	kinds := slices.Sorted(slices.Values(h.jobs.Kinds()))
	return "\n## Background work\n\nNo role starts any of it: it follows from a row of the journal or from the clock, runs as the system of one tenant, and finds nothing of another (`TestIsolationOfJobs`).\n\n`" +
		strings.Join(kinds, "` `") + "`\n"
}
