package web

import (
	"net/http"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/web/ui"
)

// editCalendar asks for the hours of a place. Where it has none of its own, those that it follows are a beginning.
func (p *pages) editCalendar(w http.ResponseWriter, r *http.Request) error {
	at, c, err := p.calendarFor(r)
	if err != nil {
		return err
	}
	return p.askCalendar(w, r, at, hoursForm(at, c), nil)
}

// calendarFor gives the place of the path with the hours that it follows, when the actor may change them.
func (p *pages) calendarFor(r *http.Request) (calendarPlace, calendar.Calendar, error) {
	at, err := p.calendarAt(r)
	if err != nil {
		return at, calendar.Calendar{}, err
	}
	who := actor.From(r.Context())
	if !at.may(who) {
		if at.site == nil {
			return at, calendar.Calendar{}, who.RequireEverywhere(calendar.CanUpdate)
		}
		return at, calendar.Calendar{}, who.RequireAt(calendar.CanUpdate, at.site.ID)
	}
	c, err := p.Calendar.Get(r.Context(), who, at.own)
	return at, c, err
}

// putCalendar sets the hours of a place.
func (p *pages) putCalendar(w http.ResponseWriter, r *http.Request) error {
	at, _, err := p.calendarFor(r)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	f, err := readForm(r, hoursNames(rowsOf(r.PostForm.Get("rows")))...)
	if err != nil {
		return err
	}
	in, where := readHours(&f)
	version := f.version()
	if err = f.readable(nil); err == nil {
		_, err = p.Calendar.Put(r.Context(), actor.From(r.Context()), at.own, version, in)
		err = where.place(err)
	}
	if err != nil {
		return p.askCalendar(w, r, at, f, err)
	}
	return p.seeOther(w, r, at.path(), "The hours are set")
}

// deleteCalendar removes the hours of a place, after asking.
func (p *pages) deleteCalendar(w http.ResponseWriter, r *http.Request) error {
	at, _, err := p.calendarFor(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if ok, err := p.confirmed(w, r, f, confirmDelete(deleteCalendar(at), at.path(), f)); !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Calendar.Delete(r.Context(), actor.From(r.Context()), at.own, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showCalendar(w, r, status, n) })
	}
	return p.seeOther(w, r, at.path(), "The hours are deleted")
}

func (p *pages) askCalendar(w http.ResponseWriter, r *http.Request, at calendarPlace, f form, err error) error {
	faults := faultsOf(err)
	q := questionsOfHours(f, faults)
	s := sheet{Action: at.path(), Draft: "calendar:" + at.path(), Version: f.text("version"), Faults: faults, Fields: q.all(), Body: calendarBody(q), Go: "Set the hours", Back: at.path()}
	if now, ok := stale[calendar.Calendar](err); ok {
		s.Clash = &clash{Thing: "calendar", Take: at.path() + "/edit", Rows: differences(inWhole(f), inWhole(hoursForm(at, now)))}
		s.Version = number(now.Version)
	}
	return p.ask(w, r, asking{Title: "Set the " + lowered(at.title()), Crumbs: at.crumbs(r), Sheet: s}, err)
}
