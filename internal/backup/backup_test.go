package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/backup"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

// TestABackupIsOfOneMomentAndComesBack: it is made while others write, proved, and put in the place of another state, which is set aside.
func TestABackupIsOfOneMomentAndComesBack(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			p := newPlace(t, engine)
			p.grow("one")
			p.grow(strings.Repeat("two ", 100_000))
			p.must(os.WriteFile(p.c.Anchors, []byte("{}\n"), 0o600))
			var writers sync.WaitGroup
			stop := make(chan struct{})
			writers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						p.tenant()
					}
				}
			})
			i, err := p.Make(t.Context())
			close(stop)
			writers.Wait()
			p.must(err)
			if i.Size == 0 || len(i.Recipients) != 1 || i.Engine != engine || i.Verified != nil {
				t.Errorf("made: %+v", i)
			}
			raw, err := os.ReadFile(p.archive(i))
			p.must(err)
			if strings.Contains(string(raw), "sys_tenants") || strings.Contains(string(raw), "two two") {
				t.Error("the backup can be read without a key")
			}
			i, err = p.Verify(t.Context(), "", "")
			p.must(err)
			if v := i.Verified; !v.Restored || v.Files != 2 || v.Tables < 40 || v.Rows < 2 || v.Audit != "whole" {
				t.Errorf("verified: %+v", v)
			}
			had := p.tenants()
			p.grow("three")
			p.must(os.WriteFile(p.c.Anchors, []byte("{}\n{}\n"), 0o600))
			if _, err := p.Restore(t.Context(), backup.Ask{}); fault.KindOf(err) != fault.Conflict || p.tenants() != had+1 {
				t.Errorf("over what is there: %v", err)
			}
			done, err := p.Restore(t.Context(), backup.Ask{Replace: true})
			p.must(err)
			if n := p.tenants(); n < 2 || n > had || done.Rows != i.Verified.Rows || done.Files != 2 || len(done.Aside) != 3 {
				t.Errorf("%d tenants of %d; %+v", n, had, done)
			}
			if got := p.files(); !slices.Equal(got, []string{"one", strings.Repeat("two ", 100_000)}) {
				t.Errorf("%d files", len(got))
			}
			anchors, err := os.ReadFile(p.c.Anchors)
			if string(anchors) != "{}\n" || err != nil || len(p.litter()) > 0 {
				t.Errorf("anchors %q, left: %v, %v", anchors, p.litter(), err)
			}
		})
	}
}

// TestWhatIsNotRightChangesNothing: each refusal has its words, and what was there stays.
func TestWhatIsNotRightChangesNothing(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			p := newPlace(t, engine)
			p.grow("one")
			i, err := p.Make(t.Context())
			p.must(err)
			whole, err := os.ReadFile(p.archive(i))
			p.must(err)
			other, _ := p.key()
			ours := p.Service
			refused := func(what, words string, s *backup.Service, a backup.Ask) {
				t.Helper()
				a.Replace = true
				if _, err := s.Restore(t.Context(), a); err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("%s: %v", what, err)
				}
				if left := p.litter(); len(left) > 0 {
					t.Errorf("%s leaves %v", what, left)
				}
			}
			refused("another key", "does not open this backup", ours, backup.Ask{Identity: other})
			refused("no key", "is none of an age identity", ours, backup.Ask{Identity: "AGE-SECRET-KEY-1"})
			refused("an older program", "newer than this program", p.with(func(c *backup.Config) { c.Schema = 1 }), backup.Ask{})
			refused("other keys of the installation", "the audit key a1", p.with(func(c *backup.Config) { c.Keys = nil }), backup.Ask{})
			refused("another one's name", "no such backup", ours, backup.Ask{Name: "iw-20200101-000000-00000000"})
			elsewhere := map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[engine]
			refused("the other engine", "The backup is of "+engine, p.with(func(c *backup.Config) { c.Database = newPlace(t, elsewhere).c.Database }), backup.Ask{})
			p.audit = errors.New("the journal is cut")
			refused("a journal that is not whole", "the journal is cut", ours, backup.Ask{})
			p.audit = nil
			p.spoil(i, whole, engine == "sqlite", refused)
			p.must(os.WriteFile(p.archive(i), whole, 0o600))
			runs, err := db.Open(t.Context(), db.Options{URL: p.url})
			p.must(err)
			refused("a server that runs", "stop the server first", ours, backup.Ask{})
			runs.Close()
			if p.tenants() != 1 || !slices.Equal(p.files(), []string{"one"}) {
				t.Errorf("%d tenants, files %q", p.tenants(), p.files())
			}
			if engine == "postgres" {
				return
			}
			if done, err := p.with(func(c *backup.Config) { c.Keys = nil }).Restore(t.Context(), backup.Ask{Replace: true, KeysLost: true}); err != nil || done.Audit != "the audit trail was not checked" {
				t.Errorf("with lost keys: %+v %v", done, err)
			}
		})
	}
}

