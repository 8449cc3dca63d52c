package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// deliveryLog draws what a webhook was sent, newest first: all, or what is in one state.
func (p *pages) deliveryLog(r *http.Request, v visit, x hook.Webhook) (templ.Component, error) {
	q := r.URL.Query()
	state := hook.State(q.Get("state"))
	if !slices.Contains(hook.States(), state) {
		state = ""
	}
	found, err := p.Hooks.ListDeliveries(r.Context(), v.who, x.ID, hook.Filter{State: state}, page.Request{After: q.Get("after"), Limit: 25})
	if err != nil {
		return nil, err
	}
	at := webhooksPath + "/" + x.ID.String()
	view := deliveriesView{Tabs: ui.Tabs{Label: "Which messages", Items: []ui.Tab{{Text: "All", Href: at, Here: state == ""}}}, Empty: ui.Empty{Icon: "live", Title: "Nothing was sent yet", Text: "A test shows whether messages arrive."}}
	for _, s := range hook.States() {
		view.Tabs.Items = append(view.Tabs.Items, ui.Tab{Text: stateWords(s), Href: at + "?state=" + string(s), Here: s == state})
	}
	if state != "" {
		view.Empty = ui.Empty{Icon: "live", Title: "There is no such message", Text: "None is in this state.", Act: ui.Action{Text: "Show all", Href: at}}
	}
	view.Log = ui.Log{ID: "deliveries", Label: "Messages, newest first", More: ui.Pager{Shown: len(found.Items), Noun: "messages"}}
	if len(found.Items) == 1 {
		view.Log.More.Noun = "message"
	}
	if found.Next != "" {
		view.Log.More.Next = at + "?" + url.Values{"state": {string(state)}, "after": {found.Next}}.Encode()
	}
	for _, d := range found.Items {
		view.Log.Entries = append(view.Log.Entries, deliveryEntry(v, d))
	}
	return deliveriesPart(view), nil
}

func stateWords(s hook.State) string {
	return map[hook.State]string{hook.Queued: "On their way", hook.Delivered: "Arrived", hook.Failed: "Failed"}[s]
}

func deliveryTone(s hook.State) (icon string, tone ui.Tone) {
	switch s {
	case hook.Delivered:
		return "s-done", ui.Done
	case hook.Failed:
		return "s-late", ui.Late
	}
	return "s-wait", ui.Wait
}

func deliveryEntry(v visit, d hook.Delivery) ui.Entry {
	e := ui.Entry{Time: d.Created, At: d.Created.In(v.zone).Format(clockForm), Ago: day(d.Created, v.now, v.zone), What: eventLabel(d.Event), Href: "/deliveries/" + d.ID.String(), Meta: deliveryMeta(v, d)}
	e.Icon, e.Tone = deliveryTone(d.State)
	if d.Problem != "" {
		e.Quote = d.Problem
	}
	if v.who.Everywhere(hook.CanUpdate) && d.State != hook.Queued {
		e.Acts = []ui.Action{{Text: "Send again", Post: "/deliveries/" + d.ID.String() + "/replay", About: "“" + e.What + "” of " + e.At, Bare: true}}
	}
	return e
}

// deliveryMeta tells of a message's attempts.
func deliveryMeta(v visit, d hook.Delivery) []string {
	meta := []string{map[hook.State]string{hook.Queued: "On its way", hook.Delivered: "Arrived", hook.Failed: "Failed"}[d.State]}
	if d.Attempts > 0 {
		meta = append(meta, plural(int(d.Attempts), "attempt"))
	}
	if d.Status != nil {
		meta = append(meta, "answered "+number(*d.Status))
	}
	if d.Took != nil {
		meta = append(meta, number(*d.Took)+" ms")
	}
	if d.Next != nil && d.Attempts > 0 {
		meta = append(meta, "again "+amid(*d.Next, v.now, v.zone))
	}
	return meta
}

func eventLabel(verb string) string {
	for _, e := range hook.Events() {
		if e.Verb == verb {
			return e.Label
		}
	}
	return "Test"
}

// getDelivery shows one message to a webhook.
func (p *pages) getDelivery(w http.ResponseWriter, r *http.Request) error {
	delivery, err := pathID[id.Delivery](r, "delivery")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "Message")
	if err != nil {
		return err
	}
	d, err := p.Hooks.GetDelivery(r.Context(), v.who, delivery)
	if err != nil {
		return err
	}
	x, err := p.Hooks.Get(r.Context(), v.who, d.Webhook)
	if err != nil {
		return err
	}
	v.frame.Title = eventLabel(d.Event)
	_, tone := deliveryTone(d.State)
	state := deliveryMeta(v, d)[0]
	head := ui.Head{Title: v.frame.Title, Pill: ui.Pill{Tone: tone, Text: state}, Sub: zoneLine(v.zone),
		Crumbs: []ui.Link{{Text: "Webhooks", Href: webhooksPath}, {Text: x.Name, Href: webhooksPath + "/" + x.ID.String()}}}
	if v.who.Everywhere(hook.CanUpdate) {
		head.Acts = []ui.Action{{Text: "Send again", Icon: "live", Post: "/deliveries/" + d.ID.String() + "/replay", Primary: true}}
	}
	view := deliveryView{Body: indented(d.Body), Answer: d.Answer, Facts: ui.Facts{Title: "About it", Items: []ui.Fact{
		{Label: "Event", Value: d.Event}, {Label: "Message", Value: d.Message}, {Label: "Made", Value: moment(d.Created, v.now, v.zone)}}}}
	view.Facts.Items = append(view.Facts.Items, attemptFacts(v, d)...)
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), deliveryPart(view))
}

// attemptFacts say how the sending of a message goes.
func attemptFacts(v visit, d hook.Delivery) (out []ui.Fact) {
	add := func(label, value string) { out = append(out, ui.Fact{Label: label, Value: value}) }
	if d.Attempts > 0 {
		add("Attempts", number(d.Attempts))
	}
	if d.Tried != nil {
		add("Last one", moment(*d.Tried, v.now, v.zone))
	}
	if d.Status != nil {
		add("Answered", number(*d.Status))
	}
	if d.Took != nil {
		add("Took", number(*d.Took)+" ms")
	}
	if d.Next != nil && d.Attempts > 0 {
		add("Next one", moment(*d.Next, v.now, v.zone))
	}
	if d.Problem != "" {
		add("Problem", d.Problem)
	}
	return out
}

// indented lays JSON out for people.
func indented(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

// replayDelivery sends a message again.
func (p *pages) replayDelivery(w http.ResponseWriter, r *http.Request) error {
	delivery, err := pathID[id.Delivery](r, "delivery")
	if err != nil {
		return err
	}
	d, err := p.Hooks.Replay(r.Context(), actor.From(r.Context()), delivery)
	if err != nil {
		return err
	}
	return p.seeOther(w, r, webhooksPath+"/"+d.Webhook.String(), "The message is on its way again")
}

// pingWebhook sends a test message.
func (p *pages) pingWebhook(w http.ResponseWriter, r *http.Request) error {
	webhook, err := pathID[id.Webhook](r, "webhook")
	if err != nil {
		return err
	}
	d, err := p.Hooks.Ping(r.Context(), actor.From(r.Context()), webhook)
	if err != nil {
		return err
	}
	return p.seeOther(w, r, webhooksPath+"/"+d.Webhook.String(), "A test message is on its way")
}
