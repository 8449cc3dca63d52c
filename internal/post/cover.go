package post

import (
	"context"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/ticket"
)

// What is expected of posts.
const (
	ToBeHeld deadline.Kind = "post.cover" // that enough people hold it, within the grace of the begin of its hours or of when somebody left
	ToBeLeft deadline.Kind = "post.leave" // that nobody holds it when its hours are over and no others begin within an hour; else their duty is ended
)

const (
	longest = 49 * time.Hour // a span, with what a zone moves
	soon    = time.Hour      // within which hours go on when others begin
)

// arm writes what is expected of a post next: that it is held by the end of the grace of a lack that there is, and of the next hours, and left when its
// hours are over. Written twice, it is expected once: each is named by when it began.
func (s *Service) arm(tx *db.Tx, p Post, duties []Duty) error {
	zone, err := p.zone()
	if err != nil {
		return err
	}
	now, subject := s.now(), id.Of[id.Any](p.ID.Bytes())
	var all []deadline.Expected
	held := func(since time.Time) {
		all = append(all, deadline.Expected{Kind: ToBeHeld, Mark: since.UTC().Format(time.RFC3339Nano), Subject: subject, Due: since.Add(p.grace())})
	}
	left := func(w window) {
		all = append(all, deadline.Expected{Kind: ToBeLeft, Mark: w.until.UTC().Format(time.RFC3339Nano), Subject: subject, Due: w.until})
	}
	if l, lacking := p.lacks(zone, duties, now); lacking {
		held(l.since)
	}
	if !p.Active {
		return nil
	}
	if w, within := Hours(p.Hours).current(zone, now); within {
		left(w)
	}
	if w, comes := Hours(p.Hours).next(zone, now); comes {
		held(w.from)
		left(w)
	}
	s.deadlines.Expect(tx, all...)
	return nil
}

func (p Post) grace() time.Duration { return time.Duration(p.Grace) * time.Minute }

// Bare is a post that fewer people hold than are to, as the journal keeps it and as people are told.
type Bare struct {
	Post     id.Post    `json:"post_id"`
	Name     string     `json:"name"`
	Code     string     `json:"code"`
	Site     id.Site    `json:"site_id"`
	SiteName string     `json:"site_name"`
	Since    time.Time  `json:"since"`
	Held     int64      `json:"held"`
	Needed   int64      `json:"needed"`
	Ticket   *id.Ticket `json:"ticket_id,omitzero"`
	Rostered []Rostered `json:"rostered,omitempty"`
}

// Rostered is somebody who was to be there.
type Rostered struct {
	Person id.Person `json:"person_id"`
	Name   string    `json:"name"`
}

// bare looks at a post when the grace of a lack is over. What holds is how it stood at that moment, however late the look comes. Where too few
// held it, those in charge are told, once, and a ticket is raised when the post says so.
func (s *Service) bare(ctx context.Context, who actor.Actor, d deadline.Deadline) (a deadline.Answer, err error) {
	p, duties, roster, err := s.stood(ctx, who, d)
	if err != nil {
		return gone(err)
	}
	zone, err := p.zone()
	if err != nil {
		return a, err
	}
	a = deadline.Answer{State: deadline.Met, Note: ofNeeded(holding(duties, d.Due), p.Needed) + "."}
	l, lacking := p.lacks(zone, duties, d.Due)
	switch {
	case !lacking:
		if _, expected := p.expects(zone, d.Due); !expected {
			a.Note = "Nobody is expected any more."
		}
		return a, s.again(ctx, who, p)
	case !l.since.Add(p.grace()).Equal(d.Due):
		a.Note = "It was held in between, or what is expected has changed."
		return a, s.again(ctx, who, p)
	}
	b := Bare{Post: p.ID, Name: p.Name, Code: p.Code, Site: p.Site, SiteName: p.SiteName, Since: l.since, Held: l.held, Needed: p.Needed}
	var names []string
	for _, r := range roster {
		b.Rostered, names = append(b.Rostered, Rostered{r.Person, r.PersonName}), append(names, r.PersonName)
	}
	a = deadline.Answer{State: deadline.Broken, Note: ofNeeded(l.held, p.Needed) + " since " + l.since.In(zone).Format("15:04") + "."}
	if len(names) > 0 {
		a.Note += " Rostered: " + strings.Join(names, ", ") + "."
	} else {
		a.Note += " Nobody was rostered."
	}
	if p.Alarm == RaiseTicket {
		said, err := s.raise(ctx, who, p, &b, a.Note)
		if err != nil {
			return deadline.Answer{}, err
		}
		a.Note += " " + said
	}
	told, err := s.toldOf(ctx, who, b)
	if err != nil {
		return deadline.Answer{}, err
	}
	a.Note += " " + toldWords(told)
	return a, s.say(ctx, who, p, b)
}

