package testworld

import (
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// Location makes a location at a site, below another (nil: directly in the site). Its name is its code.
func (x *Tenant) Location(site id.Site, code string, parent *id.Location) asset.Location {
	x.w.t.Helper()
	l, err := x.w.Asset.CreateLocation(x.w.t.Context(), x.System, asset.LocationInput{Site: site, Parent: parent, Code: code, Name: code, Active: true})
	x.w.must(err)
	return l
}

// NewAsset makes an asset at a site, whose name is its code; change may say more about it.
func (x *Tenant) NewAsset(site id.Site, code string, change ...func(in *asset.AssetInput)) asset.Asset {
	x.w.t.Helper()
	in := asset.AssetInput{Site: site, Code: code, Name: code, Active: true}
	for _, f := range change {
		f(&in)
	}
	a, err := x.w.Asset.CreateAsset(x.w.t.Context(), x.System, in)
	x.w.must(err)
	return a
}

// Value makes a value of a code list, whose name is its code.
func (x *Tenant) Value(list org.List, code string) org.Lookup {
	x.w.t.Helper()
	return x.lookup(list, code, code)
}
