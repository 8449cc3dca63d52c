package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// tokensPage shows one's own API tokens.
func (p *pages) tokensPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "API tokens")
	if err != nil {
		return err
	}
	all, err := p.Auth.ListTokens(r.Context(), v.who)
	if err != nil {
		return err
	}
	add := ui.Action{Text: "New token", Icon: "plus", Href: tokensPath + "/new", Primary: true}
	view := tokensView{List: tokenList(v, all, p.Org.Declared()), Empty: ui.Empty{Icon: "key", Title: "No tokens", Act: add,
		Text: "A token lets a program do in your name what you allow it, until a day that you choose."}}
	head := accountHead(v)
	if len(all) > 0 {
		head.Acts = []ui.Action{add}
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(accountTabs(tokensPath)), tokensPart(view))
}

func tokenList(v visit, all []auth.Token, declared []actor.Declared) ui.List {
	l := ui.List{ID: "tokens", Caption: "API tokens, the newest first", More: ui.Pager{Shown: len(all), Noun: "tokens"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Ends in", Slot: ui.Third}, {Label: "Allows"}, {Label: "Expires"}, {Label: "Last used"}, {Label: "Revoke", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "token"
	}
	for _, t := range all {
		allows := "All that you may do"
		if len(t.Scopes) > 0 {
			allows = labelsOf(t.Scopes, declared)
		}
		used := "Never used"
		if t.Used != nil {
			used = "Used " + amid(*t.Used, v.now, v.zone)
		}
		expires := ui.Cell{Text: "Until " + amid(t.Expires, v.now, v.zone)}
		if t.Expires.Before(v.now) {
			expires = ui.Cell{Pill: ui.Pill{Tone: ui.Shut, Text: "Expired " + amid(t.Expires, v.now, v.zone)}}
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Text: t.Name}, {Code: "…" + t.Hint}, {Text: allows + fromNets(t.Nets)}, expires, {Text: used},
			{Body: acted(ui.Action{Text: "Revoke", Post: tokensPath + "/" + t.ID.String() + "/delete", About: "the token " + t.Name, Confirm: revoking(t)})}}})
	}
	return l
}

// fromNets says from where a token may be used, when that is not from anywhere.
func fromNets(nets []string) string {
	if len(nets) == 0 {
		return ""
	}
	return ", from " + strings.Join(nets, ", ")
}

// labelsOf names permissions: up to two in words, more by their number.
func labelsOf(scopes []actor.Permission, declared []actor.Declared) string {
	if len(scopes) > 2 {
		return plural(len(scopes), "permission")
	}
	var out string
	for i, s := range scopes {
		label := string(s)
		if at := slices.IndexFunc(declared, func(d actor.Declared) bool { return d.Name == s }); at >= 0 {
			label = declared[at].Label
		}
		if i > 0 {
			label = ", " + lowered(label)
		}
		out += label
	}
	return out
}

func revoking(t auth.Token) ui.Confirm {
	return ui.Confirm{Title: "Revoke the token " + t.Name + "?", Text: "Programs that use it are refused from their next request on. This cannot be undone.", Go: "Revoke the token"}
}

func (p *pages) newTokenPage(w http.ResponseWriter, r *http.Request) error {
	return p.showNewToken(w, r, http.StatusOK, form{}, ui.Faults{})
}

// createToken makes a token. Its secret is on the answer itself, which a browser does not keep: it can be shown nowhere else.
func (p *pages) createToken(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "name", "expires_at", "networks", "scopes")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "New token")
	if err != nil {
		return err
	}
	in := auth.TokenInput{Name: f.text("name"), Nets: strings.Fields(f.text("networks")), Expires: f.endOf("expires_at", v.zone)}
	for _, s := range f.all("scopes") {
		in.Scopes = append(in.Scopes, actor.Permission(s))
	}
	var t auth.Token
	var secret string
	if err = f.readable(nil); err == nil {
		t, secret, err = p.Auth.CreateToken(r.Context(), v.who, in)
	}
	if err != nil {
		return again(atNetworks(err), func(status int, faults ui.Faults) error { return p.showNewToken(w, r, status, f, faults) })
	}
	v.frame.Thin = true
	view := newSecretView{Secret: secret, Name: t.Name, Until: amid(t.Expires, v.now, v.zone), Warns: "Whoever has it can do in your name what it allows.", Next: tokensPath}
	return p.show(w, r, http.StatusCreated, v, ui.Headed(ui.Head{Title: "Your new token", Crumbs: []ui.Link{{Text: "API tokens", Href: tokensPath}}, Sub: zoneLine(v.zone)}), newSecretPart(view))
}

