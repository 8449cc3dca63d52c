// Package post keeps the places at which somebody is to be: in which hours and how many, who is rostered there, who holds it now and who did.
// When fewer hold a post in its hours than are to, it says so once. It knows nothing of contracts and attendance: a roster here is a list of
// times, and who holds a post is who took it.
package post

import (
	"context"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/ticket"
)

// What may be done here; each holds at the site of the post. Who may see posts sees those that they hold or are rostered at, at every site.
const (
	CanRead   actor.Permission = "post.read"
	CanCreate actor.Permission = "post.create"
	CanUpdate actor.Permission = "post.update"
	CanDelete actor.Permission = "post.delete"
	CanHold   actor.Permission = "post.hold"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See posts and who holds them", Area: "Posts"},
		{Name: CanCreate, Label: "Add a post", Area: "Posts"},
		{Name: CanUpdate, Label: "Change a post, its roster and who holds it", Area: "Posts"},
		{Name: CanDelete, Label: "Delete a post", Area: "Posts"},
		{Name: CanHold, Label: "Take a post over, and leave it", Area: "Posts"},
	}
}

// Alarm is what follows when too few people hold a post.
type Alarm string

// The alarms.
const (
	TellThem    Alarm = "MAIL"   // those in charge of the site, and who is rostered, are told
	RaiseTicket Alarm = "TICKET" // that, and a ticket is raised
)

// Valid says that there is such an alarm.
func (a Alarm) Valid() bool { return a == TellThem || a == RaiseTicket }

// Post is a place at which somebody is to be.
type Post struct {
	ID       id.Post      `json:"id"`
	Site     id.Site      `json:"site_id"` // for good
	Location *id.Location `json:"location_id,omitzero"`
	Code     string       `json:"code"` // unique in the tenant
	Name     string       `json:"name"`
	Hours    []Span       `json:"hours"`         // see Hours: in which people are to be there; none: it may be held, and nobody misses it
	Needed   int64        `json:"needed"`        // how many people
	Grace    int64        `json:"grace_minutes"` // in which fewer may be there
	Alarm    Alarm        `json:"alarm"`
	Category *id.Category `json:"category_id,omitzero"` // of the ticket that is raised
	Active   bool         `json:"active"`               // nobody is expected at an inactive one
	Version  int64        `json:"version"`

	Expected time.Time `json:"-"` // since when all this is expected as it stands
	Updated  time.Time `json:"-"`

	// Names for people, read with the post.
	SiteName     string   `json:"site_name"`
	Zone         string   `json:"-"` // the site's
	LocationName string   `json:"location_name"`
	CategoryName string   `json:"category_name"`
	Mine         bool     `json:"-"` // the actor holds it
	Held         []Duty   `json:"-"` // who holds it now, the first who came first
	Standing     Standing `json:"-"` // whether that is enough now
	open         bool     // its site is active
}

// Words says the hours of the post in a line.
func (p Post) Words() string { return Hours(p.Hours).Words() }

// Input is what one says about a post, new or changed: all of it.
type Input struct {
	ID       id.Post `json:"-"` // of a new one, made by the caller; zero: made here
	Site     id.Site // of a new one; another has it for good
	Location *id.Location
	Code     string
	Name     string
	Hours    []Span // see Hours
	Needed   int64  // 0: 1
	Grace    int64
	Alarm    Alarm // "": TellThem
	Category *id.Category
	Active   bool
}

// Bounds of a post.
const (
	maxNeeded = 50
	maxGrace  = 12 * 60 // minutes
)

// Check folds the input into its stored form and gives every violation at its field.
func (in *Input) Check() error {
	var c fault.Check
	code := in.Code
	in.Code, in.Name = fold.Code(code), fold.Line(in.Name)
	if c.Text("code", fold.Line(code), 1, 30) {
		c.That(fold.ValidCode(in.Code), "code", "grammar", "Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30.")
	}
	c.Text("name", in.Name, 1, 120)
	c.That(!in.Site.IsZero(), "site_id", "required", "Choose a site.")
	if in.Needed == 0 {
		in.Needed = 1
	}
	if in.Alarm == "" {
		in.Alarm = TellThem
	}
	(*Hours)(&in.Hours).check(&c)
	c.That(in.Needed >= 1 && in.Needed <= maxNeeded, "needed", "range", "One to fifty people are at a post.")
	c.That(in.Grace >= 0 && in.Grace <= maxGrace, "grace_minutes", "range", "Give 0 minutes to 12 hours.")
	c.That(in.Alarm.Valid(), "alarm", "unknown", "There is no such alarm.")
	c.That(in.Alarm != RaiseTicket || in.Category != nil, "category_id", "required", "Choose the category of the ticket.")
	return c.Err()
}

// post is what the input makes of a post. What is expected counts from now on where it is no longer what it was.
func (in Input) post(old Post, version int64, now time.Time) Post {
	p := old
	p.Location, p.Code, p.Name, p.Hours, p.Needed, p.Grace = in.Location, in.Code, in.Name, in.Hours, in.Needed, in.Grace
	p.Alarm, p.Category, p.Active, p.Version, p.Updated = in.Alarm, in.Category, in.Active, version, now
	if !slices.Equal(p.Hours, old.Hours) || p.Needed != old.Needed || p.Grace != old.Grace || p.Active != old.Active {
		p.Expected = now
	}
	return p
}

// InCharge gives who holds a permission nearest to a site.
type InCharge func(ctx context.Context, who actor.Actor, p actor.Permission, site id.Site) ([]id.Person, error)

// Config is what the service needs.
type Config struct {
	DB        *db.DB
	Journal   *journal.Journal
	Deadlines *deadline.Service
	Tickets   *ticket.Service // where those of uncovered posts are raised
	InCharge  InCharge        // who is told of an uncovered post
	Now       clock.Now
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	deadlines *deadline.Service
	tickets   *ticket.Service
	inCharge  InCharge
	now       clock.Now
}

// New makes the service, and registers its work.
func New(c Config) *Service {
	s := &Service{db: c.DB, journal: c.Journal, deadlines: c.Deadlines, tickets: c.Tickets, inCharge: c.InCharge, now: c.Now}
	s.deadlines.Register(ToBeHeld, s.bare)
	s.deadlines.Register(ToBeLeft, s.over)
	return s
}
