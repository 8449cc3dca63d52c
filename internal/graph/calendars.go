package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
)

// Calendar answers with the organisation's business hours.
func (q query) Calendar(ctx context.Context) (*calendar.Calendar, error) {
	return pointer(q.c.Calendar.Get(ctx, actor.From(ctx), nil))
}

// SiteCalendar answers with the business hours that a site follows.
func (q query) SiteCalendar(ctx context.Context, s id.Any) (*calendar.Calendar, error) {
	return pointer(q.c.Calendar.Get(ctx, actor.From(ctx), maybe[id.Site](&s)))
}

// CalendarOwners answers with the sites that have hours of their own.
func (q query) CalendarOwners(ctx context.Context) ([]calendar.Owner, error) {
	return listOf(q.c.Calendar.Owners(ctx, actor.From(ctx)))
}

// PutCalendar sets the organisation's business hours.
func (m mutation) PutCalendar(ctx context.Context, version int64, input calendar.Input) (*calendar.Calendar, error) {
	return pointer(m.c.Calendar.Put(ctx, actor.From(ctx), nil, version, input))
}

// PutSiteCalendar sets the business hours of a site.
func (m mutation) PutSiteCalendar(ctx context.Context, s id.Any, version int64, input calendar.Input) (*calendar.Calendar, error) {
	return pointer(m.c.Calendar.Put(ctx, actor.From(ctx), maybe[id.Site](&s), version, input))
}

// DeleteCalendar removes the organisation's business hours.
func (m mutation) DeleteCalendar(ctx context.Context, version int64) (bool, error) {
	return true, m.c.Calendar.Delete(ctx, actor.From(ctx), nil, version)
}

// DeleteSiteCalendar removes the business hours of a site.
func (m mutation) DeleteSiteCalendar(ctx context.Context, s id.Any, version int64) (*id.Any, error) {
	return pointer(s, m.c.Calendar.Delete(ctx, actor.From(ctx), maybe[id.Site](&s), version))
}

// Trial answers with when so many open minutes have passed. It asks the database nothing.
func (r calendarResolver) Trial(_ context.Context, c *calendar.Calendar, start *time.Time, minutes int64) (*gen.CalendarTrial, error) {
	e, err := r.c.Calendar.Try(*c, given(start), minutes)
	if err != nil {
		return nil, err
	}
	return &gen.CalendarTrial{Start: e.Start, Minutes: minutes, End: e.Until, Rows: clockRows(e.Rows)}, nil
}
