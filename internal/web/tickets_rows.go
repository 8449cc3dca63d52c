package web

import (
	"strings"
	"time"

	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ticketList makes the rows: number, title, status, whom it is with, what comes next, and when it last changed.
func ticketList(v visit, found []ticket.Ticket, pick bool) ui.List {
	l := ui.List{ID: "tickets", Caption: "Tickets", More: ui.Pager{Shown: len(found), Noun: "tickets"}, Columns: []ui.Column{
		{Label: "Number"}, {Label: "Ticket", Slot: ui.Subject}, {Label: "Status", Slot: ui.Status}, {Label: "With"}, {Label: "Next escalation"}, {Label: "Changed", Slot: ui.Third}}}
	if pick {
		l.Form = bulkForm
	}
	if len(found) == 1 {
		l.More.Noun = "ticket"
	}
	for _, t := range found {
		l.Rows = append(l.Rows, ui.Row{
			Href: ticketsPath + "/" + t.ID.String(), Pick: t.ID.String() + "." + number(t.Version), About: t.Ref(),
			Cells: []ui.Cell{
				{Body: ticketNumber(t)}, {Text: t.Title, Note: ticketPlace(t)}, {Pill: ticketPill(t, v.now)}, withCell(t), {Body: climbed(climbOf(v, t))},
				{Text: moment(t.Updated, v.now, v.zone)},
			},
		})
	}
	return l
}

// ticketPlace is the second line of a ticket: its site, its place, and a priority that is not the usual one.
func ticketPlace(t ticket.Ticket) string {
	parts := []string{t.SiteName}
	if t.AssetName != "" {
		parts = append(parts, t.AssetName)
	} else if t.LocationName != "" {
		parts = append(parts, t.LocationName)
	}
	if t.Priority != ticket.Medium {
		parts = append(parts, t.Priority.Label()+" priority")
	}
	return strings.Join(parts, " · ")
}

// withCell is whom a ticket is with.
func withCell(t ticket.Ticket) ui.Cell {
	switch {
	case t.Person != nil:
		return ui.Cell{Who: t.PersonName}
	case t.Group != nil:
		return ui.Cell{Body: ui.Grouped(t.GroupName)}
	}
	return ui.Cell{Text: "Nobody"}
}

// ticketPill is the state of a ticket: late wins over everything while something is to do.
func ticketPill(t ticket.Ticket, now time.Time) ui.Pill {
	p := ui.Pill{Tone: ticketTone(t.Status), Text: t.Status.Label()}
	if t.Overdue(now) {
		p.Tone, p.Text = ui.Late, p.Text+", late"
	}
	return p
}

func ticketTone(s ticket.Status) ui.Tone {
	return map[ticket.Status]ui.Tone{ticket.Fresh: ui.New, ticket.Open: ui.Open, ticket.OnHold: ui.Wait, ticket.Resolved: ui.Done, ticket.Closed: ui.Shut, ticket.Cancelled: ui.Shut}[s]
}

// climb is what a row says of a ticket's next escalation.
type climb struct {
	Level int64  // how often it has climbed
	At    string // when it climbs next
	In    string // how far that is
	Soon  bool
	None  string // why there is none, in a word
}

// soonClimb is how long before it climbs a ticket is marked.
const soonClimb = 30 * time.Minute

func climbOf(v visit, t ticket.Ticket) climb {
	c := climb{Level: t.Level}
	switch {
	case t.Held != nil && t.Status.Active():
		c.None = "Clock stands since " + amid(*t.Held, v.now, v.zone)
	case t.Next == nil && t.Status.Active() && t.Level > 0:
		c.None = "At the top"
	case t.Next == nil:
		c.None = "None"
	default:
		c.At, c.In, c.Soon = moment(*t.Next, v.now, v.zone), inWords(t.Next.Sub(v.now)), t.Next.Sub(v.now) < soonClimb
	}
	return c
}

// inWords says how far a moment is: "in 4 minutes", "now".
func inWords(d time.Duration) string {
	if d <= 0 {
		return "now"
	}
	return "in " + spell(d)
}
