package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// webhookNames are the fields of the form about a webhook.
var webhookNames = []string{"name", "url", "events", "active"}

func webhookForm(x hook.Webhook) form {
	f := newForm("name", x.Name, "url", x.URL, "active", yesNo(x.Active), "version", number(x.Version))
	for _, verb := range x.Events {
		f.values.Add("events", verb)
	}
	return f
}

func readWebhook(f *form) hook.Input {
	return hook.Input{Name: f.text("name"), URL: f.text("url"), Events: f.all("events"), Active: f.yes("active")}
}

func webhookFields(f form, faults ui.Faults) []ui.Field {
	events := ui.Field{Name: "events", Label: "Told of", Kind: ui.Checkbox, Error: faults.At("events"), Help: "A message holds the record before and after the change. Tick only what the program needs."}
	for _, e := range hook.Events() {
		events.Options = append(events.Options, ui.Option{Value: e.Verb, Label: e.Label, Group: e.Area, Selected: f.picked("events", e.Verb)})
	}
	return []ui.Field{
		{Name: "name", Label: "Name", Max: 100, Value: f.text("name"), Error: faults.At("name"), Help: "The program that is called."},
		{Name: "url", Label: "Address", Max: 2000, Literal: true, Value: f.text("url"), Error: faults.At("url"), Autocomplete: "off", Help: "It begins with https:// and lies on the public internet."},
		events,
		{Name: "active", Label: "Active", Kind: ui.Checkbox, Checked: f.yes("active"), Help: "When it is off, nothing is sent."},
	}
}

// askWebhook shows the form about a webhook: a new one when x has no id. f is what it shows, refusal what the use case said to it.
func (p *pages) askWebhook(w http.ResponseWriter, r *http.Request, x hook.Webhook, f form, refusal error) error {
	a := asking{Title: "New webhook", Sub: "A webhook sees the whole organisation, whatever the sites of the one who makes it.", Crumbs: []ui.Link{{Text: "Webhooks", Href: webhooksPath}}}
	a.Sheet = sheet{Action: webhooksPath, Draft: "webhook:new", Go: "Add the webhook", Back: webhooksPath, Faults: faultsOf(refusal)}
	if !x.ID.IsZero() {
		at := webhooksPath + "/" + x.ID.String()
		a.Title, a.Sub, a.Crumbs = "Change "+x.Name, "What is on its way goes to the new address.", append(a.Crumbs, ui.Link{Text: x.Name, Href: at})
		a.Sheet = sheet{Action: at, Draft: "webhook:" + x.ID.String(), Version: f.text("version"), Go: "Save the webhook", Back: at, Faults: a.Sheet.Faults}
	}
	a.Sheet.Fields = webhookFields(f, a.Sheet.Faults)
	err := refused(&a.Sheet, refusal, "webhook", a.Sheet.Action+"/edit", func(now hook.Webhook) ([]ui.Field, int64, error) {
		return webhookFields(webhookForm(now), ui.Faults{}), now.Version, nil
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, a, refusal)
}

// newWebhook asks about a new webhook.
func (p *pages) newWebhook(w http.ResponseWriter, r *http.Request) error {
	if err := actor.From(r.Context()).RequireEverywhere(hook.CanCreate); err != nil {
		return err
	}
	return p.askWebhook(w, r, hook.Webhook{}, newForm("active", "true"), nil)
}

// createWebhook adds a webhook. Its secret is on the answer itself, which a browser does not keep: it can be shown nowhere else.
func (p *pages) createWebhook(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, webhookNames...)
	if err != nil {
		return err
	}
	var m hook.Made
	if err = f.readable(nil); err == nil {
		m, err = p.Hooks.Create(r.Context(), actor.From(r.Context()), readWebhook(&f))
	}
	if err != nil {
		return p.askWebhook(w, r, hook.Webhook{}, f, err)
	}
	return p.showSecret(w, r, http.StatusCreated, m)
}

// showSecret shows the secret of a webhook, this once.
func (p *pages) showSecret(w http.ResponseWriter, r *http.Request, status int, m hook.Made) error {
	v, err := p.visit(r, "The secret of "+m.Name)
	if err != nil {
		return err
	}
	markArea(&v, r)
	v.frame.Thin = true
	at := webhooksPath + "/" + m.ID.String()
	head := ui.Head{Title: v.frame.Title, Crumbs: []ui.Link{{Text: "Webhooks", Href: webhooksPath}, {Text: m.Name, Href: at}}}
	return p.show(w, r, status, v, ui.Headed(head), webhookSecretPart(webhookSecretView{Secret: m.Secret.Reveal(), Next: at}))
}

// editWebhook asks what is to change about a webhook.
func (p *pages) editWebhook(w http.ResponseWriter, r *http.Request) error {
	webhook, err := pathID[id.Webhook](r, "webhook")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Hooks.Get(r.Context(), who, webhook)
	if err == nil {
		err = who.RequireEverywhere(hook.CanUpdate)
	}
	if err != nil {
		return err
	}
	return p.askWebhook(w, r, x, webhookForm(x), nil)
}

// updateWebhook changes a webhook.
func (p *pages) updateWebhook(w http.ResponseWriter, r *http.Request) error {
	webhook, err := pathID[id.Webhook](r, "webhook")
	if err != nil {
		return err
	}
	f, err := readForm(r, webhookNames...)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Hooks.Get(r.Context(), who, webhook)
	if err != nil {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		x, err = keep(x)(p.Hooks.Update(r.Context(), who, webhook, version, readWebhook(&f)))
	}
	if err != nil {
		return p.askWebhook(w, r, x, f, err)
	}
	return p.seeOther(w, r, webhooksPath+"/"+x.ID.String(), x.Name+" is changed")
}

// changeSecret gives a webhook a new secret, after asking, and shows it.
func (p *pages) changeSecret(w http.ResponseWriter, r *http.Request) error {
	x, f, err := p.webhookFor(r, hook.CanUpdate)
	if err != nil {
		return err
	}
	at := webhooksPath + "/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Confirm: changingSecret(x), Action: at + "/secret", Keep: at, Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}}})
	if !ok {
		return err
	}
	version := f.version()
	var m hook.Made
	if err = f.readable(nil); err == nil {
		m, err = p.Hooks.Rotate(r.Context(), actor.From(r.Context()), x.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showWebhook(w, r, status, n) })
	}
	return p.showSecret(w, r, http.StatusOK, m)
}
