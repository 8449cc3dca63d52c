package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// newLocation asks about a new location; ?site= and ?inside= say where it is.
func (p *pages) newLocation(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := newForm("site_id", q.Get("site"), "parent_id", q.Get("inside"), "status", string(asset.Working), "active", "true")
	return p.askLocation(w, r, asset.Location{}, f, nil)
}

// createLocation adds a location.
func (p *pages) createLocation(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, locationNames...)
	if err != nil {
		return err
	}
	in := readLocation(&f, asset.Location{})
	var made asset.Location
	if err = f.readable(&in); err == nil {
		made, err = p.Asset.CreateLocation(r.Context(), actor.From(r.Context()), in)
	}
	if err != nil {
		return p.askLocation(w, r, asset.Location{}, f, err)
	}
	return p.seeOther(w, r, "/locations/"+made.ID.String(), made.Name+" is added")
}

// editLocation asks what is to change about a location.
func (p *pages) editLocation(w http.ResponseWriter, r *http.Request) error {
	l, err := p.locationFor(r, asset.CanUpdateLocation)
	if err != nil {
		return err
	}
	f := locationForm(l)
	f.set("version", number(l.Version))
	return p.askLocation(w, r, l, f, nil)
}

// updateLocation changes a location.
func (p *pages) updateLocation(w http.ResponseWriter, r *http.Request) error {
	l, err := p.locationFor(r, asset.CanUpdateLocation)
	if err != nil {
		return err
	}
	f, err := readForm(r, locationNames...)
	if err != nil {
		return err
	}
	in, version := readLocation(&f, l), f.version()
	if err = f.readable(&in); err == nil {
		l, err = keep(l)(p.Asset.UpdateLocation(r.Context(), actor.From(r.Context()), l.ID, version, in))
	}
	if err != nil {
		return p.askLocation(w, r, l, f, err)
	}
	return p.seeOther(w, r, "/locations/"+l.ID.String(), l.Name+" is changed")
}

// deleteLocation removes a location, after asking.
func (p *pages) deleteLocation(w http.ResponseWriter, r *http.Request) error {
	l, err := p.locationFor(r, asset.CanDeleteLocation)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	at := "/locations/" + l.ID.String()
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteLocation(l), at, f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Asset.DeleteLocation(r.Context(), actor.From(r.Context()), l.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showLocation(w, r, status, l.ID, n) })
	}
	return p.seeOther(w, r, "/locations", l.Name+" is deleted")
}

// locationFor gives the location of the path, when the actor may do something to it.
func (p *pages) locationFor(r *http.Request, need actor.Permission) (asset.Location, error) {
	at, err := pathID[id.Location](r, "location")
	if err != nil {
		return asset.Location{}, err
	}
	who := actor.From(r.Context())
	l, err := p.Asset.GetLocation(r.Context(), who, at)
	if err != nil {
		return asset.Location{}, err
	}
	return l, who.RequireAt(need, l.Site)
}
