package people_test

import (
	"fmt"
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// operation is a use case with the permission that it needs.
type operation struct {
	name  string
	needs actor.Permission
	thing string // what it says is missing for a foreign or unknown id; "" = it takes none
	call  func(who actor.Actor, person id.Person, group id.Group) error
}

func operations(t *testing.T, s *people.Service) []operation {
	ctx := t.Context()
	errOf := func(_ any, err error) error { return err }
	return []operation{
		{"GetPerson", people.CanReadPerson, "person", func(who actor.Actor, p id.Person, _ id.Group) error { return errOf(s.GetPerson(ctx, who, p)) }},
		{"ListPeople", people.CanReadPerson, "", func(who actor.Actor, _ id.Person, _ id.Group) error {
			return errOf(s.ListPeople(ctx, who, people.PersonFilter{}, page.Request{}))
		}},
		{"CountPeople", people.CanReadPerson, "", func(who actor.Actor, _ id.Person, _ id.Group) error {
			return errOf(s.CountPeople(ctx, who, people.PersonFilter{}))
		}},
		{"CreatePerson", people.CanCreatePerson, "", func(who actor.Actor, _ id.Person, _ id.Group) error {
			return errOf(s.CreatePerson(ctx, who, people.PersonInput{Code: "NEW", Name: "N", Login: "new"}))
		}},
		{"UpdatePerson", people.CanUpdatePerson, "person", func(who actor.Actor, p id.Person, _ id.Group) error {
			return errOf(s.UpdatePerson(ctx, who, p, 1, people.PersonInput{Code: "N2", Name: "N", Login: "n2", Active: true}))
		}},
		{"GetGroup", people.CanReadGroup, "group", func(who actor.Actor, _ id.Person, g id.Group) error { return errOf(s.GetGroup(ctx, who, g)) }},
		{"ListGroups", people.CanReadGroup, "", func(who actor.Actor, _ id.Person, _ id.Group) error {
			return errOf(s.ListGroups(ctx, who, people.GroupFilter{}, page.Request{}))
		}},
		{"CreateGroup", people.CanCreateGroup, "", func(who actor.Actor, _ id.Person, _ id.Group) error {
			return errOf(s.CreateGroup(ctx, who, people.GroupInput{Kind: people.OfPeople, Name: "New"}))
		}},
		{"UpdateGroup", people.CanUpdateGroup, "group", func(who actor.Actor, _ id.Person, g id.Group) error {
			return errOf(s.UpdateGroup(ctx, who, g, 1, people.GroupInput{Name: "Newer"}))
		}},
		{"DeleteGroup", people.CanDeleteGroup, "group", func(who actor.Actor, _ id.Person, g id.Group) error { return s.DeleteGroup(ctx, who, g, 2) }},
	}
}

// TestDefect031EveryOperationNeedsItsPermission: reads were anonymous and writes unauthenticated (28, 29). It calls each use case as somebody who holds everything else, as nobody, and as one who may.
func TestDefect031EveryOperationNeedsItsPermission(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		person, group := w.Someone(nil).ID, newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "Own"}).ID
		for _, op := range operations(t, w.People) {
			var others []actor.Permission
			for _, d := range testworld.Permissions() {
				if d.Name != op.needs {
					others = append(others, d.Name)
				}
			}
			before := len(w.Trail())
			t.Log(op.name)
			err := op.call(dbtest.Actor(w.ID, others...), person, group)
			if op.name == "GetPerson" { // who may see nobody sees themselves, so the others are not there
				testworld.Gone(t, err, "person")
			} else {
				testworld.Refused(t, err, op.needs)
			}
			testworld.Fault(t, op.call(actor.Actor{}, person, group), fault.Unauthenticated)
			if n := len(w.Trail()); n != before {
				t.Errorf("%s: a refusal left %d rows in the journal", op.name, n-before)
			}
			testworld.Fault(t, op.call(w.Actor(org.Administrator), person, group), "")
		}
	})
}

// TestDefect039ForeignAndUnknownIdsAreTheSame: any record, any group of any customer was changed and deleted by raw id (37, too).
func TestDefect039ForeignAndUnknownIdsAreTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		other := w.SecondTenant()
		foreign := newGroup(t, w, other, people.GroupInput{Kind: people.OfPeople, Name: "Own"}).ID
		admin := w.Actor(org.Administrator)
		before := len(w.Trail())
		for _, op := range operations(t, w.People) {
			if op.thing == "" {
				continue
			}
			t.Log(op.name)
			testworld.Gone(t, op.call(admin, other.Staff[org.Guard].ID, foreign), op.thing)
			testworld.Gone(t, op.call(admin, id.New[id.Person](), id.New[id.Group]()), op.thing)
			testworld.Gone(t, op.call(admin, id.Person{}, id.Group{}), op.thing)
		}
		if n := len(w.Trail()); n != before {
			t.Errorf("%d rows in the journal for what was not found", n-before)
		}
	})
}

