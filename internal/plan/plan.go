// Package plan says what comes again: tasks, tours inside a site, routes over sites, planned maintenance; when they come, in which order their
// stops are visited, and by when each is done. What happens when is a pure function of the plan, the zone and the calendar of its site: the
// generator, the preview, the calendar of a month and the tests run the same code. It does no work and knows no answers.
package plan

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/recur"
)

// What may be done here; each holds at the site of the plan.
const (
	CanRead   actor.Permission = "plan.read"
	CanCreate actor.Permission = "plan.create"
	CanUpdate actor.Permission = "plan.update"
	CanDelete actor.Permission = "plan.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See plans and what they bring", Area: "Plans"},
		{Name: CanCreate, Label: "Add a plan", Area: "Plans"},
		{Name: CanUpdate, Label: "Change a plan", Area: "Plans"},
		{Name: CanDelete, Label: "Delete a plan", Area: "Plans"},
	}
}

// Kind is what comes again.
type Kind string

// The kinds of plan (domain/ops.md 1.7).
const (
	Task        Kind = "TASK"  // one thing to be done
	Tour        Kind = "TOUR"  // stops inside a site
	Route       Kind = "ROUTE" // stops that are sites
	Maintenance Kind = "PPM"   // of an asset, planned long ahead
)

// Kinds gives the kinds in the order of the form.
func Kinds() []Kind { return []Kind{Task, Tour, Route, Maintenance} }

// Valid says that there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Stops says that a plan of this kind is a round of stops.
func (k Kind) Stops() bool { return k == Tour || k == Route }

// Label is the kind for people.
func (k Kind) Label() string {
	return map[Kind]string{Task: "Task", Tour: "Tour", Route: "Route", Maintenance: "Maintenance"}[k]
}

// Priority is how much a plan's tasks matter.
type Priority string

// The priorities.
const (
	Low    Priority = "LOW"
	Medium Priority = "MEDIUM"
	High   Priority = "HIGH"
)

// Proof is how presence is proven when a task is done.
type Proof string

// The proofs.
const (
	NoProof Proof = "NONE"
	ByQR    Proof = "QR"  // the code of the asset or site is scanned
	ByNFC   Proof = "NFC" // its tag is touched
	ByGPS   Proof = "GPS" // the phone is near
)

// Expiry is what follows when a task is not done in time.
type Expiry string

// The ends.
const (
	CloseIt     Expiry = "CLOSE"  // it is closed
	MailIt      Expiry = "MAIL"   // that, and those in charge are told
	RaiseTicket Expiry = "TICKET" // that, and a ticket is raised
)

// Plan is what comes again.
type Plan struct {
	ID          id.Plan       `json:"id"`
	Kind        Kind          `json:"kind"` // for good
	Site        id.Site       `json:"site_id"`
	Name        string        `json:"name"` // unique among the site's plans of a kind
	Description string        `json:"description"`
	Checklist   *id.Checklist `json:"checklist_id,omitzero"` // what is asked; of a tour or route at each stop without its own
	Asset       *id.Asset     `json:"asset_id,omitzero"`     // what it is about; always of maintenance
	Person      *id.Person    `json:"person_id,omitzero"`    // who does it, or
	Group       *id.Group     `json:"group_id,omitzero"`     // which group, or
	Post        *id.Post      `json:"post_id,omitzero"`      // whoever holds this post
	Priority    Priority      `json:"priority"`
	Proof       Proof         `json:"proof"`
	Schedule
	Ordered  bool         `json:"ordered"` // stops are visited in order, and a visit out of it is marked
	Expiry   Expiry       `json:"on_expiry"`
	Category *id.Category `json:"category_id,omitzero"` // of the ticket that is raised
	Alarms
	Active  bool  `json:"active"` // an inactive one brings nothing
	Version int64 `json:"version"`

	ScheduleVersion int64      `json:"schedule_version"` // grows when a change moves what is to come
	Generated       *time.Time `json:"-"`                // the firings up to here have their tasks
	Past            Past       `json:"-"`                // read where what comes next is reckoned; by Get the readings of its meter
	Updated         time.Time  `json:"-"`                // when it was last changed

	// Names for people, read with the plan.
	SiteName      string `json:"site_name"`
	Zone          string `json:"-"` // the site's
	ChecklistName string `json:"checklist_name"`
	AssetName     string `json:"asset_name"`
	PersonName    string `json:"person_name"`
	GroupName     string `json:"group_name"`
	PostName      string `json:"post_name"`
	CategoryName  string `json:"category_name"`
}

// Words says when the plan comes: "every weekday at 08:00".
func (p Plan) Words() string {
	if k, err := p.Cause(); err == nil && k.Trigger != ByRule {
		return k.words()
	}
	r, err := recur.Parse(p.Rule, p.From)
	if err != nil {
		return p.Rule
	}
	return r.Words()
}

// Input is what one says about a plan, new or changed: all of it.
type Input struct {
	ID          id.Plan `json:"-"` // of a new one, made by the caller; zero: made here
	Kind        Kind    // of a new one; another has it for good
	Site        id.Site
	Name        string
	Description string
	Checklist   *id.Checklist
	Asset       *id.Asset
	Person      *id.Person
	Group       *id.Group
	Post        *id.Post
	Priority    Priority // "": Medium
	Proof       Proof    // "": NoProof
	Schedule
	Ordered  bool
	Expiry   Expiry // "": CloseIt
	Category *id.Category
	Alarms
	Active bool
}

