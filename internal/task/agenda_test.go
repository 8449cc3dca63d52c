package task_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/task"
	"intelliwiz/internal/testworld"
)

func (p *post) agenda(from time.Time, days int, change ...func(*task.AgendaFilter)) task.Agenda {
	p.t.Helper()
	f := task.AgendaFilter{From: from, Until: from.AddDate(0, 0, days)}
	for _, c := range change {
		c(&f)
	}
	a, err := p.Tasks.Agenda(p.t.Context(), p.System, f)
	p.ok(err)
	return a
}

// TestAnAgendaIsWhatWillBeMade: what is shown beyond what is made has the ids and the times of the tasks that come of it.
func TestAnAgendaIsWhatWillBeMade(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		lamps := p.FirstTask(p.Plan(p.Harbour.ID, "Lamps", p.list))
		from := p.Clock.Now()
		before := p.agenda(from, 7)
		made := 0
		for _, e := range before.Entries {
			if e.Made {
				made++
			}
			if e.Bare || e.Plan == nil || *e.Plan != *lamps.Plan || e.Off() || e.Whose != p.Staff[org.Guard].Name {
				t.Errorf("%+v", e)
			}
		}
		if len(before.Entries) != 7 || made != 2 || before.More {
			t.Fatalf("%d entries, %d of them made", len(before.Entries), made)
		}
		p.Clock.Advance(6 * 24 * time.Hour)
		p.generate()
		after := p.agenda(from, 7)
		for i, e := range after.Entries {
			if was := before.Entries[i]; e.ID != was.ID || !e.Begins.Equal(was.Begins) || !e.Due.Equal(was.Due) {
				t.Errorf("foretold %+v, came %+v", was, e)
			}
		}
		other := func(f *task.AgendaFilter) { f.Site = &p.Tower.ID }
		person := func(f *task.AgendaFilter) { f.Person = new(p.Staff[org.Technician].ID) }
		if n := len(p.agenda(from, 7, other).Entries) + len(p.agenda(from, 7, person).Entries); n != 0 {
			t.Errorf("%d entries of others", n)
		}
	})
}

// TestAnAgendaSaysWhatDoesNotCome and what nobody is there to do.
func TestAnAgendaSaysWhatDoesNotCome(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		_, err := p.Plans.CreateBlackout(t.Context(), p.System, plan.Blackout{From: p.Clock.Now(), Until: p.Clock.Now().Add(25 * time.Hour), Reason: "Stocktaking"})
		p.ok(err)
		p.FirstTask(p.Plan(p.Harbour.ID, "Lamps", p.list, func(in *plan.Input) { in.Holidays = plan.Skip }))
		p.Exec("update persons set active = false where id = '" + p.Staff[org.Guard].ID.String() + "'")
		a := p.agenda(p.Clock.Now(), 3)
		if e := a.Entries[0]; !e.Skipped || e.Why != "Stocktaking" || e.State() != "Does not come" || e.Bare {
			t.Errorf("%+v", e)
		}
		if e := a.Entries[1]; e.Skipped || !e.Bare {
			t.Errorf("a person who has left: %+v", e)
		}
		var table, calendar strings.Builder
		p.ok(a.Table(&table, sheet.CSV))
		p.ok(a.Calendar(&calendar, p.Clock.Now(), func(e task.Entry) string { return "https://iw.example.com/tasks/" + e.ID.String() }))
		if rows := strings.Count(table.String(), "\n"); rows != 4 || !strings.Contains(table.String(), "Does not come,Stocktaking") {
			t.Errorf("the table:\n%s", table.String())
		}
		if n := strings.Count(calendar.String(), "BEGIN:VEVENT"); n != 2 {
			t.Errorf("%d events", n)
		}
		_, err = p.Tasks.Agenda(t.Context(), p.As(p.Someone(nil, task.CanRead)), task.AgendaFilter{From: a.From, Until: a.Until})
		testworld.Refused(t, err, plan.CanRead)
	})
}

// TestLoadsAndCollisions on plain entries.
func TestLoadsAndCollisions(t *testing.T) {
	ann, bob := id.New[id.Person](), id.New[id.Person]()
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	entry := func(who id.Person, name string, from, minutes int) task.Entry {
		start := at.Add(time.Duration(from) * time.Minute)
		return task.Entry{Person: &who, Whose: name, Start: start, End: start.Add(time.Duration(minutes) * time.Minute)}
	}
	off := entry(ann, "Ann", 0, 600)
	off.Skipped = true
	a := task.Agenda{Entries: []task.Entry{entry(ann, "Ann", 0, 90), off, entry(ann, "Ann", 60, 30), entry(ann, "Ann", 90, 10), entry(bob, "Bob", 0, 40), entry(ann, "Ann", 0, 1000)}}
	loads := a.Loads()
	if len(loads) != 2 || loads[0].Name != "Ann" || loads[0].Total != 130*time.Minute || loads[0].Hours[at.Add(time.Hour)] != 70*time.Minute || loads[1].Hours[at] != 40*time.Minute {
		t.Errorf("%+v", loads)
	}
	if c := a.Collisions(); len(c) != 1 || c[0].Name != "Ann" || !c[0].B.Start.Equal(at.Add(time.Hour)) {
		t.Errorf("%+v", c)
	}
}