// spoil cuts an archive at several lengths and changes single bytes of it, on PostgreSQL, where each makes a database beside, once.
func (p *place) spoil(i backup.Info, whole []byte, often bool, refused func(what, words string, s *backup.Service, a backup.Ask)) {
	p.t.Helper()
	lengths, flips := []int{len(whole) - 1}, []int(nil)
	if often {
		lengths, flips = []int{0, 100, 300, len(whole) / 2, len(whole) - 1}, []int{30, 250, len(whole) / 2, len(whole) - 1}
	}
	for _, n := range lengths {
		p.must(os.WriteFile(p.archive(i), whole[:n], 0o600))
		refused("cut short", "The backup is damaged", p.Service, backup.Ask{})
		if _, err := p.Verify(p.t.Context(), "", ""); fault.KindOf(err) != fault.Conflict {
			p.t.Errorf("verified at %d: %v", n, err)
		}
	}
	for _, n := range flips {
		raw := slices.Clone(whole)
		raw[n] ^= 1
		p.must(os.WriteFile(p.archive(i), raw, 0o600))
		refused("changed", "", p.Service, backup.Ask{})
	}
}

// TestTheServerCannotReadItsBackups: encrypted to a key that it has not, only the bytes can be compared, and it says so; with the key they can be read.
func TestTheServerCannotReadItsBackups(t *testing.T) {
	p := newPlace(t, "sqlite")
	identity, recipient := p.key()
	sealed := p.with(func(c *backup.Config) { c.Recipients = []string{recipient} })
	i, err := sealed.Make(t.Context())
	p.must(err)
	if v, err := sealed.Verify(t.Context(), i.Name, ""); err != nil || v.Verified.Restored {
		t.Errorf("without a key: %+v %v", v.Verified, err)
	}
	if _, err := sealed.Restore(t.Context(), backup.Ask{Replace: true}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("restored without a key: %v", err)
	}
	if v, err := sealed.Verify(t.Context(), "", "# mine\n"+identity+"\n"); err != nil || !v.Verified.Restored {
		t.Errorf("with the key: %+v %v", v.Verified, err)
	}
	stranger := p.with(func(c *backup.Config) {
		c.Recipients, c.Know = []string{recipient}, func() [][]byte { return [][]byte{[]byte("x")} }
	})
	if _, err := stranger.Verify(t.Context(), "", ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what another installation wrote: %v", err)
	}
	if _, err := stranger.Restore(t.Context(), backup.Ask{Replace: true, Identity: identity}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what another installation wrote is restored: %v", err)
	}
	p.now.Advance(24 * time.Hour)
	before, err := p.Make(t.Context()) // to the installation's own key, which later ones are not
	p.must(err)
	if v, err := sealed.Verify(t.Context(), before.Name, ""); err != nil || !v.Verified.Restored {
		t.Errorf("of the time before: %+v %v", v.Verified, err)
	}
	raw, err := os.ReadFile(p.archive(i))
	p.must(err)
	raw[len(raw)-1] ^= 1
	p.must(os.WriteFile(p.archive(i), raw, 0o600))
	if _, err := sealed.Verify(t.Context(), i.Name, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a changed byte: %v", err)
	}
	if err := backup.Recipient("age1nothing"); err == nil || backup.Recipient(recipient) != nil {
		t.Error("public keys are not told apart")
	}
	if _, err := p.with(func(c *backup.Config) { c.Recipients = []string{"age1nothing"} }).Make(t.Context()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("to a key that is none: %v", err)
	}
}

// TestBackupsAndFilesMayBeInABucket: a restore puts there what is missing, and removes nothing.
func TestBackupsAndFilesMayBeInABucket(t *testing.T) {
	p := newPlace(t, "sqlite")
	bucket := testworld.NewBucket(t)
	place, err := blob.Open(bucket.Address(), "")
	p.must(err)
	files, err := blob.Open(strings.Replace(bucket.Address(), "prefix=iw", "prefix=files", 1), "")
	p.must(err)
	s := p.with(func(c *backup.Config) { c.Place, c.Blobs, c.Files = place, files, "" })
	for _, key := range []string{"a/one", "a/two", "b"} {
		p.must(files.Put(t.Context(), key, strings.NewReader(key), int64(len(key))))
	}
	p.tenant()
	i, err := s.Make(t.Context())
	p.must(err)
	if v, err := s.Verify(t.Context(), i.Name, ""); err != nil || v.Verified.Files != 3 {
		t.Errorf("verified: %+v %v", v.Verified, err)
	}
	p.must(files.Delete(t.Context(), "a/two"))
	p.must(files.Put(t.Context(), "later", strings.NewReader("x"), 1))
	if done, err := s.Restore(t.Context(), backup.Ask{Replace: true}); err != nil || done.Files != 3 {
		t.Errorf("restored: %+v %v", done, err)
	}
	var keys []string
	p.must(files.Each(t.Context(), func(i blob.Info) error { keys = append(keys, i.Key); return nil }))
	if !slices.Equal(keys, []string{"a/one", "a/two", "b", "later"}) {
		t.Errorf("files: %v", keys)
	}
}

// TestOneAtATime: a second is refused while one is at work, and what a crash left is removed.
func TestOneAtATime(t *testing.T) {
	p := newPlace(t, "sqlite")
	left := filepath.Join(p.dir, "work", "work-left")
	p.must(errors.Join(os.MkdirAll(left, 0o700), os.WriteFile(filepath.Join(left, "database"), nil, 0o600)))
	var second error
	s := p.with(func(c *backup.Config) {
		c.Check = func(context.Context, string, string) (string, error) {
			_, second = p.Make(t.Context())
			return "", nil
		}
	})
	_, err := s.Make(t.Context())
	p.must(err)
	_, err = s.Verify(t.Context(), "", "")
	p.must(err)
	if fault.KindOf(second) != fault.Conflict {
		t.Errorf("the second: %v", second)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what a crash left: %v", err)
	}
}
