// Package ticket is what people report and get done: requests and incidents with their numbers, comments and states, the categories that
// they are about, and the ladders that they climb when nobody acts. What may follow a state is data, and so is how a ticket climbs: the
// page that explains it, the dry run and the work itself run the same function. It refuses what the table of transitions does not have,
// numbers twice or left out, and changes made on an older version.
package ticket

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// What may be done here. A permission on tickets holds at the ticket's site; one on categories everywhere, and for the ladder of a site there.
const (
	CanRead           actor.Permission = "ticket.read"
	CanCreate         actor.Permission = "ticket.create"
	CanUpdate         actor.Permission = "ticket.update"
	CanComment        actor.Permission = "ticket.comment"
	CanAssign         actor.Permission = "ticket.assign"
	CanCancel         actor.Permission = "ticket.cancel"
	CanReopen         actor.Permission = "ticket.reopen"
	CanReadCategory   actor.Permission = "category.read"
	CanCreateCategory actor.Permission = "category.create"
	CanUpdateCategory actor.Permission = "category.update"
	CanDeleteCategory actor.Permission = "category.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See tickets", Area: "Tickets"},
		{Name: CanCreate, Label: "Report a ticket", Area: "Tickets"},
		{Name: CanUpdate, Label: "Change a ticket and work on it", Area: "Tickets"},
		{Name: CanComment, Label: "Comment on a ticket", Area: "Tickets"},
		{Name: CanAssign, Label: "Assign a ticket to others", Area: "Tickets"},
		{Name: CanCancel, Label: "Cancel a ticket, and close those of others", Area: "Tickets"},
		{Name: CanReopen, Label: "Reopen the tickets of others", Area: "Tickets"},
		{Name: CanReadCategory, Label: "See ticket categories and ladders", Area: "Ticket categories"},
		{Name: CanCreateCategory, Label: "Add a ticket category", Area: "Ticket categories", Whole: true},
		{Name: CanUpdateCategory, Label: "Change a ticket category and its ladders", Area: "Ticket categories"},
		{Name: CanDeleteCategory, Label: "Delete a ticket category", Area: "Ticket categories", Whole: true},
	}
}

// Door makes the actors of visitors, who have no account, and the secrets by which they come back: package auth.
type Door interface {
	// Visitor gives the system in the active tenant with a code, acting for a visitor; NotFound otherwise.
	Visitor(ctx context.Context, tenant string) (actor.Actor, error)
	// NewSecret makes a secret that names a tenant, and the hash of it that is stored.
	NewSecret(tenant id.Tenant) (text string, hash []byte)
	// VisitorWith gives the system in the tenant that a secret names, and the secret's hash; NotFound for what NewSecret did not make.
	VisitorWith(secret string) (who actor.Actor, hash []byte, err error)
}

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *job.Runner // nil: no work of its own; the sweep of another service finds what should climb
	Now     clock.Now
	Door    Door
	Cache   *cache.Store
	// Limit counts a visitor's report from an address about a tenant, and refuses too many with TooMany; nil = nobody counts.
	Limit func(ctx context.Context, source string, tenant id.Tenant) error
	// Tenants gives every active tenant, for work that goes through all.
	Tenants func(ctx context.Context) ([]id.Tenant, error)
	// Sweep is how often tickets are looked for that should have climbed and did not; 0 = 1 minute.
	Sweep time.Duration
	// Soon is told at the commit when a ticket climbs next, so that ClimbDue is called then; nil = nobody is.
	Soon func(tenant id.Tenant, at time.Time)
	// Climbed hears of every ticket that was taken up to a level, the first of which is 1; nil = nobody does.
	Climbed func(level int)
	// Bulk says whether somebody may assign several tickets at once; nil = who may assign may.
	Bulk func(ctx context.Context, who actor.Actor) bool
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	now     clock.Now
	door    Door
	limit   func(ctx context.Context, source string, tenant id.Tenant) error
	tenants func(ctx context.Context) ([]id.Tenant, error)
	climbed func(level int)
	bulk    func(ctx context.Context, who actor.Actor) bool
	soon    func(tenant id.Tenant, at time.Time)
	names   *cache.Of[*directory]
	counts  *cache.Of[map[Status]int64]
	lines   *cache.Of[Line]
	views   *cache.Of[[]View]
	terms   *cache.Of[terms]
	lists   *cache.Of[piece]
	stories *cache.Of[story]
	stuck   stuck
	numbers numbers
	store   *cache.Store
}

// New makes the service and registers its background work.
func New(c Config) *Service {
	if c.Limit == nil {
		c.Limit = func(context.Context, string, id.Tenant) error { return nil }
	}
	if c.Soon == nil {
		c.Soon = func(id.Tenant, time.Time) {}
	}
	if c.Sweep == 0 {
		c.Sweep = time.Minute
	}
	s := &Service{
		db: c.DB, journal: c.Journal, now: c.Now, door: c.Door, limit: c.Limit, tenants: c.Tenants, climbed: c.Climbed, bulk: c.Bulk, soon: c.Soon,
		names: directories(c.Cache), counts: keptCounts(c.Cache), lines: cache.Named[Line](c.Cache, "ticket.lines", cache.Options{Local: true}),
		views: keptViews(c.Cache), terms: keptTerms(c.Cache), lists: keptLists(c.Cache), stories: keptStories(c.Cache), store: c.Cache,
		stuck: stuck{all: map[id.Tenant]map[lateTicket]bool{}},
	}
	if c.Jobs != nil {
		s.registerJobs(c.Jobs, c.Sweep)
	}
	return s
}
