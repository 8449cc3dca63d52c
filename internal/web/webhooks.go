package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

const webhooksPath = "/webhooks"

// webhookRoutes are the pages of webhooks and of what they were sent.
func (p *pages) webhookRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: webhooksPath, Permission: hook.CanRead, Handler: p.listWebhooks, Name: "webhook.list"},
		{Method: post, Path: webhooksPath, Permission: hook.CanCreate, Handler: p.createWebhook, Name: "webhook.create", Changes: true},
		{Method: get, Path: webhooksPath + "/new", Permission: hook.CanCreate, Handler: p.newWebhook, Name: "webhook.new"},
		{Method: get, Path: webhooksPath + "/{id}", Permission: hook.CanRead, Handler: p.getWebhook, Name: "webhook.get"},
		{Method: post, Path: webhooksPath + "/{id}", Permission: hook.CanUpdate, Handler: p.updateWebhook, Name: "webhook.update", Changes: true},
		{Method: get, Path: webhooksPath + "/{id}/edit", Permission: hook.CanUpdate, Handler: p.editWebhook, Name: "webhook.edit"},
		{Method: post, Path: webhooksPath + "/{id}/delete", Permission: hook.CanDelete, Handler: p.deleteWebhook, Name: "webhook.delete", Changes: true},
		{Method: post, Path: webhooksPath + "/{id}/secret", Permission: hook.CanUpdate, Handler: p.changeSecret, Name: "webhook.secret", Changes: true},
		{Method: post, Path: webhooksPath + "/{id}/ping", Permission: hook.CanUpdate, Handler: p.pingWebhook, Name: "webhook.ping", Changes: true},
		{Method: get, Path: "/deliveries/{id}", Permission: hook.CanRead, Handler: p.getDelivery, Name: "delivery.get"},
		{Method: post, Path: "/deliveries/{id}/replay", Permission: hook.CanUpdate, Handler: p.replayDelivery, Name: "delivery.replay", Changes: true},
	}
}

// listWebhooks shows the webhooks by name.
func (p *pages) listWebhooks(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Webhooks")
	if err != nil {
		return err
	}
	found, err := p.Hooks.List(r.Context(), v.who, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	add := ui.Action{Text: "New webhook", Icon: "plus", Href: webhooksPath + "/new", Primary: true}
	head := ui.Head{Title: "Webhooks", Sub: "Programs of others that are told, in a signed message, what happens here."}
	empty := ui.Empty{Icon: "live", Title: "No webhooks yet", Text: "A webhook tells another program at once what happens here, so that it need not ask again and again."}
	if v.who.Everywhere(hook.CanCreate) {
		head.Acts, empty.Act = []ui.Action{add}, add
	}
	body := emptied("webhooks", empty)
	if len(found.Items) > 0 {
		l := webhookList(v, found.Items)
		if found.Next != "" {
			l.More.Next = webhooksPath + "?after=" + url.QueryEscape(found.Next)
		}
		body = ui.Listed(l)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), body)
}

func webhookList(v visit, all []hook.Webhook) ui.List {
	l := ui.List{ID: "webhooks", Caption: "Webhooks by name", More: ui.Pager{Shown: len(all), Noun: "webhooks"}, Columns: []ui.Column{
		{Label: "Name", Slot: ui.Subject}, {Label: "Calls"}, {Label: "Told of"}, {Label: "State", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "webhook"
	}
	for _, x := range all {
		l.Rows = append(l.Rows, ui.Row{Href: webhooksPath + "/" + x.ID.String(), Cells: []ui.Cell{
			{Text: x.Name}, {Text: hostOf(x.URL)}, {Text: plural(len(x.Events), "sort") + " of event"}, {Pill: webhookState(v, x)}}})
	}
	return l
}

// hostOf is the part of an address that a list shows; its path may be a secret.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func webhookState(v visit, x hook.Webhook) ui.Pill {
	switch {
	case !x.Active:
		return ui.Pill{Tone: ui.Shut, Text: "Off"}
	case x.FailingSince != nil:
		return ui.Pill{Tone: ui.Late, Text: "Failing since " + amid(*x.FailingSince, v.now, v.zone)}
	}
	return ui.Pill{Tone: ui.Done, Text: "Active"}
}

// getWebhook shows a webhook with what it was sent.
func (p *pages) getWebhook(w http.ResponseWriter, r *http.Request) error {
	return p.showWebhook(w, r, http.StatusOK, ui.Note{})
}

// showWebhook writes the page of the path's webhook, with a note above it when something could not be done.
func (p *pages) showWebhook(w http.ResponseWriter, r *http.Request, status int, note ui.Note) error {
	webhook, err := pathID[id.Webhook](r, "webhook")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Webhook")
	if err != nil {
		return err
	}
	x, err := p.Hooks.Get(r.Context(), v.who, webhook)
	if err != nil {
		return err
	}
	v.frame.Title = x.Name
	markArea(&v, r)
	log, err := p.deliveryLog(r, v, x)
	if err != nil {
		return err
	}
	days, err := p.Hooks.Days(r.Context(), v.who, webhook, chartDays, v.zone)
	if err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, webhook)
	if err != nil {
		return err
	}
	side := within(stacked(), together(webhookFacts(v, x), ui.Charted(deliveryBars(days))))
	return p.show(w, r, status, v, ui.Headed(webhookHead(v, x)), noted(note), noted(offNote(x)), within(split(), together(within(stacked(), together(log, changes)), side)))
}

