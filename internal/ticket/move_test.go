package ticket_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// model is the table of domain/ops.md 2.10 written down once more: what may follow, and whether one must say why.
var model = map[ticket.Status]map[ticket.Status]bool{
	"NEW":       {"OPEN": false, "CANCELLED": true},
	"OPEN":      {"ONHOLD": true, "RESOLVED": true, "CANCELLED": true},
	"ONHOLD":    {"OPEN": false, "RESOLVED": true, "CANCELLED": true},
	"RESOLVED":  {"CLOSED": false, "OPEN": true},
	"CLOSED":    {},
	"CANCELLED": {},
}

func TestTheTableIsTheModel(t *testing.T) {
	got := map[ticket.Status]map[ticket.Status]bool{}
	for _, s := range ticket.Statuses() {
		got[s] = map[ticket.Status]bool{}
	}
	for _, x := range ticket.Transitions() {
		if _, twice := got[x.From][x.To]; twice || x.Permission == "" || x.Label == "" {
			t.Errorf("row %+v", x)
		}
		got[x.From][x.To] = x.Comment
	}
	testworld.Same(t, model, got)
}

// TestRandomWalksFollowTheTable (property 5 of domain/ops.md 7.1): whatever is tried in whatever order, a ticket stands where the model says,
// and its history has one row a change of status. A terminal status is never left, and nothing that is done climbs.
func TestRandomWalksFollowTheTable(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := rand.New(rand.NewPCG(5, 7))
		for range 12 {
			x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "Walk")
			status, version, changes, comments := ticket.Fresh, int64(1), 0, int64(0)
			for range 14 {
				d.Clock.Advance(time.Duration(r.IntN(50)) * time.Minute)
				to, said := ticket.Statuses()[r.IntN(6)], []string{"", "why"}[r.IntN(2)]
				moved, err := d.Ticket.Move(t.Context(), d.System, x.ID, version, to, said)
				why, way := model[status][to]
				switch {
				case !way:
					testworld.Fault(t, err, fault.Conflict, "status transition")
				case why && said == "":
					testworld.Fault(t, err, fault.Invalid, "comment required")
				case err != nil:
					t.Fatalf("%s to %s: %v", status, to, err)
				default:
					if status, version, changes = to, version+1, changes+1; said != "" {
						comments++
					}
					testworld.Same(t, moved, d.get(x))
				}
				now := d.get(x)
				if now.Status != status || now.Version != version || now.Comments != comments {
					t.Fatalf("stands at %s %d with %d comments, want %s %d %d", now.Status, now.Version, now.Comments, status, version, comments)
				}
				if (now.Next != nil) != status.Active() && now.Held == nil || (now.Resolved != nil) != (status == "RESOLVED" || status == "CLOSED") {
					t.Fatalf("%s: climbs %v, resolved %v", status, now.Next, now.Resolved)
				}
			}
			lines := must(d.Ticket.History(t.Context(), d.System, x.ID, page.Request{Limit: 100}))(t).Items
			if len(lines) != changes+1 {
				t.Errorf("%d lines of history for %d changes", len(lines), changes)
			}
			follows(t, lines)
			if said := must(d.Ticket.ListComments(t.Context(), d.System, x.ID, page.Request{}))(t).Items; int64(len(said)) != comments {
				t.Errorf("%d comments, want %d", len(said), comments)
			}
		}
	})
}

// follows holds a history to itself: every change begins where the one before it ended.
func follows(t *testing.T, lines []ticket.Line) {
	t.Helper()
	stands := ticket.Fresh
	for _, l := range slices.Backward(lines[:len(lines)-1]) {
		if l.From != stands || l.Verb != "ticket.status_changed" {
			t.Errorf("a change from %s where %s was: %+v", l.From, stands, l)
		}
		stands = l.To
	}
}

// TestWhoMayMove tries every row of the table as everybody whom it could concern.
func TestWhoMayMove(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		guard, me := d.who(org.Guard)
		has := d.As(d.Someone(nil, ticket.CanRead, ticket.CanUpdate, ticket.CanCancel, ticket.CanReopen))
		reads := d.As(d.Someone(nil, ticket.CanRead))
		for _, row := range ticket.Transitions() {
			for _, c := range []struct {
				name string
				who  actor.Actor
				in   func(*ticket.Input)
				by   actor.Actor
				want bool
			}{
				{"who has the permission", has, nil, d.System, true},
				{"who only sees it", reads, nil, d.System, false},
				{"the assignee", guard, func(in *ticket.Input) { in.Assignee.Person = &me }, d.System, row.Assignee},
				{"one of the group", guard, func(in *ticket.Input) { in.Assignee.Group = &d.night.ID }, d.System, row.Assignee},
				{"who reported it", guard, nil, guard, row.Creator},
			} {
				x := d.at(row.From, c.by, c.in)
				before := ticket.Moves(c.who, must(d.Ticket.Get(t.Context(), c.who, x.ID))(t))
				offered := slices.ContainsFunc(before, func(o ticket.Transition) bool { return o.To == row.To })
				moved, err := d.Ticket.Move(t.Context(), c.who, x.ID, x.Version, row.To, "why")
				if offered != c.want || (err == nil) != c.want || c.want && moved.Status != row.To {
					t.Errorf("%s to %s by %s: offered %v, %v", row.From, row.To, c.name, offered, err)
				}
				if err != nil {
					testworld.Refused(t, err, row.Permission)
				}
			}
		}
	})
}

