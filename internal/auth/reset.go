package auth

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/people"
)

// mailedLife is how long a mailed link opens something, from when its mail goes out.
const mailedLife = 30 * time.Minute

// evenTime is how long asking for a link takes at least, whoever is asked about: what is found out on the way takes less.
const evenTime = 300 * time.Millisecond

// LinkRequest is what somebody types who forgot their password.
type LinkRequest struct {
	Tenant string // the organisation's code
	Login  string // login id, e-mail address or mobile number
	From   Origin
}

// AskLink has a link mailed by which the owner of an account sets a new password. The answer and the time that it takes are the same
// whether there is such an account or not; who is inactive, has no address, or is of an organisation that is not active gets nothing.
// Invalid at the fields; TooMany from one address, and about one account.
func (s *Service) AskLink(ctx context.Context, in LinkRequest) error {
	var c fault.Check
	c.Text("tenant", in.Tenant, 1, 30)
	c.Text("login", in.Login, 1, 254)
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.limit.Mailed(ctx, in.From.Source, SignIn{Tenant: in.Tenant, Login: in.Login}.account()); err != nil {
		return err
	}
	even := time.NewTimer(evenTime)
	defer even.Stop()
	tenant, err := s.org.FindTenant(ctx, in.Tenant)
	if err == nil {
		err = s.db.Write(ctx, door(tenant), func(tx *db.Tx) error {
			tx.Unjournaled("a request by nobody in particular; what comes of it has a row")
			return job.Enqueue(ctx, tx, forgot{in.Login}, "")
		})
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return fmt.Errorf("ask for a link: %w", err)
	}
	select {
	case <-even.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// forgot is the job that finds out whom somebody meant who forgot their password.
type forgot struct {
	Login string `json:"login"`
}

// Kind names the job.
func (forgot) Kind() string { return "auth.forgot" }

func (s *Service) forgot(ctx context.Context, who actor.Actor, a forgot) error {
	found, err := s.findAccount(ctx, who.Tenant(), a.Login)
	if err != nil || found.person.IsZero() {
		return err
	}
	p, err := s.people.GetPerson(ctx, who, found.person)
	if err != nil || !p.Active || p.Email == "" {
		return err
	}
	if err := s.barred(ctx, found.forced, who.Tenant(), p.ID); fault.KindOf(err) == fault.Forbidden {
		return s.tellBarred(ctx, p)
	} else if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		kind, err := linkKind(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		return s.askLink(ctx, tx, p, kind, "person.link_asked")
	})
}

// Link is what a mailed link opens.
type Link struct {
	First     bool // the person has no password yet
	Name      string
	Login     string
	Tenant    string // the organisation's code
	ExpiresAt time.Time
}

// found is a link that opens something, and whose it is.
type found struct {
	person  id.Person
	invite  bool
	address string
	expires time.Time
	forced  bool // people of the organisation may sign in by a provider only
}

// errNoLink is the one answer to a link that was used, is over, was replaced by a newer one, or never was.
func errNoLink() error {
	return fault.Of(fault.NotFound, "This link does not open anything any more.")
}

// OpenLink says what a mailed link opens, and changes nothing. NotFound when it opens nothing.
func (s *Service) OpenLink(ctx context.Context, secret string) (Link, error) {
	_, f, p, err := s.findLink(ctx, secret)
	if err != nil {
		return Link{}, err
	}
	t, err := s.org.GetTenant(ctx, door(p.tenant))
	if err != nil {
		return Link{}, err
	}
	return Link{First: f.invite, Name: p.Name, Login: p.Login, Tenant: t.Code, ExpiresAt: f.expires}, nil
}

// linked is whose a link is.
type linked struct {
	people.Person
	tenant id.Tenant
}

// findLink finds what a link opens: only while its person and organisation are active, and the address it went to is still theirs.
func (s *Service) findLink(ctx context.Context, secret string) (hash []byte, f found, p linked, err error) {
	tenant, hash, err := readSecret(secret)
	if err != nil || tenant.IsZero() {
		return nil, found{}, linked{}, errNoLink()
	}
	in := door(tenant)
	err = s.db.Read(ctx, in, func(tx *db.Tx) error {
		f, err = db.One(ctx, tx, scanLink, mailedGet, hash, s.now())
		return err
	})
	if err == nil {
		p.tenant = tenant
		p.Person, err = s.people.GetPerson(ctx, in, f.person)
	}
	if err == nil {
		err = s.activeTenant(ctx, tenant)
	}
	if err == nil {
		err = s.barred(ctx, f.forced, tenant, f.person)
	}
	switch {
	case fault.KindOf(err) == fault.NotFound, fault.KindOf(err) == fault.Forbidden, err == nil && (!p.Active || p.Email != f.address):
		return nil, found{}, linked{}, errNoLink()
	case err != nil:
		return nil, found{}, linked{}, fmt.Errorf("find a link: %w", err)
	}
	return hash, f, p, nil
}

// activeTenant is NotFound for an organisation that is not active.
func (s *Service) activeTenant(ctx context.Context, tenant id.Tenant) error {
	t, err := s.org.GetTenant(ctx, door(tenant))
	if err != nil {
		return err
	}
	_, err = s.org.FindTenant(ctx, t.Code)
	return err
}

// SetByLink gives the person of a mailed link the password that they chose, once, and ends all their sessions. It signs nobody in: they
// sign in with it, and with their second step if they have one. NotFound when the link opens nothing; Invalid at the field when the
// password breaks a rule, and then the link goes on opening.
func (s *Service) SetByLink(ctx context.Context, secret, password string) error {
	link, f, p, err := s.findLink(ctx, secret)
	if err != nil {
		return err
	}
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: p.tenant, Person: p.ID, Name: p.Name})
	o, err := s.owner(ctx, who, p.ID)
	if err != nil {
		return err
	}
	var c fault.Check
	o.check(&c, password)
	s.checkStolen(&c, password)
	if err := c.Err(); err != nil {
		return err
	}
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	change := journal.Change{Verb: "person.password_reset", Subject: p.ID}
	if f.invite {
		change.Verb = "person.joined"
	}
	if p.HomeSite != nil {
		change.Site = *p.HomeSite
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, mailedUse, link, s.now())
		if err != nil {
			return err
		}
		if n == 0 { // somebody was faster
			return errNoLink()
		}
		tx.Later(credentialPut, p.ID, hash, false, s.now())
		tx.Later(pleaDrop, p.ID)
		tx.Later(stepsEnd, p.ID)
		tx.Later(sessionsEnd, p.ID, who.Session())
		return s.journal.Record(ctx, tx, change)
	})
	if err != nil {
		return fmt.Errorf("set a password by a link: %w", err)
	}
	return nil
}
