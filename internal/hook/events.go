package hook

import (
	"encoding/json"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Event is a sort of change that a webhook can ask for.
type Event struct {
	Verb  string `json:"name"`  // of the journal: "site.created"
	Label string `json:"label"` // "Site added"
	Area  string `json:"area"`  // "Sites"
}

// Events gives the sorts of change on offer, in the order in which they are shown: what happens to the records that people work with.
// Sign-ins, passwords, tokens and roles are not on offer: they stay in the audit trail.
func Events() []Event {
	return []Event{
		{"ticket.created", "Ticket opened", "Tickets"}, {"ticket.updated", "Ticket changed", "Tickets"}, {"ticket.commented", "Ticket commented", "Tickets"},
		{"ticket.status_changed", "Status of a ticket changed", "Tickets"}, {"ticket.assigned", "Ticket assigned", "Tickets"}, {"ticket.escalated", "Ticket escalated", "Tickets"},
		{"site.created", "Site added", "Sites"}, {"site.updated", "Site changed", "Sites"}, {"site.deleted", "Site deleted", "Sites"},
		{"unit.created", "Unit added", "Units"}, {"unit.updated", "Unit changed", "Units"}, {"unit.deleted", "Unit deleted", "Units"},
		{"person.created", "Person added", "People"}, {"person.updated", "Person changed", "People"},
		{"group.created", "Group added", "People"}, {"group.updated", "Group changed", "People"}, {"group.deleted", "Group deleted", "People"},
		{"location.created", "Location added", "Locations"}, {"location.updated", "Location changed", "Locations"}, {"location.deleted", "Location deleted", "Locations"},
		{"asset.created", "Asset added", "Assets"}, {"asset.updated", "Asset changed", "Assets"}, {"asset.status_changed", "Status of an asset changed", "Assets"},
		{"asset.deleted", "Asset deleted", "Assets"},
		{"file.added", "File added", "Files"}, {"file.deleted", "File deleted", "Files"},
		{"calendar.updated", "Business hours changed", "Set-up"}, {"import.applied", "Workbook imported", "Set-up"},
	}
}

// ping is the event of a test message, which nobody can ask for.
const ping = "webhook.ping"

func offered(verb string) bool {
	return slices.ContainsFunc(Events(), func(e Event) bool { return e.Verb == verb })
}

func verbs() (all []string) {
	for _, e := range Events() {
		all = append(all, e.Verb)
	}
	return all
}

// message is what is sent, as Standard Webhooks has it.
type message struct {
	Type string    `json:"type"`
	At   time.Time `json:"timestamp"` // of the change
	Data any       `json:"data"`
}

// change is the data of a message: a row of the journal, which has no secrets.
type change struct {
	Entry   id.Entry        `json:"entry_id"`
	Seq     int64           `json:"seq"` // counts the tenant's changes: messages may overtake one another, numbers do not
	Subject string          `json:"subject"`
	ID      id.Any          `json:"subject_id"`
	Site    *id.Site        `json:"site_id"`
	Who     doer            `json:"who"`
	Before  json.RawMessage `json:"before"` // the record before and after, or null
	After   json.RawMessage `json:"after"`
}

type doer struct {
	Kind actor.Kind `json:"kind"`
	ID   *id.Person `json:"id"`
	Name string     `json:"name"`
}

// bodyOf makes the message of a journal row.
func bodyOf(e journal.Entry) (string, error) {
	c := change{
		Entry: e.ID, Subject: e.Noun, ID: e.Subject, Site: e.Site, Who: doer{e.WhoKind, e.WhoID, e.WhoName}, Before: raw(e.Before), After: raw(e.After),
	}
	if e.Seq != nil {
		c.Seq = *e.Seq
	}
	return encode(message{Type: e.Verb, At: e.At, Data: c})
}

func encode(m message) (string, error) {
	text, err := json.Marshal(m)
	return string(text), err
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
