package db_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

const thingSome db.SQL = "-- test.thingSome by value\nselect code from things where tenant_id = $1 and (code = $2 or $2 = '') order by code"

// TestAStatementIsPlannedByValueWhereItSaysSo, and others are not; nothing of it stays on the connection.
func TestAStatementIsPlannedByValueWhereItSaysSo(t *testing.T) {
	d := open(t, sampleURL(t, "postgres"))
	who := dbtest.Actor(dbtest.Tenant(t, d))
	mustPut(t, d, who, thingInsert, thing(), "A")
	for q, want := range map[db.SQL]string{thingCodes: "force_generic_plan", thingSome: "force_custom_plan"} {
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			args := []any{"A"}
			if q == thingCodes {
				args = nil
			}
			found, err := db.All(t.Context(), tx, text, q, args...)
			if err != nil {
				return err
			}
			mode, err := tx.Setting(t.Context(), "plan_cache_mode")
			if len(found) != 1 || mode != want {
				t.Errorf("%s: found %v, planned %s, not %s", q, found, mode, want)
			}
			for name, want := range map[string]string{"jit": "off", "max_parallel_workers_per_gather": "0", "enable_seqscan": "off"} {
				if got, err := tx.Setting(t.Context(), name); err != nil || got != want {
					t.Errorf("%s is %q, not %q: %v", name, got, want, err)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	var mode string
	if err := d.App().QueryRow(t.Context(), "show plan_cache_mode").Scan(&mode); err != nil || mode != "force_generic_plan" {
		t.Errorf("afterwards %q, %v", mode, err)
	}
}

// TestASmallTableIsNotReadWhole: the plan is kept when the table has grown.
func TestASmallTableIsNotReadWhole(t *testing.T) {
	url := sampleURL(t, "postgres")
	d := open(t, url)
	mustPut(t, d, dbtest.Actor(dbtest.Tenant(t, d)), thingInsert, thing(), "A")
	dbtest.Exec(t, url, "analyze things")
	plan, err := d.Plan(t.Context(), thingGet)
	if err != nil || !strings.Contains(plan, "Index") || strings.Contains(plan, "Seq Scan") {
		t.Errorf("%v: %s", err, plan)
	}
}
