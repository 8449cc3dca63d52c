package ticket

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Between these years a ticket can be previewed. A level is up to 366 days of business hours after the opening, which are two centuries where a week has one
// hour; and beyond the year 9999 a moment cannot be written.
const (
	firstYear = 1
	lastYear  = 9700
)

// Preview says when a ticket of a category, opened at a site at a moment (zero: now), would climb each level if nobody acted. Needs
// category.read, at the site; NotFound without such a category or site; Invalid for a moment that is too far away.
func (s *Service) Preview(ctx context.Context, who actor.Actor, category id.Category, site id.Site, opened time.Time) (Plan, error) {
	return s.preview(ctx, who, category, site, opened, nil)
}

// PreviewDraft is Preview on a ladder that nobody has saved, whichever the site has. Needs category.read, at the site; Invalid as PutLadder.
func (s *Service) PreviewDraft(ctx context.Context, who actor.Actor, in LadderInput, site id.Site, opened time.Time) (Plan, error) {
	if err := who.Require(CanReadCategory); err != nil {
		return Plan{}, err
	}
	if err := in.Check(); err != nil {
		return Plan{}, err
	}
	return s.preview(ctx, who, in.Category, site, opened, &in)
}

func (s *Service) preview(ctx context.Context, who actor.Actor, category id.Category, site id.Site, opened time.Time, in *LadderInput) (p Plan, err error) {
	if err := who.Require(CanReadCategory); err != nil {
		return Plan{}, err
	}
	if !who.At(CanReadCategory, site) {
		return Plan{}, fault.Missing("site")
	}
	if opened.IsZero() {
		opened = s.now()
	}
	var c fault.Check
	c.That(firstYear <= opened.Year() && opened.Year() < lastYear, "opened_at", "range", "That is too far away.")
	if err := c.Err(); err != nil {
		return Plan{}, err
	}
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		var draft *Ladder
		if in != nil {
			if err := in.checkRefs(ctx, tx); err != nil {
				return err
			}
			if draft, err = in.ladder(ctx, tx); err != nil {
				return err
			}
		}
		p, err = plan(ctx, tx, Ticket{Category: category, Site: site, Status: Fresh, Opened: opened.UTC().Truncate(time.Microsecond)}, draft)
		return err
	})
	return p, err
}

// ladder is the ladder that the input would make, with the names of what it points to.
func (in LadderInput) ladder(ctx context.Context, tx *db.Tx) (*Ladder, error) {
	people, groups := in.pointsTo()
	named, err := db.All(ctx, tx, scanLabel, rungNames, people, groups, in.Site)
	if err != nil {
		return nil, err
	}
	names := map[id.Any]string{}
	for _, n := range named {
		names[n.id] = n.name
	}
	l := &Ladder{Category: in.Category, Site: in.Site}
	if in.Site != nil {
		l.SiteName = names[anyOf(*in.Site)]
	}
	for i, r := range in.Rungs {
		x := Rung{Level: int64(i + 1), After: r.After, Person: r.Person, Group: r.Group, Mails: r.Mails}
		if r.Person != nil {
			x.PersonName = names[anyOf(*r.Person)]
		}
		if r.Group != nil {
			x.GroupName = names[anyOf(*r.Group)]
		}
		l.Rungs = append(l.Rungs, x)
	}
	return l, nil
}

// pointsTo are the people and groups that the levels name.
func (in LadderInput) pointsTo() (people []id.Person, groups []id.Group) {
	people, groups = []id.Person{}, []id.Group{}
	for _, r := range in.Rungs {
		if r.Person != nil {
			people = append(people, *r.Person)
		}
		if r.Group != nil {
			groups = append(groups, *r.Group)
		}
	}
	return people, groups
}

type label struct {
	id   id.Any
	name string
}

func scanLabel(r db.Row) (n label, err error) { err = r.Scan(&n.id, &n.name); return n, err }

const rungNames db.SQL = `-- ticket.rungNames
select p.id, p.name from persons p where p.tenant_id = $1 and p.id in_list($2)
union all select g.id, g.name from member_groups g where g.tenant_id = $1 and g.id in_list($3)
union all select s.id, s.name from sites s where s.tenant_id = $1 and s.id = $4`
