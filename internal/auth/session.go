package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// touchEvery is how exactly the last use of sessions and tokens is known; it bounds what reading costs in writing.
const touchEvery = time.Minute

// Session is a sign-in of a person in one browser.
type Session struct {
	ID      id.Session `json:"id"`
	Person  id.Person  `json:"person_id"`
	Source  string     `json:"source"` // the client's address at sign-in
	Agent   string     `json:"agent"`  // the browser, as it calls itself
	Created time.Time  `json:"created_at"`
	Seen    time.Time  `json:"seen_at"` // to the minute
	Expires time.Time  `json:"expires_at"`
	Current bool       `json:"current"`             // the one that asks
	New     bool       `json:"new_device,omitzero"` // told at its start only: the browser did not know the person

	Provider     *id.Provider `json:"provider_id,omitzero"` // that proved the person; nil: nobody outside did
	ProviderName string       `json:"provider_name,omitzero"`
}

// BySession gives the actor of a session secret as a cookie carries it. Unauthenticated for one that is unknown, ended, idle too long or
// whose person is inactive. Who must change their password, or set up a second factor, may do nothing else until then.
func (s *Service) BySession(ctx context.Context, secret string) (actor.Actor, error) {
	return s.bySession(ctx, secret, true)
}

// Peek is BySession for what a browser does by itself, such as keeping a stream of events open: it does not count as use of the session.
func (s *Service) Peek(ctx context.Context, secret string) (actor.Actor, error) {
	return s.bySession(ctx, secret, false)
}

func (s *Service) bySession(ctx context.Context, secret string, used bool) (actor.Actor, error) {
	tenant, hash, err := readSecret(secret)
	if err != nil || tenant.IsZero() {
		return actor.Actor{}, fault.Anonymous()
	}
	l, err := s.sessionOf(ctx, tenant, hash)
	now := s.now()
	if err == nil && now.Sub(l.seen) >= s.idle { // perhaps used on another node since it was read
		l, err = s.readSession(ctx, tenant, hash)
	}
	if err != nil {
		return actor.Actor{}, err
	}
	if !now.Before(l.expires) || now.Sub(l.seen) >= s.idle {
		return actor.Actor{}, fault.Anonymous()
	}
	in := door(tenant)
	if used && now.Sub(l.seen) >= touchEvery {
		s.touch(ctx, in, sessionTouch, "session", l.session)
	}
	facts := actor.Facts{Kind: actor.Person, Tenant: tenant, Person: l.person, Name: l.name, Session: l.session, Proven: l.proven}
	if l.mustChange || overdue(l.due, now) {
		return actor.New(facts), nil
	}
	if facts.Reach, err = s.org.Reach(ctx, in, l.person, l.epoch); err != nil {
		return actor.Actor{}, fmt.Errorf("read grants: %w", err)
	}
	if l.as != nil && now.Before(*l.until) {
		return s.acting(ctx, l, facts)
	}
	return actor.New(facts), nil
}

// overdue says that the time to set up a second factor is over.
func overdue(due, now time.Time) bool { return !due.IsZero() && !now.Before(due) }

// touch notes the last use of a session or token. When that fails the person goes on, and it is noted at the next request.
func (s *Service) touch(ctx context.Context, in actor.Actor, q db.SQL, noun string, record journal.Subject) {
	err := s.db.Write(ctx, in, func(tx *db.Tx) error {
		tx.Unjournaled("a session's or token's last use")
		_, err := tx.Exec(ctx, q, record, s.now())
		return err
	})
	if err != nil {
		s.log.WarnContext(ctx, "last use of a session or token not noted", "err", err)
	}
	s.store.Apply(in.Tenant(), noun) // what is kept has the use before
}

// Live gives those of some sessions of a tenant that still hold, at most 10,000. who must be the system.
func (s *Service) Live(ctx context.Context, who actor.Actor, sessions []id.Session) (out []id.Session, err error) {
	if who.Kind() != actor.System {
		return nil, fault.Denied(string(CanReadSession))
	}
	now := s.now()
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanSessionID, sessionsLive, sessions, now, now.Add(-s.idle))
		return err
	})
	return out, err
}

// ListSessions gives a person's live sessions, the last used first: one's own, or others' with session.read at their home site.
func (s *Service) ListSessions(ctx context.Context, who actor.Actor, person id.Person) ([]Session, error) {
	if err := s.mayAbout(ctx, who, CanReadSession, person); err != nil {
		return nil, err
	}
	var out []Session
	now := s.now()
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		out, err = db.All(ctx, tx, scanSession, sessionsOf, person, now, now.Add(-s.idle))
		return err
	})
	for i := range out {
		out[i].Current = out[i].ID == who.Session()
	}
	return out, err
}