func TestScopeOfPeopleIsTheirHomeSite(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Supervisor) // of North
		list, err := w.People.ListPeople(ctx, who, people.PersonFilter{}, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []people.Person{w.Staff[org.Guard].Person, w.Staff[org.Supervisor].Person, w.Staff[org.Technician].Person}, list.Items)
		for _, role := range []string{org.Viewer, org.Auditor, org.Administrator} { // Mill, none, Depot
			p := w.Staff[role]
			_, err := w.People.GetPerson(ctx, who, p.ID)
			testworld.Gone(t, err, "person")
			_, err = w.People.UpdatePerson(ctx, who, p.ID, 1, input(p.Person))
			testworld.Gone(t, err, "person")
		}
		for _, home := range []*id.Site{nil, &w.Mill.ID} {
			_, err := w.People.CreatePerson(ctx, who, people.PersonInput{Code: "N", Name: "N", Login: "nn", HomeSite: home})
			testworld.Refused(t, err, people.CanCreatePerson)
			in := input(w.Staff[org.Guard].Person)
			in.HomeSite = home
			_, err = w.People.UpdatePerson(ctx, who, w.Staff[org.Guard].ID, 1, in)
			testworld.Refused(t, err, people.CanUpdatePerson)
		}
		in := input(w.Staff[org.Guard].Person)
		in.HomeSite = &w.Tower.ID
		if _, err := w.People.UpdatePerson(ctx, who, w.Staff[org.Guard].ID, 1, in); err != nil {
			t.Error(err)
		}
		// a guard sees nobody but themselves
		guard := w.Actor(org.Guard)
		if self, err := w.People.GetPerson(ctx, guard, guard.Person()); err != nil || self.ID != guard.Person() {
			t.Errorf("%v %v", self, err)
		}
		_, err = w.People.GetPerson(ctx, guard, w.Staff[org.Supervisor].ID)
		testworld.Gone(t, err, "person")
	})
}

func TestAStaleVersionIsAConflictWithTheCurrentRecord(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		p := w.Staff[org.Guard].Person
		g := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "Own", People: []id.Person{p.ID}})
		_, err := w.People.UpdatePerson(ctx, who, p.ID, 2, input(p))
		testworld.Fault(t, err, fault.Conflict, "version stale")
		testworld.Same(t, any(p), fault.As(err).Current)
		_, err = w.People.UpdateGroup(ctx, who, g.ID, 0, people.GroupInput{Name: "x"})
		for _, err := range []error{err, w.People.DeleteGroup(ctx, who, g.ID, 2)} {
			testworld.Fault(t, err, fault.Conflict, "version stale")
			testworld.Same(t, any(g), fault.As(err).Current)
		}
	})
}

func TestOfManyChangesOfOneVersionOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		p := w.Staff[org.Guard].Person
		g := newGroup(t, w, w.Tenant, people.GroupInput{Kind: people.OfPeople, Name: "Own"})
		for name, change := range map[string]func(n string) (any, error){
			"person": func(n string) (any, error) {
				in := input(p)
				in.Name = n
				return w.People.UpdatePerson(ctx, who, p.ID, 1, in)
			},
			"group": func(n string) (any, error) {
				return w.People.UpdateGroup(ctx, who, g.ID, 1, people.GroupInput{Name: n, People: []id.Person{p.ID}})
			},
		} {
			errs, made := make([]error, 6), make([]any, 6)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { made[i], errs[i] = change(fmt.Sprint("N", i)) })
			}
			wg.Wait()
			var won []any
			for i, err := range errs {
				if err == nil {
					won = append(won, made[i])
				}
			}
			if len(won) != 1 {
				t.Fatalf("%s: %d changes of one version were taken", name, len(won))
			}
			for _, err := range errs {
				if err != nil {
					testworld.Fault(t, err, fault.Conflict, "version stale")
					testworld.Same(t, won[0], fault.As(err).Current)
				}
			}
		}
	})
}

func TestOfTwoWhoTakeAnIdentifierTogetherOneGetsIt(t *testing.T) {
	each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Administrator)
		for round := range 5 {
			errs := make([]error, 4)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					_, errs[i] = w.People.CreatePerson(ctx, who, people.PersonInput{Code: fmt.Sprintf("R%d-%d", round, i), Name: "R", Login: fmt.Sprintf("race%d", round)})
				})
			}
			wg.Wait()
			made := 0
			for _, err := range errs {
				if err == nil {
					made++
				} else {
					testworld.Fault(t, err, fault.Conflict, "login_id taken")
				}
			}
			if made != 1 {
				t.Errorf("%d people have the login", made)
			}
		}
	})
}
