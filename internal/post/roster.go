package post

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Assignment is a time for which a person is rostered at a post. It is what was planned: who holds the post is who took it.
type Assignment struct {
	ID     id.Assignment `json:"id"`
	Post   id.Post       `json:"post_id"`
	Person id.Person     `json:"person_id"`
	From   time.Time     `json:"from"`
	Until  time.Time     `json:"until"` // the first instant after it

	PostName   string `json:"name"` // read with it
	PersonName string `json:"person_name"`
}

// Check gives every violation at its field.
func (a *Assignment) Check() error {
	var c fault.Check
	c.That(!a.Person.IsZero(), "person_id", "required", "Choose a person.")
	c.That(!a.From.IsZero(), "from", "required", "Say when it begins.")
	c.That(a.Until.After(a.From), "until", "order", "It ends after it begins.")
	c.That(a.Until.Sub(a.From) <= maxAssignment, "until", "range", "It lasts at most 31 days.")
	return c.Err()
}

// Bounds of a roster.
const (
	maxAssignment = 31 * 24 * time.Hour
	farAhead      = 10 * 366 * 24 * time.Hour // a roster to come
	maxRoster     = 5000                      // times that are looked at at once
	maxLook       = 93 * 24 * time.Hour
)

// Assign rosters a person at a post. Needs post.update at its site. Invalid for who is not active; Conflict when they are rostered there at that
// time already.
func (s *Service) Assign(ctx context.Context, who actor.Actor, post id.Post, a Assignment) (Assignment, error) {
	err := s.change(ctx, who, CanUpdate, post, func(tx *db.Tx, p Post) (err error) {
		if err := a.Check(); err != nil {
			return err
		}
		a.ID, a.Post, a.PostName = id.New[id.Assignment](), post, p.Name
		var there []Assignment
		db.Soon(tx, &there, scanAssignment, rosterOf, []id.Post{post}, a.From, a.Until, maxRoster)
		if a.PersonName, err = activePerson(ctx, tx, a.Person); err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(x Assignment) bool { return x.Person == a.Person }) {
			return fault.Of(fault.Conflict, a.PersonName+" is rostered there at that time already.")
		}
		tx.Later(assignmentInsert, a.ID, post, a.Person, a.From, a.Until, s.now())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.rostered", Subject: post, Site: p.Site, After: a})
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("roster at post %s: %w", post, err)
	}
	return a, nil
}

// activePerson gives the name of a person who is there; Invalid otherwise.
func activePerson(ctx context.Context, tx *db.Tx, person id.Person) (string, error) {
	name, err := db.One(ctx, tx, func(r db.Row) (n string, err error) { err = r.Scan(&n); return n, err }, personGet, person)
	if fault.KindOf(err) == fault.NotFound {
		var c fault.Check
		c.Add("person_id", "unknown", "There is no such active person.")
		return "", c.Err()
	}
	return name, err
}

// Unassign takes a time off the roster. Needs post.update at the site of its post; NotFound for who may not see that.
func (s *Service) Unassign(ctx context.Context, who actor.Actor, assignment id.Assignment) error {
	if err := who.Require(CanUpdate); err != nil {
		return err
	}
	see, err := sightOf(who)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		a, err := db.One(ctx, tx, scanAssignment, assignmentGet, assignment)
		if err != nil {
			return fault.Named(err, "assignment")
		}
		p, err := s.get(ctx, tx, see, a.Post)
		if fault.KindOf(err) == fault.NotFound {
			return fault.Missing("assignment")
		}
		if err != nil {
			return err
		}
		if err := who.RequireAt(CanUpdate, p.Site); err != nil {
			return err
		}
		tx.Later(assignmentDelete, assignment)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.unrostered", Subject: p.ID, Site: p.Site, Before: a})
	})
	if err != nil {
		return fmt.Errorf("take %s off the roster: %w", assignment, err)
	}
	return nil
}

