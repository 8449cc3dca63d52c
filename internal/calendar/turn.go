package calendar

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Turn gives when the hours open next, or close when they are open at an instant. ok is false when that is not so within Horizon years,
// as with hours that never close.
func (h Hours) Turn(at time.Time) (turn time.Time, ok bool) {
	end := horizon(at)
	var closing time.Time // while the instant lies in an opening that goes on
	for s := range h.spans(at, end) {
		switch {
		case closing.IsZero() && s.from.After(at):
			return s.from.UTC(), true
		case !closing.IsZero() && s.from.After(closing):
			return closing.UTC(), true
		}
		closing = s.until
	}
	return closing.UTC(), !closing.IsZero() && closing.Before(end)
}

// Owner is a site with a calendar of its own.
type Owner struct {
	Site     id.Site
	SiteName string
	Name     string // of the calendar
}

// Owners lists the sites that have a calendar of their own, by name. Needs calendar.read; only sites where it holds are listed.
func (s *Service) Owners(ctx context.Context, who actor.Actor) (out []Owner, err error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanOwner, calendarOwners, all, sites)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list calendars: %w", err)
	}
	return out, nil
}

func scanOwner(r db.Row) (o Owner, err error) {
	err = r.Scan(&o.Site, &o.SiteName, &o.Name)
	return o, err
}

const calendarOwners db.SQL = `-- calendar.calendarOwners
select s.id, s.name, c.name from calendars c
join sites s on s.tenant_id = c.tenant_id and s.id = c.site_id
where c.tenant_id = $1 and ($2 or c.site_id in_list($3)) order by s.name, s.id limit 2000`
