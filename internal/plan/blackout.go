package plan

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Check folds a blackout into its stored form and gives every violation at its field.
func (b *Blackout) Check() error {
	var c fault.Check
	b.Reason = fold.Line(b.Reason)
	c.Text("reason", b.Reason, 1, 200)
	c.That(!b.From.IsZero(), "from", "required", "Say when it begins.")
	c.That(b.Until.After(b.From), "until", "order", "It ends after it begins.")
	return c.Err()
}

// ListBlackouts gives the blackouts that are not over, the next first: those of sites where the actor may see plans, and of all sites. Needs
// plan.read.
func (s *Service) ListBlackouts(ctx context.Context, who actor.Actor) (rows []Blackout, err error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanBlackout, blackoutList, all, sites, s.now(), page.Max)
		return err
	})
	return rows, err
}

// CreateBlackout adds a blackout; what is to come follows soon. Needs plan.update at its site, or everywhere for one of all sites.
func (s *Service) CreateBlackout(ctx context.Context, who actor.Actor, b Blackout) (Blackout, error) {
	if err := requireAt(who, b.Site); err != nil {
		return Blackout{}, err
	}
	if err := b.Check(); err != nil {
		return Blackout{}, err
	}
	b.ID, b.Version = id.New[id.Blackout](), 1
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if b.Site != nil {
			rows, err := db.All(ctx, tx, scanRef, refs, []id.Site{*b.Site}, []id.Asset{}, []id.Checklist{}, nil, nil, nil, nil)
			if err != nil {
				return err
			}
			var c fault.Check
			c.That(len(rows) == 1 && rows[0].offered, "site_id", "unknown", "There is no such active site.")
			if err := c.Err(); err != nil {
				return err
			}
			b.SiteName = rows[0].name
		}
		tx.Later(blackoutInsert, b.ID, b.Site, b.From, b.Until, b.Reason, b.Version, s.now())
		tx.Later(plansAnew, b.Site)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "blackout.created", Subject: b.ID, Site: at(b.Site), After: b})
	})
	if err != nil {
		return Blackout{}, fmt.Errorf("create a blackout: %w", err)
	}
	return b, nil
}

// DeleteBlackout removes a blackout; what is to come follows soon. Needs what CreateBlackout needs. Conflict when version is not the stored one.
func (s *Service) DeleteBlackout(ctx context.Context, who actor.Actor, blackout id.Blackout, version int64) error {
	if err := who.Require(CanUpdate); err != nil {
		return err
	}
	sites, all := who.Sites(CanRead)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		b, err := db.One(ctx, tx, scanBlackout, blackoutGet, blackout, all, sites)
		if err != nil {
			return fault.Named(err, "blackout")
		}
		if err := requireAt(who, b.Site); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, blackoutDelete, blackout, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("blackout", b)
		}
		tx.Later(plansAnew, b.Site)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "blackout.deleted", Subject: blackout, Site: at(b.Site), Before: b})
	})
	if err != nil {
		return fmt.Errorf("delete blackout %s: %w", blackout, err)
	}
	return nil
}

func requireAt(who actor.Actor, site *id.Site) error {
	if site == nil {
		return who.RequireEverywhere(CanUpdate)
	}
	return who.RequireAt(CanUpdate, *site)
}

// at is the site of a journal row, the zero one for what is of no site.
func at(site *id.Site) id.Site {
	if site == nil {
		return id.Site{}
	}
	return *site
}

const blackoutList db.SQL = `-- plan.blackoutList
select ` + blackoutColumns + `
where b.tenant_id = $1 and ($2 or b.site_id in_list($3) or b.site_id is null) and b.until_at > $4 order by b.from_at, b.id limit $5`

const blackoutGet db.SQL = `-- plan.blackoutGet
select ` + blackoutColumns + ` where b.tenant_id = $1 and b.id = $2 and ($3 or b.site_id in_list($4) or b.site_id is null)`

const blackoutInsert db.SQL = `-- plan.blackoutInsert
insert into blackouts (tenant_id, id, site_id, from_at, until_at, reason, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`

// plansAnew has what is to come reckoned anew at a site ($2), or at all, of the plans that keep holidays.
const plansAnew db.SQL = `-- plan.plansAnew
update plans set schedule_version = schedule_version + 1, generated_until = null
where tenant_id = $1 and (site_id = $2 or $2 is null) and holidays <> 'GENERATE'`

// Recast has what is to come reckoned anew after a calendar has changed. For background work: it asks for no permission.
func Recast(tx *db.Tx) { tx.Later(plansAnew, (*id.Site)(nil)) }

const blackoutDelete db.SQL = `-- plan.blackoutDelete
delete from blackouts where tenant_id = $1 and id = $2 and version = $3`
