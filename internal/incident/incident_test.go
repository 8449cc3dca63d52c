package incident_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/incident"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/testworld"
)

func service(t *testing.T, w *testworld.World) *incident.Service {
	t.Helper()
	return incident.New(incident.Config{
		DB: w.DB, Journal: w.Journal, Auth: w.Auth, People: w.People, Mail: w.Mail, Push: w.Push, Now: w.Clock.Now, Scratch: t.TempDir(), Version: "1.2.3",
		Seeds: func() [][]byte { return [][]byte{testworld.AnchorKey().Seed()} },
		Open:  func(context.Context, string) (io.ReadSeekCloser, error) { return nil, errors.New("there are no files") },
	})
}

// ours is what the archives of the world are signed with.
func ours() []ed25519.PublicKey {
	return []ed25519.PublicKey{testworld.AnchorKey().Public().(ed25519.PublicKey)}
}

// parts reads an archive.
func parts(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(text)
	}
}

// TestWhatIsTakenOutIsWholeAndSigned: evidence has what happened in its time, an export what there is; neither has a secret, nor anything of another
// organisation; and an archive that was changed is found.
func TestWhatIsTakenOutIsWholeAndSigned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		s, ctx := service(t, w), t.Context()
		theirs := w.SecondTenant()
		w.Clock.Advance(time.Hour)
		if _, err := w.Auth.SignIn(ctx, auth.SignIn{Tenant: "HOUSE", Login: "guard", Password: testworld.Password, From: auth.Origin{Source: "192.0.2.55", Agent: "evidence"}}); err != nil {
			t.Fatal(err)
		}
		w.Seal()
		log := strings.NewReader(`{"time":"2026-11-25T08:00:00Z","msg":"before"}` + "\n" + `{"time":"2026-11-25T10:00:00Z","msg":"within"}` + "\nand its second line\n")
		now := w.Clock.Now()
		var out bytes.Buffer
		m, err := s.Evidence(ctx, w.System, incident.Window{From: now.Add(-time.Minute), To: now.Add(time.Minute)}, log, &out)
		if err != nil || len(m.Parts) != 8 {
			t.Fatalf("%+v, %v", m, err)
		}
		got := parts(t, out.Bytes())
		for name, want := range map[string]string{
			"audit.jsonl": "session.started", "sign-ins.jsonl": "192.0.2.55", "sessions.jsonl": "192.0.2.55", "log.jsonl": `"within"`, "manifest.json": `"evidence"`,
		} {
			if !strings.Contains(got[name], want) {
				t.Errorf("%s lacks %s: %s", name, want, got[name])
			}
		}
		if strings.Contains(got["log.jsonl"], "before") || !strings.Contains(got["log.jsonl"], "second line") || strings.Contains(got["audit.jsonl"], "site.created") {
			t.Errorf("the window does not hold: %s %s", got["log.jsonl"], got["audit.jsonl"])
		}
		checkVerified(t, out.Bytes())

		var all bytes.Buffer
		if m, err = s.Export(ctx, w.System, &all); err != nil {
			t.Fatal(err)
		}
		got = parts(t, all.Bytes())
		if !strings.Contains(got["sites.jsonl"], "HARBOUR") || !strings.Contains(got["journal.jsonl"], "site.created") || !strings.Contains(got["credentials.jsonl"], w.Staff[org.Guard].ID.String()) {
			t.Errorf("the export has %v", m.Parts)
		}
		whole := strings.Join([]string{got["credentials.jsonl"], got["sessions.jsonl"], got["sites.jsonl"], got["persons.jsonl"], got["journal.jsonl"]}, "")
		for _, never := range []string{`"hash"`, "argon2", theirs.ID.String()} {
			if strings.Contains(whole, never) {
				t.Errorf("the export has %s", never)
			}
		}
		checkVerified(t, all.Bytes())
		if _, err := s.Export(ctx, w.Actor(org.Administrator), io.Discard); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an administrator exports: %v", err)
		}
		if _, err := s.Evidence(ctx, w.Actor(org.Administrator), incident.Window{}, nil, io.Discard); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an administrator takes evidence: %v", err)
		}
	})
}

