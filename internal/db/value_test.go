package db_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
)

// row has every type that a column may have, required and not.
type row struct {
	ID     Thing
	Code   string
	State  State
	Size   int64
	Weight *float64
	Due    clock.Date
	DueToo *clock.Date
	At     *time.Time
	Active bool
	Note   *string
	Raw    []byte
	Parent Thing
	Other  *Thing
}

const (
	rowInsert db.SQL = "-- test.rowInsert\ninsert into things (tenant_id, id, code, state, size, weight, due, at, active, note, raw, parent_id)" +
		" values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning " + rowColumns
	rowColumns        = "id, code, state, size, weight, due, due, at, active, note, raw, parent_id, parent_id"
	rowList    db.SQL = "-- test.rowList\nselect " + rowColumns + " from things where tenant_id = $1 order by code"
)

func scanRow(r db.Row) (x row, err error) {
	err = r.Scan(&x.ID, &x.Code, &x.State, &x.Size, db.Null(&x.Weight), &x.Due, db.Null(&x.DueToo), db.Null(&x.At), &x.Active,
		db.Null(&x.Note), &x.Raw, &x.Parent, db.Null(&x.Other))
	return x, err
}

func TestEveryTypeComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		at := time.Date(2026, 3, 1, 23, 59, 59, 123456789, time.FixedZone("", 5*3600))
		kept := at.UTC().Truncate(time.Microsecond)
		weight, note, parent, due := 1.1, `{"a": 1}`, thing(), clock.Date("2026-02-28")
		want := []row{
			{ID: parent, Code: "A'é😀\n", State: "open", Size: -0, Active: true},
			{ID: thing(), Code: "B", State: "closed", Size: 1 << 60, Weight: &weight, Due: due, DueToo: &due, At: &kept, Active: false,
				Note: &note, Raw: []byte{0, 255, '\''}, Parent: parent, Other: &parent},
		}
		var got, returned []row
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			tx.Unjournaled("a test")
			for _, w := range want {
				if w.At != nil {
					w.At = &at
				}
				one, err := db.One(t.Context(), tx, scanRow, rowInsert, w.ID, w.Code, w.State, w.Size, w.Weight, w.Due, w.At, w.Active, w.Note, w.Raw, w.Other)
				if err != nil {
					return err
				}
				returned = append(returned, one)
			}
			var err error
			got, err = db.All(t.Context(), tx, scanRow, rowList)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		same := cmp.Comparer(func(a, b Thing) bool { return a == b })
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want, returned, same); diff != "" {
			t.Errorf("returning: %s", diff)
		}
		if got[1].At.Location() != time.UTC {
			t.Errorf("an instant is in %s, want UTC", got[1].At.Location())
		}
	})
}

const (
	inIDs     db.SQL = "-- test.inIDs\nselect code from things where tenant_id = $1 and id in_list($2) order by code"
	inTexts   db.SQL = "-- test.inTexts\nselect code from things where tenant_id = $1 and code in_list($2) order by code"
	inMoments db.SQL = "-- test.inMoments\nselect code from things where tenant_id = $1 and at in_list($2) order by code"
	inNumbers db.SQL = "-- test.inNumbers\nselect code from things where tenant_id = $1 and size in_list($2) order by code"
	between   db.SQL = "-- test.between\nselect code from things where tenant_id = $1 and at >= $2 and at < $3 and (due = $4 or $4 is null) and active = $5 order by code"
	page      db.SQL = "-- test.page\nselect code from things where tenant_id = $1 and (code, id) > ($2, $3) order by code, id limit $4"
)

