package web

import (
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// phoneRoutes are the page of the rule about phones, and what is done about a person's.
func (p *pages) phoneRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: phonesPath, Permission: org.CanUpdateTenant, Handler: p.phoneRule, Name: "tenant.phones.page"},
		{Method: post, Path: phonesPath, Permission: org.CanUpdateTenant, Handler: p.setPhoneRule, Name: "tenant.phones", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: "/people/{id}/devices/{device}/release", Permission: auth.CanEndSession, Handler: p.releaseDevice, Name: "person.device.release", Changes: true},
	}
}

// deviceList shows phones, the last used first; each can be released by a post below path, "" = none can; of
// one's own those that the organisation's rule holds cannot.
func deviceList(v visit, all []auth.Device, path string) ui.List {
	l := ui.List{ID: "devices", Caption: "Phones, the last used first", More: ui.Pager{Shown: len(all), Noun: "phones"}, Columns: []ui.Column{
		{Label: "Phone", Slot: ui.Subject}, {Label: "Address"}, {Label: "Registered"}, {Label: "State"}, {Label: "Release", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "phone"
	}
	for _, d := range all {
		state := ui.Cell{Pill: ui.Pill{Tone: ui.Shut, Text: "Signed out"}}
		if d.Expires != nil {
			state = ui.Cell{Text: "Used " + amid(d.Seen, v.now, v.zone)}
		}
		last := ui.Cell{}
		if path != "" && (!d.Held || path != devicesPath) {
			last.Body = acted(ui.Action{Text: "Release", Post: path + "/" + d.ID.String() + "/release", About: "the phone " + d.Name, Confirm: releasing(d)})
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Name}, {Text: d.Source}, {Text: "Since " + amid(d.Created, v.now, v.zone)}, state, last}})
	}
	return l
}

func releasing(d auth.Device) ui.Confirm {
	return ui.Confirm{Title: "Release the phone " + d.Name + "?", Text: "Whoever is signed in there is out at once, and another phone may be registered instead.", Go: "Release the phone"}
}

// devicesCard shows on which phones somebody is registered, to those who may see that.
func devicesCard(v visit, x people.Person, all []auth.Device) templ.Component {
	if !mayAt(v.who, auth.CanReadSession, x.HomeSite) {
		return together()
	}
	path := ""
	if mayAt(v.who, auth.CanEndSession, x.HomeSite) {
		path = "/people/" + x.ID.String() + "/devices"
	}
	return section(ui.Card{Title: "Phones"}, deviceList(v, all, path), "Registered on none.")
}

// releaseOwnDevice releases one of one's own phones, after asking.
func (p *pages) releaseOwnDevice(w http.ResponseWriter, r *http.Request) error {
	device, err := pathID[id.Device](r, "device")
	if err != nil {
		return err
	}
	return p.release(w, r, device, actor.From(r.Context()).Person(), sessionsPath)
}

// releaseDevice releases a phone of a person, after asking.
func (p *pages) releaseDevice(w http.ResponseWriter, r *http.Request) error {
	x, err := p.personFor(r, auth.CanEndSession)
	if err != nil {
		return err
	}
	device, err := id.Parse[id.Device](r.PathValue("device"))
	if err != nil {
		return fault.Missing("device")
	}
	return p.release(w, r, device, x.ID, "/people/"+x.ID.String())
}

func (p *pages) release(w http.ResponseWriter, r *http.Request, device id.Device, person id.Person, back string) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	all, err := p.Auth.ListDevices(r.Context(), who, person)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID != device {
			continue
		}
		ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: releasing(d), Action: r.URL.Path, Keep: back})
		if err != nil || !ok {
			return err
		}
		if err := p.Auth.DeleteDevice(r.Context(), who, device); err != nil {
			return err
		}
		return p.seeOther(w, r, back, "The phone "+d.Name+" is released")
	}
	return fault.Missing("device")
}

// phoneRule shows on how many phones people may be registered.
func (p *pages) phoneRule(w http.ResponseWriter, r *http.Request) error {
	most, err := p.Auth.DeviceRule(r.Context(), actor.From(r.Context()))
	if err != nil {
		return err
	}
	return p.askPhoneRule(w, r, newForm("most", number(most)), nil)
}

// setPhoneRule says anew on how many phones people may be registered.
func (p *pages) setPhoneRule(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "most")
	if err != nil {
		return err
	}
	most := f.whole("most")
	if err = f.readable(nil); err == nil {
		err = p.Auth.SetDeviceRule(r.Context(), actor.From(r.Context()), most)
	}
	if err != nil {
		return p.askPhoneRule(w, r, f, err)
	}
	return p.seeOther(w, r, phonesPath, "The rule about phones is changed")
}

func (p *pages) askPhoneRule(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	faults := faultsOf(refusal)
	most := ui.Field{Name: "most", Label: "Phones of one person", Kind: ui.Select, Width: "mid", Error: faults.At("most"), Options: []ui.Option{
		{Value: "0", Label: "As many as they like", Selected: f.text("most") == "0"}, {Value: "1", Label: "One", Selected: f.text("most") == "1"}}}
	for _, n := range []int64{2, 3, 5, 10} {
		most.Options = append(most.Options, ui.Option{Value: number(n), Label: "At most " + number(n), Selected: f.text("most") == number(n)})
	}
	return p.ask(w, r, asking{Title: "Phones", Before: ui.Tabbed(v.frame.Parts()),
		Sub:   "On how many phones a person may be registered at once. With such a limit a phone stays theirs until somebody who may end their sessions releases it, on the person's page.",
		Sheet: sheet{Action: phonesPath, Faults: faults, Fields: []ui.Field{most}, Go: "Save", Back: "/"}}, refusal)
}
