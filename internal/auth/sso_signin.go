package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/oidc"
)

// Prover asks OpenID Connect providers who somebody is.
type Prover interface {
	Check(ctx context.Context, p oidc.Provider) error
	Start(ctx context.Context, p oidc.Provider, back string, fresh bool) (oidc.Started, error)
	Finish(ctx context.Context, p oidc.Provider, s oidc.Started, back string, a oidc.Answer) (oidc.Claims, error)
}

// awayLife is how long somebody may take at a provider.
const awayLife = 10 * time.Minute

// SSODoor is a provider as the sign-in page offers it.
type SSODoor struct {
	ID   id.Provider
	Name string
}

// SSODoors gives the providers by which people of an organisation may sign in, and whether they may by nothing else; none for one that is not
// there. It says nothing of people.
func (s *Service) SSODoors(ctx context.Context, tenant string) (doors []SSODoor, only bool, err error) {
	t, err := s.org.FindTenant(ctx, tenant)
	if fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	err = s.db.Read(ctx, door(t), func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanDoor, doorsOf)
		for _, d := range found {
			doors, only = append(doors, d.SSODoor), d.only
		}
		return err
	})
	return doors, only, err
}

type ssoDoor struct {
	SSODoor
	only bool
}

func scanDoor(r db.Row) (d ssoDoor, err error) { err = r.Scan(&d.ID, &d.Name, &d.only); return d, err }

const doorsOf db.SQL = `-- auth.doorsOf
select p.id, p.name, exists (select 1 from sso_rules r where r.tenant_id = $1) from sso_providers p
where p.tenant_id = $1 and p.active order by p.name_key, p.id limit 20`

// SSOBegin is what a sign-in by a provider begins with.
type SSOBegin struct {
	Tenant   string // the organisation's code
	Provider id.Provider
	Next     string // where the browser goes in the end; given back by FinishSSO
	From     Origin
}

// Away is a browser on its way to a provider: URL is where it goes, Kept for a cookie of its own for ten minutes, without which it comes back as
// a stranger. Asks is the name of a directory, to which nobody goes: what it is asked with is typed here, for SignInDirectory.
type Away struct{ URL, Kept, Asks string }

// away is what the cookie holds, sealed: nothing is stored for who only begins.
type away struct {
	Tenant   id.Tenant   `json:"tenant"`
	Org      string      `json:"org"`
	Provider id.Provider `json:"provider"`
	Session  id.Session  `json:"session,omitzero"` // of who proves once more who they are; zero: somebody signs in
	State    string      `json:"state"`
	Nonce    string      `json:"nonce"`
	Verifier string      `json:"verifier"`
	Fresh    time.Time   `json:"fresh,omitzero"`
	Next     string      `json:"next"`
	Expires  time.Time   `json:"expires"`
}

// errNotProven is the one answer to what does not prove who somebody is, whatever the reason.
func errNotProven() error {
	return atProvider(fault.Unauthenticated, "refused", "Your organisation's sign-in did not tell us who you are. Begin again.")
}

// errNoEntry is the answer to who was proven and may not come in.
func errNoEntry(words string) error { return atProvider(fault.Forbidden, "refused", words) }

func errNoAnswer(err error) error {
	f := atProvider(fault.Unavailable, "away", "Your organisation's sign-in does not answer. Try again in a while.")
	f.RetryAfter = time.Minute
	return f.Because(err)
}

func atProvider(kind fault.Kind, code, words string) *fault.Fault {
	f := fault.Of(kind, words)
	f.Fields = []fault.Field{{Path: "provider", Code: code, Message: words}}
	return f
}

// BeginSSO sends somebody to a provider of an organisation. NotFound for one that is not there, or not on; TooMany from one address;
// Unavailable when the provider does not answer.
func (s *Service) BeginSSO(ctx context.Context, in SSOBegin) (Away, error) {
	t, err := s.org.FindTenant(ctx, in.Tenant)
	if err != nil {
		return Away{}, fault.Named(err, "provider")
	}
	p, err := s.activeProvider(ctx, t, in.Provider)
	if err != nil {
		return Away{}, err
	}
	if p.Kind == LDAP {
		return Away{Asks: p.Name}, nil
	}
	if err := s.mayLeave(ctx, t, in.From); err != nil {
		return Away{}, err
	}
	return s.leave(ctx, p, away{Tenant: t, Org: fold.Code(in.Tenant), Next: in.Next})
}

// mayLeave counts a beginning: by a device that is known to somebody of the organisation, or by an address. There is no account yet at which
// a try could be counted.
func (s *Service) mayLeave(ctx context.Context, tenant id.Tenant, from Origin) error {
	for _, d := range s.readDevices(from.Device) {
		if d.tenant == tenant {
			return s.limit.Device(ctx, "provider "+d.id.String())
		}
	}
	return s.limit.SignIn(ctx, from.Source, "provider "+id.New[id.Any]().String())
}

