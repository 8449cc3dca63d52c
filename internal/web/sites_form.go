package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// siteNames are the fields of the form about a site.
var siteNames = []string{"code", "name", "unit_id", "type_id", "manager_id", "address", "latitude", "longitude", "radius", "zone", "active"}

// siteForm is the form that shows a site; manager is the person's label.
func siteForm(s org.Site, manager string) form {
	f := newForm("code", s.Code, "name", s.Name, "unit_id", refText(s.Unit), "type_id", refText(s.Type), "manager_id", manager,
		"address", s.Address, "radius", number(s.Radius), "zone", s.Zone, "active", yesNo(s.Active))
	if s.Point != nil {
		f.set("latitude", strconv.FormatFloat(s.Point.Latitude, 'f', -1, 64))
		f.set("longitude", strconv.FormatFloat(s.Point.Longitude, 'f', -1, 64))
	}
	return f
}

// readSite reads what was typed about a site. What the form did not ask stays as it was.
func (p *pages) readSite(ctx context.Context, who actor.Actor, f *form, was org.Site) (org.SiteInput, error) {
	in := org.SiteInput{
		Unit: was.Unit, Type: was.Type, Manager: was.Manager, Code: f.text("code"), Name: f.text("name"), Zone: f.text("zone"),
		Radius: f.whole("radius"), Address: f.text("address"), Active: f.yes("active"),
	}
	if f.asked("unit_id") {
		in.Unit = ref[id.Unit](f, "unit_id")
	}
	if f.asked("type_id") {
		in.Type = ref[id.Lookup](f, "type_id")
	}
	in.Point = readPoint(f)
	if !f.asked("manager_id") {
		return in, nil
	}
	var err error
	in.Manager, err = p.readPerson(ctx, who, f, "manager_id", was.Manager)
	return in, err
}

// readPoint reads a position; nil when none was typed. Of half a position the other half is missing; what can be read of one that cannot
// is still held to its bounds.
func readPoint(f *form) *org.Point {
	lat, lon := f.decimal("latitude"), f.decimal("longitude")
	if f.text("latitude") == "" && f.text("longitude") == "" {
		return nil
	}
	f.check.That(f.text("latitude") != "", "latitude", "required", "Enter the latitude too, or neither.")
	f.check.That(f.text("longitude") != "", "longitude", "required", "Enter the longitude too, or neither.")
	var at org.Point
	if lat != nil {
		at.Latitude = *lat
	}
	if lon != nil {
		at.Longitude = *lon
	}
	return &at
}

// siteFields are the questions of the form, as they are laid out.
type siteFields struct {
	code, name, unit, kind, address, lat, lon, radius, active ui.Field
	manager, zone                                             suggestion
	managed, typed                                            bool // whether manager and type are asked
}

func (s siteFields) all() []ui.Field {
	out := []ui.Field{s.code, s.name, s.unit}
	if s.typed {
		out = append(out, s.kind)
	}
	if s.managed {
		out = append(out, s.manager.Field)
	}
	return append(out, s.address, s.zone.Field, s.lat, s.lon, s.radius, s.active)
}

// body lays the questions out: the map stands below the position that it fills.
func (s siteFields) body(m mapView, was *org.Point) templ.Component {
	parts := []templ.Component{ui.Asked(s.code), ui.Asked(s.name), ui.Asked(s.unit)}
	if s.typed {
		parts = append(parts, ui.Asked(s.kind))
	}
	if s.managed {
		parts = append(parts, suggested(s.manager))
	}
	return together(append(parts, ui.Asked(s.address), suggested(s.zone), placing(m, []ui.Field{s.lat, s.lon, s.radius}, was), ui.Asked(s.active))...)
}

// siteQuestions makes the questions about a site, with what f has in them. put says where the site may be put.
func (p *pages) siteQuestions(ctx context.Context, v visit, t org.Tree, f form, faults ui.Faults, put where) (siteFields, error) {
	put.chosen = f.text("unit_id")
	s := siteFields{
		code:    ui.Field{Name: "code", Label: "Code", Help: "Short, as people read it aloud. For example PUN-TP1.", Width: "mid", Literal: true, Max: 30},
		name:    ui.Field{Name: "name", Label: "Name", Max: 200},
		unit:    ui.Field{Name: "unit_id", Label: "Unit", Kind: ui.Select, Options: unitChoices(t, v.who, put)},
		kind:    ui.Field{Name: "type_id", Label: "Type", Kind: ui.Select, Optional: true},
		address: ui.Field{Name: "address", Label: "Address", Kind: ui.Lines, Rows: 3, Max: 500, Optional: true},
		lat:     ui.Field{Name: "latitude", Label: "Latitude", Help: "Degrees north.", Kind: ui.Number, Step: "any", Min: "-90", Top: "90", Optional: true},
		lon:     ui.Field{Name: "longitude", Label: "Longitude", Help: "Degrees east.", Kind: ui.Number, Step: "any", Min: "-180", Top: "180", Optional: true},
		radius:  ui.Field{Name: "radius", Label: "Radius", Help: "Metres around it that count as being there.", Kind: ui.Number, Min: "10", Top: "50000"},
		active:  ui.Field{Name: "active", Label: "Active", Help: "Nobody is planned for an inactive site. What happened there stays.", Kind: ui.Checkbox, Checked: f.yes("active")},
	}
	for _, x := range []*ui.Field{&s.code, &s.name, &s.unit, &s.kind, &s.address, &s.lat, &s.lon, &s.radius, &s.active} {
		x.Value, x.Error = f.text(x.Name), faults.At(x.Name)
	}
	s.zone = zoneField(ui.Field{Name: "zone", Label: "Time zone", Value: f.text("zone"), Error: faults.At("zone"),
		Help: "Dates and times of the site are in it. For example Asia/Kolkata."})
	var err error
	if s.kind.Options, err = p.lookupChoices(ctx, v.who, org.SiteType, f.text("type_id")); err != nil {
		return s, err
	}
	s.typed = s.kind.Options != nil
	s.manager, s.managed, err = p.personField(ctx, v.who, ui.Field{Name: "manager_id", Label: "Manager", Optional: true,
		Value: f.text("manager_id"), Error: faults.At("manager_id")})
	return s, err
}

