package incident_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

// cutting is a context that ends after it was asked so many things: the machine stops somewhere in the middle.
type cutting struct {
	context.Context
	left *atomic.Int64
	end  context.CancelFunc
}

func (c cutting) Value(key any) any {
	if c.left.Add(-1) == 0 {
		c.end()
	}
	return c.Context.Value(key)
}

// TestAnErasureThatIsCutOffIsFinished: wherever it ends, another run leaves nothing that names the person.
func TestAnErasureThatIsCutOffIsFinished(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		s, ctx := service(t, w), t.Context()
		cut, done := 0, false
		for n := int64(1); !done; n += 1 + n/2 {
			p := somebodyNamed(t, w, n)
			under, end := context.WithCancel(ctx)
			left := &atomic.Int64{}
			left.Store(n)
			if _, err := s.Erase(cutting{under, left, end}, w.System, p.ID); err == nil {
				done = true
			} else {
				cut++
				if _, err := s.Erase(ctx, w.System, p.ID); err != nil {
					t.Fatalf("the run after one that was cut off at %d: %v", n, err)
				}
			}
			end()
			unnamed(t, w, p)
		}
		if cut < 6 {
			t.Errorf("it was cut off %d times only", cut)
		}
		w.Seal()
		if r, err := w.Journal.Verify(ctx, w.System, w.Anchors.All()); err != nil || !r.Whole() {
			t.Errorf("the journal: %+v, %v", r, err)
		}
	})
}

// somebodyNamed is a person whom a row of the trail and a mail name.
func somebodyNamed(t *testing.T, w *testworld.World, n int64) people.Person {
	t.Helper()
	ctx := t.Context()
	p, err := w.People.CreatePerson(ctx, w.System, people.PersonInput{
		Code: fmt.Sprintf("CUT%d", n), Name: fmt.Sprintf("Cutler Number%dth", n), Login: fmt.Sprintf("cutler.%d", n), Email: fmt.Sprintf("cutler%dth@lantern.example", n), Active: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Org.CreateLookup(ctx, w.System, org.LookupInput{List: org.UnitKind, Code: fmt.Sprintf("CUT%d", n), Name: "Desk of " + p.Name, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	err = w.DB.Write(ctx, w.System, func(tx *db.Tx) error {
		return w.Mail.Queue(ctx, tx, mail.Message{Key: p.Code, To: p.Email, Subject: "For " + p.Name, Text: "A link"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// unnamed holds the person's record, the whole trail and the mail to saying nothing of them.
func unnamed(t *testing.T, w *testworld.World, p people.Person) {
	t.Helper()
	now, err := w.People.GetPerson(t.Context(), w.System, p.ID)
	if err != nil || now.Name != "Erased person" || now.Active || now.Email != "" || now.Login == p.Login {
		t.Errorf("the record is %+v, %v", now, err)
	}
	for after := ""; ; {
		rows, err := w.Journal.List(t.Context(), w.System, journal.Filter{}, page.Request{Limit: page.Max, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rows.Items {
			for _, word := range []string{p.Name, p.Email, `"` + p.Login + `"`} {
				if strings.Contains(e.WhoName+e.Before+e.After, word) {
					t.Errorf("%s names %s: %s %s", e.Verb, word, e.Before, e.After)
				}
			}
		}
		if after = rows.Next; after == "" {
			break
		}
	}
	if n := w.Text("select cast(count(*) as text) from mails where recipient = '" + p.Email + "'"); n != "0" {
		t.Errorf("%s mails to them", n)
	}
}

// TestTheLastAdministratorIsNotErased, and nothing of them is gone by the try.
func TestTheLastAdministratorIsNotErased(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		last := w.Staff[org.Administrator].ID
		if _, err := service(t, w).Erase(t.Context(), w.System, last); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("got %v", err)
		}
		if p, err := w.People.GetPerson(t.Context(), w.System, last); err != nil || !p.Active || p.Name == "Erased person" {
			t.Errorf("they are %+v, %v", p, err)
		}
		if _, err := w.Auth.SignIn(t.Context(), auth.SignIn{Tenant: w.Code, Login: "administrator", Password: testworld.Password}); err != nil {
			t.Errorf("they sign in: %v", err)
		}
	})
}

// TestACopyOfTheTrailForgetsToo: what was taken out of the trail before a person was erased, as a month that is set aside is, names them no more when it
// comes back, but for what others typed; and their record there is empty.
func TestACopyOfTheTrailForgetsToo(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		w.Seal()
		w.Exec("create table copies as select * from journal")
		if _, err := service(t, w).Erase(t.Context(), w.System, guard.ID); err != nil {
			t.Fatal(err)
		}
		w.Exec("delete from journal where id in (select id from copies)", "insert into journal select * from copies")
		rows, err := w.Journal.List(t.Context(), w.System, journal.Filter{}, page.Request{Limit: page.Max})
		if err != nil {
			t.Fatal(err)
		}
		of := 0
		for _, e := range rows.Items {
			if text := e.WhoName + e.Before + e.After; strings.Contains(text, guard.Name) || strings.Contains(text, guard.Email) || strings.Contains(text, `"`+guard.Login+`"`) {
				t.Errorf("%s names them: %s", e.Verb, text)
			}
			if e.Verb == "person.created" && e.Subject.Bytes() == guard.ID.Bytes() {
				of++
				if e.After != `{"erased":true}` {
					t.Errorf("their record says %s", e.After)
				}
			}
		}
		if of != 1 {
			t.Errorf("%d rows of their record", of)
		}
		w.Seal()
		if r, err := w.Journal.Verify(t.Context(), w.System, w.Anchors.All()); err != nil || !r.Whole() {
			t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}
