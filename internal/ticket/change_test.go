package ticket_test

import (
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

func TestATicketIsChanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		tech, _ := d.who(org.Technician)
		gate := d.Location(d.Tower.ID, "GATE", nil)
		pump := d.NewAsset(d.Tower.ID, "P-1")
		water := d.Category("WATER", func(in *ticket.CategoryInput) { in.Name = "Water" })
		x := d.NewTicket(d.Tower.ID, d.hvac.ID, "Leak", func(in *ticket.Input) { in.Location = &gate.ID })
		d.Clock.Advance(time.Minute)
		in := ticket.Input{Title: "Big leak", Description: "Wet.", Category: water.ID, Asset: &pump.ID, Priority: ticket.Low, Kind: ticket.Request}
		var got ticket.Ticket
		trail := d.During(func() { got = must(d.Ticket.Update(ctx, tech, x.ID, 1, in))(t) })
		want := x
		want.Title, want.Description, want.Category, want.CategoryName, want.Priority, want.Kind = "Big leak", "Wet.", water.ID, "Water", ticket.Low, ticket.Request
		want.Location, want.LocationName, want.Asset, want.AssetCode, want.AssetName = nil, "", &pump.ID, "P-1", "P-1"
		want.Due, want.Next, want.Version, want.Updated = nil, nil, 2, *after(time.Minute)
		testworld.Same(t, want, got)
		testworld.Same(t, want, d.get(x))
		if len(trail) != 1 || trail[0].Verb != "ticket.updated" || trail[0].Before != testworld.JSON(t, x) || trail[0].After != testworld.JSON(t, got) {
			t.Errorf("trail %+v", trail)
		}
		if again := d.During(func() { testworld.Same(t, got, must(d.Ticket.Update(ctx, tech, x.ID, 2, in))(t)) }); len(again) != 0 {
			t.Errorf("nothing was changed, and journaled: %+v", again)
		}
		in.Priority = ""
		testworld.Same(t, got, must(d.Ticket.Update(ctx, tech, x.ID, 2, in))(t)) // keeps its priority
	})
}

func TestWhatATicketHasItMayKeep(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		gate := d.Location(d.Mill.ID, "GATE", nil)
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "Leak", func(in *ticket.Input) { in.Location = &gate.ID })
		in := ticket.CategoryInput{Code: "HVAC", Name: "HVAC", Priority: ticket.High, Pause: true, Resolve: minutes(240)}
		must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 1, in))(t) // inactive now
		change := ticket.Input{Title: "Leaks", Category: d.hvac.ID, Location: &gate.ID}
		if got := must(d.Ticket.Update(ctx, d.System, x.ID, 1, change))(t); got.Title != "Leaks" {
			t.Errorf("got %+v", got)
		}
		other, none := d.Location(d.Harbour.ID, "GATE", nil), id.New[id.Category]()
		change.Location, change.Category = &other.ID, none
		_, err := d.Ticket.Update(ctx, d.System, x.ID, 2, change)
		testworld.Fault(t, err, fault.Invalid, "category_id unknown", "location_id unknown")
		_, err = d.Ticket.Update(ctx, d.System, x.ID, 2, ticket.Input{})
		testworld.Fault(t, err, fault.Invalid, "title required", "category_id required")
	})
}

