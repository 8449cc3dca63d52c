package ticket

import (
	"slices"
	"strings"

	"intelliwiz/internal/actor"
)

// Status is where a ticket stands.
type Status string

// The statuses.
const (
	Fresh     Status = "NEW"       // reported; nobody has taken it
	Open      Status = "OPEN"      // somebody works on it
	OnHold    Status = "ONHOLD"    // it waits for something
	Resolved  Status = "RESOLVED"  // done, as those who worked on it say
	Closed    Status = "CLOSED"    // done, as who reported it says
	Cancelled Status = "CANCELLED" // not to be done
)

// Statuses gives every status in the order of a ticket's life.
func Statuses() []Status { return []Status{Fresh, Open, OnHold, Resolved, Closed, Cancelled} }

// ActiveStatuses are those in which there is something to do.
func ActiveStatuses() []Status { return []Status{Fresh, Open, OnHold} }

// Valid says that there is such a status.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Active says that there is something to do: the ticket can be changed and climbs its ladder.
func (s Status) Active() bool { return slices.Contains(ActiveStatuses(), s) }

// Terminal says that nothing follows.
func (s Status) Terminal() bool { return s == Closed || s == Cancelled }

// Label is the status in people's words.
func (s Status) Label() string {
	return map[Status]string{Fresh: "New", Open: "Open", OnHold: "On hold", Resolved: "Resolved", Closed: "Closed", Cancelled: "Cancelled"}[s]
}

// words is the status within a sentence.
func (s Status) words() string { return strings.ToLower(s.Label()) }

// Priority is how much a ticket matters.
type Priority string

// The priorities.
const (
	Low    Priority = "LOW"
	Medium Priority = "MEDIUM"
	High   Priority = "HIGH"
)

// Valid says that there is such a priority.
func (p Priority) Valid() bool { return p == Low || p == Medium || p == High }

// Label is the priority in people's words.
func (p Priority) Label() string {
	return map[Priority]string{Low: "Low", Medium: "Medium", High: "High"}[p]
}

// Kind says what sort of ticket it is.
type Kind string

// The kinds.
const (
	Incident Kind = "INCIDENT" // something is wrong
	Request  Kind = "REQUEST"  // somebody wants something
)

// Valid says that there is such a kind.
func (k Kind) Valid() bool { return k == Incident || k == Request }

// Label is the kind in people's words.
func (k Kind) Label() string { return map[Kind]string{Incident: "Incident", Request: "Request"}[k] }

// Source says where a ticket comes from.
type Source string

// The sources.
const (
	FromPerson Source = "PERSON" // a member of staff
	FromPublic Source = "PUBLIC" // a visitor, without signing in
	FromSystem Source = "SYSTEM" // background work
)

// Transition is a row of the table of what may follow what.
type Transition struct {
	From, To   Status
	Label      string           // what the button says
	Permission actor.Permission // who has it at the site may
	Assignee   bool             // and so may who it is assigned to, as a person or through a group
	Creator    bool             // and so may who reported it
	Comment    bool             // must say why
}

// Transitions is the table (domain/ops.md 2.10). There is no row from NEW to RESOLVED: what was done without being taken would show no time
// at work, and taking it is one step.
func Transitions() []Transition {
	return []Transition{
		{From: Fresh, To: Open, Label: "Take", Permission: CanUpdate, Assignee: true},
		{From: Fresh, To: Cancelled, Label: "Cancel", Permission: CanCancel, Comment: true},
		{From: Open, To: OnHold, Label: "Put on hold", Permission: CanUpdate, Assignee: true, Comment: true},
		{From: Open, To: Resolved, Label: "Resolve", Permission: CanUpdate, Assignee: true, Comment: true},
		{From: Open, To: Cancelled, Label: "Cancel", Permission: CanCancel, Comment: true},
		{From: OnHold, To: Open, Label: "Go on", Permission: CanUpdate, Assignee: true},
		{From: OnHold, To: Resolved, Label: "Resolve", Permission: CanUpdate, Assignee: true, Comment: true},
		{From: OnHold, To: Cancelled, Label: "Cancel", Permission: CanCancel, Comment: true},
		{From: Resolved, To: Closed, Label: "Close", Permission: CanCancel, Creator: true},
		{From: Resolved, To: Open, Label: "Reopen", Permission: CanReopen, Creator: true, Comment: true},
	}
}

// transition finds the row from one status to another.
func transition(from, to Status) (Transition, bool) {
	all := Transitions()
	i := slices.IndexFunc(all, func(x Transition) bool { return x.From == from && x.To == to })
	if i < 0 {
		return Transition{}, false
	}
	return all[i], true
}

// allows says that an actor may go this way with a ticket. mine says that it is assigned to them.
func (x Transition) allows(who actor.Actor, t Ticket, mine bool) bool {
	return who.At(x.Permission, t.Site) || x.Assignee && mine || x.Creator && t.Creator != nil && *t.Creator == who.Person()
}

// Moves gives the transitions that the actor may make with a ticket as Get gave it.
func Moves(who actor.Actor, t Ticket) []Transition {
	return slices.DeleteFunc(Transitions(), func(x Transition) bool { return x.From != t.Status || !x.allows(who, t, t.Mine) })
}