// leave begins at the provider and seals what has to come back.
func (s *Service) leave(ctx context.Context, p sealedProvider, x away) (Away, error) {
	outside, err := s.outside(x.Tenant, p)
	if err != nil {
		return Away{}, err
	}
	started, err := s.prover.Start(ctx, outside, s.back, !x.Session.IsZero())
	if err != nil {
		return Away{}, errNoAnswer(err)
	}
	x.Provider, x.State, x.Nonce, x.Verifier, x.Fresh, x.Expires = p.ID, started.State, started.Nonce, started.Verifier, started.Fresh, s.now().Add(awayLife)
	raw, err := json.Marshal(x)
	if err != nil {
		return Away{}, fmt.Errorf("state of a provider: %w", err)
	}
	sealed, err := s.box.Seal(raw, []byte("provider"))
	if err != nil {
		return Away{}, fmt.Errorf("seal the state of a provider: %w", err)
	}
	return Away{URL: started.URL, Kept: base64.RawURLEncoding.EncodeToString(sealed)}, nil
}

// activeProvider finds a provider that people may sign in by. NotFound.
func (s *Service) activeProvider(ctx context.Context, tenant id.Tenant, provider id.Provider) (sealedProvider, error) {
	all, err := s.readProviders(ctx, door(tenant))
	if err != nil {
		return sealedProvider{}, err
	}
	p, err := providerIn(all, provider)
	if err == nil && !p.Active {
		err = fault.Missing("provider")
	}
	return p, err
}

// Return is what a browser comes back with from a provider.
type Return struct {
	Kept   string // the cookie that it left with
	State  string
	Code   string
	Issuer string
	Error  string // why there is no code, in the provider's word; "" = there is one
	From   Origin
}

// Back is what comes of it. Org and Next are those that it left with, also when it is refused; "" for who did not leave from here.
type Back struct {
	SignedIn
	Org   string
	Next  string
	Again bool // it was somebody who is signed in and proved who they are once more
}

// FinishSSO takes what a browser came back with from a provider, once, and signs its person in, or, for who left by ProveSSO, takes it as their
// proof. The organisation is the one that the browser left with, whatever it says now. Unauthenticated, always in the same words, when it
// proves nothing; Forbidden, after the proof, for who has no account here, or an inactive one; Unavailable when the provider does not answer.
func (s *Service) FinishSSO(ctx context.Context, who actor.Actor, in Return) (Back, error) {
	x, err := s.cameBack(in)
	if err != nil {
		return Back{}, errNotProven()
	}
	out := Back{Org: x.Org, Next: x.Next, Again: !x.Session.IsZero()}
	out.SignedIn, err = s.finishSSO(ctx, who, x, in)
	if !out.Again {
		s.observed(out.SignedIn, err)
	}
	return out, err
}

// cameBack opens what a browser left with, and holds its state to the one that comes back.
func (s *Service) cameBack(in Return) (x away, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(in.Kept)
	if err != nil {
		return away{}, err
	}
	raw, err := s.box.Open(sealed, []byte("provider"))
	if err != nil {
		return away{}, err
	}
	if err := json.Unmarshal(raw, &x); err != nil {
		return away{}, err
	}
	if subtle.ConstantTimeCompare([]byte(x.State), []byte(in.State)) != 1 || !s.now().Before(x.Expires) {
		return away{}, errors.New("the state is another's, or too old")
	}
	return x, nil
}

func (s *Service) finishSSO(ctx context.Context, who actor.Actor, x away, in Return) (SignedIn, error) {
	if err := s.activeTenant(ctx, x.Tenant); err != nil {
		return SignedIn{}, errNotProven()
	}
	if err := s.spendState(ctx, x); err != nil {
		return SignedIn{}, err
	}
	p, err := s.activeProvider(ctx, x.Tenant, x.Provider)
	if fault.KindOf(err) == fault.NotFound {
		return SignedIn{}, errNotProven()
	}
	if err != nil {
		return SignedIn{}, err
	}
	if in.Error != "" {
		s.log.InfoContext(ctx, "a provider sent somebody back", "provider", p.ID, "error", cut(in.Error, 60))
		return SignedIn{}, errNotProven()
	}
	outside, err := s.outside(x.Tenant, p)
	if err != nil {
		return SignedIn{}, err
	}
	proven, err := answerOf{s, p, outside, x, in}.prove(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !x.Session.IsZero() {
		secret, err := s.provenAt(ctx, who, x.Session, p, proven.subject)
		return SignedIn{Secret: secret, Person: who.Person()}, err
	}
	return s.enterBy(ctx, x.Tenant, p, proven, in.From)
}

// spendState uses the state of a sign-in up, on all nodes.
func (s *Service) spendState(ctx context.Context, x away) error {
	sum := sha256.Sum256([]byte("provider " + x.State))
	return s.db.Write(ctx, door(x.Tenant), func(tx *db.Tx) error {
		tx.Unjournaled("nobody is signed in yet")
		n, err := tx.Exec(ctx, challengeSpend, id.Of[id.Any]([16]byte(sum[:16])), x.Expires)
		if err == nil && n == 0 {
			err = errNotProven()
		}
		return err
	})
}
