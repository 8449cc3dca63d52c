package web

import (
	"context"
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/web/ui"
)

// providerNames are the fields of the form about a provider. The secret is named as a password, so that no page holds it.
var providerNames = []string{"name", "issuer", "client_id", "client_password", "scopes", "groups_claim", "groups", "proofs", "joins", "active"}

// codes are the codes of roles and sites, by which groups are given roles.
type codes struct {
	roles map[string]id.Role
	sites map[string]id.Site
}

func (p *pages) codes(ctx context.Context, who actor.Actor) (c codes, err error) {
	c = codes{map[string]id.Role{}, map[string]id.Site{}}
	roles, err := p.roles(ctx, who)
	if err != nil && fault.KindOf(err) != fault.Forbidden {
		return c, err
	}
	for _, x := range roles {
		c.roles[x.Code] = x.ID
	}
	tree, err := p.placesSeen(ctx, who)
	for _, x := range tree.Sites {
		c.sites[x.Code] = x.ID
	}
	return c, err
}

// line writes a group with its role as the form has it: "guards = GUARD @ HARBOUR".
func (c codes) line(g auth.GroupRole) string {
	out := g.Group + " = " + codeOf(c.roles, g.Role)
	if g.Site != nil {
		out += " @ " + codeOf(c.sites, *g.Site)
	}
	return out
}

// codeOf finds the code of a record, or gives its id for one that the actor does not see.
func codeOf[T interface {
	comparable
	String() string
}](all map[string]T, record T) string {
	for code, x := range all {
		if x == record {
			return code
		}
	}
	return record.String()
}

// groups reads the lines of the form.
func (c codes) groups(f *form) (out []auth.GroupRole) {
	for line := range strings.Lines(f.text("groups")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at := strings.LastIndex(line, "=")
		f.check.That(at > 0, "groups", "grammar", "Write one a line: the group, =, and the code of a role.")
		if at <= 0 {
			continue
		}
		roleCode, siteCode, sited := strings.Cut(line[at+1:], "@")
		role, known := c.roles[fold.Code(roleCode)]
		f.check.That(known, "groups", "unknown", "There is no role with the code "+fold.Line(cut(roleCode, 40))+".")
		g := auth.GroupRole{Group: strings.TrimSpace(line[:at]), Role: role}
		if sited {
			site, known := c.sites[fold.Code(siteCode)]
			f.check.That(known, "groups", "unknown", "There is no site with the code "+fold.Line(cut(siteCode, 40))+".")
			g.Site = &site
		}
		out = append(out, g)
	}
	return out
}

// groupTexts writes the groups of a provider as its page shows them.
func (p *pages) groupTexts(ctx context.Context, who actor.Actor, x auth.Provider) (out []string, err error) {
	if len(x.Groups) == 0 {
		return nil, nil
	}
	c, err := p.codes(ctx, who)
	for _, g := range x.Groups {
		out = append(out, c.line(g))
	}
	return out, err
}

func providerForm(x auth.Provider, c codes) form {
	if x.Directory != nil {
		return directoryForm(x, c)
	}
	return newForm("name", x.Name, "issuer", x.Issuer, "client_id", x.Client, "scopes", strings.Join(x.Scopes, " "), "groups_claim", x.Claim, "groups", c.lines(x.Groups),
		"proofs", strings.Join(x.Proofs, " "), "joins", yesNo(x.Joins), "active", yesNo(x.Active), "version", number(x.Version))
}

// lines writes the roles of groups as the form has them.
func (c codes) lines(groups []auth.GroupRole) string {
	var lines []string
	for _, g := range groups {
		lines = append(lines, c.line(g))
	}
	return strings.Join(lines, "\n")
}

func readProvider(f *form, c codes, kind auth.ProviderKind) auth.ProviderInput {
	if kind == auth.LDAP {
		return readDirectory(f, c)
	}
	return auth.ProviderInput{Name: f.text("name"), Issuer: f.text("issuer"), Client: f.text("client_id"), Secret: telemetry.Hide(f.text("client_password")), Scopes: strings.Fields(f.text("scopes")),
		Claim: f.text("groups_claim"), Groups: c.groups(f), Proofs: strings.Fields(f.text("proofs")), Joins: f.yes("joins"), Active: f.yes("active")}
}

// groupsField asks which roles groups give.
func groupsField(f form, faults ui.Faults, example string) ui.Field {
	return ui.Field{Name: "groups", Label: "Roles of groups", Kind: ui.Lines, Rows: 5, Literal: true, Optional: true, Value: f.text("groups"), Error: faults.At("groups"),
		Help: "One a line: the group, =, and the code of a role; for one site only, @ and its code after that. " + example}
}

// entryFields ask who gets in.
func entryFields(f form) []ui.Field {
	return []ui.Field{
		{Name: "joins", Label: "New people get an account", Kind: ui.Checkbox, Checked: f.yes("joins"), Help: "When it is off, only who has an account here with their e-mail address comes in."},
		{Name: "active", Label: "On", Kind: ui.Checkbox, Checked: f.yes("active"), Help: "The sign-in page offers it."},
	}
}

