package asset_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// forest is a tree as a test keeps it: who stands below whom.
type forest[T comparable] map[T]T

// above gives how many stand above x, itself with them, and whether y is among them; a cycle never ends and is reported as 99.
func (f forest[T]) above(x, y T) (n int, met bool) {
	for ok := true; ok && n < 99; x, ok = f[x] {
		n++
		met = met || x == y
	}
	return n, met
}

// height is how many stand above one another from x down.
func (f forest[T]) height(x T) int {
	n := 1
	for child, parent := range f {
		if parent == x {
			n = max(n, 1+f.height(child))
		}
	}
	return n
}

// TestTreesHaveNoCycles moves locations and assets about at random and holds every answer against a model of the tree: what would close a
// cycle is refused, what stands too deep is refused, everything else is done.
func TestTreesHaveNoCycles(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		r := rand.New(rand.NewPCG(1, 13))
		ctx, who := t.Context(), w.Actor(org.Administrator)
		const n, moves = 14, 150
		locations, assets := make([]asset.Location, n), make([]asset.Asset, n)
		for i := range n {
			locations[i] = w.Location(w.Harbour.ID, fmt.Sprint("L", i), nil)
			assets[i] = w.NewAsset(w.Harbour.ID, fmt.Sprint("A", i))
		}
		places, parts := forest[id.Location]{}, forest[id.Asset]{}
		var refused, deep int
		for range moves {
			i, j, chain := r.IntN(n), r.IntN(n), r.IntN(4) > 0
			l, in := locations[i], saidOf(locations[i])
			if in.Parent = nil; chain {
				in.Parent = &locations[j].ID
			}
			want := verdict(places, l.ID, in.Parent)
			if want == "parent_id cycle" {
				refused++
			} else if want != "" {
				deep++
			}
			got, err := w.Asset.UpdateLocation(ctx, who, l.ID, l.Version, in)
			if settled(t, err, want) {
				locations[i] = got
				move(places, l.ID, in.Parent)
			}
			a, as := assets[i], said(assets[i])
			if as.Parent = nil; chain {
				as.Parent = &assets[j].ID
			}
			changed, err := w.Asset.UpdateAsset(ctx, who, a.ID, a.Version, as)
			if settled(t, err, verdict(parts, a.ID, as.Parent)) {
				assets[i] = changed
				move(parts, a.ID, as.Parent)
			}
			if t.Failed() {
				return
			}
		}
		if refused < 10 {
			t.Errorf("only %d moves would have made a cycle; %d were too deep", refused, deep)
		}
	})
}

func verdict[T comparable](f forest[T], x T, parent *T) string {
	if parent == nil {
		return ""
	}
	old, had := f[x]
	if had && old == *parent {
		return "" // nothing moves
	}
	n, met := f.above(*parent, x)
	switch {
	case met:
		return "parent_id cycle"
	case n+f.height(x) > 12:
		return "parent_id too_deep"
	}
	return ""
}

func settled(t *testing.T, err error, want string) bool {
	t.Helper()
	if want == "" {
		testworld.Fault(t, err, "")
		return err == nil
	}
	testworld.Fault(t, err, fault.Invalid, want)
	return false
}

func move[T comparable](f forest[T], x T, parent *T) {
	delete(f, x)
	if parent != nil {
		f[x] = *parent
	}
}

func TestTreesAreTwelveDeep(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		var parent *id.Asset
		var place *id.Location
		for i := range 12 {
			a := w.NewAsset(w.Harbour.ID, fmt.Sprint("A", i), func(in *asset.AssetInput) { in.Parent = parent })
			l := w.Location(w.Harbour.ID, fmt.Sprint("L", i), place)
			parent, place = &a.ID, &l.ID
		}
		_, err := w.Asset.CreateAsset(t.Context(), w.System, asset.AssetInput{Site: w.Harbour.ID, Code: "A", Name: "A", Parent: parent})
		testworld.Fault(t, err, fault.Invalid, "parent_id too_deep")
		_, err = w.Asset.CreateLocation(t.Context(), w.System, asset.LocationInput{Site: w.Harbour.ID, Code: "L", Name: "L", Parent: place})
		testworld.Fault(t, err, fault.Invalid, "parent_id too_deep")
	})
}

// TestTwoMovesTogetherMakeNoCycle: each alone is allowed, both are not.
func TestTwoMovesTogetherMakeNoCycle(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for round := range 6 {
			x, y := w.NewAsset(w.Harbour.ID, fmt.Sprint("X", round)), w.NewAsset(w.Harbour.ID, fmt.Sprint("Y", round))
			p, q := w.Location(w.Harbour.ID, fmt.Sprint("P", round), nil), w.Location(w.Harbour.ID, fmt.Sprint("Q", round), nil)
			var errs [4]error
			var wg sync.WaitGroup
			for i, do := range []func() error{
				func() error {
					in := said(x)
					in.Parent = &y.ID
					_, err := w.Asset.UpdateAsset(ctx, who, x.ID, 1, in)
					return err
				},
				func() error {
					in := said(y)
					in.Parent = &x.ID
					_, err := w.Asset.UpdateAsset(ctx, who, y.ID, 1, in)
					return err
				},
				func() error {
					in := saidOf(p)
					in.Parent = &q.ID
					_, err := w.Asset.UpdateLocation(ctx, who, p.ID, 1, in)
					return err
				},
				func() error {
					in := saidOf(q)
					in.Parent = &p.ID
					_, err := w.Asset.UpdateLocation(ctx, who, q.ID, 1, in)
					return err
				},
			} {
				wg.Go(func() { errs[i] = do() })
			}
			wg.Wait()
			for _, pair := range [][2]error{{errs[0], errs[1]}, {errs[2], errs[3]}} {
				lost := pair[0]
				if lost == nil {
					lost = pair[1]
				} else if pair[1] != nil {
					t.Errorf("neither moved: %v, %v", pair[0], pair[1])
				}
				testworld.Fault(t, lost, fault.Invalid, "parent_id cycle")
			}
		}
	})
}

// TestNothingIsLeftBehindAtAnotherSite: a part is made while what it belongs to moves away.
func TestNothingIsLeftBehindAtAnotherSite(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for round := range 6 {
			crane := w.NewAsset(w.Harbour.ID, fmt.Sprint("CRANE", round))
			var wg sync.WaitGroup
			wg.Go(func() {
				in := said(crane)
				in.Site = w.Mill.ID
				_, _ = w.Asset.UpdateAsset(ctx, who, crane.ID, 1, in) // either may come too late
			})
			wg.Go(func() {
				_, _ = w.Asset.CreateAsset(ctx, who, asset.AssetInput{Site: w.Harbour.ID, Code: fmt.Sprint("HOOK", round), Name: "Hook", Parent: &crane.ID})
			})
			wg.Wait()
			now, err := w.Asset.GetAsset(ctx, who, crane.ID)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := w.Asset.ListAssets(ctx, who, asset.AssetFilter{Parent: &crane.ID, Inactive: true}, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range parts.Items {
				if p.Site != now.Site {
					t.Errorf("round %d: the crane is at %s, its hook at %s", round, now.SiteName, p.SiteName)
				}
			}
		}
	})
}
