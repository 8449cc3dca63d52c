package flag

import (
	"crypto/sha256"
	"encoding/binary"

	"intelliwiz/internal/id"
)

// snapshot is all that was said, as a process keeps it. It is never changed, only replaced.
type snapshot struct {
	rules []Rule
	all   map[string]Rule // by flag
	dead  map[string]bool
	own   map[ownKey]Rule
}

// ownKey is a flag of an organisation, or of a person of it.
type ownKey struct {
	flag   string
	tenant id.Tenant
	person id.Person // zero: of the organisation
}

func newSnapshot(rules []Rule) *snapshot {
	s := &snapshot{rules: rules, all: map[string]Rule{}, dead: map[string]bool{}, own: map[ownKey]Rule{}}
	for _, r := range rules {
		switch r.Scope {
		case Killed:
			s.dead[r.Flag] = true
		case ForAll:
			s.all[r.Flag] = r
		case ForTenant:
			s.own[ownKey{flag: r.Flag, tenant: *r.Tenant}] = r
		case ForPerson:
			s.own[ownKey{r.Flag, *r.Tenant, *r.Person}] = r
		}
	}
	return s
}

// why says what decided a value.
type why string

const (
	byDefault why = "default"
	byKill    why = "killed"
	byPerson  why = "person"
	byTenant  why = "organisation"
	byAll     why = "installation"
	byShare   why = "share"
)

// value decides: a kill before what was said of the person, that before what was said of the organisation, and that before what holds for all.
func (s *snapshot) value(d Declared, tenant id.Tenant, person id.Person) (string, why) {
	if s == nil {
		return d.Default, byDefault
	}
	if s.dead[d.Key] {
		return d.Off, byKill
	}
	if r, ok := s.own[ownKey{d.Key, tenant, person}]; ok && !person.IsZero() && d.Type.right(r.Value) {
		return r.Value, byPerson
	}
	if r, ok := s.own[ownKey{flag: d.Key, tenant: tenant}]; ok && d.Type.right(r.Value) {
		return r.Value, byTenant
	}
	r, ok := s.all[d.Key]
	if !ok || !d.Type.right(r.Value) { // the type may be another in this version than in that which wrote it
		return d.Default, byDefault
	}
	if r.Percent == 100 {
		return r.Value, byAll
	}
	drawn := tenant.Bytes()
	if r.Sticks == ToPerson && !person.IsZero() {
		drawn = person.Bytes()
	}
	if share(d.Key, drawn) < uint64(r.Percent) {
		return r.Value, byShare
	}
	return d.Default, byShare
}

// share is where somebody stands among a hundred, the same each time and another for each flag.
func share(flag string, of [16]byte) uint64 {
	sum := sha256.Sum256(append([]byte(flag+"\x00"), of[:]...))
	return binary.BigEndian.Uint64(sum[:8]) % 100
}
