package ticket

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Plan is when what happens to a ticket of a category at a site, and why.
type Plan struct {
	Category Category
	Calendar calendar.Calendar // that a BUSINESS clock follows; the zone is the site's in any case
	Ladder   *Ladder           // the site's own, else that of all sites; nil = there is none
	Opened   time.Time
	Held     time.Duration // how long the clocks have stood, by their own time
	Steps    []Step        // one a level, from the first
	Deadline *Step         // when it should be resolved; nil = there is no deadline
}

// Step is a level of a ladder, or the deadline, of one ticket.
type Step struct {
	Rung                       // of a deadline: After alone
	Done bool                  // the ticket has climbed it
	At   *time.Time            // when it comes, or was to come; nil = not while the clocks stand, or never
	Why  *calendar.Explanation // the arithmetic of a BUSINESS clock; nil = plain addition, or At is nil
}

// Explanation is what happens next to a ticket, when, and why.
type Explanation struct {
	Ticket Ticket
	Plan
	Next   *Step  // what happens next; nil = nothing
	Reason string // why nothing does, in a sentence; "" = something does
}

// Explain says what happens next to a ticket, when, and why: its whole ladder with who and when, and the arithmetic. It runs what the
// escalation itself runs. Needs ticket.read at the ticket's site; NotFound otherwise.
func (s *Service) Explain(ctx context.Context, who actor.Actor, ticket id.Ticket) (e Explanation, err error) {
	if err := who.Require(CanRead); err != nil {
		return Explanation{}, err
	}
	err = s.db.ReadAll(ctx, who, func(tx *db.Tx) error {
		if e.Ticket, err = getTicket(ctx, tx, ticket); err != nil {
			return err
		}
		e.Plan, err = plan(ctx, tx, e.Ticket, nil)
		return err
	})
	if err != nil {
		return Explanation{}, err
	}
	for i := range e.Steps {
		if x := &e.Steps[i]; !x.Done && e.Next == nil && x.At != nil && e.Ticket.Next != nil {
			e.Next = x
		}
	}
	e.Reason = e.reason()
	return e, nil
}

// reason is why nothing happens next.
func (e Explanation) reason() string {
	switch t := e.Ticket; {
	case e.Next != nil:
		return ""
	case !t.Status.Active():
		return "It is " + t.Status.words() + "."
	case t.Held != nil:
		return "It is on hold, and its category stops the clock."
	case e.Ladder == nil:
		return "There is no ladder for its category at its site."
	case len(e.Steps) > 0 && e.Steps[len(e.Steps)-1].Done:
		return "It is at the top of its ladder."
	}
	return fmt.Sprintf("By its calendar the time does not come within %d years.", calendar.Horizon)
}

// plan works out every step of a ticket, on a ladder that nobody has saved when there is one.
func plan(ctx context.Context, tx *db.Tx, t Ticket, draft *Ladder) (Plan, error) {
	p := Plan{Ladder: draft, Opened: t.Opened, Held: time.Duration(t.HeldMicros) * time.Microsecond}
	var err error
	if p.Category, err = getCategory(ctx, tx, t.Category); err != nil {
		return Plan{}, err
	}
	if p.Calendar, err = calendar.Of(ctx, tx, &t.Site); err != nil {
		return Plan{}, err
	}
	if draft == nil {
		if p.Ladder, err = ladderFor(ctx, tx, t.Category, t.Site); err != nil {
			return Plan{}, err
		}
	}
	way := course{clock: p.Category.Clock, pause: p.Category.Pause, resolve: p.Category.Resolve}
	if way.hours, err = p.Calendar.Hours(); err != nil {
		return Plan{}, err
	}
	if p.Ladder != nil {
		for _, r := range p.Ladder.Rungs {
			x := way.step(t, r)
			x.Done = r.Level <= t.Level
			p.Steps = append(p.Steps, x)
		}
	}
	if way.resolve != nil {
		x := way.step(t, Rung{After: *way.resolve})
		p.Deadline = &x
	}
	return p, nil
}

// step says when a level comes, with the arithmetic.
func (c course) step(t Ticket, r Rung) Step {
	x := Step{Rung: r}
	if t.Held != nil {
		return x
	}
	if x.At = c.after(t, r.After); x.At == nil || c.clock != Business {
		return x
	}
	why, err := c.hours.Explain(t.Opened, time.Duration(r.After)*time.Minute+time.Duration(t.HeldMicros)*time.Microsecond)
	if err == nil {
		x.Why = &why
	}
	return x
}

// ladderFor reads what a ticket climbs: the site's own ladder, else that of all sites, else nil.
func ladderFor(ctx context.Context, tx *db.Tx, category id.Category, site id.Site) (*Ladder, error) {
	for _, at := range []*id.Site{&site, nil} {
		l, err := getLadder(ctx, tx, category, at)
		if err == nil {
			return &l, nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	return nil, nil //nolint:nilnil // a category need not have one
}