func webhookHead(v visit, x hook.Webhook) ui.Head {
	at := webhooksPath + "/" + x.ID.String()
	h := ui.Head{Title: x.Name, Pill: webhookState(v, x), Crumbs: []ui.Link{{Text: "Webhooks", Href: webhooksPath}}, Sub: zoneLine(v.zone)}
	if v.who.Everywhere(hook.CanDelete) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(x.Version), Danger: true, Confirm: deletingWebhook(x)})
	}
	if v.who.Everywhere(hook.CanUpdate) {
		h.Acts = append(h.Acts, ui.Action{Text: "Send a test", Icon: "live", Post: at + "/ping"}, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

func offNote(x hook.Webhook) ui.Note {
	if x.Active {
		return ui.Note{}
	}
	return ui.Note{Tone: ui.Shut, Title: "It is off", Text: "Nothing is sent but tests, and what happens meanwhile is not made up for. To turn it on, choose Change."}
}

func webhookFacts(v visit, x hook.Webhook) templ.Component {
	labels := map[string]string{}
	for _, e := range hook.Events() {
		labels[e.Verb] = e.Label
	}
	var told []string
	for _, verb := range x.Events {
		told = append(told, labels[verb])
	}
	facts := ui.Facts{Title: "About it", Items: []ui.Fact{{Label: "Calls", Value: x.URL}, {Label: "Told of", Value: strings.Join(told, ", ")}}}
	if x.PersonName != "" {
		facts.Items = append(facts.Items, ui.Fact{Label: "Looked after by", Value: x.PersonName})
	}
	if !v.who.Everywhere(hook.CanUpdate) {
		return ui.Stated(facts)
	}
	return together(ui.Stated(facts), acted(ui.Action{Text: "New secret", Icon: "key", Post: webhooksPath + "/" + x.ID.String() + "/secret", Version: number(x.Version), Confirm: changingSecret(x)}))
}

func changingSecret(x hook.Webhook) ui.Confirm {
	return ui.Confirm{Title: "Make a new secret for " + x.Name + "?", Go: "Make a new secret",
		Text: "Messages are signed with both for a day, so that the receiver can be changed meanwhile."}
}

// chartDays is how many days the chart of a webhook shows.
const chartDays = 14

func deliveryBars(days []hook.Day) ui.Bars {
	b := ui.Bars{Title: "Messages in fourteen days", Head: "Day", Unit: "Messages"}
	var all, failed int64
	for i, d := range days {
		n := d.Delivered + d.Failed + d.Queued
		all, failed = all+n, failed+d.Failed
		label := string(d.Date)
		if t, err := time.Parse(time.DateOnly, label); err == nil {
			label = t.Format("2 Jan")
		}
		if d.Failed > 0 {
			label += " (" + number(d.Failed) + " failed)"
		}
		b.Items = append(b.Items, ui.Bar{Label: label, Value: float64(n), Late: d.Failed > 0, Now: i == len(days)-1 && d.Failed == 0})
	}
	b.Total = number(all)
	b.Sub = "All have arrived, or are on their way"
	if failed > 0 {
		b.Sub = number(failed) + " failed"
	}
	b.Label = plural(int(all), "message") + " in fourteen days, of which " + number(failed) + " failed. Days with failures are red."
	return b
}

// deleteWebhook removes a webhook, after asking.
func (p *pages) deleteWebhook(w http.ResponseWriter, r *http.Request) error {
	x, f, err := p.webhookFor(r, hook.CanDelete)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, confirmDelete(deletingWebhook(x), webhooksPath+"/"+x.ID.String(), f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Hooks.Delete(r.Context(), actor.From(r.Context()), x.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showWebhook(w, r, status, n) })
	}
	return p.seeOther(w, r, webhooksPath, x.Name+" is deleted")
}

func deletingWebhook(x hook.Webhook) ui.Confirm {
	return ui.Confirm{Title: "Delete the webhook " + x.Name + "?", Go: "Delete the webhook", Text: "What it was sent is deleted too. The audit trail keeps what the webhook was."}
}

// webhookFor gives the webhook of the path and the form that was sent, when the actor may do something about it.
func (p *pages) webhookFor(r *http.Request, need actor.Permission) (x hook.Webhook, f form, err error) {
	webhook, err := pathID[id.Webhook](r, "webhook")
	if err != nil {
		return x, f, err
	}
	who := actor.From(r.Context())
	if x, err = p.Hooks.Get(r.Context(), who, webhook); err != nil {
		return x, f, err
	}
	if err = who.RequireEverywhere(need); err != nil {
		return x, f, err
	}
	f, err = readForm(r)
	return x, f, err
}
