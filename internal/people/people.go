// Package people is the staff: persons with what they sign in with, and groups of people or of sites. It refuses identifiers that
// somebody else has, and never deletes a person: who left is inactive, and their history stays.
package people

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// What may be done here. A permission on persons holds where their home site is; one on groups is used everywhere.
const (
	CanReadPerson   actor.Permission = "person.read"
	CanCreatePerson actor.Permission = "person.create"
	CanUpdatePerson actor.Permission = "person.update"
	CanReadGroup    actor.Permission = "group.read"
	CanCreateGroup  actor.Permission = "group.create"
	CanUpdateGroup  actor.Permission = "group.update"
	CanDeleteGroup  actor.Permission = "group.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanReadPerson, Label: "See people", Area: "People"},
		{Name: CanCreatePerson, Label: "Add a person", Area: "People"},
		{Name: CanUpdatePerson, Label: "Change a person", Area: "People"},
		{Name: CanReadGroup, Label: "See groups", Area: "Groups"},
		{Name: CanCreateGroup, Label: "Add a group", Area: "Groups", Whole: true},
		{Name: CanUpdateGroup, Label: "Change a group", Area: "Groups", Whole: true},
		{Name: CanDeleteGroup, Label: "Delete a group", Area: "Groups", Whole: true},
	}
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	now     clock.Now
	guard   func(ctx context.Context, who actor.Actor, person id.Person) error
}

// New makes the service.
func New(d *db.DB, j *journal.Journal, now clock.Now) *Service {
	return &Service{db: d, journal: j, now: now, guard: func(context.Context, actor.Actor, id.Person) error { return nil }}
}

// Guard sets what is asked before somebody else's way to sign in changes, or whether they can: package auth, which knows who may do more
// than whom. Call it once, before use.
func (s *Service) Guard(ask func(ctx context.Context, who actor.Actor, person id.Person) error) {
	s.guard = ask
}
