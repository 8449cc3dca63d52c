// Package hold stops things while somebody looks into an incident: all changes, what comes from an address, an organisation, a person. What is stopped
// stands in the database and outlives a restart; every process keeps the whole of it in memory and hears of a change within seconds. Asking neither
// waits nor fails: while the database is away the last that was read holds. It stops nothing itself: the door and sign-in ask it. Only the system, which
// only the command line is, may stop anything, and the journal of whom it concerns says so.
package hold

import (
	"net/netip"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// Kind is what is stopped.
type Kind string

// The kinds.
const (
	ReadOnly Kind = "READONLY" // all changes
	Source   Kind = "SOURCE"   // what comes from addresses
	Tenant   Kind = "TENANT"   // the people and programs of an organisation
	Person   Kind = "PERSON"   // a person
)

// Hold is something that is stopped.
type Hold struct {
	ID     id.Hold    `json:"id"`
	Kind   Kind       `json:"kind"`
	Source string     `json:"source,omitzero"` // addresses, as a CIDR
	Tenant *id.Tenant `json:"tenant_id,omitzero"`
	Person *id.Person `json:"person_id,omitzero"`
	Reason string     `json:"reason"`
	Who    string     `json:"who"`
	Since  time.Time  `json:"since"`
}

// Check folds addresses into their stored form and gives every violation at its field.
func (h *Hold) Check() error {
	var c fault.Check
	switch h.Kind {
	case ReadOnly:
	case Source:
		p, err := prefixOf(h.Source)
		if err != nil {
			c.Add("source", "address", "Enter an address, or a network like 192.0.2.0/24.")
			break
		}
		h.Source = p.String()
		c.That(p.Bits() >= 8, "source", "range", "That is too much of the world: a network has at least 8 bits in common.")
	case Tenant:
		c.That(h.Tenant != nil, "tenant", "required", "Say which organisation.")
	case Person:
		c.That(h.Tenant != nil && h.Person != nil, "person", "required", "Say which person.")
	default:
		c.Add("kind", "unknown", "Nothing of this kind can be stopped.")
	}
	c.Text("reason", h.Reason, 1, 300)
	return c.Err()
}

// prefixOf reads an address or a network; an IPv4 address in IPv6's clothes is the IPv4 address.
func prefixOf(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

// state is all that is stopped, as a process keeps it. It is never changed, only replaced.
type state struct {
	all      []Hold
	readOnly *Hold
	sources  []netip.Prefix
	tenants  map[id.Tenant]bool
	persons  map[personKey]bool
}

type personKey struct {
	tenant id.Tenant
	person id.Person
}

func newState(all []Hold) *state {
	s := &state{all: all, tenants: map[id.Tenant]bool{}, persons: map[personKey]bool{}}
	for _, h := range all {
		switch h.Kind {
		case ReadOnly:
			s.readOnly = &h
		case Source:
			if p, err := prefixOf(h.Source); err == nil { // it was read before it was written
				s.sources = append(s.sources, p)
			}
		case Tenant:
			s.tenants[*h.Tenant] = true
		case Person:
			s.persons[personKey{*h.Tenant, *h.Person}] = true
		}
	}
	return s
}

// ReadOnly says whether changes are stopped, and why.
func (s *Service) ReadOnly() (reason string, on bool) {
	if x := s.kept.Now(); x != nil && x.readOnly != nil {
		return x.readOnly.Reason, true
	}
	return "", false
}

// From says whether an address is stopped.
func (s *Service) From(source netip.Addr) bool {
	x := s.kept.Now()
	if x == nil {
		return false
	}
	source = source.Unmap().WithZone("")
	for _, p := range x.sources {
		if p.Contains(source) {
			return true
		}
	}
	return false
}

// Stopped says in words why a person may not come in; nil when they may. person may be zero: a program of the organisation.
func (s *Service) Stopped(tenant id.Tenant, person id.Person) error {
	x := s.kept.Now()
	switch {
	case x == nil:
		return nil
	case x.tenants[tenant]:
		return fault.Of(fault.Forbidden, "Access of your organisation is stopped while an incident is looked into. Nothing is lost. The people who run this installation know more.")
	case x.persons[personKey{tenant, person}]:
		return fault.Of(fault.Forbidden, "Your access is stopped while an incident is looked into. Your administrator knows more.")
	}
	return nil
}

// Caller is Stopped for an actor, and for who acts as another person.
func (s *Service) Caller(who actor.Actor) error {
	err := s.Stopped(who.Tenant(), who.Person())
	if b := who.Behind(); err == nil && b != nil {
		err = s.Stopped(who.Tenant(), b.Person)
	}
	return err
}