func TestListsAndComparisonsMeanTheSame(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		ids := []Thing{thing(), thing(), thing()}
		for i, code := range []string{"A", "B", "c'"} {
			mustPut(t, d, who, rowInsertOnly, ids[i], code, State("open"), i, nil, clock.Date("2026-03-01"), noon.Add(time.Duration(i)*time.Hour), true, nil, nil, nil)
		}
		ptr := func(d clock.Date) *clock.Date { return &d }
		for _, c := range []struct {
			claim string
			q     db.SQL
			args  []any
			want  []string
		}{
			{"ids", inIDs, []any{[]Thing{ids[0], ids[2]}}, []string{"A", "c'"}},
			{"no ids", inIDs, []any{[]Thing{}}, nil},
			{"nil ids", inIDs, []any{[]Thing(nil)}, nil},
			{"texts", inTexts, []any{[]string{"c'", "B", "none"}}, []string{"B", "c'"}},
			{"named texts", inTexts, []any{[]State{"A"}}, []string{"A"}},
			{"numbers", inNumbers, []any{[]int64{1, 2}}, []string{"B", "c'"}},
			{"moments", inMoments, []any{[]time.Time{noon.Add(time.Nanosecond), noon.Add(2 * time.Hour)}}, []string{"A", "c'"}},
			{"instants", between, []any{noon, noon.Add(2 * time.Hour), nil, true}, []string{"A", "B"}},
			{"a date", between, []any{noon, noon.Add(9 * time.Hour), clock.Date("2026-03-01"), true}, []string{"A", "B", "c'"}},
			{"another date", between, []any{noon, noon.Add(9 * time.Hour), ptr("2026-03-02"), true}, nil},
			{"a boolean", between, []any{noon, noon.Add(9 * time.Hour), nil, false}, nil},
			{"a page", page, []any{"A", ids[0], 1}, []string{"B"}},
			{"the zero id is none", inIDs, []any{[]Thing{{}}}, nil},
		} {
			var got []string
			err := d.Read(t.Context(), who, func(tx *db.Tx) (err error) {
				got, err = db.All(t.Context(), tx, text, c.q, c.args...)
				return err
			})
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v %s", c.claim, err, diff)
			}
		}
	})
}

const rowInsertOnly db.SQL = "-- test.rowInsertOnly\ninsert into things (tenant_id, id, code, state, size, weight, due, at, active, note, raw, parent_id)" +
	" values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"

func TestWhatCannotBeBoundOrReadIsAnError(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, who actor.Actor) {
		for claim, v := range map[string]any{"NUL": "a\x00b", "broken UTF-8": "a\xff", "in a list": []string{"\x00"}, "named": State("\xff")} {
			q := inTexts
			if _, list := v.([]string); !list {
				q = thingGetCode
			}
			err := d.Read(t.Context(), who, func(tx *db.Tx) error { _, err := db.All(t.Context(), tx, text, q, v); return err })
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: got %v, want invalid", claim, err)
			}
		}
		for claim, v := range map[string]any{"a struct": struct{ A int }{1}, "a channel": make(chan int), "a list of lists": [][]string{{"a"}}} {
			if err := d.Read(t.Context(), who, func(tx *db.Tx) error { _, err := db.All(t.Context(), tx, text, thingGetCode, v); return err }); err == nil {
				t.Errorf("%s was bound", claim)
			}
		}
		mustPut(t, d, who, thingInsert, thing(), "A")
		bad := func(claim string, scan func(db.Row) (int, error)) {
			err := d.Read(t.Context(), who, func(tx *db.Tx) error { _, err := db.All(t.Context(), tx, scan, rowList); return err })
			if err == nil {
				t.Errorf("%s was read", claim)
			}
		}
		var x row
		var s, s2 string
		var at time.Time
		bad("too few columns", func(r db.Row) (int, error) { return 0, r.Scan(&s) })
		bad("NULL as a text", func(r db.Row) (int, error) {
			return 0, r.Scan(&x.ID, &s, &s2, &x.Size, db.Null(&x.Weight), &x.Due, &x.Due, &at, &x.Active, &s, &x.Raw, &x.Parent, &x.Parent)
		})
		bad("a text as an id", func(r db.Row) (int, error) {
			return 0, r.Scan(&x.ID, &x.Parent, &s2, &x.Size, db.Null(&x.Weight), &x.Due, &x.Due, db.Null(&x.At), &x.Active, db.Null(&x.Note), &x.Raw, &x.Parent, &x.Parent)
		})
	})
}

const thingGetCode db.SQL = "-- test.thingGetCode\nselect code from things where tenant_id = $1 and code = $2"
