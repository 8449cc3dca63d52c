package auth_test

import (
	"encoding/base32"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAnAppIsSetUpAndRemoved(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who, other := w.As(guard), w.SignIn(guard)
		_, err := w.Auth.PendingApp(ctx, who)
		testworld.Gone(t, err, "set-up of an app")
		_, err = w.Auth.NewCodes(ctx, who)
		testworld.Fault(t, err, fault.Conflict)
		if err := w.Auth.BeginApp(ctx, who); err != nil {
			t.Fatal(err)
		}
		first, err := w.Auth.PendingApp(ctx, who)
		if err != nil || !strings.HasPrefix(first.Address, "otpauth://totp/IntelliWiz:guard@HOUSE?secret="+strings.ReplaceAll(first.Key, " ", "")) {
			t.Fatalf("%+v %v", first, err)
		}
		if err := w.Auth.BeginApp(ctx, who); err != nil { // anew
			t.Fatal(err)
		}
		second, err := w.Auth.PendingApp(ctx, who)
		if err != nil || second.Key == first.Key {
			t.Fatalf("%+v %v", second, err)
		}
		_, err = w.Auth.ConfirmApp(ctx, who, testworld.App{Key: first.Key}.At(w.Clock.Now()))
		testworld.Fault(t, err, fault.Invalid, "code wrong")
		if f, err := w.Auth.ListFactors(ctx, who); err != nil || len(f.All) != 0 || f.Codes != 0 {
			t.Errorf("before it is confirmed: %+v %v", f, err)
		}
		var codes []string
		trail := w.During(func() {
			codes, err = w.Auth.ConfirmApp(ctx, who, testworld.App{Key: second.Key}.At(w.Clock.Now()))
		})
		if err != nil || len(codes) != 10 {
			t.Fatal(codes, err)
		}
		f, err := w.Auth.ListFactors(ctx, who)
		if err != nil || len(f.All) != 1 || f.All[0].Kind != auth.App || f.Codes != 10 {
			t.Fatalf("%+v %v", f, err)
		}
		entry := testworld.Change{Kind: actor.Person, Who: guard.Name, WhoID: guard.ID, Verb: "person.factor_added", Subject: testworld.Any(guard.ID), Site: w.Harbour.ID, After: testworld.JSON(t, f.All[0])}
		testworld.Same(t, []testworld.Change{entry}, trail)
		if got := state(w, other); got != fault.Unauthenticated {
			t.Errorf("another session: %q", got)
		}
		again := w.SetUpAppAs(who)
		if f, _ := w.Auth.ListFactors(ctx, who); len(f.All) != 1 || again.Codes != nil {
			t.Errorf("a second app stands beside the first, or new codes came: %+v", f)
		}
		f, _ = w.Auth.ListFactors(ctx, who)
		for claim, x := range map[string]actor.Actor{"another": w.Actor(org.Viewer), "another tenant's": w.SecondTenant().Actor(org.Guard)} {
			t.Log(claim)
			testworld.Gone(t, w.Auth.RemoveFactor(ctx, x, f.All[0].ID), "factor")
		}
		if err := w.Auth.RemoveFactor(ctx, who, f.All[0].ID); err != nil {
			t.Fatal(err)
		}
		if f, err = w.Auth.ListFactors(ctx, who); err != nil || len(f.All) != 0 || f.Codes != 0 {
			t.Errorf("after it is removed: %+v %v", f, err)
		}
		testworld.Gone(t, w.Auth.RemoveFactor(ctx, who, id.New[id.Factor]()), "factor")
	})
}

func TestTheSetUpOfAnAppEnds(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, who := t.Context(), w.Actor(org.Guard)
		if err := w.Auth.BeginApp(ctx, who); err != nil {
			t.Fatal(err)
		}
		w.Limit.Refuse(fault.Of(fault.TooMany, "Wait."))
		_, err := w.Auth.ConfirmApp(ctx, who, "000000")
		testworld.Fault(t, err, fault.TooMany)
		w.Limit.Refuse(nil)
		w.Clock.Advance(time.Hour)
		_, err = w.Auth.PendingApp(ctx, who)
		testworld.Gone(t, err, "set-up of an app")
		_, err = w.Auth.ConfirmApp(ctx, who, "000000")
		testworld.Gone(t, err, "set-up of an app")
	})
}