// Bounds of a plan.
const (
	maxMinutes = 31 * 24 * 60 // of a duration, a grace or a pause
	maxMetres  = 10_000_000   // from stop to stop
	maxStops   = 100
)

// Check folds the input into its stored form and gives every violation at its field.
func (in *Input) Check() error {
	var c fault.Check
	in.defaults()
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 200)
	c.Text("description", in.Description, 0, 2000)
	c.That(in.Kind.Valid(), "kind", "unknown", "Choose what comes again.")
	c.That(!in.Site.IsZero(), "site_id", "required", "Choose a site.")
	c.That(in.hands() == 1, "person_id", "assignee", "Choose who does it: a person, a group or a post.")
	c.That(in.Kind.Stops() || in.Checklist != nil, "checklist_id", "required", "Choose what is asked.")
	c.That(in.Kind != Maintenance || in.Asset != nil, "asset_id", "required", "Maintenance is of an asset: choose which.")
	c.That(!in.Kind.Stops() || in.Asset == nil, "asset_id", "unused", "A round of stops has no asset of its own.")
	c.That(slices.Contains([]Priority{Low, Medium, High}, in.Priority), "priority", "unknown", "A priority is LOW, MEDIUM or HIGH.")
	c.That(slices.Contains([]Proof{NoProof, ByQR, ByNFC, ByGPS}, in.Proof), "proof", "unknown", "There is no such proof of presence.")
	c.That(slices.Contains([]Expiry{CloseIt, MailIt, RaiseTicket}, in.Expiry), "on_expiry", "unknown", "There is no such end.")
	c.That(in.Expiry != RaiseTicket || in.Category != nil, "category_id", "required", "Choose the category of the ticket.")
	in.check(&c, in.Kind)
	in.checkSchedule(&c)
	in.checkStops(&c)
	return c.Err()
}

// hands counts who does it.
func (in *Input) hands() (n int) {
	for _, named := range []bool{in.Person != nil, in.Group != nil, in.Post != nil} {
		if named {
			n++
		}
	}
	return n
}

func (in *Input) defaults() {
	in.Priority = either(in.Priority, Medium)
	in.Proof = either(in.Proof, NoProof)
	in.Expiry = either(in.Expiry, CloseIt)
	in.Holidays = either(in.Holidays, Generate)
	in.Rounds = either(in.Rounds, 1)
}

func either[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (in *Input) checkSchedule(c *fault.Check) {
	c.That(in.From.Valid(), "valid_from", "grammar", "A day looks like 2026-12-25.")
	c.That(in.Until == nil || in.Until.Valid() && *in.Until >= in.From, "valid_until", "order", "The last day is the first or one after it.")
	k, err := in.Cause()
	if err == nil && k.Trigger == ByRule && in.From.Valid() {
		_, err = recur.Parse(in.Rule, in.From)
	}
	if err != nil {
		for _, f := range fault.As(err).Fields {
			c.Add(f.Path, f.Code, f.Message)
		}
	} else if k.Trigger != ByRule {
		in.checkCause(c, k)
	}
	c.That(in.Holidays.Valid(), "holidays", "unknown", "There is no such policy.")
	c.That(in.Duration > 0 && in.Duration <= maxMinutes, "duration_minutes", "range", "It is done within 1 minute to 31 days.")
	for field, n := range map[string]int64{"grace_before_minutes": in.Before, "grace_after_minutes": in.After, "pause_minutes": in.Pause} {
		c.That(n >= 0 && n <= maxMinutes, field, "range", "Give 0 minutes to 31 days.")
	}
	c.That(in.Rounds >= 1 && in.Rounds <= 3, "rounds", "range", "The stops are visited one to three times.")
}

func (in *Input) checkStops(c *fault.Check) {
	c.That(!in.Kind.Stops() || len(in.Stops) > 0, "stops", "required", "Give at least one stop.")
	c.That(in.Kind.Stops() || len(in.Stops) == 0, "stops", "unused", "Only tours and routes have stops.")
	c.That(len(in.Stops) <= maxStops, "stops", "too_many", fmt.Sprintf("There are at most %d stops.", maxStops))
	for i, s := range in.Stops {
		path := fmt.Sprintf("stops[%d].", i)
		c.That(in.Kind != Tour || s.Asset != nil && s.Site == nil, path+"asset_id", "required", "A stop of a tour is an asset of the site.")
		c.That(in.Kind != Route || s.Site != nil && s.Asset == nil, path+"site_id", "required", "A stop of a route is a site.")
		c.That(in.Checklist != nil || s.Checklist != nil, path+"checklist_id", "required", "Choose what is asked here, or for all stops.")
		for field, n := range map[string]int64{"travel_minutes": s.Travel, "pause_minutes": s.Pause} {
			c.That(n >= 0 && n <= maxMinutes, path+field, "range", "Give 0 minutes to 31 days.")
		}
		c.That(s.Metres >= 0 && s.Metres <= maxMetres, path+"metres", "range", "Give 0 to 10,000,000 metres.")
	}
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	ways    Ways
	now     clock.Now
}

// New makes the service. Of a route, ways reckon the legs that nobody gives.
func New(d *db.DB, j *journal.Journal, ways Ways, now clock.Now) *Service {
	return &Service{db: d, journal: j, ways: ways, now: now}
}

// newSeed draws what a plan's random orders are drawn from.
func newSeed() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("draw a seed: %w", err)
	}
	return int64(binary.BigEndian.Uint64(b[:]) >> 1), nil
}
