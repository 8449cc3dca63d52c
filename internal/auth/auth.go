// Package auth finds out who somebody is: passwords, second factors, sign-in, sessions and personal API tokens, and it makes the actor
// that everything else asks. It refuses to say whether an account exists, to keep a secret in clear, and to let anybody in when one of its parts fails.
package auth

import (
	"context"
	"log/slog"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/seal"
)

// What may be done here about others; about themselves, everybody may.
const (
	CanSetPassword actor.Permission = "person.password"
	CanResetFactor actor.Permission = "person.factors"
	CanReadSession actor.Permission = "session.read"
	CanEndSession  actor.Permission = "session.end"
	CanImpersonate actor.Permission = "person.impersonate"

	CanReadProgram   actor.Permission = "service.read"
	CanCreateProgram actor.Permission = "service.create"
	CanDeleteProgram actor.Permission = "service.delete"

	CanReadSSO   actor.Permission = "sso.read"
	CanUpdateSSO actor.Permission = "sso.update"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanSetPassword, Label: "Give a person a new password", Area: "People", Alone: true},
		{Name: CanResetFactor, Label: "Remove a person's second step", Area: "People", Alone: true},
		{Name: CanReadSession, Label: "See where people are signed in", Area: "People", Alone: true},
		{Name: CanEndSession, Label: "End a person's sessions", Area: "People", Alone: true},
		{Name: CanImpersonate, Label: "Act as a person for a while", Area: "People", Alone: true},
		{Name: CanReadProgram, Label: "See the services that act for the organisation", Area: "Services", Whole: true, Alone: true},
		{Name: CanCreateProgram, Label: "Let a service act for the organisation", Area: "Services", Whole: true, Alone: true},
		{Name: CanDeleteProgram, Label: "Delete a service", Area: "Services", Whole: true, Alone: true},
		{Name: CanReadSSO, Label: "See by whom people are proven", Area: "Single sign-on", Whole: true, Alone: true},
		{Name: CanUpdateSSO, Label: "Say by whom people are proven, which opens every account", Area: "Single sign-on", Whole: true, Alone: true},
	}
}

// Limiter refuses too many tries, with TooMany, before any password is looked at. A limiter that fails refuses.
type Limiter interface {
	// SignIn counts a try. source is the client's address, account the tenant and what was typed, folded.
	SignIn(ctx context.Context, source, account string) error
	// Failed tells that the try named no account or not its password.
	Failed(ctx context.Context, source, account string)
	// Stranger counts a try at an account by a device that is not known to be its owner's. told is true for one refusal in a day.
	Stranger(ctx context.Context, account string) (told bool, err error)
	// Device counts a try by a device that is.
	Device(ctx context.Context, device string) error
	// Link counts an address that asks for a link for its device.
	Link(ctx context.Context, source string) error
	// Guess counts a try at a password by somebody who is signed in.
	Guess(ctx context.Context, who actor.Actor) error
	// Mailed counts a request for a mailed link: of its address, and about its account, written as for SignIn.
	Mailed(ctx context.Context, source, account string) error
}

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Org     *org.Service
	People  *people.Service
	Mail    *mail.Service
	Jobs    *job.Runner
	Limit   Limiter
	Now     clock.Now
	Log     *slog.Logger
	Hash    HashConfig
	Idle    time.Duration // a session ends after so long without a request; 0 = 30 minutes
	Life    time.Duration // a session ends after so long; 0 = 12 hours
	Most    int           // sessions of one person at once; a further sign-in ends the least recently used; 0 = 10
	Cache   *cache.Store
	Box     seal.Box // seals the seeds of authenticator apps, and passkeys
	Origin  string   // the address of the installation, for links in mails and for passkeys: https://iw.example.com; passkeys need a name in it
	Links   string   // where a mailed link leads, up to its secret: https://iw.example.com/password/
	AskPage string   // where a new link is asked for
	Prover  Prover   // asks providers of organisations
	Asker   Asker    // asks directories of organisations
	Back    string   // where they send browsers back to: https://iw.example.com/login/provider/back
	// Stopped says why a person may not come in while an incident is looked into, as a fault; nil = nobody is stopped.
	Stopped func(tenant id.Tenant, person id.Person) error
	// Breached says that a password stands in a list of stolen ones; nil = there is no list.
	Breached func(password string) bool
	// Observe is told how every try to sign in ended: "ok", "halfway" (a second step is to be done), "refused", "limited", "inactive", "fault".
	Observe func(outcome string)
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	org     *org.Service
	people  *people.Service
	mail    *mail.Service
	limit   Limiter
	now     clock.Now
	log     *slog.Logger
	box     seal.Box
	origin  string
	party   *webauthn.WebAuthn // nil = there are no passkeys
	hasher  *hasher
	idle    time.Duration
	life    time.Duration
	most    int
	observe func(outcome string)
	links   string
	askPage string
	prover  Prover
	asker   Asker
	back    string

	store    *cache.Store
	sessions *cache.Of[live]
	tokens   *cache.Of[liveToken]
	programs *cache.Of[liveProgram]
	devices  *cache.Of[liveDevice]
	breached func(password string) bool
	stopped  func(tenant id.Tenant, person id.Person) error
}

// New makes the service and registers its background work.
func New(c Config) *Service {
	if c.Idle == 0 {
		c.Idle = 30 * time.Minute
	}
	if c.Life == 0 {
		c.Life = 12 * time.Hour
	}
	if c.Most <= 0 {
		c.Most = 10
	}
	if c.Stopped == nil {
		c.Stopped = func(id.Tenant, id.Person) error { return nil }
	}
	if c.Observe == nil {
		c.Observe = func(string) {}
	}
	s := &Service{
		db: c.DB, journal: c.Journal, org: c.Org, people: c.People, mail: c.Mail, limit: c.Limit, now: c.Now, log: c.Log, box: c.Box, origin: c.Origin, party: partyOf(c.Origin),
		hasher: newHasher(c.Hash), idle: c.Idle, life: c.Life, most: c.Most, observe: c.Observe, stopped: c.Stopped, breached: c.Breached, links: c.Links, askPage: c.AskPage, prover: c.Prover, asker: c.Asker, back: c.Back,
		store: c.Cache, sessions: cache.Named[live](c.Cache, "session", kept), tokens: cache.Named[liveToken](c.Cache, "token", kept),
		programs: cache.Named[liveProgram](c.Cache, "service", kept), devices: cache.Named[liveDevice](c.Cache, "device", kept),
	}
	c.People.Guard(s.mayChangeEntry)
	s.registerJobs(c.Jobs, c.Journal)
	return s
}

// door is who this package is while it finds out who somebody is: the system in one tenant.
func door(tenant id.Tenant) actor.Actor {
	return actor.New(actor.Facts{Kind: actor.System, Tenant: tenant, Name: "sign-in"})
}
