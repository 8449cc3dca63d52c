package asset_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// operation is a use case with the permission that it needs.
type operation struct {
	name  string
	needs actor.Permission
	thing string // what it says is missing for a foreign or unknown id; "" = it takes none
	call  func(who actor.Actor, a id.Asset, l id.Location) error
}

func operations(t *testing.T, w *testworld.World) []operation {
	ctx, s, site := t.Context(), w.Asset, w.Harbour.ID
	errOf := func(_ any, err error) error { return err }
	return []operation{
		{"GetAsset", asset.CanRead, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error { return errOf(s.GetAsset(ctx, who, a)) }},
		{"AssetByCode", asset.CanRead, "", func(who actor.Actor, _ id.Asset, _ id.Location) error { return errOf(s.AssetByCode(ctx, who, "OWN")) }},
		{"ListAssets", asset.CanRead, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.ListAssets(ctx, who, asset.AssetFilter{}, page.Request{}))
		}},
		{"CountAssets", asset.CanRead, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.CountAssets(ctx, who, asset.AssetFilter{}))
		}},
		{"AssetsByID", asset.CanRead, "", func(who actor.Actor, _ id.Asset, _ id.Location) error { return errOf(s.AssetsByID(ctx, who, nil)) }},
		{"StatusLog", asset.CanRead, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error {
			return errOf(s.StatusLog(ctx, who, a, page.Request{}))
		}},
		{"TimeSpent", asset.CanRead, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error { return errOf(s.TimeSpent(ctx, who, a)) }},
		{"CreateAsset", asset.CanCreate, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.CreateAsset(ctx, who, asset.AssetInput{Site: site, Code: "NEW", Name: "N"}))
		}},
		{"UpdateAsset", asset.CanUpdate, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error {
			return errOf(s.UpdateAsset(ctx, who, a, 1, asset.AssetInput{Site: site, Code: "OWN", Name: "N"}))
		}},
		{"SetStatus", asset.CanSetStatus, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error {
			return errOf(s.SetStatus(ctx, who, a, 2, asset.Standby, ""))
		}},
		{"DeleteAsset", asset.CanDelete, "asset", func(who actor.Actor, a id.Asset, _ id.Location) error { return s.DeleteAsset(ctx, who, a, 3) }},
		{"GetLocation", asset.CanReadLocation, "location", func(who actor.Actor, _ id.Asset, l id.Location) error { return errOf(s.GetLocation(ctx, who, l)) }},
		{"ListLocations", asset.CanReadLocation, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.ListLocations(ctx, who, asset.LocationFilter{}, page.Request{}))
		}},
		{"CountLocations", asset.CanReadLocation, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.CountLocations(ctx, who, asset.LocationFilter{}))
		}},
		{"LocationsByID", asset.CanReadLocation, "", func(who actor.Actor, _ id.Asset, _ id.Location) error { return errOf(s.LocationsByID(ctx, who, nil)) }},
		{"LocationTree", asset.CanReadLocation, "", func(who actor.Actor, _ id.Asset, _ id.Location) error { return errOf(s.LocationTree(ctx, who, nil)) }},
		{"CreateLocation", asset.CanCreateLocation, "", func(who actor.Actor, _ id.Asset, _ id.Location) error {
			return errOf(s.CreateLocation(ctx, who, asset.LocationInput{Site: site, Code: "NEW", Name: "N"}))
		}},
		{"UpdateLocation", asset.CanUpdateLocation, "location", func(who actor.Actor, _ id.Asset, l id.Location) error {
			return errOf(s.UpdateLocation(ctx, who, l, 1, asset.LocationInput{Site: site, Code: "OWN", Name: "N"}))
		}},
		{"DeleteLocation", asset.CanDeleteLocation, "location", func(who actor.Actor, _ id.Asset, l id.Location) error { return s.DeleteLocation(ctx, who, l, 2) }},
	}
}

// TestEveryOperationNeedsItsPermission calls each use case as somebody who holds everything else, as nobody, and as one who may.
func TestEveryOperationNeedsItsPermission(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		a, l := w.NewAsset(w.Harbour.ID, "OWN").ID, w.Location(w.Harbour.ID, "OWN", nil).ID
		admin := w.Actor(org.Administrator)
		for _, op := range operations(t, w) {
			var others []actor.Permission
			for _, d := range testworld.Permissions() {
				if d.Name != op.needs {
					others = append(others, d.Name)
				}
			}
			before := len(w.Trail())
			t.Log(op.name)
			testworld.Refused(t, op.call(dbtest.Actor(w.ID, others...), a, l), op.needs)
			testworld.Fault(t, op.call(actor.Actor{}, a, l), fault.Unauthenticated)
			if n := len(w.Trail()); n != before {
				t.Errorf("%s: a refusal left %d rows in the journal", op.name, n-before)
			}
			testworld.Fault(t, op.call(admin, a, l), "")
		}
	})
}

func TestForeignAndUnknownIdsAreTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		a, l := other.NewAsset(other.Harbour.ID, "OWN").ID, other.Location(other.Harbour.ID, "OWN", nil).ID
		admin := w.Actor(org.Administrator)
		before := len(w.Trail())
		for _, op := range operations(t, w) {
			if op.thing == "" {
				continue
			}
			t.Log(op.name)
			testworld.Gone(t, op.call(admin, a, l), op.thing)
			testworld.Gone(t, op.call(admin, id.New[id.Asset](), id.New[id.Location]()), op.thing)
			testworld.Gone(t, op.call(admin, id.Asset{}, id.Location{}), op.thing)
		}
		if n := len(w.Trail()); n != before {
			t.Errorf("%d rows in the journal for what was not found", n-before)
		}
		_, err := w.Asset.AssetByCode(t.Context(), admin, "OWN")
		testworld.Gone(t, err, "asset")
	})
}

func TestScopeIsTheSite(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Supervisor) // of North
		near, far := w.NewAsset(w.Harbour.ID, "NEAR"), w.NewAsset(w.Mill.ID, "FAR")
		hall := w.Location(w.Mill.ID, "HALL", nil)
		_, err := w.Asset.GetAsset(ctx, who, far.ID)
		testworld.Gone(t, err, "asset")
		_, err = w.Asset.SetStatus(ctx, who, far.ID, 1, asset.Standby, "")
		testworld.Gone(t, err, "asset")
		_, err = w.Asset.UpdateLocation(ctx, who, hall.ID, 1, saidOf(hall))
		testworld.Gone(t, err, "location")
		_, err = w.Asset.CreateAsset(ctx, who, asset.AssetInput{Site: w.Mill.ID, Code: "N", Name: "N"})
		testworld.Refused(t, err, asset.CanCreate)
		_, err = w.Asset.CreateLocation(ctx, who, asset.LocationInput{Site: w.Mill.ID, Code: "N", Name: "N"})
		testworld.Refused(t, err, asset.CanCreateLocation)
		in := said(near)
		in.Site = w.Mill.ID // to where they may change nothing
		_, err = w.Asset.UpdateAsset(ctx, who, near.ID, 1, in)
		testworld.Refused(t, err, asset.CanUpdate)
		in.Site = w.Tower.ID
		if near, err = w.Asset.UpdateAsset(ctx, who, near.ID, 1, in); err != nil || near.SiteName != "Tower" {
			t.Errorf("%v %v", near.SiteName, err)
		}
		// who sees everywhere and changes here is refused there
		m := w.Someone(nil, asset.CanRead)
		w.Grant(m.ID, nil, &w.Tower.ID, asset.CanSetStatus, asset.CanUpdate, asset.CanDelete)
		both := w.As(m)
		_, err = w.Asset.SetStatus(ctx, both, far.ID, 1, asset.Standby, "")
		testworld.Refused(t, err, asset.CanSetStatus)
		_, err = w.Asset.UpdateAsset(ctx, both, far.ID, 1, said(far))
		testworld.Refused(t, err, asset.CanUpdate)
		testworld.Refused(t, w.Asset.DeleteAsset(ctx, both, far.ID, 1), asset.CanDelete)
		if _, err = w.Asset.SetStatus(ctx, both, near.ID, near.Version, asset.Standby, ""); err != nil {
			t.Error(err)
		}
	})
}

func TestAStaleVersionIsAConflictWithTheCurrentRecord(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		a := w.NewAsset(w.Harbour.ID, "A")
		_, err := w.Asset.UpdateAsset(ctx, who, a.ID, 2, said(a))
		for _, err := range []error{err, w.Asset.DeleteAsset(ctx, who, a.ID, 0)} {
			testworld.Fault(t, err, fault.Conflict, "version stale")
			testworld.Same(t, any(a), fault.As(err).Current)
		}
	})
}

func TestFilesOfAnAssetAreForWhoSeesIt(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx := t.Context()
		a := w.NewAsset(w.Harbour.ID, "A")
		site, see, change := w.Asset.Access(ctx, w.Actor(org.Supervisor), testworld.Any(a.ID))
		if site == nil || *site != w.Harbour.ID || see != nil || change != nil {
			t.Errorf("a supervisor: %v %v %v", site, see, change)
		}
		site, see, change = w.Asset.Access(ctx, w.Actor(org.Guard), testworld.Any(a.ID))
		if site == nil || *site != w.Harbour.ID || see != nil {
			t.Errorf("a guard: %v %v", site, see)
		}
		testworld.Refused(t, change, asset.CanUpdate)
		for _, who := range []actor.Actor{w.Actor(org.Technician), w.SecondTenant().Actor(org.Administrator)} {
			site, see, change = w.Asset.Access(ctx, who, testworld.Any(a.ID))
			if site != nil {
				t.Errorf("%s learns the site", who.Name())
			}
			testworld.Gone(t, see, "asset")
			testworld.Gone(t, change, "asset")
		}
	})
}
