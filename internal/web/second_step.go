package web

import (
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// everybody is the field of the rule that holds for the whole organisation; those of roles bear their ids.
const everybody = "everybody"

// graces are what a rule may be, as the form offers it: the days as text, "" for no rule.
func graces(chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Not asked"}, {Value: "0", Label: "Asked at once"}, {Value: "7", Label: "Asked, 7 days to set it up"}, {Value: "14", Label: "Asked, 14 days to set it up"}, {Value: "30", Label: "Asked, 30 days to set it up"}}
	for i := range out {
		out[i].Selected = out[i].Value == chosen
	}
	return keepChosen(out, chosen, "Asked, "+chosen+" days to set it up")
}

// secondStepRules asks whom a second step is asked of.
func (p *pages) secondStepRules(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	rules, err := p.Auth.FactorRules(r.Context(), who)
	if err != nil {
		return err
	}
	f := newForm()
	for _, x := range rules {
		f.set(ruleField(x.Role), number(x.Days))
	}
	roles, err := p.allRoles(r)
	if err != nil {
		return err
	}
	return p.askRules(w, r, roles, f, nil)
}

func ruleField(role *id.Role) string {
	if role == nil {
		return everybody
	}
	return role.String()
}

func (p *pages) allRoles(r *http.Request) ([]org.Role, error) {
	return allPages(func(q page.Request) (page.Of[org.Role], error) {
		return p.Org.ListRoles(r.Context(), actor.From(r.Context()), q)
	})
}

// setSecondStepRules says anew whom a second step is asked of.
func (p *pages) setSecondStepRules(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return err
	}
	roles, err := p.allRoles(r)
	if err != nil {
		return err
	}
	fields := []string{everybody}
	for _, x := range roles {
		fields = append(fields, x.ID.String())
	}
	f, err := readForm(r, fields...)
	if err != nil {
		return err
	}
	var rules []auth.FactorRule
	var from []string // the field of each rule
	for _, name := range fields {
		if strings.TrimSpace(f.text(name)) == "" {
			continue
		}
		rule := auth.FactorRule{Days: f.whole(name)}
		if name != everybody {
			rule.Role = ref[id.Role](&form{values: map[string][]string{"id": {name}}}, "id")
		}
		rules, from = append(rules, rule), append(from, name)
	}
	if err = f.readable(nil); err == nil {
		err = atFields(p.Auth.SetFactorRules(r.Context(), who, rules), from)
	}
	if err != nil {
		return p.askRules(w, r, roles, f, err)
	}
	return p.seeOther(w, r, rulesPath, "Whom a second step is asked of is changed")
}

// atFields puts faults of rules[2].days to the fields that the rules came from.
func atFields(err error, from []string) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := fault.As(err)
	for i, x := range f.Fields {
		for n, name := range from {
			if strings.HasPrefix(x.Path, "rules["+number(int64(n))+"]") {
				f.Fields[i].Path = name
			}
		}
	}
	return f
}

func (p *pages) askRules(w http.ResponseWriter, r *http.Request, roles []org.Role, f form, refusal error) error {
	faults := faultsOf(refusal)
	field := func(name, label string) ui.Field {
		return ui.Field{Name: name, Label: label, Kind: ui.Select, Width: "mid", Options: graces(f.text(name)), Error: faults.At(name), Optional: true}
	}
	fields := []ui.Field{field(everybody, "Everybody")}
	for _, x := range roles {
		fields = append(fields, field(x.ID.String(), x.Name))
	}
	v, err := p.visit(r, "")
	if err != nil {
		return err
	}
	return p.ask(w, r, asking{Title: "Second step", Before: ui.Tabbed(v.frame.Parts()),
		Sub:   "After the password, who is asked for a second step types a code that their phone shows. Who has not set it up when the days are over does that first, at their next click.",
		Sheet: sheet{Action: rulesPath, Faults: faults, Fields: fields, Go: "Save", Back: "/"}}, refusal)
}
