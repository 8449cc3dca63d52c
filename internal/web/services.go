package web

import (
	"net/http"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// serviceRoutes are the pages of the services: programs that act for the organisation.
func (p *pages) serviceRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: servicesPath, Permission: auth.CanReadProgram, Handler: p.listServices, Name: "service.list"},
		{Method: get, Path: servicesPath + "/new", Permission: auth.CanCreateProgram, Handler: p.newService, Name: "service.new", Proof: reply.ProofAlways},
		{Method: post, Path: servicesPath, Permission: auth.CanCreateProgram, Handler: p.createService, Name: "service.create", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: servicesPath + "/{id}/delete", Permission: auth.CanDeleteProgram, Handler: p.deleteService, Name: "service.delete", Changes: true},
	}
}

// listServices shows the services by name.
func (p *pages) listServices(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Services")
	if err != nil {
		return err
	}
	all, err := p.Auth.ListPrograms(r.Context(), v.who)
	if err != nil {
		return err
	}
	head := ui.Head{Title: "Services", Sub: "Programs that act for the organisation, and not for a person. " + zoneLine(v.zone)}
	empty := ui.Empty{Icon: "key", Title: "No services", Text: "A service is a program with a token and a role of its own. It goes on when the person who made it leaves."}
	if add := (ui.Action{Text: "New service", Icon: "plus", Href: servicesPath + "/new", Primary: true}); v.who.Everywhere(auth.CanCreateProgram) {
		head.Acts, empty.Act = []ui.Action{add}, add
	}
	body := emptied("services", empty)
	if len(all) > 0 {
		body = ui.Listed(serviceList(v, all))
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), body)
}

func serviceList(v visit, all []auth.Program) ui.List {
	l := ui.List{ID: "services", Caption: "Services by name", More: ui.Pager{Shown: len(all), Noun: "services"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Token ends in", Slot: ui.Third}, {Label: "May do"}, {Label: "Expires"}, {Label: "Last used"}, {Label: "Delete", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "service"
	}
	for _, x := range all {
		where := " everywhere"
		if x.SiteName != "" {
			where = " at " + x.SiteName
		}
		used := "Never used"
		if x.Used != nil {
			used = "Used " + amid(*x.Used, v.now, v.zone)
		}
		expires := ui.Cell{Text: "Until " + amid(x.Expires, v.now, v.zone)}
		if !v.now.Before(x.Expires) {
			expires = ui.Cell{Pill: ui.Pill{Tone: ui.Shut, Text: "Expired " + amid(x.Expires, v.now, v.zone)}}
		}
		last := ui.Cell{}
		if v.who.Everywhere(auth.CanDeleteProgram) {
			last.Body = acted(ui.Action{Text: "Delete", Post: servicesPath + "/" + x.ID.String() + "/delete", About: "the service " + x.Name, Confirm: deletingService(x)})
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name}, {Code: "…" + x.Hint}, {Text: x.RoleName + where + fromNets(x.Nets)}, expires, {Text: used}, last}})
	}
	return l
}

func deletingService(x auth.Program) ui.Confirm {
	return ui.Confirm{Title: "Delete the service " + x.Name + "?", Text: "The program is refused from its next request on. This cannot be undone.", Go: "Delete the service"}
}

// newService asks about a new service.
func (p *pages) newService(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(auth.CanCreateProgram); err != nil {
		return err
	}
	v, err := p.visit(r, "New service")
	if err != nil {
		return err
	}
	return p.askService(w, r, lifeForm(v), nil)
}

// createService makes a service. Its secret is on the answer itself, which a browser does not keep: it can be shown nowhere else.
func (p *pages) createService(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "name", "role_id", "site_id", "networks", "expires_at")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Your new service")
	if err != nil {
		return err
	}
	in := auth.ProgramInput{Name: f.text("name"), Site: ref[id.Site](&f, "site_id"), Nets: strings.Fields(f.text("networks")), Expires: f.endOf("expires_at", v.zone)}
	if role := ref[id.Role](&f, "role_id"); role != nil {
		in.Role = *role
	}
	var x auth.Program
	var secret string
	if err = f.readable(nil); err == nil {
		x, secret, err = p.Auth.CreateProgram(r.Context(), v.who, in)
	}
	if err != nil {
		return p.askService(w, r, f, atNetworks(err))
	}
	markArea(&v, r)
	v.frame.Thin = true
	view := newSecretView{Secret: secret, Name: x.Name, Until: amid(x.Expires, v.now, v.zone), Warns: "Whoever has it can do what the role " + x.RoleName + " allows.", Next: servicesPath}
	return p.show(w, r, http.StatusCreated, v, ui.Headed(ui.Head{Title: "Your new service", Crumbs: []ui.Link{{Text: "Services", Href: servicesPath}}, Sub: zoneLine(v.zone)}), newSecretPart(view))
}

// askService shows the form about a new service. f is what it shows, refusal what the use case said to it.
func (p *pages) askService(w http.ResponseWriter, r *http.Request, f form, refusal error) error {
	v, err := p.visit(r, "New service")
	if err != nil {
		return err
	}
	faults := faultsOf(refusal)
	fields := lifeFields(v, f, faults)
	role := ui.Field{Name: "role_id", Label: "Role", Kind: ui.Select, Error: faults.At("role_id"), Help: "One that may do nothing which you may not do yourself."}
	if role.Options, err = p.rolesFor(r, v.who, f.text("role_id")); err != nil {
		return err
	}
	places, err := p.placesSeen(r.Context(), v.who)
	if err != nil {
		return err
	}
	site := ui.Field{Name: "site_id", Label: "Where it holds", Kind: ui.Select, Optional: true, Error: faults.At("site_id"),
		Options: siteChoices(places.Sites, v.who, org.CanReadSite, "Everywhere", f.text("site_id"))}
	return p.ask(w, r, asking{Title: "New service", Sub: "It acts for the organisation, whoever comes and goes.", Crumbs: []ui.Link{{Text: "Services", Href: servicesPath}},
		Sheet: sheet{Action: servicesPath, Draft: "service:new", Faults: faults, Fields: slices.Insert(fields, 1, role, site), Go: "Make the service", Back: servicesPath}}, refusal)
}

// rolesFor are the roles that somebody may hand out, as far as they may see them.
func (p *pages) rolesFor(r *http.Request, who actor.Actor, chosen string) ([]ui.Option, error) {
	roles, err := p.roles(r.Context(), who)
	if fault.KindOf(err) == fault.Forbidden {
		roles, err = nil, nil
	}
	return roleChoices(roles, who, chosen), err
}

// deleteService removes a service, after asking.
func (p *pages) deleteService(w http.ResponseWriter, r *http.Request) error {
	service, err := pathID[id.Program](r, "service")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	all, err := p.Auth.ListPrograms(r.Context(), who)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(x auth.Program) bool { return x.ID == service })
	if at < 0 {
		return fault.Missing("service")
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: deletingService(all[at]), Action: r.URL.Path, Keep: servicesPath})
	if err != nil || !ok {
		return err
	}
	if err := p.Auth.DeleteProgram(r.Context(), who, service); err != nil {
		return err
	}
	return p.seeOther(w, r, servicesPath, all[at].Name+" is deleted")
}
