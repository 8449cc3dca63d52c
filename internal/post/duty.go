package post

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Handover is what one says when somebody takes a post over or leaves it.
type Handover struct {
	Person   *id.Person // who; nil: the actor
	Relieves *id.Person // of who takes it over: who leaves it then; nil: nobody
	Remark   string     // what the next one should know
}

// Check gives every violation at its field.
func (h *Handover) Check() error {
	var c fault.Check
	h.Remark = fold.Line(h.Remark)
	c.Text("remark", h.Remark, 0, 500)
	return c.Err()
}

// Act is a post being taken over or left, as the journal keeps it.
type Act struct {
	Duty
	Name     string `json:"name"`               // of the post
	Relieved string `json:"relieved,omitempty"` // the name of who left it to them
}

// Take has a person hold the post from now on, and another leave it to them when the handover says so. Needs post.hold at its site for oneself,
// or post.update there for another. Invalid for who is not active, and for relieving who does not hold it; Conflict when they hold it already,
// and when it is not in use.
func (s *Service) Take(ctx context.Context, who actor.Actor, post id.Post, h Handover) (Post, error) {
	return s.hand(ctx, who, post, h, func(tx *db.Tx, p *Post, person id.Person, now time.Time) error {
		if !p.Active {
			return fault.Of(fault.Conflict, "This post is not in use.")
		}
		name, err := activePerson(ctx, tx, person)
		if err != nil {
			return err
		}
		if p.holder(person) != nil {
			return fault.Of(fault.Conflict, name+" holds this post already.")
		}
		d := Duty{ID: id.New[id.Duty](), Post: post, Person: person, Began: now, Remark: h.Remark, PersonName: name}
		act := Act{Duty: d, Name: p.Name}
		if h.Relieves != nil {
			gone := p.holder(*h.Relieves)
			if gone == nil {
				var c fault.Check
				c.Add("relieves_id", "unknown", "They do not hold this post.")
				return c.Err()
			}
			act.Relieved = gone.PersonName
			p.leave(tx, *gone, now, gone.Remark)
		}
		tx.Later(dutyInsert, d.ID, post, person, now, d.Remark)
		p.Held = append(p.Held, d)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.taken", Subject: post, Site: p.Site, After: act})
	})
}

// Leave ends that a person holds the post. Needs what Take needs. Conflict when they do not hold it.
func (s *Service) Leave(ctx context.Context, who actor.Actor, post id.Post, h Handover) (Post, error) {
	return s.hand(ctx, who, post, h, func(tx *db.Tx, p *Post, person id.Person, now time.Time) error {
		d := p.holder(person)
		if d == nil {
			return fault.Of(fault.Conflict, "They do not hold this post.")
		}
		gone := *d
		remark := gone.Remark
		if h.Remark != "" {
			remark = h.Remark
		}
		p.leave(tx, gone, now, remark)
		gone.Ended, gone.Remark = &now, remark
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.left", Subject: post, Site: p.Site, After: Act{Duty: gone, Name: p.Name}})
	})
}

// hand changes who holds a post, and has what is expected of it follow.
func (s *Service) hand(ctx context.Context, who actor.Actor, post id.Post, h Handover, do func(tx *db.Tx, p *Post, person id.Person, now time.Time) error) (Post, error) {
	var p Post
	err := s.change(ctx, who, CanHold, post, func(tx *db.Tx, old Post) error {
		p = old
		if err := h.Check(); err != nil {
			return err
		}
		person := who.Person()
		if h.Person != nil {
			person = *h.Person
		}
		if person.IsZero() {
			var c fault.Check
			c.Add("person_id", "required", "Say who: a service holds no post.")
			return c.Err()
		}
		may := CanUpdate
		if person == who.Person() {
			may = CanHold
		}
		if err := who.RequireAt(may, p.Site); err != nil {
			return err
		}
		now := s.now()
		duties, err := s.duties(ctx, tx, p, now)
		if err != nil {
			return err
		}
		if err := do(tx, &p, person, now); err != nil {
			return err
		}
		for i, d := range duties { // those whom this took off the post
			if d.Ended == nil && p.holder(d.Person) == nil {
				duties[i].Ended = &now
			}
		}
		p.Mine = p.holder(who.Person()) != nil
		for _, d := range p.Held {
			if !slices.ContainsFunc(duties, func(x Duty) bool { return x.ID == d.ID }) {
				duties = append(duties, d)
			}
		}
		return errors.Join(s.arm(tx, p, duties), p.stand(now))
	})
	if err != nil {
		return Post{}, fault.Place(fmt.Errorf("hand over post %s: %w", post, err), taken)
	}
	return p, nil
}

// holder is a person's duty, nil when they do not hold the post.
func (p *Post) holder(person id.Person) *Duty {
	for i, d := range p.Held {
		if d.Person == person {
			return &p.Held[i]
		}
	}
	return nil
}

// leave ends a duty.
func (p *Post) leave(tx *db.Tx, d Duty, at time.Time, remark string) {
	tx.Later(dutyEnd, d.ID, at, remark)
	p.Held = slices.DeleteFunc(slices.Clone(p.Held), func(x Duty) bool { return x.ID == d.ID })
}

// duties gives who held a post at an instant or within the longest span before it.
func (s *Service) duties(ctx context.Context, tx *db.Tx, p Post, at time.Time) ([]Duty, error) {
	return db.All(ctx, tx, scanDuty, dutiesSince, p.ID, at.Add(-longest))
}