// checkVerified verifies an archive, and finds each way to change it.
func checkVerified(t *testing.T, raw []byte) {
	t.Helper()
	if _, err := incident.Verify(bytes.NewReader(raw), ours()); err != nil {
		t.Errorf("whole: %v", err)
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)).Public().(ed25519.PublicKey)
	for name, in := range map[string][]byte{
		"a word changed": bytes.Replace(raw, []byte("Seaside"), []byte("Hillside"), 1), "a part changed": bytes.Replace(raw, []byte("started"), []byte("stArted"), 1),
		"the manifest changed": bytes.Replace(raw, []byte(`"made_at": "2026`), []byte(`"made_at": "2025`), 1), "cut": raw[:len(raw)/2],
	} {
		if bytes.Equal(in, raw) {
			continue // this archive has no such word
		}
		if _, err := incident.Verify(bytes.NewReader(in), ours()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := incident.Verify(bytes.NewReader(raw), []ed25519.PublicKey{other}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("signed by another: %v", err)
	}
}

// TestWhoIsErasedIsNamedNowhere: not in their record, nor in the journal, whose chain is whole; they do not sign in any more; and who changes a row under
// the pretext of an erasure is found.
func TestWhoIsErasedIsNamedNowhere(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		s, ctx := service(t, w), t.Context()
		guard := w.Staff[org.Guard]
		who := w.Actor(org.Guard)
		w.Category("FAULT")
		in := people.PersonInput{Code: "N1", Name: "Nobody Else", Login: "nobody.else", Active: true, HomeSite: guard.HomeSite}
		if _, err := w.People.CreatePerson(ctx, w.System, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Org.CreateLookup(ctx, w.System, org.LookupInput{List: org.UnitKind, Code: "DESK", Name: "Desk of " + guard.Name, Active: true}); err != nil {
			t.Fatal(err)
		}
		w.Seal()
		if _, err := s.Erase(ctx, w.Actor(org.Administrator), guard.ID); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an administrator erases: %v", err)
		}
		x, err := s.Erase(ctx, w.System, guard.ID)
		if err != nil || x.Rows < 1 {
			t.Fatalf("%+v, %v", x, err)
		}
		w.Seal()
		p, err := w.People.GetPerson(ctx, w.System, guard.ID)
		if err != nil || p.Name != "Erased person" || p.Active || p.Email != "" || p.Mobile != "" {
			t.Errorf("the record is %+v, %v", p, err)
		}
		rows, err := w.Journal.List(ctx, w.System, journal.Filter{}, page.Request{Limit: page.Max})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rows.Items {
			text := e.WhoName + e.Before + e.After
			if strings.Contains(text, guard.Name) || strings.Contains(text, guard.Email) || strings.Contains(text, guard.Mobile) {
				t.Errorf("%s names them: %s", e.Verb, text)
			}
		}
		if _, err := w.Auth.SignIn(ctx, auth.SignIn{Tenant: "HOUSE", Login: "guard", Password: testworld.Password}); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("signing in: %v", err)
		}
		report := func() journal.Report {
			t.Helper()
			r, err := w.Journal.Verify(ctx, w.System, w.Anchors.All())
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := report(); !r.Whole() || r.Erased != x.Rows {
			t.Errorf("the journal: %+v, %d rows erased", r, x.Rows)
		}
		if again, err := s.Erase(ctx, w.System, guard.ID); err != nil || again.Rows != 0 && !report().Whole() {
			t.Errorf("again: %+v, %v", again, err)
		}
		w.Exec("update journal set after = '{\"erased\":true}', erased_of = '" + who.Person().String() + "' where verb = 'site.created'")
		if r := report(); r.Whole() || r.Findings[0].Kind != journal.Edited {
			t.Errorf("rows that somebody without the key says were erased: %+v", r)
		}
	})
}
