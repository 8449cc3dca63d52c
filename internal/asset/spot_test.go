package asset_test

import (
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestSpotsAreWhatMayBeChosen: of one site or of all that one sees, without what is inactive or scrapped, and as many as one asks for.
func TestSpotsAreWhatMayBeChosen(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		stock(w)
		codes := func(most int) (out []string, more bool) {
			t.Helper()
			found, more, err := w.Asset.Spots(t.Context(), w.Actor(org.Administrator), nil, most)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range found {
				out = append(out, x.Code)
			}
			return out, more
		}
		all, more := codes(asset.MaxSpots)
		testworld.Same(t, []any{[]string{"A", "B", "C"}, false}, []any{all, more})
		some, more := codes(2)
		testworld.Same(t, []any{[]string{"A", "B"}, true}, []any{some, more})
		found, _, err := w.Asset.Spots(t.Context(), w.Actor(org.Administrator), &w.Mill.ID, asset.MaxSpots)
		if err != nil || len(found) != 0 {
			t.Errorf("at the other site: %v, %v", found, err)
		}
		_, _, err = w.Asset.Spots(t.Context(), w.As(w.Someone(nil, org.CanReadSite)), nil, 1)
		testworld.Fault(t, err, fault.Forbidden, "permission asset.read")
	})
}