// endOf reads a day and gives its last second in a zone.
func (f *form) endOf(name string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, f.text(name), zone)
	if err != nil {
		f.check.Add(name, "date", "Choose a day, like 2027-03-31.")
		return time.Time{}
	}
	return t.AddDate(0, 0, 1).Add(-time.Second)
}

func (p *pages) showNewToken(w http.ResponseWriter, r *http.Request, status int, f form, faults ui.Faults) error {
	v, err := p.visit(r, titled("New token", faults))
	if err != nil {
		return err
	}
	if f.values == nil {
		f = lifeForm(v)
	}
	scopes := ui.Field{Name: "scopes", Label: "What it allows", Help: "Tick only what the program needs. Without any tick it may do all that you may do.", Kind: ui.Checkbox, Optional: true, Error: faults.At("scopes")}
	for _, g := range rightsOf(v.who, p.Org.Declared()) {
		for _, x := range g.Rights {
			scopes.Options = append(scopes.Options, ui.Option{Value: string(x.Name), Label: x.Label, Group: g.Area, Selected: f.picked("scopes", string(x.Name))})
		}
	}
	form := ui.Form{Action: tokensPath, Draft: "token:new", Faults: faults, Go: "Make the token", Back: tokensPath, Fields: lifeFields(v, f, faults)}
	if len(scopes.Options) > 0 {
		form.Fields = append(form.Fields, scopes)
	}
	v.frame.Thin = true
	return p.show(w, r, status, v, ui.Headed(ui.Head{Title: "New token", Crumbs: []ui.Link{{Text: "API tokens", Href: tokensPath}}}), ui.Formed(form))
}

// lifeForm is the form about a new token before anything was typed: it lives for three months.
func lifeForm(v visit) form {
	return newForm("expires_at", v.now.In(v.zone).AddDate(0, 0, 90).Format(time.DateOnly))
}

// lifeFields ask for what every token has, a person's and a service's: a name, a last day, and from where it may be used.
func lifeFields(v visit, f form, faults ui.Faults) []ui.Field {
	today := v.now.In(v.zone)
	return []ui.Field{
		{Name: "name", Label: "Name", Help: "The program that will use it.", Value: f.text("name"), Error: faults.At("name"), Max: 100, Autocomplete: "off", Focus: !faults.Any()},
		{Name: "expires_at", Label: "Last day", Help: "At most a year ahead, in " + v.zone.String() + ".", Kind: ui.Date, Value: f.text("expires_at"), Error: faults.At("expires_at"), Width: "short",
			Min: today.Format(time.DateOnly), Top: today.AddDate(1, 0, 0).Format(time.DateOnly)},
		{Name: "networks", Label: "Networks", Help: "From where it may be used, one a line, like 203.0.113.0/24. Without any, from anywhere.", Kind: ui.Lines, Rows: 2, Optional: true, Literal: true,
			Value: f.text("networks"), Error: faults.At("networks")},
	}
}

// atNetworks puts what is wrong with one of the networks to the field that asks for all.
func atNetworks(err error) error {
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if strings.HasPrefix(x.Path, "networks[") {
			f.Fields[i].Path = "networks"
		}
	}
	return &f
}

// deleteToken revokes one of one's own tokens.
func (p *pages) deleteToken(w http.ResponseWriter, r *http.Request) error {
	token, err := pathID[id.Token](r, "token")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	all, err := p.Auth.ListTokens(r.Context(), who)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(t auth.Token) bool { return t.ID == token })
	if at < 0 {
		return fault.Missing("token")
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: revoking(all[at]), Action: r.URL.Path, Keep: tokensPath})
	if err != nil || !ok {
		return err
	}
	if err := p.Auth.DeleteToken(r.Context(), who, token); err != nil {
		return err
	}
	return p.seeOther(w, r, tokensPath, "The token "+all[at].Name+" is revoked")
}
