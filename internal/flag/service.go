package flag

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
	"github.com/open-feature/go-sdk/openfeature/isolated"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Now     clock.Now
	Log     *slog.Logger
	Every   time.Duration // how often a process looks whether something was said; 0 = 2 s
	// Person is nil for a person whom the actor sees; nil = nobody is looked for.
	Person func(ctx context.Context, who actor.Actor, person id.Person) error
}

// Service keeps what was said, and answers.
type Service struct {
	said    *db.Follower[snapshot]
	db      *db.DB
	journal *journal.Journal
	clock   clock.Now
	person  func(ctx context.Context, who actor.Actor, person id.Person) error
	end     func() error
	client  *openfeature.Client
}

// New makes the service. Until Refresh or Run has read something, every flag is at its default.
func New(ctx context.Context, c Config) (*Service, error) {
	s := &Service{db: c.DB, journal: c.Journal, clock: c.Now, person: c.Person, said: db.NewFollower(db.Follow[snapshot]{
		DB: c.DB, Log: c.Log, Every: c.Every, Epoch: epochGet, Lost: "flags not read: the last that were hold",
		Load: func(ctx context.Context, tx *db.Tx) (*snapshot, error) {
			rules, err := db.All(ctx, tx, scanRule, rulesAll)
			return newSnapshot(rules), err
		},
	})}
	api := isolated.NewAPI()
	s.end = func() error { return api.Shutdown(context.WithoutCancel(ctx)) }
	if err := api.SetProviderAndWait(ctx, &provider{s}); err != nil {
		return nil, fmt.Errorf("flags: %w", err)
	}
	s.client = api.NewClient()
	return s, nil
}

// Close ends what OpenFeature keeps running; of no service, nothing.
func (s *Service) Close() error {
	if s == nil {
		return nil
	}
	return s.end()
}

// Run reads what was said until ctx ends, so that a change on another node is heard of within the interval.
func (s *Service) Run(ctx context.Context) error { return s.said.Run(ctx) }

// Refresh reads what was said, if it changed. When that fails what was read before holds, and the log says so once.
func (s *Service) Refresh(ctx context.Context) { s.said.Refresh(ctx) }

// Bool says whether a feature is on for somebody.
func (s *Service) Bool(ctx context.Context, who actor.Actor, key Bool) bool {
	d, _ := Find(string(key)) // the constants are declared, which a test says
	return s.client.Boolean(ctx, string(key), d.Default == "true", about(who.Tenant(), who.Person()))
}

// BoolFor is Bool for a person of an organisation who does not ask themselves: for work in the background.
func (s *Service) BoolFor(ctx context.Context, tenant id.Tenant, person id.Person, key Bool) bool {
	d, _ := Find(string(key)) // the same
	return s.client.Boolean(ctx, string(key), d.Default == "true", about(tenant, person))
}

// Int gives the number of a feature for somebody.
func (s *Service) Int(ctx context.Context, who actor.Actor, key Int) int64 {
	d, _ := Find(string(key)) // the same
	n, _ := strconv.ParseInt(d.Default, 10, 64)
	return s.client.Int(ctx, string(key), n, about(who.Tenant(), who.Person()))
}

func about(tenant id.Tenant, p id.Person) openfeature.EvaluationContext {
	key := tenant.String()
	attributes := map[string]any{tenantAttribute: key}
	if !p.IsZero() {
		key = p.String()
		attributes[personAttribute] = key
	}
	return openfeature.NewEvaluationContext(key, attributes)
}

// State is a flag and how it stands for whom one asks about.
type State struct {
	Declared
	Value string // for the actor
	Why   string // what decided that: default, killed, person, organisation, installation, share
	Rules []Rule // of the installation and of the actor's organisation; of the system itself, of all
}

// Said is what was said for the organisation, and for people of it.
func (x State) Said() (out []Rule) {
	for _, r := range x.Rules {
		if r.Tenant != nil {
			out = append(out, r)
		}
	}
	return out
}

// List gives every flag as it stands for the actor, with what was said for the installation and for the actor's organisation. It needs CanRead, held for
// the whole organisation.
func (s *Service) List(_ context.Context, who actor.Actor) ([]State, error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return nil, err
	}
	now := s.said.Now()
	var out []State
	for _, d := range All() {
		x := State{Declared: d}
		var by why
		x.Value, by = now.value(d, who.Tenant(), who.Person())
		x.Why = string(by)
		if now != nil {
			for _, r := range now.rules {
				if r.Flag == d.Key && (r.Tenant == nil || *r.Tenant == who.Tenant() || who.Kind() == actor.System) {
					x.Rules = append(x.Rules, r)
				}
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// Set says something about a flag for the actor's organisation or a person of it, or takes it back. It needs CanUpdate, held for the whole organisation. It
// stands in the journal of the organisation before it holds, and holds on other nodes within the interval of Run.
func (s *Service) Set(ctx context.Context, who actor.Actor, in Input) (Rule, error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Rule{}, err
	}
	if in.Scope != ForTenant && in.Scope != ForPerson {
		return Rule{}, fault.Denied("flag.installation")
	}
	if err := in.Check(); err != nil {
		return Rule{}, err
	}
	if in.Person != nil && s.person != nil {
		if err := s.person(ctx, who, *in.Person); err != nil {
			return Rule{}, err
		}
	}
	r, tenant := s.rule(who, in), who.Tenant()
	r.Tenant = &tenant
	return r, s.say(ctx, r, who)
}

// SetForAll says something about a flag for the installation, or takes it back: what holds for all, or that it is killed. all is the system in each
// organisation, which only the command line is: the journal of each says so before it holds.
func (s *Service) SetForAll(ctx context.Context, all []actor.Actor, in Input) error {
	if in.Scope != ForAll && in.Scope != Killed || len(all) == 0 {
		return fault.Of(fault.Invalid, "This is about organisations, and there is none.")
	}
	for _, who := range all {
		if who.Kind() != actor.System {
			return fault.Denied("flag.installation")
		}
	}
	if err := in.Check(); err != nil {
		return err
	}
	return s.say(ctx, s.rule(all[0], in), all...)
}

func (s *Service) rule(who actor.Actor, in Input) Rule {
	return Rule{
		ID: id.New[id.Flag](), Flag: in.Flag, Scope: in.Scope, Person: in.Person, Value: in.Value, Percent: in.Percent, Sticks: in.Sticks, Reason: in.Reason,
		Who: who.Name(), At: s.clock(),
	}
}

// say writes a rule down: in the journal of those whom it concerns, then where every process reads it.
func (s *Service) say(ctx context.Context, r Rule, concerned ...actor.Actor) error {
	for _, who := range concerned {
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			return s.journal.Record(ctx, tx, journal.Change{Verb: "flag.updated", Subject: r.ID, After: r})
		})
		if err != nil {
			return fmt.Errorf("set flag: %w", err)
		}
	}
	err := s.db.System(ctx, func(tx *db.Tx) error {
		tx.Later(ruleDelete, r.Flag, r.Scope, r.Tenant, r.Person)
		if r.Value != "" {
			tx.Later(ruleInsert, r.ID, r.Flag, r.Scope, r.Tenant, r.Person, r.Value, r.Percent, r.Sticks, r.Reason, r.Who, r.At)
		}
		tx.Later(epochSet, r.ID.String())
		return nil
	})
	if err != nil {
		return fmt.Errorf("set flag: %w", err)
	}
	s.Refresh(ctx)
	return nil
}
