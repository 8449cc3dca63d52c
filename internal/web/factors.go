package web

import (
	"net/http"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// factorsView is how somebody proves who they are beside the password.
type factorsView struct {
	Lost  ui.Note   // that somebody says that one lost everything
	Stop  ui.Action // stops that
	Asked ui.Note   // that the organisation asks for a second step
	Later string    // where one goes who puts it off
	List  ui.List
	Empty ui.Empty // instead of the list
	Codes string   // how many recovery codes are left; "" = there is no second step to recover
	Few   bool     // so few that new ones should be made
	Renew ui.Action
}

// factorsPage shows one's own second step and how to set one up.
func (p *pages) factorsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Signing in")
	if err != nil {
		return err
	}
	f, err := p.Auth.ListFactors(r.Context(), v.who)
	if err != nil {
		return err
	}
	a, err := p.Auth.GetAccount(r.Context(), v.who)
	if err != nil {
		return err
	}
	begin := ui.Action{Text: "Set up the second step", Icon: "key", Post: factorsPath + "/app", Primary: true}
	view := factorsView{Empty: ui.Empty{Icon: "lock", Title: "Only the password protects your account", Act: begin,
		Text: "With a second step a stolen password opens nothing: after it you type six digits that your phone shows. It takes two minutes, and your phone needs no signal."}}
	switch plea, err := p.Auth.PleaOf(r.Context(), v.who, v.who.Person()); fault.KindOf(err) {
	case fault.NotFound:
	case "":
		view.Lost = ui.Note{Tone: ui.Late, Title: "Somebody says that you lost your second step", Text: "They know your password. It is removed " + amid(plea.Ends, v.now, v.zone) + " unless you stop it."}
		if !plea.Waits {
			view.Lost.Text = "An administrator can remove it when a second one agrees, unless you stop it."
		}
		view.Stop = ui.Action{Text: "Stop it", Icon: "lock", Post: factorsPath + "/stop", Danger: true}
	default:
		return err
	}
	switch q := r.URL.Query(); {
	case a.MustSetUp:
		view.Asked = ui.Note{Tone: ui.Late, Title: "Set up a second step to go on", Text: v.tenant.Name + " asks for one. Nothing else is open until it is set up."}
	case !a.FactorDue.IsZero():
		view.Asked = ui.Note{Tone: ui.Wait, Title: v.tenant.Name + " asks for a second step", Text: "Set it up until " + amid(a.FactorDue, v.now, v.zone) + "."}
		if q.Has("asked") {
			view.Later = ownPath(q.Get("next"))
		}
	}
	head := accountHead(v)
	if p.Auth.HasPasskeys() {
		head.Acts = []ui.Action{{Text: "Add a passkey", Icon: "plus", Href: passkeysPath + "/new"}}
	}
	if len(f.All) > 0 {
		begin.Text, begin.Primary = "Use another phone", false
		if !hasApp(f.All) {
			begin.Text = "Set up an app"
		}
		head.Acts = append([]ui.Action{begin}, head.Acts...)
		view.List = factorList(v, f.All)
		view.Codes, view.Few = codesLeft(f.Codes), f.Codes < 3
		view.Renew = ui.Action{Text: "Make new codes", Icon: "key", Post: factorsPath + "/codes", Confirm: renewing()}
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(accountTabs(factorsPath)), factorsPart(view))
}

func hasApp(all []auth.Factor) bool {
	return slices.ContainsFunc(all, func(f auth.Factor) bool { return f.Kind == auth.App })
}

func codesLeft(n int) string {
	if n == 1 {
		return "1 recovery code is left."
	}
	return plural(n, "recovery code") + " are left."
}

func factorList(v visit, all []auth.Factor) ui.List {
	l := ui.List{ID: "factors", Caption: "What you prove who you are with after the password", More: ui.Pager{Shown: len(all), Noun: "second steps"}, Columns: []ui.Column{
		{Label: "Second step", Slot: ui.Subject}, {Label: "Set up"}, {Label: "Last used"}, {Label: "Remove", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "second step"
	}
	for _, f := range all {
		used := "Not used yet"
		if f.Used != nil {
			used = "Used " + amid(*f.Used, v.now, v.zone)
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Name + kindWords(f)}, {Text: "Set up " + amid(f.Created, v.now, v.zone)}, {Text: used},
			{Body: acted(ui.Action{Text: "Remove", Post: factorsPath + "/" + f.ID.String() + "/delete", About: f.Name, Confirm: removing(f)})}}})
	}
	return l
}

// kindWords say after its name what a factor is, where the name does not.
func kindWords(f auth.Factor) string {
	if f.Kind == auth.Passkey {
		return " (passkey)"
	}
	return ""
}

func removing(f auth.Factor) ui.Confirm {
	return ui.Confirm{Title: "Remove " + lowered(f.Name) + "?", Text: "After that it opens nothing. You are signed out everywhere else.", Go: "Remove it"}
}

