package auth_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/argon"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAPasswordThatChangesDuringASignInLetsNobodyStayIn: the proof is of the old one, and the change ends all sessions.
func TestAPasswordThatChangesDuringASignInLetsNobodyStayIn(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		slow := another(w, func(c *auth.Config) { c.Hash = auth.HashConfig{Memory: 4096, Passes: 60} }) // renews, and takes its time over it
		guard := w.Staff[org.Guard]
		w.Limit.Asked()
		var out auth.SignedIn
		var err error
		var wg sync.WaitGroup
		wg.Go(func() {
			out, err = slow.SignIn(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: "guard", Password: testworld.Password})
		})
		testworld.Eventually(t, "a try", func() bool { return len(w.Limit.Asked()) > 0 })
		time.Sleep(20 * time.Millisecond) // it has read the old hash and computes
		if err := w.Auth.SetPassword(t.Context(), w.System, guard.ID, "another violin plinth mosaic"); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if err == nil {
			_, err = w.Auth.BySession(t.Context(), out.Secret)
		}
		if fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("with the old password: %v", err)
		}
		_, err = try(w, w.Code, "guard", testworld.Password)
		testworld.Fault(t, err, fault.Unauthenticated, "login refused")
		if _, err = try(w, w.Code, "guard", "another violin plinth mosaic"); err != nil {
			t.Errorf("the new password was overwritten: %v", err)
		}
	})
}

func TestAFloodOfSignInsIsAnsweredUnavailable(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		small := another(w, func(c *auth.Config) { c.Hash = auth.HashConfig{Memory: 4096, Passes: 60, Workers: 1, Queue: 1} })
		kinds := make([]fault.Kind, 8)
		var wg sync.WaitGroup
		for i := range kinds {
			wg.Go(func() {
				_, err := small.SignIn(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: "nobody", Password: "x"})
				if kinds[i] = fault.KindOf(err); kinds[i] == fault.Unavailable && fault.As(err).RetryAfter <= 0 {
					t.Error("it does not say when to come again")
				}
			})
		}
		wg.Wait()
		count := map[fault.Kind]int{}
		for _, k := range kinds {
			count[k]++
		}
		if count[fault.Unavailable] == 0 || count[fault.Unauthenticated] == 0 || len(count) != 2 {
			t.Errorf("%v, want some refused and the rest turned away", count)
		}
	})
}

// TestAFloodOfSignInsIsReadForAtThePaceOfItsHashes: what is read for who waits would be taken from everybody else.
func TestAFloodOfSignInsIsReadForAtThePaceOfItsHashes(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		const people, tooMany, atDesk = 16, 3, 1 + 8
		first, goOn := make(chan struct{}, people), make(chan struct{})
		small := another(w, func(c *auth.Config) {
			c.Hash = auth.HashConfig{Workers: 1, Queue: people - 1, Sum: func(a argon.Ask) []byte { first <- struct{}{}; <-goOn; return make([]byte, a.Length) }}
		})
		w.Limit.Asked()
		read := func() (n int) { // a try at an account is counted after the account was read
			for _, x := range w.Limit.Asked() {
				if strings.HasPrefix(x, "stranger ") {
					n++
				}
			}
			return n
		}
		var turnedAway atomic.Int64
		var wg sync.WaitGroup
		for range people + tooMany {
			wg.Go(func() {
				_, err := small.SignIn(w.Ctx(), auth.SignIn{Tenant: w.Code, Login: "guard", Password: "x"})
				switch fault.KindOf(err) {
				case fault.Unauthenticated:
				case fault.Unavailable:
					turnedAway.Add(1)
				default:
					t.Errorf("who waited: %v", err)
				}
			})
		}
		<-first // is hashed for
		testworld.Eventually(t, "the line to be full", func() bool { return turnedAway.Load() == tooMany })
		time.Sleep(50 * time.Millisecond) // others would read now
		seen := read()
		if seen > atDesk {
			t.Errorf("%d accounts were read while one is hashed for, want at most %d", seen, atDesk)
		}
		close(goOn)
		wg.Wait()
		if seen += read(); seen != people {
			t.Errorf("%d accounts were read, want those of %d who waited and of nobody who was turned away", seen, people)
		}
	})
}

func TestNobodyIsLetInWhenAPartFails(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		secret := w.SignIn(w.Staff[org.Guard])
		_, token, err := w.Auth.IssueToken(t.Context(), w.System, w.Staff[org.Guard].ID, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		w.DB.Close()
		_, err = try(w, w.Code, "guard", testworld.Password)
		_, err2 := w.Auth.BySession(t.Context(), secret)
		who, err3 := w.Auth.ByToken(t.Context(), token, "")
		for _, err := range []error{err, err2, err3} {
			if err == nil || fault.KindOf(err) == fault.Unauthenticated {
				t.Errorf("a database that is away: %v", err)
			}
		}
		if who.Kind() != actor.Visitor || who.Person() != (id.Person{}) {
			t.Errorf("%+v", who)
		}
	})
}