func TestWhoMayChangeAndWhen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		in := ticket.Input{Title: "A", Category: d.hvac.ID}
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		_, err := d.Ticket.Update(ctx, d.Actor(org.Guard), x.ID, 1, in)
		testworld.Refused(t, err, ticket.CanUpdate)
		m := d.Someone(nil, ticket.CanRead)
		d.Grant(m.ID, nil, &d.Mill.ID, ticket.CanUpdate, ticket.CanComment, ticket.CanAssign)
		who := d.As(m)
		_, err = d.Ticket.Update(ctx, who, x.ID, 1, in)
		testworld.Refused(t, err, ticket.CanUpdate)
		_, err = d.Ticket.Comment(ctx, who, x.ID, "A")
		testworld.Refused(t, err, ticket.CanComment)
		_, err = d.Ticket.Assign(ctx, who, x.ID, 1, ticket.Assignee{})
		testworld.Refused(t, err, ticket.CanAssign)
		for _, s := range []ticket.Status{ticket.Resolved, ticket.Closed, ticket.Cancelled} {
			done := d.at(s, d.System, nil)
			in.Title = "B"
			_, err := d.Ticket.Update(ctx, d.System, done.ID, done.Version, in)
			testworld.Fault(t, err, fault.Conflict, "status done")
			_, err = d.Ticket.Assign(ctx, d.System, done.ID, done.Version, ticket.Assignee{Group: &d.night.ID})
			testworld.Fault(t, err, fault.Conflict, "status done")
			_, err = d.Ticket.Comment(ctx, d.System, done.ID, "Well.")
			if s == ticket.Resolved && err != nil || s != ticket.Resolved && fault.KindOf(err) != fault.Conflict {
				t.Errorf("a comment on a %s ticket: %v", s, err)
			}
		}
	})
}

// TestDefect063AChangeIsOneTransaction: level, log and mail were three writes without a lock, and read-modify-write lost updates.
func TestDefect063AChangeIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		x := d.NewTicket(d.Mill.ID, d.hvac.ID, "A")
		var all sync.WaitGroup
		errs := make(chan error, 24)
		for i := range 8 {
			all.Go(func() {
				_, err := d.Ticket.Update(ctx, d.System, x.ID, 1, ticket.Input{Title: string(rune('B' + i)), Category: d.hvac.ID})
				errs <- err
			})
			all.Go(func() { _, err := d.Ticket.Move(ctx, d.System, x.ID, 1, ticket.Open, ""); errs <- err })
			all.Go(func() { _, err := d.Ticket.Comment(ctx, d.System, x.ID, "A word."); errs <- err })
		}
		all.Wait()
		close(errs)
		done := 0
		for err := range errs {
			if err == nil {
				done++
			} else {
				testworld.Fault(t, err, fault.Conflict, "version stale")
			}
		}
		now := d.get(x)
		lines := must(d.Ticket.History(ctx, d.System, x.ID, page.Request{}))(t).Items
		if done != 9 || now.Version != 2 || now.Comments != 8 || len(lines) != 10 {
			t.Errorf("%d were done, version %d, %d comments, %d lines", done, now.Version, now.Comments, len(lines))
		}
	})
}

// TestACommentDisturbsNobody: a comment tells phones that the ticket has changed, and leaves the version of who is editing it.
func TestACommentDisturbsNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		guard, me := d.who(org.Guard)
		x := d.NewTicket(d.Harbour.ID, d.hvac.ID, "A")
		d.Clock.Advance(time.Minute)
		var made ticket.Comment
		trail := d.During(func() { made = must(d.Ticket.Comment(ctx, guard, x.ID, "  It smells. "))(t) })
		testworld.Same(t, ticket.Comment{ID: made.ID, Person: &me, Name: "Gopal Gale", Body: "It smells.", At: *after(time.Minute)}, made)
		moved := d.move(x, ticket.Cancelled)
		list := must(d.Ticket.ListComments(ctx, guard, x.ID, page.Request{Limit: 1}))(t)
		testworld.Same(t, []ticket.Comment{made}, list.Items)
		rest := must(d.Ticket.ListComments(ctx, guard, x.ID, page.Request{After: list.Next}))(t)
		if len(rest.Items) != 1 || rest.Items[0].Status != ticket.Cancelled || rest.Items[0].Body != "because" || rest.Next != "" {
			t.Errorf("the rest: %+v", rest)
		}
		if len(trail) != 1 || trail[0].Verb != "ticket.commented" || moved.Comments != 2 || moved.Version != 2 {
			t.Errorf("trail %+v, ticket %+v", trail, moved)
		}
		_, err := d.Ticket.Comment(ctx, guard, x.ID, " ")
		testworld.Fault(t, err, fault.Invalid, "body required")
		_, err = d.Ticket.ListComments(ctx, guard, x.ID, page.Request{After: "x"})
		testworld.Fault(t, err, fault.Invalid, "after cursor")
	})
}
