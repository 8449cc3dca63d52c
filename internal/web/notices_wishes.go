package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/notice"
	"intelliwiz/internal/web/ui"
)

// wishesPage shows how one wants to be told.
func (p *pages) wishesPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "How I am told")
	if err != nil {
		return err
	}
	x, err := p.Notices.GetSettings(r.Context(), v.who)
	if err != nil {
		return err
	}
	return p.showWishes(w, r, http.StatusOK, v, wishesForm(x), nil)
}

// wishesForm shows settings as a form does.
func wishesForm(x notice.Settings) form {
	f := newForm("mail", yesNo(x.Mail), "push", yesNo(x.Push), "version", number(x.Version))
	if x.QuietFrom != x.QuietUntil {
		f.set("quiet_from", ofDay(x.QuietFrom))
		f.set("quiet_until", ofDay(x.QuietUntil))
	}
	return f
}

func ofDay(minutes int64) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// minuteOf reads a time of the day; 0 when none was typed.
func (f *form) minuteOf(name string) int64 {
	text := strings.TrimSpace(f.text(name))
	if text == "" {
		return 0
	}
	t, err := time.Parse(clockForm, text)
	f.check.That(err == nil, name, "time", "Enter a time like 22:00.")
	return int64(t.Hour()*60 + t.Minute())
}

// saveWishes changes how one wants to be told.
func (p *pages) saveWishes(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "mail", "push", "quiet_from", "quiet_until")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "How I am told")
	if err != nil {
		return err
	}
	in := notice.SettingsInput{Mail: f.yes("mail"), QuietFrom: f.minuteOf("quiet_from"), QuietUntil: f.minuteOf("quiet_until")}
	if p.Push.On(r.Context(), v.who) {
		push := f.yes("push")
		in.Push = &push
	}
	version := f.version()
	from, until := strings.TrimSpace(f.text("quiet_from")), strings.TrimSpace(f.text("quiet_until"))
	f.check.That(from != "" || until == "", "quiet_from", "required", "Enter when the quiet hours begin, or leave both empty.")
	f.check.That(until != "" || from == "", "quiet_until", "required", "Enter when the quiet hours end, or leave both empty.")
	if err = f.readable(&in); err == nil {
		_, err = p.Notices.UpdateSettings(r.Context(), v.who, version, in)
	}
	if err != nil {
		if now, ok := stale[notice.Settings](err); ok {
			f.set("version", number(now.Version)) // what one wants oneself is written over
		}
		return p.showWishes(w, r, http.StatusUnprocessableEntity, v, f, err)
	}
	return p.seeOther(w, r, wishesPath, "Saved")
}

// showWishes writes the page; refusal is what the use case answered.
func (p *pages) showWishes(w http.ResponseWriter, r *http.Request, status int, v visit, f form, refusal error) error {
	faults := ui.Faults{}
	if refusal != nil {
		var ok bool
		if faults, status, ok = formFault(refusal); !ok {
			return refusal
		}
		v.frame.Title = titled(v.frame.Title, faults)
	}
	me, err := p.People.GetPerson(r.Context(), v.who, v.who.Person())
	if err != nil {
		return err
	}
	zone, err := p.Notices.Zone(r.Context(), v.who)
	if err != nil {
		return err
	}
	mutes, err := p.Notices.ListMutes(r.Context(), v.who)
	if err != nil {
		return err
	}
	devices, err := p.pushOf(r.Context(), v)
	if err != nil {
		return err
	}
	v.frame.Push = devices.Key != ""
	address := "To " + me.Email + "."
	if me.Email == "" {
		address = "You have no e-mail address here. An administrator can add one."
	}
	fields := []ui.Field{
		{Name: "mail", Label: "Tell me by mail too", Help: address, Kind: ui.Checkbox, Checked: f.yes("mail"), Optional: true},
		{Name: "quiet_from", Label: "Quiet from", Help: "Mail and devices wait until the quiet hours are over. Times are in " + zone.String() + ".", Kind: ui.Time, Width: "short",
			Value: f.text("quiet_from"), Error: faults.At("quiet_from"), Optional: true},
		{Name: "quiet_until", Label: "Quiet until", Kind: ui.Time, Width: "short", Value: f.text("quiet_until"), Error: faults.At("quiet_until"), Optional: true},
	}
	if p.Push.On(r.Context(), v.who) {
		fields = slices.Insert(fields, 1, ui.Field{Name: "push", Label: "Tell me on my devices too", Help: "On those that you turned on below.", Kind: ui.Checkbox, Checked: f.yes("push"), Optional: true})
	}
	view := wishesView{Muted: mutedList(v, mutes), Push: devices, Form: ui.Form{Action: wishesPath, Version: f.text("version"), Faults: faults, Go: "Save", Fields: fields}}
	return p.show(w, r, status, v, ui.Headed(accountHead(v)), ui.Tabbed(accountTabs(wishesPath)), wishesPart(view))
}

func mutedList(v visit, mutes []notice.Mute) ui.List {
	l := ui.List{ID: "mutes", Caption: "What you muted, the last first", More: ui.Pager{Shown: len(mutes), Noun: "muted"}, Columns: []ui.Column{
		{Label: "Last notice", Slot: ui.Subject}, {Label: "Muted"}, {Label: "Hear of it again", Slot: ui.Status}}}
	for _, m := range mutes {
		title, about := m.Title, "the "+m.Subject+" of “"+m.Title+"”"
		if title == "" {
			title, about = "A record of which nothing was told for long", "this record"
		}
		l.Rows = append(l.Rows, ui.Row{Href: Record(m.Subject, m.SubjectID), Cells: []ui.Cell{{Text: title}, {Text: amid(m.Since, v.now, v.zone)},
			{Body: acted(ui.Action{Text: "Hear of it again", Post: mutesPath + "/" + m.SubjectID.String() + "/delete", About: about})}}})
	}
	return l
}
