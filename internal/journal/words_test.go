package journal_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// unit has the guard make a unit whose record names them, and gives it.
func unitBy(t *testing.T, w *testworld.World, j *journal.Journal) id.Any {
	t.Helper()
	who, subject := w.Actor(org.Guard), id.New[id.Any]()
	after := map[string]any{"person_id": who.Person(), "person_name": who.Name(), "name": "Gate"}
	err := w.DB.Write(t.Context(), who, func(tx *db.Tx) error {
		return j.Record(t.Context(), tx, journal.Change{Verb: "unit.created", Subject: subject, After: after})
	})
	if err != nil {
		t.Fatal(err)
	}
	return subject
}

// about gives the newest row about a record, as a reader sees it, and what the database has of it.
func about(t *testing.T, w *testworld.World, j *journal.Journal, subject id.Any) (e journal.Entry, raw string) {
	t.Helper()
	return newest(t, w, j, journal.Filter{Subject: &subject})
}

func newest(t *testing.T, w *testworld.World, j *journal.Journal, f journal.Filter) (e journal.Entry, raw string) {
	t.Helper()
	rows, err := j.List(t.Context(), w.System, f, page.Request{Limit: 1})
	if err != nil || len(rows.Items) == 0 {
		t.Fatalf("no row: %v", err)
	}
	return rows.Items[0], w.Text("select who_name || before || after from journal where id = '" + rows.Items[0].ID.String() + "'")
}

// TestWhatIsSaidOfPeopleIsEncrypted: the database has no name of theirs and nothing of their record; who reads the trail sees both, and the trail is whole.
func TestWhatIsSaidOfPeopleIsEncrypted(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		e, raw := about(t, w, w.Journal, unitBy(t, w, w.Journal))
		if e.WhoName != w.Actor(org.Guard).Name() || !strings.Contains(e.After, `"person_name":"`+guard.Name+`"`) || !strings.Contains(raw, `"name":"Gate"`) {
			t.Errorf("it reads %s, %s", e.WhoName, e.After)
		}
		if strings.Contains(raw, guard.Name) {
			t.Errorf("kept in the clear: %s", raw)
		}
		record := id.Of[id.Any](guard.ID.Bytes())
		e, raw = newest(t, w, w.Journal, journal.Filter{Subject: &record, Verb: "person.created"})
		if !strings.Contains(e.After+e.Before, guard.Login) || strings.Contains(raw, guard.Login) {
			t.Errorf("their record reads %s and is kept as %s", e.After, raw)
		}
		w.Seal()
		if r, err := w.Journal.Verify(t.Context(), w.System, w.Anchors.All()); err != nil || !r.Whole() {
			t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}

// TestAKeyThatIsGoneIsFound, when no row says that the person was erased.
func TestAKeyThatIsGoneIsFound(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		unitBy(t, w, w.Journal)
		w.Seal()
		w.Exec("update journal_keys set key = null where id = '" + w.Staff[org.Guard].ID.String() + "'")
		fresh := again(w)
		r, err := fresh.Verify(t.Context(), w.System, w.Anchors.All())
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != journal.Edited || !strings.Contains(r.Findings[0].Words, "key") {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// again is a journal that remembers nothing.
func again(w *testworld.World) *journal.Journal {
	return journal.New(journal.Config{DB: w.DB, Key: testworld.JournalKey(), Anchor: testworld.AnchorKey(), Now: w.Clock.Now, Log: w.Logger()})
}

// TestAnErasureReachesEveryNode: one that had the person's key in memory cannot read what it says of them once it has heard.
func TestAnErasureReachesEveryNode(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		var other ear
		theirs := journal.New(other.config(journal.Config{DB: w.DB, Key: testworld.JournalKey(), Anchor: testworld.AnchorKey(), Now: w.Clock.Now, Log: w.Logger()}))
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(theirs.Seal(t.Context()))
		subject := unitBy(t, w, w.Journal)
		if e, _ := about(t, w, theirs, subject); e.WhoName != w.Actor(org.Guard).Name() {
			t.Fatalf("it reads %s", e.WhoName)
		}
		x, err := w.Journal.Erase(t.Context(), w.System, guard.ID, journal.Words{Anywhere: []string{guard.Name}})
		if err != nil || !x.Since.IsZero() {
			t.Fatalf("%+v, %v", x, err)
		}
		must(w.Journal.Seal(t.Context()))
		must(theirs.Seal(t.Context()))
		for _, j := range []*journal.Journal{w.Journal, theirs} {
			if e, _ := about(t, w, j, subject); e.WhoName != journal.Erased || strings.Contains(e.After, guard.Name) || !strings.Contains(e.After, `"person_name":"`+journal.Erased+`"`) {
				t.Errorf("afterwards it reads %s, %s", e.WhoName, e.After)
			}
		}
		if _, raw := about(t, w, w.Journal, unitBy(t, w, w.Journal)); strings.Contains(raw, "encrypted:") || strings.Contains(raw, guard.Name) {
			t.Errorf("what is written of them afterwards is kept as %s", raw)
		}
	})
}

// TestWhoWasThereBeforeIsEncryptedLater: a node of the version before, which may run beside this one for a while, reads what is written meanwhile; and an
// erasure says from when on the key covers them.
func TestWhoWasThereBeforeIsEncryptedLater(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard, begun := w.Staff[org.Guard], w.Clock.Now()
		w.Exec("delete from journal_keys where id = '" + guard.ID.String() + "'")
		if err := w.Journal.GiveKeys(t.Context(), w.Actor(org.Administrator)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an administrator gives keys: %v", err)
		}
		for range 2 { // the second finds nobody
			if err := w.Journal.GiveKeys(t.Context(), w.System); err != nil {
				t.Fatal(err)
			}
		}
		j := again(w)
		if _, raw := about(t, w, j, unitBy(t, w, j)); !strings.Contains(raw, guard.Name) {
			t.Errorf("at once it is kept as %s", raw)
		}
		w.Clock.Advance(61 * time.Minute)
		e, raw := about(t, w, j, unitBy(t, w, j))
		if strings.Contains(raw, guard.Name) || e.WhoName != w.Actor(org.Guard).Name() {
			t.Errorf("later it reads %s and is kept as %s", e.WhoName, raw)
		}
		w.Seal()
		x, err := j.Erase(t.Context(), w.System, guard.ID, journal.Words{Anywhere: []string{guard.Name}})
		if err != nil || x.Rows == 0 || !x.Since.Equal(begun.Add(time.Hour)) {
			t.Errorf("%+v, %v", x, err)
		}
	})
}

