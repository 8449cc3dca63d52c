package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// settings asks what is to change about the organisation.
func (p *pages) settings(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return err
	}
	t, err := p.Org.GetTenant(r.Context(), who)
	if err != nil {
		return err
	}
	return p.askSettings(w, r, t, newForm("name", t.Name, "zone", t.Zone, "version", number(t.Version)), nil)
}

// updateSettings changes the organisation's name and time zone.
func (p *pages) updateSettings(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return err
	}
	f, err := readForm(r, "name", "zone")
	if err != nil {
		return err
	}
	t, err := p.Org.GetTenant(r.Context(), who)
	if err != nil {
		return err
	}
	in, version := org.TenantInput{Code: t.Code, Name: f.text("name"), Zone: f.text("zone")}, f.version()
	if err = f.readable(&in); err == nil {
		t, err = keep(t)(p.Org.UpdateTenant(r.Context(), who, version, in))
	}
	if err != nil {
		return p.askSettings(w, r, t, f, err)
	}
	return p.seeOther(w, r, "/settings", t.Name+" is changed")
}

func settingsQuestions(f form, faults ui.Faults) (name ui.Field, zone suggestion) {
	name = ui.Field{Name: "name", Label: "Name", Max: 200, Value: f.text("name"), Error: faults.At("name"), Help: "As pages and messages show it."}
	zone = zoneField(ui.Field{Name: "zone", Label: "Time zone", Value: f.text("zone"), Error: faults.At("zone"), Help: "For what belongs to no site, and for new sites. For example Asia/Kolkata."})
	return name, zone
}

// askSettings shows the form about the organisation. f is what it shows, refusal what the use case said to it.
func (p *pages) askSettings(w http.ResponseWriter, r *http.Request, t org.Tenant, f form, refusal error) error {
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	faults := faultsOf(refusal)
	name, zone := settingsQuestions(f, faults)
	a := asking{Title: "Organisation", Sub: "Its code is " + t.Code + ". People give it when they sign in, so it stays.",
		Sheet: sheet{Action: "/settings", Draft: "settings", Version: f.text("version"), Faults: faults, Fields: []ui.Field{name, zone.Field},
			Body: together(ui.Asked(name), suggested(zone)), Go: "Save the organisation", Back: "/"}}
	changes := together()
	if refusal == nil {
		if changes, err = p.history(r.Context(), v, t.ID); err != nil {
			return err
		}
	}
	a.Before, a.After = ui.Tabbed(v.frame.Parts()), changes
	err = refused(&a.Sheet, refusal, "organisation", "/settings", func(now org.Tenant) ([]ui.Field, int64, error) {
		name, zone := settingsQuestions(newForm("name", now.Name, "zone", now.Zone), ui.Faults{})
		return []ui.Field{name, zone.Field}, now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}
