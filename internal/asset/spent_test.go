package asset_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestDefect087TimeInAStatusIsFromItsRowToTheNext: gaps between rows that enter or leave the status were added up, so that the time spent
// elsewhere counted, and the time since the last change did not.
func TestDefect087TimeInAStatusIsFromItsRowToTheNext(t *testing.T) {
	at := func(h int) time.Time { return testworld.Morning.Add(time.Duration(h) * time.Hour) }
	row := func(to asset.Status, h int) asset.StatusChange { return asset.StatusChange{To: to, At: at(h)} }
	for _, c := range []struct {
		claim string
		log   []asset.StatusChange
		want  []asset.Share
	}{
		{"no log", nil, nil},
		{"one row lasts until now", []asset.StatusChange{row(asset.Working, 0)}, []asset.Share{{asset.Working, 100 * time.Hour, 1}}},
		{"time elsewhere is not counted", []asset.StatusChange{row(asset.Working, 0), row(asset.Maintenance, 10), row(asset.Working, 40), row(asset.Maintenance, 50)},
			[]asset.Share{{asset.Working, 20 * time.Hour, 2}, {asset.Maintenance, 80 * time.Hour, 2}}},
		{"the last may be scrapped", []asset.StatusChange{row(asset.Standby, 20), row(asset.Scrapped, 30)},
			[]asset.Share{{asset.Standby, 10 * time.Hour, 1}, {asset.Scrapped, 70 * time.Hour, 1}}},
		{"two at one moment", []asset.StatusChange{row(asset.Working, 0), row(asset.Standby, 0), row(asset.Working, 0)},
			[]asset.Share{{asset.Working, 100 * time.Hour, 2}, {asset.Standby, 0, 1}}},
		{"a clock that went back takes nothing away", []asset.StatusChange{row(asset.Working, 10), row(asset.Standby, 5)},
			[]asset.Share{{asset.Working, 0, 1}, {asset.Standby, 95 * time.Hour, 1}}},
	} {
		t.Log(c.claim)
		testworld.Same(t, c.want, asset.SpentOf(c.log, at(100)).Shares)
	}
}

// TestSharesAddUpToTheWhole: for any log, the times of all statuses are together the time since its first row, and a recount minute by
// minute gives the same.
func TestSharesAddUpToTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 87))
	for range 300 {
		var log []asset.StatusChange
		minute := 0
		last := asset.Status("")
		for range 1 + r.IntN(12) {
			to := asset.Statuses()[r.IntN(4)]
			if to == last {
				continue
			}
			log = append(log, asset.StatusChange{From: last, To: to, At: testworld.Morning.Add(time.Duration(minute) * time.Minute)})
			last = to
			minute += r.IntN(90)
		}
		now := testworld.Morning.Add(time.Duration(minute+r.IntN(60)) * time.Minute)
		counted := map[asset.Status]time.Duration{}
		for m := testworld.Morning; m.Before(now); m = m.Add(time.Minute) {
			for i := len(log) - 1; i >= 0; i-- {
				if !log[i].At.After(m) {
					counted[log[i].To] += time.Minute
					break
				}
			}
		}
		got := asset.SpentOf(log, now)
		var sum time.Duration
		for _, s := range got.Shares {
			sum += s.Time
			if s.Time != counted[s.Status] {
				t.Fatalf("%s: %v, counted %v in %+v", s.Status, s.Time, counted[s.Status], log)
			}
		}
		if sum != now.Sub(got.Since) || got.Until != now || len(got.Spells) != len(log) || !got.Spells[len(log)-1].Open {
			t.Fatalf("%v of %v: %+v", sum, now.Sub(got.Since), got)
		}
	}
}

func TestTimeSpentIsReadFromTheLog(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Technician)
		a := w.NewAsset(w.Tower.ID, "LIFT")
		w.Clock.Advance(3 * time.Hour)
		if _, err := w.Asset.SetStatus(ctx, who, a.ID, 1, asset.Maintenance, ""); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Hour)
		got, err := w.Asset.TimeSpent(ctx, who, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		start, now := testworld.Morning, w.Clock.Now()
		testworld.Same(t, asset.Spent{
			Since: start, Until: now,
			Spells: []asset.Spell{{asset.Working, start, start.Add(3 * time.Hour), false}, {asset.Maintenance, start.Add(3 * time.Hour), now, true}},
			Shares: []asset.Share{{asset.Working, 3 * time.Hour, 1}, {asset.Maintenance, time.Hour, 1}},
		}, got)
		_, err = w.Asset.TimeSpent(ctx, who, id.New[id.Asset]())
		testworld.Gone(t, err, "asset")
	})
}

func TestTheLastDaysAreCutOutOfAllTime(t *testing.T) {
	at := func(h int) time.Time { return testworld.Morning.Add(time.Duration(h) * time.Hour) }
	all := asset.SpentOf([]asset.StatusChange{{To: asset.Standby, At: at(0)}, {To: asset.Working, At: at(10)}, {To: asset.Maintenance, At: at(20)}}, at(30))
	testworld.Same(t, asset.Spent{
		Since: at(15), Until: at(30),
		Spells: []asset.Spell{{asset.Working, at(15), at(20), false}, {asset.Maintenance, at(20), at(30), true}},
		Shares: []asset.Share{{asset.Working, 5 * time.Hour, 1}, {asset.Maintenance, 10 * time.Hour, 1}},
	}, all.Last(15*time.Hour))
	testworld.Same(t, all, all.Last(30*time.Hour))
	testworld.Same(t, all, all.Last(1000*time.Hour))
	testworld.Same(t, []asset.Share{{asset.Maintenance, 0, 1}}, all.Last(0).Shares)
}
