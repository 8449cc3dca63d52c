package asset_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// TestEveryChangeOfStatusIsOneRowOfTheLog: whatever use case makes it, it is logged and journaled in its transaction, and nothing else is.
func TestEveryChangeOfStatusIsOneRowOfTheLog(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Technician) // of Hill
		admin := w.Actor(org.Administrator)
		start := w.Clock.Now()
		a := w.NewAsset(w.Tower.ID, "LIFT", func(in *asset.AssetInput) { in.StatusNote = "delivered" })
		w.Clock.Advance(time.Hour)
		var err error
		var verbs []string
		for _, c := range w.During(func() {
			if a, err = w.Asset.SetStatus(ctx, who, a.ID, 1, asset.Maintenance, "  cable   worn "); err != nil {
				t.Fatal(err)
			}
			w.Clock.Advance(time.Hour)
			in := said(a) // nothing but the status
			in.Status, in.StatusNote = asset.Working, "cable new"
			if a, err = w.Asset.UpdateAsset(ctx, admin, a.ID, 2, in); err != nil {
				t.Fatal(err)
			}
			in = said(a) // nothing but the name
			in.Name, in.StatusNote = "Lift one", "not asked for"
			if a, err = w.Asset.UpdateAsset(ctx, admin, a.ID, 3, in); err != nil {
				t.Fatal(err)
			}
			in = said(a) // both
			in.Name, in.Status = "Lift 1", asset.Standby
			if a, err = w.Asset.UpdateAsset(ctx, admin, a.ID, 4, in); err != nil {
				t.Fatal(err)
			}
		}) {
			verbs = append(verbs, c.Verb)
		}
		testworld.Same(t, []string{"asset.status_changed", "asset.status_changed", "asset.updated", "asset.status_changed", "asset.updated"}, verbs)
		row := func(from, to asset.Status, person *id.Person, note string, after time.Duration) asset.StatusChange {
			return asset.StatusChange{Asset: a.ID, From: from, To: to, Person: person, Note: note, At: start.Add(after)}
		}
		technician, boss := who.Person(), admin.Person()
		testworld.Same(t, []asset.StatusChange{
			row("", asset.Working, nil, "delivered", 0),
			row(asset.Working, asset.Maintenance, &technician, "cable worn", time.Hour),
			row(asset.Maintenance, asset.Working, &boss, "cable new", 2*time.Hour),
			row(asset.Working, asset.Standby, &boss, "", 2*time.Hour),
		}, logOf(t, w, w.Tenant, a.ID))
		got, err := w.Asset.StatusLog(ctx, who, a.ID, page.Request{Limit: 1})
		if err != nil || got.Items[0].PersonName != "Asha Alder" || got.Next == "" {
			t.Errorf("%+v %v", got, err)
		}
		testworld.Same(t, asset.Standby, a.Status)
	})
}

func TestTheJournalSaysWhyAStatusChanged(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		old := w.NewAsset(w.Tower.ID, "LIFT")
		who := w.Actor(org.Technician)
		w.Clock.Advance(time.Minute)
		var a asset.Asset
		got := w.During(func() {
			var err error
			if a, err = w.Asset.SetStatus(t.Context(), who, old.ID, 1, asset.Scrapped, "burnt"); err != nil {
				t.Fatal(err)
			}
		})
		testworld.Same(t, []testworld.Change{{
			Kind: actor.Person, Who: "Tara Thorn", WhoID: who.Person(), Verb: "asset.status_changed", Subject: testworld.Any(a.ID), Site: w.Tower.ID,
			Before: testworld.JSON(t, old), After: testworld.JSON(t, asset.Turned{Asset: a, Note: "burnt"}),
		}}, got)
		if !strings.Contains(got[0].After, `"status":"SCRAPPED"`) || !strings.Contains(got[0].After, `"status_note":"burnt"`) {
			t.Errorf("got %s", got[0].After)
		}
	})
}

func TestWhatIsScrappedIsBroughtBackByWhoMayChangeAssets(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, technician, supervisor := t.Context(), w.Actor(org.Technician), w.Actor(org.Supervisor)
		a := w.NewAsset(w.Tower.ID, "LIFT")
		a, err := w.Asset.SetStatus(ctx, technician, a.ID, a.Version, asset.Scrapped, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Asset.SetStatus(ctx, technician, a.ID, a.Version, asset.Working, "")
		testworld.Refused(t, err, asset.CanUpdate)
		if want := "This asset is scrapped. Only who may change assets brings it back."; fault.As(err).Message != want {
			t.Errorf("got %q", fault.As(err).Message)
		}
		offered, err := w.Asset.ListAssets(ctx, technician, asset.AssetFilter{Offered: true}, page.Request{})
		if err != nil || len(offered.Items) != 0 {
			t.Errorf("offered: %v %v", codes(offered.Items), err)
		}
		if a, err = w.Asset.SetStatus(ctx, supervisor, a.ID, a.Version, asset.Standby, "repaired"); err != nil || a.Status != asset.Standby || a.Version != 3 {
			t.Fatalf("%+v %v", a, err)
		}
		_, err = w.Asset.SetStatus(ctx, supervisor, a.ID, a.Version, asset.Standby, "")
		testworld.Fault(t, err, fault.Invalid, "status same")
		_, err = w.Asset.SetStatus(ctx, supervisor, a.ID, a.Version, "BROKEN", strings.Repeat("n", 501))
		testworld.Fault(t, err, fault.Invalid, "status unknown", "note too_long")
		_, err = w.Asset.SetStatus(ctx, supervisor, a.ID, 2, asset.Working, "")
		testworld.Fault(t, err, fault.Conflict, "version stale")
		testworld.Same(t, any(a), fault.As(err).Current)
		if n := len(logOf(t, w, w.Tenant, a.ID)); n != 3 {
			t.Errorf("%d rows, want 3", n)
		}
	})
}

// TestOfManyChangesOfStatusOneWins: the log has as many rows as there were changes, and each begins where the one before ended.
func TestOfManyChangesOfStatusOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Technician)
		a := w.NewAsset(w.Tower.ID, "LIFT")
		turn := []asset.Status{asset.Maintenance, asset.Standby, asset.Working}
		for round := range 4 {
			errs := make([]error, 6)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					_, errs[i] = w.Asset.SetStatus(ctx, who, a.ID, int64(round+1), turn[round%3], fmt.Sprint(i))
				})
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else {
					testworld.Fault(t, err, fault.Conflict, "version stale")
				}
			}
			if won != 1 {
				t.Fatalf("round %d: %d changes of one version were taken", round, won)
			}
			w.Clock.Advance(time.Second)
		}
		rows := logOf(t, w, w.Tenant, a.ID)
		if len(rows) != 5 {
			t.Fatalf("%d rows, want 5", len(rows))
		}
		for i, x := range rows[1:] {
			if x.From != rows[i].To {
				t.Errorf("row %d goes from %s, the one before to %s", i+1, x.From, rows[i].To)
			}
		}
	})
}

func TestTheDatabaseKeepsALogRowFromSayingNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		w.NewAsset(w.Tower.ID, "LIFT")
		if got := w.Text("select to_status || ' after ' || from_status || '.' from asset_statuses"); got != "WORKING after ." {
			t.Errorf("got %q", got)
		}
	})
}
