package ticket_test

import (
	"testing"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestALadderIsTriedBeforeItIsSaved: the dry run of a draft says what the stored ladder would say once it is saved, and saves nothing.
func TestALadderIsTriedBeforeItIsSaved(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, tech, guard := t.Context(), d.Staff[org.Technician].ID, d.Actor(org.Guard)
		in := ticket.LadderInput{Category: d.hvac.ID, Site: &d.Harbour.ID, Rungs: []ticket.RungInput{{After: 30, Group: &d.night.ID}, {After: 90, Person: &tech, Mails: []string{"A@x.example"}}}}
		var tried ticket.Plan
		if trail := d.During(func() {
			tried = must(d.Ticket.PreviewDraft(ctx, guard, in, d.Harbour.ID, testworld.Morning))(t)
		}); len(trail) != 0 {
			t.Errorf("a dry run left %+v", trail)
		}
		if _, err := d.Ticket.GetLadder(ctx, d.System, d.hvac.ID, &d.Harbour.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("it is saved: %v", err)
		}
		d.Ladder(d.hvac.ID, &d.Harbour.ID, in.Rungs...)
		stored := must(d.Ticket.Preview(ctx, d.System, d.hvac.ID, d.Harbour.ID, testworld.Morning))(t)
		testworld.Same(t, stored.Steps, tried.Steps)
		testworld.Same(t, stored.Deadline, tried.Deadline)
		if tried.Steps[0].GroupName != "Night shift" || tried.Ladder.SiteName != "Harbour" || tried.Steps[1].PersonName != "Tara Thorn" || !tried.Steps[1].At.Equal(testworld.Morning.Add(90*time.Minute)) {
			t.Errorf("tried: %+v", tried.Steps)
		}

		none, other := id.New[id.Person](), d.SecondTenant()
		for _, c := range []struct {
			change func(in *ticket.LadderInput)
			want   string
		}{
			{func(in *ticket.LadderInput) { in.Rungs[1].After = 30 }, "levels[1].after_minutes order"},
			{func(in *ticket.LadderInput) { in.Rungs[0].Person, in.Rungs[0].Group = &none, nil }, "levels[0].person_id unknown"},
			{func(in *ticket.LadderInput) { in.Site = &other.Mill.ID }, "site_id unknown"},
		} {
			bad := in
			bad.Rungs = append([]ticket.RungInput{}, in.Rungs...)
			c.change(&bad)
			_, err := d.Ticket.PreviewDraft(ctx, d.System, bad, d.Harbour.ID, testworld.Morning)
			testworld.Fault(t, err, fault.Invalid, c.want)
		}
		_, err := d.Ticket.PreviewDraft(ctx, guard, in, d.Mill.ID, testworld.Morning)
		testworld.Gone(t, err, "site")
		_, err = d.Ticket.PreviewDraft(ctx, d.As(d.Someone(nil)), in, d.Harbour.ID, testworld.Morning)
		testworld.Refused(t, err, ticket.CanReadCategory)
	})
}
