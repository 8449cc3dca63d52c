package auth

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// A browser in which somebody signed in knows them for a year, several of them for who shares it; one that a mailed link let in, for a day.
const (
	deviceLife  = 365 * 24 * time.Hour
	letLife     = 24 * time.Hour
	maxDevices  = 5
	deviceBytes = 3*16 + 8 // tenant, person, device, until when
)

// device says that a browser is known to be a person's. It proves nothing of whoever sits there: it has tries of its own, which no stranger
// can use up.
type device struct {
	tenant id.Tenant
	person id.Person
	id     id.Browser
	until  time.Time
}

// readDevices opens what a browser's cookie says of whom it knows; nothing for a text that we did not seal.
func (s *Service) readDevices(cookie string) (known []device) {
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		return nil
	}
	raw, err := s.box.Open(sealed, []byte("device"))
	if err != nil {
		return nil
	}
	for ; len(raw) >= deviceBytes; raw = raw[deviceBytes:] {
		d := device{id.Of[id.Tenant]([16]byte(raw)), id.Of[id.Person]([16]byte(raw[16:])), id.Of[id.Browser]([16]byte(raw[32:])), time.Unix(int64(binary.BigEndian.Uint64(raw[48:])), 0)}
		if s.now().Before(d.until) {
			known = append(known, d)
		}
	}
	return known
}

// deviceOf gives what a browser's cookie says of a person; ok is false for nothing.
func deviceOf(known []device, tenant id.Tenant, person id.Person) (d device, ok bool) {
	for _, d := range known {
		if d.tenant == tenant && d.person == person && !person.IsZero() {
			return d, true
		}
	}
	return device{}, false
}

// knowing gives the cookie by which a browser knows a person from now on, beside those whom it knew last. A device keeps its id, and a
// stranger's cookie, put there by somebody else, gives none.
func (s *Service) knowing(cookie string, tenant id.Tenant, person id.Person, life time.Duration) (string, error) {
	known := s.readDevices(cookie)
	mine, ok := deviceOf(known, tenant, person)
	if !ok {
		mine = device{tenant: tenant, person: person, id: id.New[id.Browser]()}
	}
	if until := s.now().Add(life); until.After(mine.until) {
		mine.until = until
	}
	raw := mine.append(nil)
	for _, d := range known {
		if len(raw) < maxDevices*deviceBytes && d.id != mine.id {
			raw = d.append(raw)
		}
	}
	sealed, err := s.box.Seal(raw, []byte("device"))
	if err != nil {
		return "", fmt.Errorf("seal a device: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (d device) append(raw []byte) []byte {
	t, p, x := d.tenant.Bytes(), d.person.Bytes(), d.id.Bytes()
	raw = append(append(append(raw, t[:]...), p[:]...), x[:]...)
	return binary.BigEndian.AppendUint64(raw, uint64(d.until.Unix()))
}

// mayTry counts a try at a password before it is looked at. A device that is known has tries of its own; of all others there are so many at
// an account, whatever it is called there and wherever they are, and then a mailed link is asked for. key is what is counted at where there is no
// account.
func (s *Service) mayTry(ctx context.Context, in SignIn, known []device, tenant id.Tenant, a account, key string) error {
	if d, ok := deviceOf(known, tenant, a.person); ok {
		return s.limit.Device(ctx, "password "+d.id.String())
	}
	if len(known) > 0 { // others' device: not counted yet
		if err := s.limit.SignIn(ctx, in.From.Source, in.account()); err != nil {
			return err
		}
	}
	if !a.person.IsZero() {
		key = tenant.String() + a.person.String()
	}
	told, err := s.limit.Stranger(ctx, key)
	if told && !a.person.IsZero() {
		if err := s.manyFailures(ctx, tenant, a); err != nil {
			return err
		}
	}
	if fault.KindOf(err) == fault.TooMany {
		f := *fault.As(err)
		f.Message = "There were too many tries at this account. It is not locked, but this browser needs a link that we send by e-mail."
		f.Fields = []fault.Field{{Path: "login", Code: "stranger", Message: f.Message}}
		return &f
	}
	return err
}

// mayProve counts a try at something else than a password of a person: by a device that is known, or by an address.
func (s *Service) mayProve(ctx context.Context, from Origin, what string, tenant id.Tenant, person id.Person) error {
	if d, ok := deviceOf(s.readDevices(from.Device), tenant, person); ok {
		return s.limit.Device(ctx, what+" "+d.id.String())
	}
	return s.limit.SignIn(ctx, from.Source, what+" "+tenant.String()+" "+person.String())
}

// manyFailures notes that strangers used the tries at an account up, and so tells its owner.
func (s *Service) manyFailures(ctx context.Context, tenant id.Tenant, a account) error {
	home, err := s.homeOf(ctx, door(tenant), a.person)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, door(tenant), func(tx *db.Tx) error {
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.many_failures", Subject: a.person, Site: home})
	})
}

// NeedsLink says that an error means that a browser may try again only after a mailed link, AskDeviceLink.
func NeedsLink(err error) bool {
	if fault.KindOf(err) != fault.TooMany {
		return false
	}
	f := fault.As(err).Fields
	return len(f) == 1 && f[0].Code == "stranger"
}

// account names what is tried, whatever form it was typed in, so that spelling a number anew wins no further tries.
func (in SignIn) account() string {
	key := fold.Key(in.Login)
	if m := fold.Mobile(key); m != "" {
		key = m
	}
	return fold.Code(in.Tenant) + " " + key
}