// EndSession ends one session: one's own, or another's with session.end at their home site. NotFound otherwise.
func (s *Service) EndSession(ctx context.Context, who actor.Actor, session id.Session) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	var found []Session
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanSession, sessionGet, session)
		return err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.Missing("session")
	}
	err = nil
	if session != who.Session() { // which is of who acts as them, too
		err = s.mayAbout(ctx, who, CanEndSession, found[0].Person)
	}
	switch fault.KindOf(err) {
	case "":
	case fault.NotFound, fault.Forbidden:
		return fault.Missing("session")
	default:
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, sessionEnd, session)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Missing("session")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "session.ended", Subject: session, Before: found[0]})
	})
}

// mine is nil for a person in a browser who acts as nobody else.
func mine(who actor.Actor) error {
	if who.Kind() != actor.Person {
		return fault.Anonymous()
	}
	return who.RequireSelf()
}

// EndSessions ends all sessions of a person, and what they are signed in with on phones, but the actor's own current one: one's own, or another's with session.end at their home site.
func (s *Service) EndSessions(ctx context.Context, who actor.Actor, person id.Person) error {
	if err := s.mayAbout(ctx, who, CanEndSession, person); err != nil {
		return err
	}
	home, err := s.homeOf(ctx, who, person)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(stepsEnd, person)
		tx.Later(sessionsEnd, person, who.Session())
		tx.Later(devicesStop, person, who.Token())
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.sessions_ended", Subject: person, Site: home})
	})
}

// EndEverySession ends all sessions of an organisation, and what its people are signed in with on phones. It needs session.end, held for the whole
// organisation.
func (s *Service) EndEverySession(ctx context.Context, who actor.Actor) (n int64, err error) {
	if err := who.RequireEverywhere(CanEndSession); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Later(stepsEndAll)
		tx.Later(devicesStopAll)
		if n, err = tx.Exec(ctx, sessionsEndAll); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.sessions_ended", Subject: who.Tenant()})
	})
	return n, err
}

// FindPerson gives the person of a login id, an address or a number, as at sign-in; NotFound otherwise. who must be the system: it is for the command line.
func (s *Service) FindPerson(ctx context.Context, who actor.Actor, login string) (id.Person, error) {
	if who.Kind() != actor.System {
		return id.Person{}, fault.Denied("person.find")
	}
	a, err := s.findAccount(ctx, who.Tenant(), login)
	if err == nil && a.person.IsZero() {
		err = fault.Missing("person")
	}
	return a.person, err
}

// homeOf is where what changes of a person belongs: their home site, zero for none.
func (s *Service) homeOf(ctx context.Context, who actor.Actor, person id.Person) (id.Site, error) {
	p, err := s.people.GetPerson(ctx, door(who.Tenant()), person)
	if err != nil || p.HomeSite == nil {
		return id.Site{}, err
	}
	return *p.HomeSite, nil
}

// SignOut ends the actor's own session.
func (s *Service) SignOut(ctx context.Context, who actor.Actor) error {
	return s.EndSession(ctx, who, who.Session())
}

// startSession makes a session and its secret, or what a phone goes on with, and ends the least recently used beyond the limit. The browser knows the person from now on.
func (s *Service) startSession(ctx context.Context, tx *db.Tx, person id.Person, from Origin) (secret, device string, err error) {
	if err := s.stopped(tx.Who().Tenant(), person); err != nil {
		return "", "", err
	}
	if from.Phone != nil {
		secret, err = s.startPhone(ctx, tx, person, from)
		return secret, "", err
	}
	tenant, now := tx.Who().Tenant(), s.now()
	secret, hash := newSecret(tenant)
	if device, err = s.knowing(from.Device, tenant, person, deviceLife); err != nil {
		return "", "", err
	}
	_, known := deviceOf(s.readDevices(from.Device), tenant, person)
	x := Session{ID: id.New[id.Session](), Person: person, Source: from.Source, Agent: cut(from.Agent, 300), Created: now, Seen: now, Expires: now.Add(s.life), New: !known, Provider: from.via.provider}
	tx.Later(sessionsTrim, person, s.most-1, now)
	tx.Later(sessionInsert, x.ID, x.Person, hash, x.Source, x.Agent, now, x.Expires, from.via.provider, from.via.strong, from.via.at)
	return secret, device, s.journal.Record(ctx, tx, journal.Change{Verb: "session.started", Subject: x.ID, After: x})
}

// mayAbout asks whether the actor may do something about how a person signs in: always about themselves, unless they act as them, else with p at the person's home site.
func (s *Service) mayAbout(ctx context.Context, who actor.Actor, p actor.Permission, person id.Person) error {
	if who.SignedIn() && who.Person() == person {
		return who.RequireSelf()
	}
	return s.requireAbout(ctx, who, p, person)
}

// requireAbout asks for p at a person's home site.
func (s *Service) requireAbout(ctx context.Context, who actor.Actor, p actor.Permission, person id.Person) error {
	if err := who.Require(p); err != nil {
		return err
	}
	x, err := s.people.GetPerson(ctx, who, person)
	if err != nil {
		return err
	}
	if x.HomeSite == nil {
		return who.RequireEverywhere(p)
	}
	return who.RequireAt(p, *x.HomeSite)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
