package ticket_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
	"intelliwiz/internal/ticket"
)

// TestTheClocksFollowWhatTheyAreMadeOf: after a change of a category, a ladder, a calendar or a zone the tickets that it concerns, and no
// others, run by it soon; what people say of them, and so their version, stays.
func TestTheClocksFollowWhatTheyAreMadeOf(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.Start()
		x, held := d.NewTicket(d.Mill.ID, d.hvac.ID, "A"), d.at(ticket.OnHold, d.System, nil)
		done, other := d.at(ticket.Resolved, d.System, nil), d.NewTicket(d.Mill.ID, d.Category("OTHER").ID, "B")
		runs := func(what string, next, due time.Duration) {
			t.Helper()
			testworld.Eventually(t, what, func() bool {
				now := d.get(x)
				return now.Version == 1 && now.Next != nil && now.Next.Equal(*after(next)) && now.Due.Equal(*after(due))
			})
		}
		in := ticket.CategoryInput{Code: "HVAC", Name: "HVAC", Priority: ticket.High, Resolve: minutes(300), Active: true}
		must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 1, in))(t) // and holding does not stop the clock any more
		runs("the category", time.Hour, 5*time.Hour)
		testworld.Eventually(t, "the held one goes on", func() bool { y := d.get(held); return y.Held == nil && y.Next != nil && y.Due != nil })

		own := d.Ladder(d.hvac.ID, &d.Mill.ID, ticket.RungInput{After: 90})
		runs("the site's ladder", 90*time.Minute, 5*time.Hour)
		if err := d.Ticket.DeleteLadder(ctx, d.System, d.hvac.ID, &d.Mill.ID, own.Version); err != nil {
			t.Fatal(err)
		}
		runs("the ladder of all sites again", time.Hour, 5*time.Hour)

		in.Clock = ticket.Business
		must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 2, in))(t)
		d.hours(d.Mill.ID, nil, calendar.Opening{Weekday: time.Wednesday, From: 15 * 60, Until: 23 * 60}) // half an hour after it was opened
		runs("the calendar", 90*time.Minute, 5*time.Hour+30*time.Minute)

		site := must(d.Org.GetSite(ctx, d.System, d.Mill.ID))(t)
		change := org.SiteInput{Code: site.Code, Name: site.Name, Unit: site.Unit, Type: site.Type, Zone: "Asia/Dubai", Active: true, Point: site.Point} // 13:00 there
		must(d.Org.UpdateSite(ctx, d.System, d.Mill.ID, site.Version, change))(t)
		runs("the zone", 3*time.Hour, 7*time.Hour)
		testworld.Same(t, done, d.get(done))
		testworld.Same(t, other, d.get(other))
	})
}

// TestTimesSetAnewAreSaidAndEndWhatIsRemembered: a recount has a row of the journal for each ticket that it moves, and none for the others.
func TestTimesSetAnewAreSaidAndEndWhatIsRemembered(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.Remember()
		d.Start()
		x, other := d.NewTicket(d.Mill.ID, d.hvac.ID, "A"), d.NewTicket(d.Mill.ID, d.Category("OTHER").ID, "B")
		verbs := func(x ticket.Ticket) (due time.Time, said []string) {
			t.Helper()
			got, lines, err := d.Ticket.GetWithHistory(ctx, d.System, x.ID, page.Request{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines.Items {
				said = append(said, l.Verb+": "+strings.Join(l.What, "; "))
			}
			if got.Due != nil {
				due = *got.Due
			}
			return due, said
		}
		was, _ := verbs(x)
		verbs(other)
		in := ticket.CategoryInput{Code: "HVAC", Name: "HVAC", Priority: ticket.High, Resolve: minutes(300), Active: true}
		must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 1, in))(t)
		testworld.Eventually(t, "its new times, though it was remembered", func() bool {
			due, said := verbs(x)
			return !due.Equal(was) && due.Equal(*after(5 * time.Hour)) && len(said) == 2
		})
		_, said := verbs(x)
		testworld.Same(t, []string{"ticket.recounted: Times set anew: its category, ladder or calendar changed", "ticket.created: Reported"}, said)
		_, said = verbs(other)
		testworld.Same(t, []string{"ticket.created: Reported"}, said)
		for n := range int64(8) { // so many recounts at once: a change is told of once
			in.Resolve = minutes(310 + 10*n)
			must(d.Ticket.UpdateCategory(ctx, d.System, d.hvac.ID, 2+n, in))(t)
		}
		testworld.Eventually(t, "the last of many times", func() bool {
			due, _ := verbs(x)
			return due.Equal(*after(380 * time.Minute)) && d.Text("select cast(count(*) as text) from river_job where kind = 'ticket.recount' and state <> 'completed'") == "0"
		})
		subject := id.Of[id.Any](x.ID.Bytes())
		rows, err := d.Journal.List(ctx, d.System, journal.Filter{Subject: &subject, Verb: "ticket.recounted"}, page.Request{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range rows.Items {
			if seen[e.After] {
				t.Errorf("told of twice: %s", e.After)
			}
			seen[e.After] = true
		}
	})
}