// Uncovered gives where fewer people are rostered than are to be there, in a time, by their begin: at posts in use where the actor may see
// them, at one site when site is not nil. more says that there is more than was looked at. Needs post.read. Invalid for more than 93 days.
func (s *Service) Uncovered(ctx context.Context, who actor.Actor, site *id.Site, from, until time.Time) (out []Gap, more bool, err error) {
	see, err := sightOf(who)
	if err != nil {
		return nil, false, err
	}
	var c fault.Check
	c.That(from.Before(until) && until.Sub(from) <= maxLook, "until", "range", "Look at most 93 days ahead.")
	c.That(until.Year() < 9999, "until", "range", "That is too far ahead.")
	if err := c.Err(); err != nil {
		return nil, false, err
	}
	var rows []turn
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanTurn, turnsSQL, see.person, s.now(), see.all, see.sites, site, from, until, maxRoster+1)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > maxRoster; more {
		rows = rows[:maxRoster]
	}
	for len(rows) > 0 {
		p, roster := rows[0].Post, []Assignment{}
		for ; len(rows) > 0 && rows[0].ID == p.ID; rows = rows[1:] {
			if a := rows[0].assignment; a != nil {
				roster = append(roster, *a)
			}
		}
		zone, err := p.zone()
		if err != nil {
			return nil, false, err
		}
		out = append(out, p.gaps(zone, roster, from, until)...)
	}
	slices.SortStableFunc(out, func(a, b Gap) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Name, b.Name)) })
	return out, more, nil
}

// turn is a post with one of the times for which somebody is rostered there, if there are any.
type turn struct {
	Post
	assignment *Assignment
}

func scanTurn(r db.Row) (t turn, err error) {
	var hours string
	var person *id.Person
	var from, until *time.Time
	err = errors.Join(r.Scan(append(t.targets(&hours), db.Null(&person), db.Null(&from), db.Null(&until))...), (*Hours)(&t.Hours).read(hours))
	if err == nil && person != nil {
		t.assignment = &Assignment{Post: t.ID, Person: *person, From: *from, Until: *until}
	}
	return t, err
}

// turnsSQL gives the posts in use with who is rostered there in a time.
const turnsSQL db.SQL = `-- post.turns
select ` + columns + `, r.person_id, r.from_at, r.until_at` + from + `
left join post_assignments r on r.tenant_id = p.tenant_id and r.post_id = p.id and r.until_at > $7 and r.from_at < $8
where p.tenant_id = $1 and ($4 or p.site_id in_list($5) or ` + own + `) and (p.site_id = $6 or $6 is null) and p.active
order by p.name_key, p.id, r.from_at limit $9`

func scanAssignment(r db.Row) (a Assignment, err error) {
	err = r.Scan(&a.ID, &a.Post, &a.Person, &a.From, &a.Until, &a.PostName, &a.PersonName)
	return a, err
}

const assignmentColumns = `r.id, r.post_id, r.person_id, r.from_at, r.until_at, p.name, n.name
from post_assignments r join posts p on p.tenant_id = r.tenant_id and p.id = r.post_id
join persons n on n.tenant_id = r.tenant_id and n.id = r.person_id `

// rosterOf gives who is rostered at posts in a time, by their begin.
const rosterOf db.SQL = `-- post.rosterOf
select ` + assignmentColumns + `where r.tenant_id = $1 and r.post_id in_list($2) and r.until_at > $3 and r.from_at < $4 order by r.from_at, r.id limit $5`

const assignmentGet db.SQL = `-- post.assignmentGet
select ` + assignmentColumns + `where r.tenant_id = $1 and r.id = $2`

const assignmentInsert db.SQL = `-- post.assignmentInsert
insert into post_assignments (tenant_id, id, post_id, person_id, from_at, until_at, created_at) values ($1, $2, $3, $4, $5, $6, $7)`

const assignmentDelete db.SQL = `-- post.assignmentDelete
delete from post_assignments where tenant_id = $1 and id = $2`
