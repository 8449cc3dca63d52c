package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Sizes of one tenant of the bench.
const (
	sitesOf   = 10
	peopleOf  = 24
	assetsOf  = 40
	passwords = "lanterns drift past quiet harbours"
)

// customer is one tenant of the bench as it was made.
type customer struct {
	ID         id.Tenant
	Code       string
	Token      string // of its supervisor, who sees every site
	Session    string // of the same, for pages
	Sites      []org.Site
	People     []people.Person
	Categories []ticket.Category
	Assets     []asset.Asset
	Busy       []id.Ticket // with ten rows of history
	Mark       time.Time   // five hundred tickets changed after it
	Work       work
}

// builder makes customers through the use cases.
type builder struct {
	db         *db.DB
	org        *org.Service
	people     *people.Service
	auth       *auth.Service
	asset      *asset.Service
	ticket     *ticket.Service
	lists      *checklist.Service
	plans      *plan.Service
	tasks      *task.Service
	permission []actor.Declared
}

// noLimit lets everybody in.
type noLimit struct{}

// SignIn lets a try to sign in pass.
func (noLimit) SignIn(context.Context, string, string) error { return nil }

// Failed takes no note.
func (noLimit) Failed(context.Context, string, string) {}

// Stranger lets a try by a device that nobody knows pass.
func (noLimit) Stranger(context.Context, string) (bool, error) { return false, nil }

// Device lets a try by a device that is known pass.
func (noLimit) Device(context.Context, string) error { return nil }

// Link lets who asks for a link pass.
func (noLimit) Link(context.Context, string) error { return nil }

// Guess lets a try at a password pass.
func (noLimit) Guess(context.Context, actor.Actor) error { return nil }

// Mailed lets a request for a link pass.
func (noLimit) Mailed(context.Context, string, string) error { return nil }

// oneKey seals what the bench seals: its own, which nobody else opens.
type oneKey struct{}

// Newest gives the key.
func (oneKey) Newest() (int, []byte) { return 1, make([]byte, 32) }

// Key gives the key, whatever its number.
func (oneKey) Key(int) ([]byte, bool) { return make([]byte, 32), true }

func newBuilder(d *db.DB) (*builder, error) {
	now, log := clock.System(), slog.New(slog.DiscardHandler)
	j := journal.New(journal.Config{DB: d, Key: make([]byte, 32), Now: now, Log: log})
	store, err := cache.New(cache.Config{Entries: 1000, TTL: time.Minute, Now: now, Log: log})
	if err != nil {
		return nil, err
	}
	jobs := job.New(job.Config{DB: d, Log: log})
	b := &builder{db: d, people: people.New(d, j, now), asset: asset.New(d, j, now)}
	b.permission = slices.Concat(org.Permissions(), people.Permissions(), asset.Permissions(), auth.Permissions(), calendar.Permissions(),
		ticket.Permissions(), journal.Permissions(), exchange.Permissions(), checklist.Permissions(), plan.Permissions(), task.Permissions())
	b.org = org.New(org.Config{DB: d, Journal: j, Cache: store, Now: now, Log: log, Permissions: b.permission})
	b.auth = auth.New(auth.Config{Cache: store,
		DB: d, Journal: j, Org: b.org, People: b.people, Mail: mail.New(d, jobs, mail.Log{Log: log}, now), Jobs: jobs, Limit: noLimit{}, Now: now,
		Log: log, Hash: auth.HashConfig{Memory: 64, Passes: 1}, Idle: 12 * time.Hour, Box: seal.New(oneKey{}),
	})
	b.ticket = ticket.New(ticket.Config{Cache: store, DB: d, Journal: j, Now: now, Door: b.auth, Tenants: b.org.Tenants})
	b.lists, b.plans = checklist.New(d, j, store, now), plan.New(d, j, plan.Straight{}, now)
	b.tasks = task.New(task.Config{
		DB: d, Journal: j, Cache: store, Plans: b.plans, Checklists: b.lists, Deadlines: deadline.New(deadline.Config{DB: d, Now: now, Log: log, Tenants: b.org.Tenants}),
		Assets: b.asset, Tickets: b.ticket, InCharge: b.org.InCharge, Tenants: b.org.Tenants, Now: now,
	})
	return b, nil
}

