package web

import (
	"context"
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/push"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/web/static"
	"intelliwiz/internal/web/ui"
)

const (
	pushPath   = "/account/push"
	workerPath = "/push-worker.js" // push.js and trust.js name it too
)

// pushRoutes are what is done about the browsers in which one is told.
func (p *pages) pushRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	const signedIn = reply.SignedIn
	return []reply.Route{
		{Method: get, Path: workerPath, Permission: reply.Public, Handler: p.pushWorker, Name: "push.worker"},
		{Method: post, Path: pushPath, Permission: signedIn, Handler: p.turnOnPush, Name: "account.push.create", Own: true, Changes: true},
		{Method: post, Path: pushPath + "/{id}/test", Permission: signedIn, Handler: p.testPush, Name: "account.push.test", Own: true, Changes: true},
		{Method: post, Path: pushPath + "/{id}/delete", Permission: signedIn, Handler: p.removePush, Name: "account.push.delete", Own: true, Changes: true},
	}
}

// pushWorker answers with the program that a browser runs when a message comes. Its address stays, for browsers know it by that.
func (p *pages) pushWorker(w http.ResponseWriter, r *http.Request) error {
	static.PushWorker.Serve(w, r)
	return nil
}

// pushView is where somebody is told beside pages and mail.
type pushView struct {
	Key     string // that browsers subscribe to; "" = there is no such channel here
	Devices ui.List
}

// pushOf gives the part of the page about devices; empty when the channel is switched off, and for who acts as somebody else.
func (p *pages) pushOf(ctx context.Context, v visit) (x pushView, err error) {
	if v.who.Behind() != nil || !p.Push.On(ctx, v.who) {
		return pushView{}, nil
	}
	if x.Key, err = p.Push.Key(ctx, v.who); err != nil {
		return pushView{}, err
	}
	all, err := p.Push.List(ctx, v.who)
	x.Devices = pushList(v, all)
	return x, err
}

func pushList(v visit, all []push.Subscription) ui.List {
	l := ui.List{ID: "push", Caption: "Devices on which you are told, the last added first", More: ui.Pager{Shown: len(all), Noun: "devices"}, Columns: []ui.Column{
		{Label: "Device", Slot: ui.Subject}, {Label: "Added"}, {Label: "Last used"}, {Label: "Change", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "device"
	}
	for _, x := range all {
		used := "Not used yet"
		if x.Used != nil {
			used = "Used " + amid(*x.Used, v.now, v.zone)
		}
		name, path := agentName(x.Agent), pushPath+"/"+x.ID.String()
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{{Body: pushDevice(name, x.Hash)}, {Text: "Since " + amid(x.Created, v.now, v.zone)}, {Text: used},
			{Body: together(
				acted(ui.Action{Text: "Send a test", Post: path + "/test", About: "to " + name, Bare: true}),
				acted(ui.Action{Text: "Remove", Post: path + "/delete", About: name}),
			)}}})
	}
	return l
}

// turnOnPush turns the browser on that asks.
func (p *pages) turnOnPush(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "endpoint", "p256dh", "auth")
	if err != nil {
		return err
	}
	if err := f.readable(nil); err != nil {
		return err
	}
	in := push.Input{Endpoint: telemetry.Hide(f.text("endpoint")), P256dh: f.text("p256dh"), Auth: telemetry.Hide(f.text("auth")), Agent: r.UserAgent()}
	if _, err := p.Push.Subscribe(r.Context(), actor.From(r.Context()), in); err != nil {
		return err
	}
	return p.seeOther(w, r, wishesPath, "You are told on this device from now on")
}

// testPush sends a message to one of one's own devices.
func (p *pages) testPush(w http.ResponseWriter, r *http.Request) error {
	x, err := pathID[id.Subscription](r, "subscription")
	if err != nil {
		return err
	}
	if err := p.Push.Test(r.Context(), actor.From(r.Context()), x); err != nil {
		return err
	}
	return p.seeOther(w, r, wishesPath, "A test is on its way to that device")
}

// removePush turns one of one's own devices off.
func (p *pages) removePush(w http.ResponseWriter, r *http.Request) error {
	x, err := pathID[id.Subscription](r, "subscription")
	if err != nil {
		return err
	}
	if err := p.Push.Delete(r.Context(), actor.From(r.Context()), x); err != nil {
		return err
	}
	return p.seeOther(w, r, wishesPath, "You are not told on that device any more")
}
