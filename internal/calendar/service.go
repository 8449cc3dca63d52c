package calendar

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

var calendarTaken = map[string]fault.Field{
	"calendars_site":   {Path: "version", Code: "stale", Message: "Somebody made a calendar here meanwhile."},
	"calendars_tenant": {Path: "version", Code: "stale", Message: "Somebody made a calendar here meanwhile."},
}

// Get gives the calendar that a site follows: its own, else the tenant's, else the built-in one of every minute; site nil asks for the
// tenant's. The version is that of the place's own calendar, 0 when it follows another. Needs calendar.read, for a site there; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, site *id.Site) (c Calendar, err error) {
	if err := who.Require(CanRead); err != nil {
		return Calendar{}, err
	}
	if site != nil && !who.At(CanRead, *site) {
		return Calendar{}, fault.Missing("site")
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		c, err = Of(ctx, tx, site)
		return err
	})
	if c.Source != sourceOf(site) {
		c.Version = 0
	}
	return c, err
}

// Put makes or replaces the calendar of a site, or of the tenant (nil). version is that of its own calendar, 0 when it has none yet.
// Needs calendar.update at the site, or everywhere. Invalid; Conflict with the current record when version is not the stored one.
func (s *Service) Put(ctx context.Context, who actor.Actor, site *id.Site, version int64, in Input) (Calendar, error) {
	if err := s.mayUpdate(who, site); err != nil {
		return Calendar{}, err
	}
	if err := in.Check(); err != nil {
		return Calendar{}, err
	}
	c := Calendar{ID: id.New[id.Calendar](), Site: site, Name: in.Name, Openings: in.Openings, Holidays: in.Holidays, Version: version + 1, Source: sourceOf(site)}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := own(ctx, tx, site)
		if err != nil {
			return err
		}
		c.Zone = old.Zone
		if old.Version != version {
			return fault.Stale("calendar", old)
		}
		if version == 0 {
			tx.Later(calendarInsert, c.ID, site, c.Name, c.Version, s.now())
		} else {
			c.ID = old.ID
			n, err := tx.Exec(ctx, calendarUpdate, c.ID, c.Name, c.Version, s.now(), version)
			if err != nil {
				return err
			}
			if n == 0 { // somebody was faster
				return staleNow(ctx, tx, site)
			}
			tx.Later(hoursClear, c.ID)
			tx.Later(holidaysClear, c.ID)
		}
		c.put(tx)
		change := journal.Change{Verb: "calendar.updated", Subject: c.ID, Site: c.siteID(), After: c}
		if version > 0 {
			change.Before = old
		}
		return s.journal.Record(ctx, tx, change)
	})
	if err != nil {
		return Calendar{}, fault.Place(fmt.Errorf("put calendar: %w", err), calendarTaken)
	}
	return c, nil
}

// Delete removes the calendar of a site, or of the tenant (nil); what it stood before is then followed again. Needs calendar.update as Put.
// NotFound when there is none of its own; Conflict with the current record when version is not the stored one.
func (s *Service) Delete(ctx context.Context, who actor.Actor, site *id.Site, version int64) error {
	if err := s.mayUpdate(who, site); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := own(ctx, tx, site)
		switch {
		case err != nil:
			return err
		case old.Version == 0:
			return fault.Missing("calendar")
		case old.Version != version:
			return fault.Stale("calendar", old)
		}
		tx.Later(hoursClear, old.ID)
		tx.Later(holidaysClear, old.ID)
		n, err := tx.Exec(ctx, calendarDelete, old.ID, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return staleNow(ctx, tx, site)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "calendar.updated", Subject: old.ID, Site: old.siteID(), Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete calendar: %w", err)
	}
	return nil
}

// mayUpdate asks for the right at a site, or everywhere. A site that the actor does not see is not there.
func (s *Service) mayUpdate(who actor.Actor, site *id.Site) error {
	switch {
	case site == nil:
		return who.RequireEverywhere(CanUpdate)
	case !who.Can(CanUpdate):
		return who.Require(CanUpdate)
	case !who.At(CanUpdate, *site) && !who.At(CanRead, *site):
		return fault.Missing("site")
	}
	return who.RequireAt(CanUpdate, *site)
}

func sourceOf(site *id.Site) Source {
	if site == nil {
		return OfTenant
	}
	return OfSite
}

func (c Calendar) siteID() id.Site {
	if c.Site == nil {
		return id.Site{}
	}
	return *c.Site
}

// put puts off the rows of the hours and holidays.
func (c Calendar) put(tx *db.Tx) {
	for _, o := range c.Openings {
		tx.Later(hourInsert, id.New[id.Any](), c.ID, int64(o.Weekday), o.From, o.Until)
	}
	for _, h := range c.Holidays {
		tx.Later(holidayInsert, id.New[id.Any](), c.ID, h.Day, h.Yearly, h.Name)
	}
}

// staleNow answers a change that came too late with the calendar as it is now.
func staleNow(ctx context.Context, tx *db.Tx, site *id.Site) error {
	now, err := own(ctx, tx, site)
	if err != nil {
		return err
	}
	return fault.Stale("calendar", now)
}
