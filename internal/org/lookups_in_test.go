package org_test

import (
	"testing"

	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestSeveralListsAreReadAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		b, a := w.Value(org.AssetType, "B"), w.Value(org.AssetType, "A")
		brand := w.Value(org.AssetBrand, "X")
		w.SecondTenant().Value(org.AssetBrand, "Y")
		got, err := w.Org.LookupsIn(t.Context(), w.Actor(org.Guard), org.AssetType, org.AssetBrand, org.AssetMeter)
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, map[org.List][]org.Lookup{org.AssetType: {a, b}, org.AssetBrand: {brand}}, got)
		_, err = w.Org.LookupsIn(t.Context(), w.As(w.Someone(nil)), org.AssetType)
		testworld.Refused(t, err, org.CanReadLookup)
	})
}
