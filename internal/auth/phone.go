package auth

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// An access token opens for minutes; a refresh token gives the next of both, once, and for a month.
const (
	accessLife  = 10 * time.Minute
	refreshLife = 30 * 24 * time.Hour
	// resend is how long the refresh token before is taken once more: its answer may have got lost on the way. What that held is void then.
	resend = time.Minute
)

// Phone is what a sign-in on a phone says of the phone.
type Phone struct {
	Name  string // as it calls itself: "Nokia XR20"
	Token string // what it was given when it was registered; "" = it is new
}

// Pair is what a phone goes on with.
type Pair struct {
	Access         string // for the header Authorization
	AccessExpires  time.Time
	Refresh        string // for the next Pair, once
	RefreshExpires time.Time
	Device         string // for the next sign-in on this phone
	Person         id.Person
	Name           string
	MustChange     bool // the password was given by somebody else: nothing may be done until it is changed in a browser
}

// PhoneSignedIn is what a sign-in on a phone gives.
type PhoneSignedIn struct {
	Pair
	Step string // opens the second step; "" = there is none to be done, and the Pair is filled
}

// SignInPhone is SignIn on a phone. Conflict, after the proof, when the person has as many phones as the tenant's rule allows and this is none
// of them, whatever it says of itself.
func (s *Service) SignInPhone(ctx context.Context, in SignIn) (PhoneSignedIn, error) {
	out, err := s.SignIn(ctx, in)
	return s.phoneSignedIn(ctx, out, err)
}

// SecondStepPhone is SecondStep on a phone; Conflict as of SignInPhone.
func (s *Service) SecondStepPhone(ctx context.Context, step, code string, from Origin) (PhoneSignedIn, error) {
	out, err := s.SecondStep(ctx, step, code, from)
	return s.phoneSignedIn(ctx, out, err)
}

// phoneSignedIn exchanges the first refresh token, which nobody has seen, for a pair.
func (s *Service) phoneSignedIn(ctx context.Context, in SignedIn, err error) (PhoneSignedIn, error) {
	if err != nil || in.Step != "" {
		return PhoneSignedIn{Step: in.Step}, err
	}
	pair, err := s.Refresh(ctx, in.Secret)
	return PhoneSignedIn{Pair: pair}, err
}

// startPhone registers a phone, or knows it again, and gives its first refresh token.
func (s *Service) startPhone(ctx context.Context, tx *db.Tx, person id.Person, from Origin) (string, error) {
	now, who := s.now(), tx.Who().Tenant()
	d := Device{ID: id.New[id.Device](), Person: person, Name: fold.Line(cut(from.Phone.Name, 100)), Source: from.Source, Created: now, Seen: now}
	if d.Name == "" {
		d.Name = "Phone"
	}
	if tenant, secret, err := readKey(devicePrefix, from.Phone.Token, secretBytes); err == nil && tenant == who {
		known, err := db.All(ctx, tx, scanDevice, deviceKnown, hashOf(secret), person)
		if err != nil {
			return "", err
		}
		if len(known) > 0 {
			d.ID, d.Created = known[0].ID, known[0].Created
			refresh, hash := newRefresh(who, secret)
			tx.Later(deviceStart, d.ID, d.Name, d.Source, hash, now, now.Add(refreshLife))
			return refresh, s.journal.Record(ctx, tx, journal.Change{Verb: "device.signed_in", Subject: d.ID, After: d})
		}
	}
	if err := s.roomForDevice(ctx, tx, person); err != nil {
		return "", err
	}
	secret := newBytes(secretBytes)
	refresh, hash := newRefresh(who, secret)
	tx.Later(deviceInsert, d.ID, person, d.Name, hashOf(secret), d.Source, hash, now, now.Add(refreshLife))
	return refresh, s.journal.Record(ctx, tx, journal.Change{Verb: "device.registered", Subject: d.ID, After: d})
}

// roomForDevice holds a person to the tenant's rule. The rule's row is locked, so that two phones at once are not both the last one.
func (s *Service) roomForDevice(ctx context.Context, tx *db.Tx, person id.Person) error {
	ruled, err := tx.Exec(ctx, deviceRuleLock)
	if err != nil {
		return err
	}
	if ruled == 0 {
		tx.Later(devicesTrim, person, maxPhones-1)
		return nil
	}
	n, err := db.One(ctx, tx, scanRoom, deviceRoom, person)
	if err == nil && n.has >= n.most {
		err = fault.Of(fault.Conflict, fmt.Sprintf("Your organisation allows %d of your phones, and you are registered on so many. Your administrator can release one.", n.most))
	}
	return err
}

