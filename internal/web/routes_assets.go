package web

import (
	"net/http"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/reply"
)

// assetRoutes are the pages of assets and of the locations where they stand.
func (p *pages) assetRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/assets", Permission: asset.CanRead, Handler: p.listAssets, Name: "asset.list"},
		{Method: post, Path: "/assets", Permission: asset.CanCreate, Handler: p.createAsset, Name: "asset.create", Changes: true},
		{Method: get, Path: "/assets/new", Permission: asset.CanCreate, Handler: p.newAsset, Name: "asset.new"},
		{Method: get, Path: "/assets/map", Permission: asset.CanRead, Handler: p.mapAssets, Name: "asset.map"},
		{Method: get, Path: "/assets/labels", Permission: asset.CanRead, Handler: p.labels, Name: "asset.labels"},
		{Method: get, Path: "/assets/{id}", Permission: asset.CanRead, Handler: p.getAsset, Name: "asset.get"},
		{Method: post, Path: "/assets/{id}", Permission: asset.CanUpdate, Handler: p.updateAsset, Name: "asset.update", Changes: true},
		{Method: get, Path: "/assets/{id}/edit", Permission: asset.CanUpdate, Handler: p.editAsset, Name: "asset.edit"},
		{Method: post, Path: "/assets/{id}/status", Permission: asset.CanSetStatus, Handler: p.setAssetStatus, Name: "asset.status", Changes: true},
		{Method: post, Path: "/assets/{id}/delete", Permission: asset.CanDelete, Handler: p.deleteAsset, Name: "asset.delete", Changes: true},

		{Method: get, Path: "/locations", Permission: asset.CanReadLocation, Handler: p.listLocations, Name: "location.list"},
		{Method: post, Path: "/locations", Permission: asset.CanCreateLocation, Handler: p.createLocation, Name: "location.create", Changes: true},
		{Method: get, Path: "/locations/new", Permission: asset.CanCreateLocation, Handler: p.newLocation, Name: "location.new"},
		{Method: get, Path: "/locations/{id}", Permission: asset.CanReadLocation, Handler: p.getLocation, Name: "location.get"},
		{Method: post, Path: "/locations/{id}", Permission: asset.CanUpdateLocation, Handler: p.updateLocation, Name: "location.update", Changes: true},
		{Method: get, Path: "/locations/{id}/edit", Permission: asset.CanUpdateLocation, Handler: p.editLocation, Name: "location.edit"},
		{Method: post, Path: "/locations/{id}/delete", Permission: asset.CanDeleteLocation, Handler: p.deleteLocation, Name: "location.delete", Changes: true},
	}
}