func providerFields(f form, faults ui.Faults, old auth.Provider) []ui.Field {
	if old.Kind == auth.LDAP {
		return directoryFields(f, faults, old)
	}
	secret := ui.Field{Name: "client_password", Label: "Client secret", Kind: ui.Password, Optional: true, Autocomplete: "off", Error: faults.At("secret"),
		Help: "The provider gives it together with the client. It is kept sealed, and shown nowhere again."}
	if old.Secret {
		secret.Help = "Leave it empty to keep the one that is stored. Another issuer or client needs its own."
	}
	return append([]ui.Field{
		{Name: "name", Label: "Name", Max: 60, Value: f.text("name"), Error: faults.At("name"), Help: "As people know it. The sign-in page says: Sign in with …"},
		{Name: "issuer", Label: "Issuer", Max: 500, Literal: true, Value: f.text("issuer"), Error: faults.At("issuer"), Autocomplete: "off", Help: "Exactly as the provider writes it, such as https://login.example.com/realms/main."},
		{Name: "client_id", Label: "Client", Max: 200, Literal: true, Value: f.text("client_id"), Error: faults.At("client_id"), Autocomplete: "off", Help: "What the provider calls this product."},
		secret,
		{Name: "scopes", Label: "Scopes", Max: 500, Literal: true, Optional: true, Value: f.text("scopes"), Error: faults.At("scopes"), Autocomplete: "off", Help: "Beside openid: what it is asked to tell. Most need email profile."},
		{Name: "groups_claim", Label: "Claim with the groups", Max: 100, Literal: true, Optional: true, Value: f.text("groups_claim"), Error: faults.At("groups_claim"), Autocomplete: "off", Help: "Such as groups. Without it groups give no roles."},
		groupsField(f, faults, "guards = GUARD @ HARBOUR"),
		{Name: "proofs", Label: "It asked for a second step when it says", Max: 500, Literal: true, Optional: true, Value: f.text("proofs"), Error: faults.At("proofs"), Autocomplete: "off",
			Help: "Words of amr or acr, such as mfa. * if it always asks. Without any, the second step is ours, where a rule asks for one."},
	}, entryFields(f)...)
}

// askProvider shows the form about a provider: a new one when x has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askProvider(w http.ResponseWriter, r *http.Request, x auth.Provider, f form, c codes, refusal error) error {
	a := asking{Title: "New provider", Sub: "The provider sends people back to " + p.Public + ProviderBackPath + ", and has to be told so.", Crumbs: []ui.Link{{Text: "Single sign-on", Href: ssoPath}}}
	a.Sheet = sheet{Action: ssoPath, Draft: "provider:new", Go: "Add the provider", Back: ssoPath, Faults: faultsOf(refusal)}
	if x.Kind == auth.LDAP {
		a.Title, a.Sub = "New directory", "A directory (LDAP) is asked from here, always under TLS, with the name and the password that somebody types."
		a.Sheet.Action, a.Sheet.Draft, a.Sheet.Go = ssoPath+ldapQuery, "directory:new", "Add the directory"
	}
	if !x.ID.IsZero() {
		at := ssoPath + "/" + x.ID.String()
		a.Title, a.Crumbs = "Change "+x.Name, append(a.Crumbs, ui.Link{Text: x.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "provider:" + x.ID.String(), Version: f.text("version"), Go: "Save the provider", Back: at, Faults: a.Sheet.Faults}
	}
	a.Sheet.Fields = providerFields(f, a.Sheet.Faults, x)
	err := refused(&a.Sheet, refusal, "provider", a.Sheet.Action+"/edit", func(now auth.Provider) ([]ui.Field, int64, error) {
		return providerFields(providerForm(now, c), ui.Faults{}, now), now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newProvider asks about a new provider.
func (p *pages) newProvider(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(auth.CanUpdateSSO); err != nil {
		return err
	}
	if kindAsked(r) == auth.LDAP {
		return p.askProvider(w, r, auth.Provider{Kind: auth.LDAP}, newDirectory(), codes{}, nil)
	}
	return p.askProvider(w, r, auth.Provider{}, newForm("scopes", "email profile", "active", "true"), codes{}, nil)
}

// createProvider adds a provider.
func (p *pages) createProvider(w http.ResponseWriter, r *http.Request) error {
	kind := kindAsked(r)
	f, err := readForm(r, fieldsOfKind(kind)...)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	c, err := p.codes(r.Context(), who)
	if err != nil {
		return err
	}
	in := readProvider(&f, c, kind)
	var x auth.Provider
	if err = f.readable(&in); err == nil {
		x, err = p.Auth.CreateProvider(r.Context(), who, in)
	}
	if err != nil {
		return p.askProvider(w, r, auth.Provider{Kind: kind}, f, c, err)
	}
	return p.seeOther(w, r, ssoPath+"/"+x.ID.String(), x.Name+" is added. Try it now")
}

// editProvider asks what is to change about a provider.
func (p *pages) editProvider(w http.ResponseWriter, r *http.Request) error {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Auth.GetProvider(r.Context(), who, provider)
	if err == nil {
		err = who.RequireEverywhere(auth.CanUpdateSSO)
	}
	if err != nil {
		return err
	}
	c, err := p.codes(r.Context(), who)
	if err != nil {
		return err
	}
	return p.askProvider(w, r, x, providerForm(x, c), c, nil)
}

// updateProvider changes a provider.
func (p *pages) updateProvider(w http.ResponseWriter, r *http.Request) error {
	provider, err := pathID[id.Provider](r, "provider")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Auth.GetProvider(r.Context(), who, provider)
	if err != nil {
		return err
	}
	f, err := readForm(r, fieldsOfKind(x.Kind)...)
	if err != nil {
		return err
	}
	c, err := p.codes(r.Context(), who)
	if err != nil {
		return err
	}
	in, version := readProvider(&f, c, x.Kind), f.version()
	if err = f.readable(&in); err == nil {
		x, err = keep(x)(p.Auth.UpdateProvider(r.Context(), who, provider, version, in))
	}
	if err != nil {
		return p.askProvider(w, r, x, f, c, err)
	}
	return p.seeOther(w, r, ssoPath+"/"+x.ID.String(), x.Name+" is changed")
}