func renewing() ui.Confirm {
	return ui.Confirm{Title: "Make new recovery codes?", Text: "The codes that you have now open nothing any more. You are signed out everywhere else.", Go: "Make new codes"}
}

// beginApp starts to set up an app.
func (p *pages) beginApp(w http.ResponseWriter, r *http.Request) error {
	if _, err := readForm(r); err != nil {
		return err
	}
	if err := p.Auth.BeginApp(r.Context(), actor.From(r.Context())); err != nil {
		return err
	}
	return p.seeOther(w, r, factorsPath+"/app", "")
}

// appView is what a phone has to scan, and the form for the code that it shows then.
type appView struct {
	Box, Path string // of the drawn code
	Key       string
	Form      ui.Form
}

func (p *pages) appPage(w http.ResponseWriter, r *http.Request) error {
	return p.showApp(w, r, http.StatusOK, ui.Faults{})
}

func (p *pages) showApp(w http.ResponseWriter, r *http.Request, status int, faults ui.Faults) error {
	v, err := p.visit(r, titled("Set up the second step", faults))
	if err != nil {
		return err
	}
	a, err := p.Auth.PendingApp(r.Context(), v.who)
	if fault.KindOf(err) == fault.NotFound { // a page of the day before
		return p.seeOther(w, r, factorsPath, "That took too long. Begin again")
	}
	if err != nil {
		return err
	}
	q, err := asset.QROf(a.Address)
	if err != nil {
		return err
	}
	side := number(int64(q.Size))
	view := appView{Box: "0 0 " + side + " " + side, Path: q.Path, Key: a.Key}
	view.Form = ui.Form{Action: factorsPath + "/app/confirm", Faults: faults, Go: "Turn it on", Back: factorsPath, Fields: []ui.Field{digitsField("The six digits that the app shows", "", faults)}}
	v.frame.Thin = true
	return p.show(w, r, status, v, ui.Headed(ui.Head{Title: "Set up the second step", Crumbs: []ui.Link{{Text: "Signing in", Href: factorsPath}}}), appPart(view))
}

// digitsField asks for a code of the app.
func digitsField(label, help string, faults ui.Faults) ui.Field {
	return ui.Field{Name: "code", Label: label, Help: help, Error: faults.At("code"), Autocomplete: "one-time-code", Literal: true, Max: 20, Width: "short", Focus: !faults.Any()}
}

// confirmApp turns the second step on. New recovery codes are on the answer itself: they can be shown nowhere else.
func (p *pages) confirmApp(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "code")
	if err != nil {
		return err
	}
	var codes []string
	if err = f.readable(nil); err == nil {
		codes, err = p.Auth.ConfirmApp(r.Context(), actor.From(r.Context()), f.text("code"))
	}
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return p.seeOther(w, r, factorsPath, "That took too long. Begin again")
	case fault.KindOf(err) == fault.TooMany:
		return p.slowDown(w, err, func(status int, faults ui.Faults) error { return p.showApp(w, r, status, faults) })
	case err != nil:
		return again(err, func(status int, faults ui.Faults) error { return p.showApp(w, r, status, faults) })
	case codes == nil:
		return p.seeOther(w, r, factorsPath, "Your new phone is set up. The one before shows nothing that counts any more")
	}
	return p.showCodes(w, r, "The second step is on", codes)
}

// makeCodes makes new recovery codes.
func (p *pages) makeCodes(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: renewing(), Action: r.URL.Path, Keep: factorsPath})
	if err != nil || !ok {
		return err
	}
	codes, err := p.Auth.NewCodes(r.Context(), actor.From(r.Context()))
	if err != nil {
		return err
	}
	return p.showCodes(w, r, "Your new recovery codes", codes)
}

func (p *pages) showCodes(w http.ResponseWriter, r *http.Request, title string, codes []string) error {
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	v.frame.Thin = true
	field := ui.Field{Name: "codes", Label: "Recovery codes of " + v.who.Name(), Kind: ui.Lines, Rows: len(codes), Value: strings.Join(codes, "\n"), ReadOnly: true, Literal: true, Autocomplete: "off"}
	return p.show(w, r, http.StatusCreated, v, ui.Headed(ui.Head{Title: title, Crumbs: []ui.Link{{Text: "Signing in", Href: factorsPath}}}), codesPart(field))
}

// removeFactor forgets one of one's own second steps.
func (p *pages) removeFactor(w http.ResponseWriter, r *http.Request) error {
	factor, err := pathID[id.Factor](r, "factor")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	all, err := p.Auth.ListFactors(r.Context(), who)
	if err != nil {
		return err
	}
	for _, x := range all.All {
		if x.ID != factor {
			continue
		}
		ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: removing(x), Action: r.URL.Path, Keep: factorsPath})
		if err != nil || !ok {
			return err
		}
		if err := p.Auth.RemoveFactor(r.Context(), who, factor); err != nil {
			return err
		}
		return p.seeOther(w, r, factorsPath, x.Name+" is removed")
	}
	return fault.Missing("factor")
}
