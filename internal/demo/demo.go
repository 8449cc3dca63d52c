// Package demo makes a living world to try the product with: two customers whose codes and logins collide, their regions, sites, people,
// groups and roles, what stands at the sites, three months of tickets, and more of them while it runs. It works through the use cases, as
// people would, and never by SQL; a seed makes every world of one scale the same but for its ids. It refuses to touch an installation that has tenants of other names.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	posts "intelliwiz/internal/post" // post is somebody's work
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Password opens every account of the demo world. It is no secret: the demo runs on loopback, in the development profile.
const Password = "lanterns drift past quiet harbours"

// Account is a way into the demo world.
type Account struct {
	Tenant   string `json:"tenant"` // the organisation's code
	Role     string `json:"role"`   // administrator, supervisor, guard
	Login    string `json:"login"`
	Password string `json:"password"`
	Token    string `json:"token"` // for the API, valid for a year
}

// Services are the use cases that the world is made through.
type Services struct {
	DB     *db.DB
	Org    *org.Service
	People *people.Service
	Auth   *auth.Service
	Checks *checklist.Service
	Plans  *plan.Service
	Tasks  *task.Service
	Posts  *posts.Service
	Now    clock.Now
	Log    *slog.Logger
	Work
	// At gives the use cases of work by another clock. What they put off is not put off: the past is over.
	At func(now clock.Now) Work
}

// Work is the use cases that a day's work goes through.
type Work struct {
	Asset    *asset.Service
	Calendar *calendar.Service
	Ticket   *ticket.Service
}

// Options say what sort of world.
type Options struct {
	Scale int // 1 is the world of the screenshots; more multiplies sites and people, and with them all that stands and happens there
	Seed  uint64
	Tales int           // tickets in the past of the smallest world's first tenant; 0 = 1500
	Made  time.Time     // where the past ends; zero = when the world was made
	Beat  time.Duration // how often something happens while the demo runs, about; 0 = 40 seconds
}

// Make makes the world, its tenants side by side, and gives its accounts; fault.Conflict when it is there already.
func Make(ctx context.Context, s Services, o Options) ([]Account, error) {
	all := tenants()
	accounts := make([][]Account, len(all))
	making, ctx := errgroup.WithContext(ctx)
	for i, t := range all {
		b := builder{Services: s, t: t, scale: max(o.Scale, 1), rnd: rand.New(rand.NewPCG(o.Seed, uint64(i)))}
		if t.fixed {
			b.scale = 1
		}
		making.Go(func() (err error) {
			if accounts[i], err = b.build(ctx); err != nil {
				return fmt.Errorf("demo tenant %s: %w", t.code, err)
			}
			return nil
		})
	}
	if err := making.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(accounts...), nil
}

// builder makes one tenant.
type builder struct {
	Services
	t       tenant
	scale   int
	rnd     *rand.Rand
	who     actor.Actor
	lookups map[string]id.Lookup // list/code
	units   map[string]id.Unit   // code
	sites   []site
	roles   map[string]id.Role // code
	logins  map[string]int     // how often a login was wanted
	staff   []people.Person

	accounts []Account      // of the tenant's ways in
	opening  errgroup.Group // fills them
}

func (b *builder) build(ctx context.Context) ([]Account, error) {
	b.who = actor.New(actor.Facts{Kind: actor.System, Tenant: id.New[id.Tenant](), Name: "Demo"})
	b.lookups, b.units, b.roles, b.logins = map[string]id.Lookup{}, map[string]id.Unit{}, map[string]id.Role{}, map[string]int{}
	if _, err := b.Org.CreateTenant(ctx, b.who, org.TenantInput{Code: b.t.code, Name: b.t.name, Zone: b.t.zone}); err != nil {
		return nil, err
	}
	steps := []func(context.Context) error{
		b.together(b.makeLookups, b.makeUnits, b.makeSites, b.readRoles), b.makePeople, b.together(b.makeGroups, b.makeHistory),
	}
	for _, role := range b.t.ways {
		b.accounts = append(b.accounts, Account{Role: strings.ToLower(role)})
	}
	var err error
	for _, step := range steps {
		if err = step(ctx); err != nil {
			break
		}
	}
	return b.accounts, errors.Join(err, b.opening.Wait())
}

// together makes one transaction of steps.
func (b *builder) together(steps ...func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		return b.DB.Together(ctx, b.who, func(ctx context.Context) error {
			for _, step := range steps {
				if err := step(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// openAccount gives somebody of the staff a password and a token beside what is made meanwhile: hashing takes the longest of all.
func (b *builder) openAccount(ctx context.Context, account *Account, p people.Person) {
	*account = Account{Tenant: b.t.code, Role: account.Role, Login: p.Login, Password: Password}
	b.opening.Go(func() (err error) {
		if err = b.Auth.SetPassword(ctx, b.who, p.ID, Password); err != nil {
			return err
		}
		_, account.Token, err = b.Auth.IssueToken(ctx, b.who, p.ID, auth.TokenInput{Name: "demo", Expires: b.Now().Add(365 * 24 * time.Hour)})
		return err
	})
}

// Exists says whether the demo world is there; fault.Conflict when the installation is somebody's own.
func Exists(ctx context.Context, s Services) (bool, error) {
	_, err := s.Org.FindTenant(ctx, tenants()[0].code)
	if fault.KindOf(err) != fault.NotFound {
		return err == nil, err
	}
	all, err := s.Org.Tenants(ctx)
	if err == nil && len(all) > 0 {
		err = fault.Of(fault.Conflict, "This installation has organisations of its own. Start the demo with another IW_DATA_DIR and DATABASE_URL.")
	}
	return false, err
}
