package ticket

import (
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Bounds of texts, in characters.
const (
	maxTitle       = 200
	maxDescription = 10000
	maxComment     = 5000
)

// Ticket is a request or an incident. It has at most one assignee: a person or a group.
type Ticket struct {
	ID          id.Ticket    `json:"id"`
	Site        id.Site      `json:"site_id"`
	Number      int64        `json:"number"` // from 1 in its site, without gaps
	Kind        Kind         `json:"kind"`
	Source      Source       `json:"source"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitzero"`
	Status      Status       `json:"status"`
	Priority    Priority     `json:"priority"`
	Category    id.Category  `json:"category_id"`
	Location    *id.Location `json:"location_id,omitzero"`
	Asset       *id.Asset    `json:"asset_id,omitzero"`
	Creator     *id.Person   `json:"creator_id,omitzero"` // nil for what a visitor or the system reported
	Person      *id.Person   `json:"person_id,omitzero"`  // assigned to this person
	Group       *id.Group    `json:"group_id,omitzero"`   // or to this group
	Reporter    string       `json:"reporter,omitzero"`   // the contact that a visitor left
	Level       int64        `json:"level"`               // how often it has climbed, 0 = not yet
	Opened      time.Time    `json:"opened_at"`           // when its clocks began: at creation, and again when it is reopened
	Held        *time.Time   `json:"held_at,omitzero"`    // since when its clocks stand still
	HeldMicros  int64        `json:"held_micros"`         // how long they stood before that, in microseconds of their own time
	Due         *time.Time   `json:"due_at,omitzero"`     // until when it should be resolved; nil = no deadline, or its clocks stand still
	Next        *time.Time   `json:"next_escalation_at,omitzero"`
	Resolved    *time.Time   `json:"resolved_at,omitzero"`
	Comments    int64        `json:"comments"`
	Version     int64        `json:"version"`
	Created     time.Time    `json:"created_at"`
	Updated     time.Time    `json:"updated_at"`

	// Names for people, read with the ticket.
	SiteCode     string `json:"site_code"`
	SiteName     string `json:"site_name"`
	CategoryName string `json:"category_name"`
	LocationName string `json:"location_name,omitzero"`
	AssetCode    string `json:"asset_code,omitzero"`
	AssetName    string `json:"asset_name,omitzero"`
	CreatorName  string `json:"creator_name,omitzero"`
	PersonName   string `json:"person_name,omitzero"`
	GroupName    string `json:"group_name,omitzero"`

	// Mine says that it is assigned to the reader, as a person or through a group; lists do not find that out.
	Mine bool `json:"-"`
}

// Ref is how people call the ticket: "HARBOUR#12".
func (t Ticket) Ref() string { return t.SiteCode + "#" + strconv.FormatInt(t.Number, 10) }

// AssigneeName is the name of the person or group that the ticket is assigned to; "" = of nobody.
func (t Ticket) AssigneeName() string { return t.PersonName + t.GroupName }

// Overdue says that a ticket which is not resolved should have been.
func (t Ticket) Overdue(now time.Time) bool {
	return t.Status.Active() && t.Due != nil && t.Due.Before(now)
}

// searchKey is what a search among tickets looks through.
func (t Ticket) searchKey() string {
	text := t.Description
	if runes := []rune(text); len(runes) > 1000 {
		text = string(runes[:1000])
	}
	return fold.Key(t.Ref() + " " + t.Title + " " + text + " " + t.Reporter)
}

// Assignee is who a ticket is assigned to: a person, a group, or (both nil) nobody.
type Assignee struct {
	Person *id.Person
	Group  *id.Group
}

// nobody says that it names nobody.
func (a Assignee) nobody() bool { return a.Person == nil && a.Group == nil }

func (a Assignee) check(c *fault.Check) {
	c.That(a.Person == nil || a.Group == nil, "group_id", "both", "A ticket is assigned to a person or to a group, not to both.")
}

// Input is what one says about a ticket, new or changed.
type Input struct {
	ID          id.Ticket // of a new one, made by the caller; zero: made here
	Site        id.Site   // of an existing ticket: not asked for
	Kind        Kind      // "" = INCIDENT, or what it is
	Title       string
	Description string
	Priority    Priority // "" = the category's, or what it is
	Category    id.Category
	Location    *id.Location // in the ticket's site; nil on a new ticket: the asset's
	Asset       *id.Asset    // in the ticket's site
	Assignee    Assignee     // of a new ticket; an existing one's is changed by Assign
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *Input) Check() error {
	var c fault.Check
	c.That(!in.Site.IsZero(), "site_id", "required", "Choose a site.")
	if in.Kind == "" {
		in.Kind = Incident
	}
	in.check(&c)
	return c.Err()
}

// CheckChange is Check for an existing ticket, whose site and assignee are not asked for.
func (in *Input) CheckChange() error {
	var c fault.Check
	in.Assignee = Assignee{}
	in.check(&c)
	return c.Err()
}

func (in *Input) check(c *fault.Check) {
	c.That(in.Kind == "" || in.Kind.Valid(), "kind", "unknown", "A ticket is an INCIDENT or a REQUEST.")
	in.Title = fold.Line(in.Title)
	c.Text("title", in.Title, 1, maxTitle)
	in.Description = strings.TrimSpace(in.Description)
	c.Text("description", in.Description, 0, maxDescription)
	c.That(in.Priority == "" || in.Priority.Valid(), "priority", "unknown", "A priority is LOW, MEDIUM or HIGH.")
	c.That(!in.Category.IsZero(), "category_id", "required", "Choose a category.")
	in.Assignee.check(c)
}