// TestWhoGaveAPasswordSetsUpNothing: it would be their way in after the change.
func TestWhoGaveAPasswordSetsUpNothing(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		if err := w.Auth.SetPassword(ctx, w.Actor(org.Administrator), guard.ID, fresh); err != nil {
			t.Fatal(err)
		}
		who := w.As(testworld.Member{Person: guard.Person, Password: fresh})
		testworld.Fault(t, w.Auth.BeginApp(ctx, who), fault.Forbidden)
		_, secret, err := w.Auth.IssueToken(ctx, w.System, w.Staff[org.Viewer].ID, auth.TokenInput{Name: "t", Expires: testworld.Morning.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.Auth.ByToken(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		for claim, x := range map[string]actor.Actor{"a token": token, "nobody": {}} {
			t.Log(claim)
			testworld.Fault(t, w.Auth.BeginApp(ctx, x), fault.Unauthenticated)
			_, err := w.Auth.PendingApp(ctx, x)
			testworld.Fault(t, err, fault.Unauthenticated)
			_, err = w.Auth.NewCodes(ctx, x)
			testworld.Fault(t, err, fault.Unauthenticated)
			testworld.Fault(t, w.Auth.RemoveFactor(ctx, x, id.New[id.Factor]()), fault.Unauthenticated)
		}
		_, err = w.Auth.ListFactors(ctx, actor.Actor{})
		testworld.Fault(t, err, fault.Unauthenticated)
	})
}

// TestTheDatabaseOpensNoSecondStep: neither seed nor recovery codes can be read from it, and a seed opens in its own row alone.
func TestTheDatabaseOpensNoSecondStep(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard, viewer := w.Staff[org.Guard], w.Staff[org.Viewer]
		a, b := w.SetUpApp(guard), w.SetUpApp(viewer)
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(a.Key, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		read := "hex(seed)"
		if w.DB.Engine() == "postgres" {
			read = "encode(seed, 'hex')"
		}
		stored := strings.ToLower(w.Text("select " + read + " from factors where person_id = '" + guard.ID.String() + "'"))
		if len(stored) < 40 || strings.Contains(stored, hex.EncodeToString(raw)) {
			t.Errorf("the seed is stored as %s", stored)
		}
		if got := w.Text("select hash from recovery_codes where person_id = '" + guard.ID.String() + "' limit 1"); !strings.HasPrefix(got, "$argon2id$") {
			t.Errorf("a recovery code is stored as %q", got)
		}
		if all := testworld.JSON(t, w.Trail()); strings.Contains(all, a.Codes[0]) || strings.Contains(all, strings.ReplaceAll(a.Key, " ", "")) {
			t.Error("a secret stands in the journal")
		}
		// the guard's seed in the viewer's row: whoever can write there does not get in by their own phone
		w.Exec("update factors set seed = (select seed from factors where person_id = '" + guard.ID.String() + "') where person_id = '" + viewer.ID.String() + "'")
		w.Clock.Advance(time.Minute)
		out, err := try(w, w.Code, viewer.Login, viewer.Password)
		if err != nil || out.Step == "" {
			t.Fatal(out, err)
		}
		_, err = w.Auth.SecondStep(t.Context(), out.Step, a.At(w.Clock.Now()), auth.Origin{})
		testworld.Fault(t, err, fault.Internal)
		if _, err = w.Auth.SecondStep(t.Context(), out.Step, b.Codes[0], auth.Origin{}); err != nil {
			t.Error(err)
		}
	})
}

func TestSeedsAreSealedAnewWhenTheKeyChanges(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		guard := w.Staff[org.Guard]
		a := w.SetUpApp(guard)
		w.SetUpApp(w.Staff[org.Viewer])
		w.Exec("update factors set seed = (select hash from sessions limit 1) where person_id = '" + w.Staff[org.Viewer].ID.String() + "'") // damaged: the others are sealed anew all the same
		w.Keys.Add(6)
		w.Clock.Advance(time.Minute)
		if err := w.Auth.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Keys.Forget(1)
		out, err := try(w, w.Code, guard.Login, guard.Password)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Auth.SecondStep(t.Context(), out.Step, a.At(w.Clock.Now()), auth.Origin{}); err != nil {
			t.Error(err)
		}
	})
}

func TestChangesOfTheSecondStepAreToldByMail(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, guard := t.Context(), w.Staff[org.Guard]
		who := w.As(guard)
		a := w.SetUpAppAs(who)
		if _, err := w.Auth.SecondStep(ctx, halfway(t, w, guard), a.Codes[0], from); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Auth.NewCodes(ctx, who); err != nil {
			t.Fatal(err)
		}
		f, err := w.Auth.ListFactors(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Auth.RemoveFactor(ctx, who, f.All[0].ID); err != nil {
			t.Fatal(err)
		}
		w.Start()
		told := func() (lines []string) {
			for _, m := range w.Sink.Sent() {
				if m.To == guard.Email && m.Subject == "Your IntelliWiz sign-in" && !strings.Contains(m.Text, "in a browser") {
					lines = append(lines, m.Text)
				}
			}
			return lines
		}
		testworld.Eventually(t, "four mails", func() bool { return len(told()) == 4 })
		all := testworld.JSON(t, told())
		for _, word := range []string{"was added", "was removed", "new recovery codes", "one of your recovery codes"} {
			if !strings.Contains(all, word) {
				t.Errorf("no mail says %q", word)
			}
		}
	})
}