// askSite shows the form about a site: a new one when s has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askSite(w http.ResponseWriter, r *http.Request, s org.Site, f form, refusal error) error {
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	t, err := p.placesSeen(r.Context(), v.who)
	if err != nil {
		return err
	}
	put := where{need: org.CanCreateSite, top: "In no unit"}
	at, a := "/sites", asking{Title: "New site", Sub: "All fields are needed unless marked optional.", Maps: true, Crumbs: []ui.Link{{Text: "Sites", Href: "/sites"}}}
	a.Sheet = sheet{Action: at, Draft: "site:new", Go: "Add the site", Back: at}
	if !s.ID.IsZero() {
		at = "/sites/" + s.ID.String()
		put.need, put.atTop = org.CanUpdateSite, s.Unit == nil
		a.Title, a.Crumbs = "Change "+s.Name, append(a.Crumbs, ui.Link{Text: s.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "site:" + s.ID.String(), Version: f.text("version"), Go: "Save the site", Back: at}
	}
	faults := faultsOf(refusal)
	q, err := p.siteQuestions(r.Context(), v, t, f, faults, put)
	if err != nil {
		return err
	}
	a.Sheet.Faults, a.Sheet.Fields = faults, q.all()
	a.Sheet.Body = q.body(p.mapOf("Pick the position", false), s.Point)
	err = refused(&a.Sheet, refusal, "site", at+"/edit", func(now org.Site) ([]ui.Field, int64, error) {
		manager, err := p.personText(r.Context(), v.who, now.Manager)
		if err != nil {
			return nil, 0, err
		}
		theirs, err := p.siteQuestions(r.Context(), v, t, siteForm(now, manager), ui.Faults{}, put)
		return theirs.all(), now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newSite asks about a new site; ?unit= says where it is to be.
func (p *pages) newSite(w http.ResponseWriter, r *http.Request) error {
	t, err := p.Org.GetTenant(r.Context(), actor.From(r.Context()))
	if err != nil {
		return err
	}
	f := newForm("unit_id", r.URL.Query().Get("unit"), "zone", t.Zone, "radius", number(org.DefaultRadius), "active", "true")
	return p.askSite(w, r, org.Site{}, f, nil)
}

// createSite adds a site.
func (p *pages) createSite(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r, siteNames...)
	if err != nil {
		return err
	}
	in, err := p.readSite(r.Context(), who, &f, org.Site{})
	if err != nil {
		return err
	}
	var made org.Site
	if err = f.readable(&in); err == nil {
		made, err = p.Org.CreateSite(r.Context(), who, in)
	}
	if err != nil {
		return p.askSite(w, r, org.Site{}, f, err)
	}
	return p.seeOther(w, r, "/sites/"+made.ID.String(), made.Name+" is added")
}

// editSite asks what is to change about a site.
func (p *pages) editSite(w http.ResponseWriter, r *http.Request) error {
	s, err := p.siteToChange(r)
	if err != nil {
		return err
	}
	manager, err := p.personText(r.Context(), actor.From(r.Context()), s.Manager)
	if err != nil {
		return err
	}
	f := siteForm(s, manager)
	f.set("version", number(s.Version))
	return p.askSite(w, r, s, f, nil)
}

// updateSite changes a site.
func (p *pages) updateSite(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	s, err := p.siteToChange(r)
	if err != nil {
		return err
	}
	f, err := readForm(r, siteNames...)
	if err != nil {
		return err
	}
	in, err := p.readSite(r.Context(), who, &f, s)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(&in); err == nil {
		s, err = keep(s)(p.Org.UpdateSite(r.Context(), who, s.ID, version, in))
	}
	if err != nil {
		return p.askSite(w, r, s, f, err)
	}
	return p.seeOther(w, r, "/sites/"+s.ID.String(), s.Name+" is changed")
}

// siteToChange gives the site of the path, when the actor may change it.
func (p *pages) siteToChange(r *http.Request) (org.Site, error) {
	site, err := pathID[id.Site](r, "site")
	if err != nil {
		return org.Site{}, err
	}
	who := actor.From(r.Context())
	s, err := p.Org.GetSite(r.Context(), who, site)
	if err != nil {
		return org.Site{}, err
	}
	return s, who.RequireAt(org.CanUpdateSite, site)
}