// Refresh gives the next pair for a refresh token. One that was used before is taken for stolen: nobody goes on with what came of it, the
// person is told, and signs in anew. Unauthenticated for that, and for one that is unknown, over, or whose person is inactive.
func (s *Service) Refresh(ctx context.Context, refresh string) (out Pair, err error) {
	tenant, key, err := readKey(refreshPrefix, refresh, 2*secretBytes)
	if err != nil {
		return Pair{}, err
	}
	if err := s.mayRefresh(ctx, tenant, hashOf(key[:secretBytes])); err != nil {
		return Pair{}, err
	}
	device, given := key[:secretBytes], hashOf(key[secretBytes:])
	var stolen bool
	err = s.db.Write(ctx, door(tenant), func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanRotating, deviceRotating, hashOf(device))
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].refresh == nil || !s.now().Before(*found[0].expires) {
			return fault.Anonymous()
		}
		r := found[0]
		good, lost := bytes.Equal(given, *r.refresh), r.before != nil && bytes.Equal(given, *r.before) && s.now().Sub(*r.rotated) <= resend
		if stolen = !good && !lost; stolen {
			tx.Later(deviceStop, r.device)
			return s.journal.Record(ctx, tx, journal.Change{Verb: "person.phone_reused", Subject: r.person, After: map[string]string{"name": r.deviceName}})
		}
		out, err = s.rotate(ctx, tx, r, device, given, lost)
		return err
	})
	if err == nil && stolen {
		err = fault.Anonymous()
	}
	if err != nil {
		return Pair{}, err
	}
	s.store.Apply(tenant, "device") // what is kept opens with the access token before
	return out, nil
}

// mayRefresh is Forbidden for the phone of who may sign in by a provider only, which knows no phones.
func (s *Service) mayRefresh(ctx context.Context, tenant id.Tenant, device []byte) error {
	var found []id.Person
	err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanPersonID, deviceForced, device)
		return err
	})
	if err != nil || len(found) == 0 {
		return err
	}
	return s.barred(ctx, true, tenant, found[0])
}

// rotate makes the next pair. lost says that the one before never arrived; the time of its making stays the one that counts.
func (s *Service) rotate(ctx context.Context, tx *db.Tx, r rotating, device, given []byte, lost bool) (Pair, error) {
	tx.Unjournaled("a sign-in that goes on")
	tenant, now := tx.Who().Tenant(), s.now()
	out := Pair{AccessExpires: now.Add(accessLife), RefreshExpires: now.Add(refreshLife), Device: keyText(devicePrefix, tenant, device), Person: r.person, Name: r.name, MustChange: r.mustChange}
	var access, next []byte
	out.Access, access = newToken(accessPrefix, tenant)
	out.Refresh, next = newRefresh(tenant, device)
	rotated := now
	if lost {
		rotated = *r.rotated
	}
	n, err := tx.Exec(ctx, deviceRotate, r.device, *r.refresh, next, given, rotated, access, out.AccessExpires, out.RefreshExpires, now)
	if err == nil && n == 0 {
		err = fault.Of(fault.Conflict, "Another request with this refresh token came first. Go on with its answer.")
	}
	return out, err
}

// byPhone gives the actor of an access token, which is its person. Who must change their password, or set up a second factor, may do nothing
// until then.
func (s *Service) byPhone(ctx context.Context, secret string) (actor.Actor, error) {
	tenant, hash, err := readToken(accessPrefix, secret)
	if err != nil || tenant.IsZero() {
		return actor.Actor{}, fault.Anonymous()
	}
	l, err := s.devices.Get(ctx, tenant, string(hash), access(), func(ctx context.Context) (liveDevice, error) {
		l, err := lookup(ctx, s, tenant, scanLiveDevice, deviceByAccess, "device", hash)
		if err == nil && l.asked {
			l.due, err = s.dueOf(ctx, tenant, l.person)
		}
		return l, err
	})
	if err != nil {
		return actor.Actor{}, err
	}
	now, in := s.now(), door(tenant)
	if !now.Before(l.expires) {
		return actor.Actor{}, fault.Anonymous()
	}
	if now.Sub(l.seen) >= touchEvery {
		s.touch(ctx, in, deviceTouch, "device", l.device)
	}
	facts := actor.Facts{Kind: actor.Token, Tenant: tenant, Person: l.person, Name: l.name, Token: id.Of[id.Token](l.device.Bytes())}
	if l.mustChange || overdue(l.due, now) {
		return actor.New(facts), nil
	}
	if facts.Reach, err = s.org.Reach(ctx, in, l.person, l.epoch); err != nil {
		return actor.Actor{}, fmt.Errorf("read grants: %w", err)
	}
	return actor.New(facts), nil
}
