package web

import (
	"net/http"

	"github.com/a-h/templ"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/web/ui"
)

// installInput is what the one-time page asks for: an organisation and its first administrator. Both have a name, so that of the
// organisation has a path of its own.
type installInput struct{ auth.Setup }

// Check folds the input into its stored form and gives every violation at its field, but those of the password.
func (in *installInput) Check() error {
	var c fault.Check
	person := people.PersonInput{Code: "ADMIN", Name: in.Name, Login: in.Login, Email: in.Email}
	for _, x := range fault.As(nonNil(in.Tenant.Check())).Fields {
		if x.Path == "name" {
			x.Path = "organisation"
		}
		c.Add(x.Path, x.Code, x.Message)
	}
	for _, x := range fault.As(nonNil(person.Check())).Fields {
		c.Add(x.Path, x.Code, x.Message)
	}
	return c.Err()
}

// nonNil gives an error without fields for none.
func nonNil(err error) error {
	if err == nil {
		return &fault.Fault{}
	}
	return err
}

// installPage is where a new installation gets its first organisation. The link is in the log, works once, and is NotFound afterwards.
func (p *pages) installPage(w http.ResponseWriter, r *http.Request) error {
	if err := p.Auth.CheckSetup(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	return p.showInstall(w, r, http.StatusOK, newForm(), ui.Faults{})
}

// install makes the organisation and its administrator, and signs them in.
func (p *pages) install(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "organisation", "code", "zone", "name", "login_id", "email", "password", "again")
	if err != nil {
		return err
	}
	secret := r.PathValue("secret")
	if err := p.Auth.CheckSetup(r.Context(), secret); err != nil {
		return err
	}
	in := installInput{auth.Setup{
		Tenant: org.TenantInput{Code: f.text("code"), Name: f.text("organisation"), Zone: f.text("zone")},
		Name:   f.text("name"), Login: f.text("login_id"), Email: f.text("email"), Password: f.text("password"), From: p.origin(r),
	}}
	f.twice("password", "again")
	if err = f.readable(&in); err == nil {
		err = in.Check()
	}
	var out auth.SignedIn
	if err == nil {
		out, err = p.Auth.Setup(r.Context(), secret, in.Setup)
	}
	if err != nil {
		return again(err, func(status int, faults ui.Faults) error { return p.showInstall(w, r, status, f, faults) })
	}
	p.putSession(w, out.Secret)
	p.putDevice(w, out.Device)
	p.putOrg(w, in.Tenant.Code)
	return p.seeOther(w, r, homePath, "Your organisation stands, and you are its administrator")
}

func (p *pages) showInstall(w http.ResponseWriter, r *http.Request, status int, f form, faults ui.Faults) error {
	title := "Set up IntelliWiz"
	s := sheet{Action: r.URL.Path, Go: "Create the organisation", Faults: faults, Fields: installFields(f, faults)}
	asked := make([]templ.Component, len(s.Fields))
	for i, field := range s.Fields {
		if asked[i] = ui.Asked(field); field.Name == "zone" {
			asked[i] = suggested(zoneField(field))
		}
	}
	s.Body = together(asked...)
	return p.door(w, r, status, ui.Door{Title: titled(title, faults), Foot: p.foot()}, installPart(s))
}

func installFields(f form, faults ui.Faults) []ui.Field {
	fields := []ui.Field{
		{Name: "organisation", Label: "Name of the organisation", Max: 200, Autocomplete: "organization", Focus: !faults.Any()},
		{Name: "code", Label: "Its code", Help: "Short, like SAHYADRI. Everybody types it when they first sign in. It cannot be changed later.", Max: 30, Width: "mid", Literal: true, Autocomplete: "off"},
		{Name: "zone", Label: "Its time zone", Help: "A name like Asia/Kolkata or Europe/Berlin."},
		{Name: "name", Label: "Your name", Max: 120, Autocomplete: "name"},
		{Name: "login_id", Label: "Your login", Help: "Letters, digits and . - _ @ #", Max: 50, Width: "mid", Literal: true, Autocomplete: "username"},
		{Name: "email", Label: "Your e-mail address", Kind: ui.Email, Optional: true, Max: 254, Autocomplete: "email"},
	}
	for i := range fields {
		fields[i].Value, fields[i].Error = f.text(fields[i].Name), faults.At(fields[i].Name)
	}
	return append(fields, newPasswordFields("Your password", faults)...)
}
