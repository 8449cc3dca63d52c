package app

import (
	"os"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

//go:generate go test . -run ^TestTheListOfStatementsIsThatOfTheCode$ -update

// TestTheListOfStatementsIsThatOfTheCode: -update writes it anew.
func TestTheListOfStatementsIsThatOfTheCode(t *testing.T) {
	found, _, err := dbtest.Statements("..")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"db.commit", "db.enqueue", "db.export", "db.keepPart", "db.savepoint", "db.setAside", "db.takePartBack"} // what db itself sends
	for _, s := range found {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	text := strings.Join(names, "\n") + "\n"
	if *update {
		if err := os.WriteFile("statements.txt", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if text != statementList {
		t.Error("statements.txt is not the list of the statements: run the test with -update, and look at what changed")
	}
}

// TestEveryStatementKeepsTheRules: names its tenant, has its own name, and is one that both engines can run.
func TestEveryStatementKeepsTheRules(t *testing.T) { dbtest.LintSQL(t, "../..") }

const neverWritten db.SQL = "-- test.neverWritten\nselect id from sites where tenant_id = $1"

// TestAStatementThatNobodyHasWrittenIsAnAlarm, and nothing else is.
func TestAStatementThatNobodyHasWrittenIsAnAlarm(t *testing.T) {
	s := bare(t, "sqlite")
	who := operator(id.New[id.Tenant]())
	if strings.Contains(s.scrape(), "iw_db_statements_unknown_total 0\n") == false {
		t.Error("the metric does not begin at nothing")
	}
	err := s.db.Read(t.Context(), who, func(tx *db.Tx) error {
		_, err := db.All(t.Context(), tx, func(r db.Row) (x id.Any, err error) { err = r.Scan(&x); return x, err }, neverWritten)
		return err
	})
	if err != nil || !strings.Contains(s.scrape(), "iw_db_statements_unknown_total 1\n") {
		t.Errorf("%v, or it was not counted", err)
	}
}
