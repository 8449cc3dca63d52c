package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Origin is where a sign-in comes from.
type Origin struct {
	Source string // the client's address
	Agent  string // the browser, as it calls itself
	Device string // the cookie by which it knows who signed in with it before; "" = it knows nobody
	Phone  *Phone // nil: a browser

	via via
}

// SignIn is what somebody types to sign in.
type SignIn struct {
	Tenant   string // the organisation's code
	Login    string // login id, e-mail address or mobile number
	Password string
	From     Origin
}

// SignedIn is what a sign-in gives.
type SignedIn struct {
	Secret     string // for the cookie; it is not stored. "" while a second step is to be done
	Step       string // opens the second step, for a cookie of its own; it is not stored. "" = there is none to be done
	Device     string // for a cookie of its own that lasts a year: the browser knows its owner from now on. "" while a second step is to be done
	Person     id.Person
	MustChange bool      // the password was given by somebody else and has to be changed first
	FactorDue  time.Time // by when a second factor has to be set up; zero: none is asked, or there is one
}

// errRefused is the one answer to a wrong organisation, a wrong account and a wrong password.
func errRefused() error {
	f := fault.Of(fault.Unauthenticated, "This does not match an account. Check the organisation, the login and the password.")
	f.Fields = []fault.Field{{Path: "login", Code: "refused", Message: f.Message}}
	return f
}

// errInactive is the answer to who proved who they are, and may not come in.
func errInactive() error {
	return fault.Of(fault.Forbidden, "Your account is not active. Your administrator can change that.")
}

// account is what a password is proven against.
type account struct {
	person     id.Person
	name       string
	active     bool
	hash       string
	mustChange bool
	forced     bool // people of the organisation may sign in by a provider only
}

// SignIn proves a password and starts a session, or, for who has a second factor, the second step. Unauthenticated, always in the same
// words and time, for an unknown organisation or account and for a wrong password; TooMany before a password is looked at; Forbidden,
// after the proof, for an inactive account, and for who may sign in by a provider only.
func (s *Service) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	out, err := s.signIn(ctx, in)
	s.observed(out, err)
	return out, err
}

// observed counts how a try ended.
func (s *Service) observed(out SignedIn, err error) {
	outcome := "ok"
	switch fault.KindOf(err) {
	case "":
		if out.Step != "" {
			outcome = "halfway"
		}
	case fault.Unauthenticated:
		outcome = "refused"
	case fault.TooMany:
		outcome = "limited"
	case fault.Forbidden:
		outcome = "inactive"
	case fault.Invalid:
		outcome = "invalid"
	default:
		outcome = "fault"
	}
	s.observe(outcome)
}

func (s *Service) signIn(ctx context.Context, in SignIn) (SignedIn, error) {
	if err := in.check(); err != nil {
		return SignedIn{}, err
	}
	typed := in.account()
	known := s.readDevices(in.From.Device)
	if len(known) == 0 { // an address that tries too much is refused before anything is read
		if err := s.limit.SignIn(ctx, in.From.Source, typed); err != nil {
			return SignedIn{}, err
		}
	}
	tenant, a, err := s.proven(ctx, in, known, typed)
	switch {
	case err != nil:
		return SignedIn{}, err
	case !a.active:
		return SignedIn{}, errInactive()
	}
	if err := s.barred(ctx, a.forced, tenant, a.person); err != nil {
		return SignedIn{}, err
	}
	return s.enter(ctx, tenant, a, in)
}

// proven gives the account whose password was typed. Unavailable, before anything is read, when too many sign in.
func (s *Service) proven(ctx context.Context, in SignIn, known []device, typed string) (tenant id.Tenant, a account, err error) {
	leave, err := s.hasher.sit(ctx)
	if err != nil {
		return tenant, a, fmt.Errorf("sign in: %w", err)
	}
	defer leave()
	tenant, err = s.org.FindTenant(ctx, in.Tenant)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return tenant, a, fmt.Errorf("sign in: %w", err)
	}
	if a, err = s.findAccount(ctx, tenant, in.Login); err != nil {
		return tenant, a, fmt.Errorf("sign in: %w", err)
	}
	if err := s.mayTry(ctx, in, known, tenant, a, typed); err != nil {
		return tenant, a, err
	}
	switch ok, err := s.hasher.matchesAtDesk(ctx, in.Password, a.hash); {
	case err != nil:
		return tenant, a, fmt.Errorf("sign in: %w", err)
	case !ok:
		s.limit.Failed(ctx, in.From.Source, typed)
		s.log.InfoContext(ctx, "sign-in refused", "why", "password", "organisation", tenant, "account", a.person, "source", in.From.Source) // never what was typed
		return tenant, a, errRefused()
	}
	return tenant, a, nil
}