// build makes one customer: its sites, people, categories with ladders, assets, and its supervisor's ways in.
func (b *builder) build(ctx context.Context, n int) (c customer, err error) {
	code := fmt.Sprintf("TENANT%02d", n)
	c.ID, c.Code = id.New[id.Tenant](), code
	who := actor.New(actor.Facts{Kind: actor.System, Tenant: c.ID, Name: "bench"})
	if _, err := b.org.CreateTenant(ctx, who, org.TenantInput{Code: code, Name: "Tenant " + code, Zone: "Asia/Kolkata"}); err != nil {
		return c, err
	}
	err = b.db.Together(ctx, who, func(ctx context.Context) error {
		for _, part := range []func(context.Context, actor.Actor, *customer) error{b.makeSites, b.makePeople, b.makeCategories, b.makeAssets} {
			if err := part(ctx, who, &c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	head := c.People[0]
	if err := b.auth.SetPassword(ctx, who, head.ID, passwords); err != nil {
		return c, err
	}
	_, c.Token, err = b.auth.IssueToken(ctx, who, head.ID, auth.TokenInput{Name: "bench", Expires: clock.System()().Add(24 * time.Hour)})
	if err != nil {
		return c, err
	}
	in, err := b.auth.SignIn(ctx, auth.SignIn{Tenant: code, Login: head.Login, Password: passwords})
	c.Session = in.Secret
	return c, err
}

func (b *builder) makeSites(ctx context.Context, who actor.Actor, c *customer) error {
	for n := range sitesOf {
		s, err := b.org.CreateSite(ctx, who, org.SiteInput{
			Code: fmt.Sprintf("SITE-%02d", n), Name: fmt.Sprintf("Harbour House %d", n+1), Zone: "Asia/Kolkata", Radius: 100, Active: true,
		})
		if err != nil {
			return err
		}
		c.Sites = append(c.Sites, s)
	}
	return nil
}

func (b *builder) makePeople(ctx context.Context, who actor.Actor, c *customer) error {
	roles, err := b.org.ListRoles(ctx, who, page.Request{Limit: page.Max})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(roles.Items, func(r org.Role) bool { return r.Code == org.Supervisor })
	for n := range peopleOf {
		p, err := b.people.CreatePerson(ctx, who, people.PersonInput{
			Code: fmt.Sprintf("E%03d", n), Name: fmt.Sprintf("Asha Kulkarni %d", n+1), Login: fmt.Sprintf("asha.k%d", n), HomeSite: &c.Sites[n%sitesOf].ID, Active: true,
		})
		if err != nil {
			return err
		}
		c.People = append(c.People, p)
	}
	_, err = b.org.CreateGrant(ctx, who, org.GrantInput{Person: c.People[0].ID, Role: roles.Items[i].ID})
	return err
}

func (b *builder) makeCategories(ctx context.Context, who actor.Actor, c *customer) error {
	for n := range 8 {
		resolve := int64(1440)
		x, err := b.ticket.CreateCategory(ctx, who, ticket.CategoryInput{
			Code: fmt.Sprintf("CAT%d", n), Name: fmt.Sprintf("Lifts and handling %d", n+1), Pause: true, Resolve: &resolve, Active: true,
		})
		if err != nil {
			return err
		}
		rungs := []ticket.RungInput{{After: 240, Person: &c.People[1].ID}, {After: 720, Person: &c.People[0].ID}}
		if _, err := b.ticket.PutLadder(ctx, who, 0, ticket.LadderInput{Category: x.ID, Rungs: rungs}); err != nil {
			return err
		}
		c.Categories = append(c.Categories, x)
	}
	return nil
}

func (b *builder) makeAssets(ctx context.Context, who actor.Actor, c *customer) error {
	for n := range assetsOf {
		a, err := b.asset.CreateAsset(ctx, who, asset.AssetInput{
			Site: c.Sites[n%sitesOf].ID, Code: fmt.Sprintf("LIFT-%03d", n), Name: fmt.Sprintf("Passenger lift %d", n+1), Active: true,
		})
		if err != nil {
			return err
		}
		c.Assets = append(c.Assets, a)
	}
	return nil
}
