package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// bulkForm is the id of the form that the boxes of a list belong to.
const bulkForm = "bulk"

// bulkView is what can be done with several tickets at once.
type bulkView struct {
	Words  string
	Back   string // the list's address
	To     string // what was typed
	Offers []string
}

// bulkResult is what became of several tickets; the zero value is that nothing was asked.
type bulkResult struct {
	note   ui.Note
	to     string
	picked []string // the boxes that stay ticked: those that were not changed
}

// bulk gives what can be done with the tickets of a list.
func (p *pages) bulk(ctx context.Context, who actor.Actor, q ticketQuery, done bulkResult) (*bulkView, error) {
	offers, err := p.assigneeOffers(ctx, who)
	return &bulkView{Words: pickedWords(len(done.picked)), Back: q.values.Encode(), To: done.to, Offers: offers}, err
}

// groupPrefix stands before a group's name where a field takes people and groups.
const groupPrefix = "Group: "

// assigneeOffers are the first of the people and groups that a ticket can go to, of those whom the actor sees.
func (p *pages) assigneeOffers(ctx context.Context, who actor.Actor) ([]string, error) {
	return remembered(ctx, p, who, "assignees", func(ctx context.Context) ([]string, error) { return p.findAssignees(ctx, who) }, "group")
}

func (p *pages) findAssignees(ctx context.Context, who actor.Actor) ([]string, error) {
	var out []string
	if who.Can(people.CanReadGroup) {
		groups, err := p.People.ListGroups(ctx, who, people.GroupFilter{Kind: people.OfPeople}, page.Request{Limit: page.Max})
		if err != nil {
			return nil, err
		}
		for _, g := range groups.Items {
			if g.Active {
				out = append(out, groupPrefix+g.Name)
			}
		}
	}
	s, _, err := p.personField(ctx, who, ui.Field{})
	return slices.Clip(append(out, s.Offers...)), err
}

// readAssignee finds the person or group that somebody typed into a field. Nothing typed is nobody.
func (p *pages) readAssignee(ctx context.Context, who actor.Actor, f *form, name string) (ticket.Assignee, error) {
	typed, isGroup := strings.CutPrefix(fold.Line(f.text(name)), strings.TrimSpace(groupPrefix))
	if !isGroup {
		person, err := p.readPerson(ctx, who, f, name, nil)
		return ticket.Assignee{Person: person}, err
	}
	typed = fold.Line(typed)
	found, err := p.People.ListGroups(ctx, who, people.GroupFilter{Kind: people.OfPeople, Search: typed}, page.Request{Limit: page.Max})
	if err != nil {
		return ticket.Assignee{}, err
	}
	i := slices.IndexFunc(found.Items, func(g people.Group) bool { return fold.Key(g.Name) == fold.Key(typed) })
	if i < 0 {
		f.check.Add(name, "unknown", "No group of people has this name.")
		return ticket.Assignee{}, nil
	}
	return ticket.Assignee{Group: &found.Items[i].ID}, nil
}

// assignTickets gives the picked tickets to one person or group, or to nobody. Those that could not be given stay picked, with the reason.
func (p *pages) assignTickets(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r, "pick", "to", "nobody", "back")
	if err != nil {
		return err
	}
	back, err := url.ParseQuery(f.text("back"))
	if err != nil {
		return fault.Of(fault.Malformed, "This form cannot be read. Load the page again.").Because(err)
	}
	again := func(title, text string, status int) error {
		note := ui.Note{Tone: ui.Late, Title: title, Text: text, Urgent: true}
		return p.showTickets(w, r, back, status, bulkResult{note: note, to: f.text("to"), picked: f.all("pick")})
	}
	if !p.Flags.Bool(r.Context(), who, flag.BulkAssign) {
		return again("Nothing was assigned", "Assigning several tickets at once is switched off just now. Each can still be assigned on its page.", http.StatusServiceUnavailable)
	}
	seen := picks(f.all("pick"))
	to, err := p.readAssignee(r.Context(), who, &f, "to")
	if f.yes("nobody") {
		to = ticket.Assignee{}
	} else if err == nil && strings.TrimSpace(f.text("to")) == "" {
		f.check.Add("to", "required", "Say whom they go to.")
	}
	if err != nil {
		return err
	}
	var all []ticket.Outcome
	if err = f.readable(nil); err == nil {
		all, err = p.Ticket.AssignAll(r.Context(), who, seen, to)
	}
	if x := fault.As(err); err != nil && x.Kind == fault.Invalid && len(x.Fields) > 0 {
		return again("Nothing was assigned", x.Fields[0].Message, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return p.assigned(w, r, back, all, to)
}

// picks reads the boxes that were ticked: an id and a version each. What is neither is left out: no list has it.
func picks(all []string) (out []ticket.Seen) {
	for _, text := range all {
		name, version, _ := strings.Cut(text, ".")
		t, err := id.Parse[id.Ticket](name)
		n, broken := strconv.ParseInt(version, 10, 64)
		if err == nil && broken == nil {
			out = append(out, ticket.Seen{ID: t, Version: n})
		}
	}
	return out
}

// assigned says what became of the tickets: a line when all went well, otherwise the list again with the others still picked.
func (p *pages) assigned(w http.ResponseWriter, r *http.Request, back url.Values, all []ticket.Outcome, to ticket.Assignee) error {
	var refused, picked []string
	whom := ""
	for _, o := range all {
		if o.Fault == nil {
			whom = o.Ticket.AssigneeName()
			continue
		}
		name := "A ticket that you do not see"
		if o.Ticket.Number > 0 {
			name = o.Ticket.Ref()
			picked = append(picked, o.ID.String()+"."+number(currentVersion(o)))
		}
		refused = append(refused, name+": "+fault.As(o.Fault).Message)
	}
	done := len(all) - len(refused)
	line := fmt.Sprintf("%s with %s now", isAre(done, "ticket"), whom)
	if to.Person == nil && to.Group == nil {
		line = isAre(done, "ticket") + " with nobody now"
	}
	if len(refused) == 0 {
		to := ticketsPath
		if len(back) > 0 {
			to += "?" + back.Encode()
		}
		return p.seeOther(w, r, to, line)
	}
	note := ui.Note{Tone: ui.Late, Title: isAre(len(refused), "ticket") + " as before", Text: strings.Join(refused, " "), Urgent: true}
	if done > 0 {
		note.Text = line + ". " + note.Text
	}
	return p.showTickets(w, r, back, http.StatusConflict, bulkResult{note: note, picked: picked})
}

// currentVersion is that of the ticket as it is now, so that asking again is asking on what the page shows.
func currentVersion(o ticket.Outcome) int64 {
	if now, ok := fault.As(o.Fault).Current.(ticket.Ticket); ok {
		return now.Version
	}
	return o.Ticket.Version
}

// isAre is "1 ticket is", "3 tickets are".
func isAre(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return plural(n, noun) + " are"
}