// at makes a ticket and takes it to a status.
func (d *desk) at(s ticket.Status, by actor.Actor, change func(*ticket.Input)) ticket.Ticket {
	d.t.Helper()
	in := ticket.Input{Site: d.Harbour.ID, Category: d.hvac.ID, Title: "A"}
	x := must(d.Ticket.Create(d.t.Context(), by, in))(d.t)
	if change != nil {
		change(&in)
		x = must(d.Ticket.Assign(d.t.Context(), d.System, x.ID, x.Version, in.Assignee))(d.t)
	}
	for _, to := range map[ticket.Status][]ticket.Status{
		"OPEN": {"OPEN"}, "ONHOLD": {"OPEN", "ONHOLD"}, "RESOLVED": {"OPEN", "RESOLVED"}, "CLOSED": {"OPEN", "RESOLVED", "CLOSED"}, "CANCELLED": {"CANCELLED"},
	}[s] {
		x = d.move(x, to)
	}
	return x
}

// TestDefect067LookingChangesNothing: a GET opened a ticket, without a trace, and any id of any tenant was taken.
func TestDefect067LookingChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, other := t.Context(), d.SecondTenant()
		tech, me := d.who(org.Technician)
		x := d.NewTicket(d.Tower.ID, d.hvac.ID, "A", func(in *ticket.Input) { in.Assignee.Person = &me })
		changes := d.During(func() {
			for range 3 {
				if got := must(d.Ticket.Get(ctx, tech, x.ID))(t); got.Status != ticket.Fresh || got.Version != 1 || !got.Mine {
					t.Errorf("looked at: %+v", got)
				}
			}
		})
		taken := d.During(func() { must(d.Ticket.Move(ctx, tech, x.ID, 1, ticket.Open, ""))(t) })
		if len(changes) != 0 || len(taken) != 1 || taken[0].Verb != "ticket.status_changed" || taken[0].WhoID != me {
			t.Errorf("looking left %v, taking it %v", changes, taken)
		}
		mill := d.NewTicket(d.Mill.ID, d.hvac.ID, "Out of reach")
		foreign := other.NewTicket(other.Tower.ID, other.Category("HVAC").ID, "Foreign")
		for _, ticketID := range []id.Ticket{mill.ID, foreign.ID, id.New[id.Ticket]()} {
			_, err := d.Ticket.Get(ctx, tech, ticketID)
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.Move(ctx, tech, ticketID, 1, ticket.Open, "")
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.Update(ctx, tech, ticketID, 1, ticket.Input{Title: "A", Category: d.hvac.ID})
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.Assign(ctx, tech, ticketID, 1, ticket.Assignee{Person: &me})
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.Comment(ctx, tech, ticketID, "A")
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.History(ctx, tech, ticketID, page.Request{})
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.ListComments(ctx, tech, ticketID, page.Request{})
			testworld.Gone(t, err, "ticket")
			_, err = d.Ticket.Explain(ctx, tech, ticketID)
			testworld.Gone(t, err, "ticket")
			_, see, change := d.Ticket.FileAccess(ctx, tech, testworld.Any(ticketID))
			testworld.Gone(t, see, "ticket")
			testworld.Gone(t, change, "ticket")
		}
	})
}

func TestAMoveOnAnOldVersionIsAConflict(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		opened := d.move(x, ticket.Open)
		for _, to := range []ticket.Status{ticket.Open, ticket.Cancelled} { // one way is still there, one is not
			_, err := d.Ticket.Move(ctx, d.System, x.ID, 1, to, "why")
			testworld.Fault(t, err, fault.Conflict, "version stale")
			testworld.Same(t, opened, fault.As(err).Current.(ticket.Ticket))
		}
		_, err := d.Ticket.Move(ctx, d.System, x.ID, 2, "LOST", string(make([]byte, 3)))
		testworld.Fault(t, err, fault.Invalid, "status unknown", "comment characters")
	})
}
