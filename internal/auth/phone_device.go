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
	"intelliwiz/internal/org"
)

// maxPhones is how many phones of one person are kept, and the most that a rule allows.
const maxPhones = 10

// Device is a phone on which a person signed in. It stays registered when they sign out there.
type Device struct {
	ID      id.Device  `json:"id"`
	Person  id.Person  `json:"person_id"`
	Name    string     `json:"name"`   // as it calls itself
	Source  string     `json:"source"` // the client's address at the last sign-in
	Created time.Time  `json:"created_at"`
	Seen    time.Time  `json:"seen_at"`             // to the minute
	Expires *time.Time `json:"expires_at,omitzero"` // until when they stay signed in there without using it; nil = they are signed out
	Held    bool       `json:"held"`                // by the tenant's rule: only who may end the person's sessions releases it
	Current bool       `json:"current"`             // the one that asks
}

// ListDevices gives a person's phones, the last used first: one's own, or others' with session.read at their home site.
func (s *Service) ListDevices(ctx context.Context, who actor.Actor, person id.Person) (all []Device, err error) {
	if err := s.mayAbout(ctx, who, CanReadSession, person); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		all, err = s.devicesIn(ctx, tx, person)
		return err
	})
	return all, err
}

// devicesIn reads the phones of a person; what one goes on with is left out when it is over.
func (s *Service) devicesIn(ctx context.Context, tx *db.Tx, person id.Person) ([]Device, error) {
	all, err := db.All(ctx, tx, scanDevice, devicesOf, person)
	now := s.now()
	for i, d := range all {
		all[i].Current = d.ID.Bytes() == tx.Who().Token().Bytes()
		if d.Expires != nil && !now.Before(*d.Expires) {
			all[i].Expires = nil
		}
	}
	return all, err
}

// SignOutPhone ends what the actor is signed in with on a phone; the phone stays registered. NotFound for who is not on a phone.
func (s *Service) SignOutPhone(ctx context.Context, who actor.Actor) error {
	if err := who.RequireSelf(); err != nil {
		return err
	}
	device := id.Of[id.Device](who.Token().Bytes())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		d, err := phoneOf(ctx, tx, device)
		if err != nil {
			return err
		}
		tx.Later(deviceStop, device)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "device.signed_out", Subject: device, Before: d})
	})
	if err != nil {
		return fmt.Errorf("sign out of %s: %w", device, err)
	}
	return nil
}

// DeleteDevice releases a phone: whoever is signed in there is out at once, and another may be registered instead. One's own, unless the tenant
// has a rule about phones; then, and for others', it needs session.end at the person's home site. NotFound, and Forbidden for one's own.
func (s *Service) DeleteDevice(ctx context.Context, who actor.Actor, device id.Device) error {
	if err := who.RequireSelf(); err != nil {
		return err
	}
	var d Device
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		d, err = phoneOf(ctx, tx, device)
		return err
	})
	if err != nil {
		return err
	}
	own := d.Person == who.Person()
	if !own || d.Held {
		err = s.requireAbout(ctx, who, CanEndSession, d.Person)
	}
	switch kind := fault.KindOf(err); {
	case kind == fault.Forbidden && own:
		return fault.Of(fault.Forbidden, "Your organisation decides on which phones you sign in. Ask your administrator to release this one.")
	case kind == fault.Forbidden, kind == fault.NotFound:
		return fault.Missing("device")
	case err != nil:
		return err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, deviceDelete, device)
		if err == nil && n == 0 {
			err = fault.Missing("device")
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "device.released", Subject: device, Before: d})
	})
	if err != nil {
		return fmt.Errorf("release %s: %w", device, err)
	}
	return nil
}

func phoneOf(ctx context.Context, tx *db.Tx, device id.Device) (Device, error) {
	found, err := db.All(ctx, tx, scanDevice, deviceGet, device)
	if err == nil && len(found) == 0 {
		return Device{}, fault.Missing("device")
	}
	if err != nil {
		return Device{}, err
	}
	return found[0], nil
}

// DeviceRule gives on how many phones a person may be registered at once; 0 = on any number, of which the last used are kept. Needs
// tenant.update.
func (s *Service) DeviceRule(ctx context.Context, who actor.Actor) (most int64, err error) {
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return 0, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		most, err = deviceMost(ctx, tx)
		return err
	})
	return most, err
}

func deviceMost(ctx context.Context, tx *db.Tx) (int64, error) {
	rules, err := db.All(ctx, tx, scanInt, deviceRuleGet)
	if err != nil || len(rules) == 0 {
		return 0, err
	}
	return rules[0], nil
}

// SetDeviceRule says anew on how many phones a person may be registered at once, 0 = on any number. Who has more keeps them. Needs
// tenant.update. Invalid at most.
func (s *Service) SetDeviceRule(ctx context.Context, who actor.Actor, most int64) error {
	if err := who.RequireEverywhere(org.CanUpdateTenant); err != nil {
		return err
	}
	var c fault.Check
	c.That(most >= 0 && most <= maxPhones, "most", "range", fmt.Sprintf("Choose a number up to %d, or 0 for as many as they like.", maxPhones))
	if err := c.Err(); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := deviceMost(ctx, tx)
		if err != nil {
			return err
		}
		tx.Later(deviceRuleDelete)
		if most > 0 {
			tx.Later(deviceRuleInsert, who.Tenant(), most)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "tenant.phones_ruled", Subject: who.Tenant(), Before: map[string]int64{"most": old}, After: map[string]int64{"most": most}})
	})
	if err != nil {
		return fmt.Errorf("set rule about phones: %w", err)
	}
	return nil
}