func (in SignIn) check() error {
	var c fault.Check
	c.Text("tenant", in.Tenant, 1, 30)
	c.Text("login", in.Login, 1, 254)
	c.That(in.Password != "", "password", "required", "Enter your password.")
	c.That(len(in.Password) <= maxBytes, "password", "too_long", fmt.Sprintf("A password has at most %d bytes.", maxBytes))
	return c.Err()
}

// enter starts the session of a proven account, or its second step, and renews a hash that was made with other costs.
func (s *Service) enter(ctx context.Context, tenant id.Tenant, a account, in SignIn) (SignedIn, error) {
	out, hash := SignedIn{Person: a.person, MustChange: a.mustChange}, a.hash
	if s.hasher.outdated(a.hash) {
		renewed, err := s.hasher.make(ctx, in.Password)
		if err != nil {
			s.log.WarnContext(ctx, "password hash not renewed", "err", err) // the old one still proves; tried again at the next sign-in
		} else {
			hash = renewed
		}
	}
	// The journal names the person, who is not yet anybody to the rest.
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: tenant, Person: a.person, Name: a.name})
	err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
		if err := s.hold(ctx, tx, a.person, a.hash, hash); err != nil {
			return err
		}
		factors, err := db.One(ctx, tx, scanInt, factorCount, a.person)
		if err != nil {
			return err
		}
		if err := s.passedBy(ctx, tx, a.forced, a.person); err != nil {
			return err
		}
		if factors > 0 {
			out.Step = s.startStep(tx, a, via{})
			return nil
		}
		out.Secret, out.Device, err = s.startSession(ctx, tx, a.person, in.From)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("start session: %w", err)
	}
	if out.Step == "" {
		if out.FactorDue, err = s.dueOf(ctx, tenant, a.person); err != nil {
			return SignedIn{}, fmt.Errorf("sign in: %w", err)
		}
	}
	return out, nil
}

// findAccount gives the account of an identifier, or one that no password matches: the hash is then "". A login id goes before an e-mail
// address, and that before a mobile number.
func (s *Service) findAccount(ctx context.Context, tenant id.Tenant, login string) (account, error) {
	keys := []string{fold.Login(login), fold.Email(login), fold.Mobile(login)}
	var found []keyed
	if !tenant.IsZero() {
		err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
			found, err = db.All(ctx, tx, scanKeyed, accountsByKey, keys)
			return err
		})
		if err != nil {
			return account{}, err
		}
	}
	for _, key := range keys {
		for _, f := range found {
			if key != "" && f.key == key {
				return f.account, nil
			}
		}
	}
	return account{}, nil
}

type keyed struct {
	account
	key string
}

func scanKeyed(r db.Row) (k keyed, err error) {
	err = r.Scan(&k.key, &k.person, &k.name, &k.active, &k.hash, &k.mustChange, &k.forced)
	return k, err
}

const accountsByKey db.SQL = `-- auth.accountsByKey
select i.key, p.id, p.name, p.active, coalesce(c.hash, ''), coalesce(c.must_change, false),
  exists (select 1 from sso_rules r where r.tenant_id = $1)
from person_identifiers i
join persons p on p.tenant_id = i.tenant_id and p.id = i.person_id
left join credentials c on c.tenant_id = p.tenant_id and c.id = p.id
where i.tenant_id = $1 and i.key in_list($2)`

// errNoPassword tells an operator, never a visitor, why an account has no way in.
var errNoPassword = errors.New("this person has no password yet")