// ofNeeded says how many of the people that are to be at a post held it.
func ofNeeded(held, needed int64) string {
	if held == 0 {
		return "Nobody held it"
	}
	return fmt.Sprintf("%d held it of %d", held, needed)
}

// toldWords say who was told.
func toldWords(told []telling) string {
	if len(told) == 0 {
		return "Nobody is in charge of the site, so nobody was told."
	}
	const most = 5
	var names []string
	for _, t := range told[:min(len(told), most)] {
		names = append(names, t.name)
	}
	words := "Told: " + strings.Join(names, ", ")
	if n := len(told) - most; n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return words + "."
}

// gone answers for a post that is no longer there.
func gone(err error) (deadline.Answer, error) {
	if fault.KindOf(err) == fault.NotFound {
		return deadline.Answer{State: deadline.Met, Note: "It is no longer there."}, nil
	}
	return deadline.Answer{}, err
}

// stood reads a post with who held it about the moment by which something is expected, and who was rostered then.
func (s *Service) stood(ctx context.Context, who actor.Actor, d deadline.Deadline) (p Post, duties []Duty, roster []Assignment, err error) {
	post := id.Of[id.Post](d.Subject.Bytes())
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		db.Soon(tx, &roster, scanAssignment, rosterOf, []id.Post{post}, d.Due, d.Due.Add(1), maxNeeded)
		db.Soon(tx, &duties, scanDuty, dutiesSince, post, d.Due.Add(-longest))
		p, err = s.get(ctx, tx, sight{all: true}, post)
		return err
	})
	return p, duties, roster, err
}

// again writes what is expected next.
func (s *Service) again(ctx context.Context, who actor.Actor, p Post) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("what is expected next follows from the post")
		duties, err := s.duties(ctx, tx, p, s.now())
		if err != nil {
			return err
		}
		return s.arm(tx, p, duties)
	})
}

// say writes into the journal that a post is uncovered, from which follows who is told, and what is expected next.
func (s *Service) say(ctx context.Context, who actor.Actor, p Post, b Bare) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		duties, err := s.duties(ctx, tx, p, s.now())
		if err != nil {
			return err
		}
		if err := s.arm(tx, p, duties); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.uncovered", Subject: p.ID, Site: p.Site, After: b})
	})
}

// raise makes the ticket of an uncovered post, and says so. What keeps one from being made does not keep the alarm: it is said instead.
func (s *Service) raise(ctx context.Context, who actor.Actor, p Post, b *Bare, why string) (said string, err error) {
	made, err := s.tickets.Create(ctx, who, ticket.Input{
		Site: p.Site, Category: *p.Category, Location: p.Location, Title: "Uncovered: " + p.Name, Priority: ticket.High, Description: why,
	})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Forbidden:
		f := fault.As(err)
		reason := f.Message
		if len(f.Fields) > 0 {
			reason = f.Fields[0].Message
		}
		return "No ticket could be raised: " + reason, nil
	}
	if err != nil {
		return "", err
	}
	b.Ticket = &made.ID
	return "Ticket " + made.Ref() + " was raised.", nil
}

// over looks at a post when its hours are over: whoever forgot to leave it has left, so that they do not cover the next ones.
func (s *Service) over(ctx context.Context, who actor.Actor, d deadline.Deadline) (deadline.Answer, error) {
	p, _, _, err := s.stood(ctx, who, d)
	if err != nil {
		return gone(err)
	}
	zone, err := p.zone()
	if err != nil {
		return deadline.Answer{}, err
	}
	_, on := Hours(p.Hours).current(zone, d.Due)
	if next, comes := Hours(p.Hours).next(zone, d.Due); on || comes && next.from.Sub(d.Due) <= soon {
		return deadline.Answer{State: deadline.Met, Note: "Its hours went on."}, s.again(ctx, who, p)
	}
	var names []string
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, lock, p.ID); err != nil {
			return err
		}
		if p, err = s.get(ctx, tx, sight{all: true}, p.ID); err != nil {
			return err
		}
		for _, x := range p.Held {
			if !x.Began.Before(d.Due) {
				continue
			}
			p.leave(tx, x, d.Due, "Its hours were over.")
			x.Ended, x.Remark = &d.Due, "Its hours were over."
			names = append(names, x.PersonName)
			if err := s.journal.Record(ctx, tx, journal.Change{Verb: "post.left", Subject: p.ID, Site: p.Site, After: Act{Duty: x, Name: p.Name}}); err != nil {
				return err
			}
		}
		if len(names) == 0 {
			tx.Unjournaled("nobody held it")
		}
		return nil
	})
	if err != nil {
		return deadline.Answer{}, err
	}
	if len(names) == 0 {
		return deadline.Answer{State: deadline.Met, Note: "Nobody held it."}, s.again(ctx, who, p)
	}
	return deadline.Answer{State: deadline.Broken, Note: "Still held by " + strings.Join(names, ", ") + ": their duty was ended."}, s.again(ctx, who, p)
}
