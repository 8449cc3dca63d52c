package upgrade_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/upgrade"
)

// TestTheVersionThatServedIsRemembered: the last one counts, and before the first none is known.
func TestTheVersionThatServedIsRemembered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, known, err := upgrade.Recall(t.Context(), d); known || err != nil {
			t.Fatalf("before: %v, %v", known, err)
		}
		want := upgrade.Served{Version: "0.2.0", Schema: 45, Permissions: []string{"site.read"}, Settings: []string{"IW_PROFILE"}}
		for _, s := range []upgrade.Served{{Version: "0.1.0"}, want} {
			if err := upgrade.Remember(t.Context(), d, s); err != nil {
				t.Fatal(err)
			}
		}
		got, known, err := upgrade.Recall(t.Context(), d)
		if diff := cmp.Diff(want, got); diff != "" || !known || err != nil {
			t.Errorf("%v, %v, %s", known, err, diff)
		}
	})
}

// TestAReportIsRead: what is to be done stands in it in words, and keeps it from being ready.
func TestAReportIsRead(t *testing.T) {
	r := upgrade.Report{
		Version: "0.2.0", Schema: 46, Have: 45, Engine: "postgres", Bytes: 3 << 20, Rows: map[string]int64{"tasks": 40_000_000},
		Steps: []upgrade.Step{{Number: 46, Name: "x", Title: "More.", Narrows: []string{"does drop table y"}, Contracts: "y, unused since 0.1.0", Work: []upgrade.Work{{Table: "tasks", Effect: upgrade.Indexed}}}},
	}
	r.Find("backup", upgrade.Fine, "", "of %s", "today")
	if r.Close(); !r.Ready {
		t.Error("it is ready, and does not say so")
	}
	r.Find("disk", upgrade.Todo, "Make room.", "there is none")
	r.Close()
	var b strings.Builder
	if err := r.WriteText(&b); err != nil || r.Ready {
		t.Errorf("ready %v, %v", r.Ready, err)
	}
	for _, want := range []string{"From a version that did not say which, schema 45, to 0.2.0, schema 46 (postgres, 3 MiB)", "tasks, 40000000 rows: its rows are read; nobody writes to it meanwhile, about 3 min",
		"it does drop table y", "contracts: y, unused since 0.1.0", "ok     backup", "TO DO  disk", "do: Make room.", "Not yet"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, b.String())
		}
	}
	if got := upgrade.New([]string{"a", "b"}, []string{"b", "c"}); len(got) != 1 || got[0] != "c" {
		t.Errorf("new are %v", got)
	}
}