// TestARecordIsReadAsItWasWritten: whatever the names are made of, and wherever they stand.
func TestARecordIsReadAsItWasWritten(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		who := w.Actor(org.Guard)
		type shape = map[string]any
		for _, name := range []string{`O"Brien`, `back\slash\`, "Zoë 🙂 <b>&amp;", "line\nbreak", "{brace}", `","person_id":"`, "encrypted:", "encrypted:AAAA", "x, as y"} {
			me, nobody := who.Person(), id.New[id.Person]()
			for _, after := range []any{
				shape{"person_id": me, "person_name": name}, shape{"a": []shape{{"person_id": me, "member_name": name}, {"site_id": nobody, "member_name": name}}},
				shape{"creator_name": name, "creator_id": me, "in": shape{"performer_name": name, "performer_id": me, "by_name": "", "by_id": me}},
				shape{"person_id": nobody, "person_name": name}, shape{"person_name": name}, shape{"text": `"person_id":"` + me.String() + `","person_name":"` + name + `"`}, []string{name}, name,
			} {
				want, err := json.Marshal(after)
				if err != nil {
					t.Fatal(err)
				}
				subject := id.New[id.Any]()
				err = w.DB.Write(t.Context(), who, func(tx *db.Tx) error {
					return w.Journal.Record(t.Context(), tx, journal.Change{Verb: "unit.created", Subject: subject, Before: after, After: after})
				})
				if err != nil {
					t.Fatal(err)
				}
				e, raw := about(t, w, w.Journal, subject)
				if got := strings.ReplaceAll(e.Before, `" encrypted:`, `"encrypted:`); got != string(want) || e.After != e.Before {
					t.Errorf("%s is read as %s, kept as %s", want, e.After, raw)
				}
			}
		}
		w.Seal()
		if r, err := w.Journal.Verify(t.Context(), w.System, w.Anchors.All()); err != nil || !r.Whole() {
			t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}
