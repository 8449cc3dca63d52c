package auth

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
)

// maxGrace is how many days a second factor may be put off at most.
const maxGrace = 90

// FactorRule asks a second factor of everybody, or of who has a role anywhere.
type FactorRule struct {
	Role  *id.Role  `json:"role_id,omitzero"` // nil: everybody
	Days  int64     `json:"days"`             // to put it off; 0 = it is asked at once
	Since time.Time `json:"since"`            // when it began to be asked
}

// FactorRules gives whom a second factor is asked of. Needs tenant.update.
func (s *Service) FactorRules(ctx context.Context, who actor.Actor) (all []FactorRule, err error) {
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		all, err = readRules(ctx, tx)
		return err
	})
	return all, err
}

func readRules(ctx context.Context, tx *db.Tx) ([]FactorRule, error) {
	all, err := db.All(ctx, tx, scanRule, rulesAll)
	for i, r := range all {
		if r.Role.Bytes() == tx.Who().Tenant().Bytes() {
			all[i].Role = nil
		}
	}
	return all, err
}

// SetFactorRules says anew whom a second factor is asked of; Since of the input does not matter: what was asked already is asked since
// then. Needs tenant.update. Invalid at rules[n].days and rules[n].role_id.
func (s *Service) SetFactorRules(ctx context.Context, who actor.Actor, rules []FactorRule) error {
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return err
	}
	roles, err := s.org.ListRoles(ctx, door(who.Tenant()), page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	var c fault.Check
	for i, r := range rules {
		at := "rules[" + strconv.Itoa(i) + "]."
		c.That(r.Days >= 0 && r.Days <= maxGrace, at+"days", "range", fmt.Sprintf("It can be put off for at most %d days.", maxGrace))
		known := r.Role == nil || slices.ContainsFunc(roles.Items, func(x org.Role) bool { return x.ID == *r.Role })
		c.That(known, at+"role_id", "unknown", "There is no such role.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := readRules(ctx, tx)
		if err != nil {
			return err
		}
		now := make([]FactorRule, 0, len(rules))
		tx.Later(rulesDelete)
		for _, r := range rules {
			subject := id.Of[id.Any](who.Tenant().Bytes())
			if r.Role != nil {
				subject = id.Of[id.Any](r.Role.Bytes())
			}
			r.Since = s.now()
			if at := slices.IndexFunc(old, func(x FactorRule) bool { return same(x.Role, r.Role) }); at >= 0 {
				r.Since = old[at].Since
			}
			now = append(now, r)
			tx.Later(ruleInsert, subject, r.Days, r.Since)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.factors_asked", Subject: who.Tenant(), Before: old, After: now})
	})
	if err != nil {
		return fmt.Errorf("set factor rules: %w", err)
	}
	s.store.Apply(who.Tenant(), "tenant") // what is kept of sessions depends on it
	return nil
}

func same(a, b *id.Role) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// dueOf says until when a person has to set up a second factor; zero when they have one, or none is asked of them.
func (s *Service) dueOf(ctx context.Context, tenant id.Tenant, person id.Person) (due time.Time, err error) {
	err = s.db.ReadAll(ctx, door(tenant), func(tx *db.Tx) error {
		has, err := db.One(ctx, tx, scanInt, factorCount, person)
		if err != nil || has > 0 {
			return err
		}
		asked, err := db.All(ctx, tx, scanAsked, rulesFor, person)
		for _, x := range asked {
			if by := x.from().AddDate(0, 0, int(x.days)); due.IsZero() || by.Before(due) {
				due = by
			}
		}
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("read factor rules: %w", err)
	}
	return due, nil
}

// asked is a rule that holds for somebody.
type asked struct {
	days        int64
	since, came time.Time // came: when they came, or got the role
}

func (a asked) from() time.Time {
	if a.came.After(a.since) {
		return a.came
	}
	return a.since
}

func scanAsked(r db.Row) (a asked, err error) {
	err = r.Scan(&a.days, &a.since, &a.came)
	return a, err
}

func scanRule(r db.Row) (f FactorRule, err error) {
	var role id.Role
	err = r.Scan(&role, &f.Days, &f.Since)
	f.Role = &role
	return f, err
}

const rulesAll db.SQL = `-- auth.rulesAll
select r.id, r.days, r.since from factor_rules r where r.tenant_id = $1 order by r.id limit 1000`

const rulesDelete db.SQL = `-- auth.rulesDelete
delete from factor_rules where tenant_id = $1`

const ruleInsert db.SQL = `-- auth.ruleInsert
insert into factor_rules (tenant_id, id, days, since) values ($1, $2, $3, $4)`

const rulesFor db.SQL = `-- auth.rulesFor
select r.days, r.since, p.created_at from factor_rules r join persons p on p.tenant_id = r.tenant_id and p.id = $2 where r.tenant_id = $1 and r.id = $1
union all
select r.days, r.since, g.created_at from factor_rules r join grants g on g.tenant_id = r.tenant_id and g.role_id = r.id and g.person_id = $2 where r.tenant_id = $1`
