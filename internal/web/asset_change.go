package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// askAsset shows the form about an asset: a new one when a has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askAsset(w http.ResponseWriter, r *http.Request, a asset.Asset, f form, refusal error) error {
	who := actor.From(r.Context())
	sent := form{values: f.values}
	questions, err := p.assetAsk(r.Context(), who, a, ref[id.Site](&sent, "site_id"))
	if err != nil {
		return err
	}
	at, page := "/assets", asking{Title: "New asset", Sub: "All fields are needed unless marked optional.", Maps: true, Crumbs: []ui.Link{{Text: "Assets", Href: "/assets"}}}
	page.Sheet = sheet{Action: at, Draft: "asset:new", Go: "Add the asset", Back: at}
	if !a.ID.IsZero() {
		at = "/assets/" + a.ID.String()
		page.Title, page.Crumbs = "Change "+a.Name, append(page.Crumbs, ui.Link{Text: a.Name, Href: at})
		page.Sheet = sheet{Action: at, Draft: "asset:" + a.ID.String(), Version: f.text("version"), Go: "Save the asset", Back: at}
	}
	faults := faultsOf(refusal)
	q := questions.questions(who, f, faults)
	page.Sheet.Faults, page.Sheet.Fields = faults, q.fields
	page.Sheet.Body = q.body(p.mapOf("Pick the position", false), a.Point)
	err = refused(&page.Sheet, refusal, "asset", at+"/edit", func(now asset.Asset) ([]ui.Field, int64, error) {
		parent, err := p.parentText(r, now)
		if err != nil {
			return nil, 0, err
		}
		return questions.questions(who, assetForm(now, parent), ui.Faults{}).fields, now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, page, refusal)
}

// parentText is how a form writes what an asset belongs to.
func (p *pages) parentText(r *http.Request, a asset.Asset) (string, error) {
	if a.Parent == nil {
		return "", nil
	}
	parent, err := p.Asset.GetAsset(r.Context(), actor.From(r.Context()), *a.Parent)
	return assetText(parent.Code, parent.Name), err
}

// newAsset asks about a new asset; ?site= and ?location= say where it is to stand.
func (p *pages) newAsset(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := newForm("site_id", q.Get("site"), "location_id", q.Get("location"), "kind", string(asset.Equipment), "status", string(asset.Working), "meter_factor", "1", "active", "true")
	return p.askAsset(w, r, asset.Asset{}, f, nil)
}

// createAsset adds an asset.
func (p *pages) createAsset(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r, assetNames...)
	if err != nil {
		return err
	}
	in, err := p.readAsset(r.Context(), who, &f, asset.Asset{})
	if err != nil {
		return err
	}
	var made asset.Asset
	if err = f.readable(&in); err == nil {
		made, err = p.Asset.CreateAsset(r.Context(), who, in)
	}
	if err != nil {
		return p.askAsset(w, r, asset.Asset{}, f, err)
	}
	return p.seeOther(w, r, "/assets/"+made.ID.String(), made.Name+" is added")
}

// editAsset asks what is to change about an asset.
func (p *pages) editAsset(w http.ResponseWriter, r *http.Request) error {
	a, err := p.assetFor(r, asset.CanUpdate)
	if err != nil {
		return err
	}
	parent, err := p.parentText(r, a)
	if err != nil {
		return err
	}
	f := assetForm(a, parent)
	f.set("version", number(a.Version))
	return p.askAsset(w, r, a, f, nil)
}

// updateAsset changes an asset.
func (p *pages) updateAsset(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	a, err := p.assetFor(r, asset.CanUpdate)
	if err != nil {
		return err
	}
	f, err := readForm(r, assetNames...)
	if err != nil {
		return err
	}
	in, err := p.readAsset(r.Context(), who, &f, a)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(&in); err == nil {
		a, err = keep(a)(p.Asset.UpdateAsset(r.Context(), who, a.ID, version, in))
	}
	if err != nil {
		return p.askAsset(w, r, a, f, err)
	}
	return p.seeOther(w, r, "/assets/"+a.ID.String(), a.Name+" is changed")
}

// deleteAsset removes an asset, after asking.
func (p *pages) deleteAsset(w http.ResponseWriter, r *http.Request) error {
	a, err := p.assetFor(r, asset.CanDelete)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	at := "/assets/" + a.ID.String()
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteAsset(a), at, f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Asset.DeleteAsset(r.Context(), actor.From(r.Context()), a.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showAsset(w, r, status, a.ID, turning{}, n) })
	}
	return p.seeOther(w, r, "/assets", a.Name+" is deleted")
}

// assetFor gives the asset of the path, when the actor may do something to it.
func (p *pages) assetFor(r *http.Request, need actor.Permission) (asset.Asset, error) {
	at, err := pathID[id.Asset](r, "asset")
	if err != nil {
		return asset.Asset{}, err
	}
	who := actor.From(r.Context())
	a, err := p.Asset.GetAsset(r.Context(), who, at)
	if err != nil {
		return asset.Asset{}, err
	}
	return a, who.RequireAt(need, a.Site)
}
