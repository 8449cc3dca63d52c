package file_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestAFileIsAddedSeenAndDeleted(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		ctx, boss, guard := t.Context(), c.Actor(org.Supervisor), c.Actor(org.Guard)
		owner := testworld.Any(c.Harbour.ID)
		var f file.File
		rows := c.During(func() { f = c.must(c.add(boss, "C:\\photos\\Chiller  2.PNG", picturePNG(t))) })
		w, h := int64(400), int64(200)
		person := boss.Person()
		want := file.File{ID: f.ID, Owner: "site", OwnerID: owner, Site: &c.Harbour.ID, Name: "Chiller 2.png", Type: "image/png", Size: f.Size, Width: &w, Height: &h,
			Hash: f.Hash, Person: &person, Created: testworld.Morning}
		if diff := testworld.JSON(t, want); testworld.JSON(t, f) != diff {
			t.Errorf("got %s\nwant %s", testworld.JSON(t, f), diff)
		}
		if len(rows) != 1 || rows[0].Verb != "file.added" || rows[0].Subject != testworld.Any(f.ID) || rows[0].Site != c.Harbour.ID || rows[0].After != testworld.JSON(t, f) {
			t.Errorf("journaled as %v", rows)
		}
		body := c.content(guard, f, false)
		sum := sha256.Sum256([]byte(body))
		if hex.EncodeToString(sum[:]) != f.Hash || int64(len(body)) != f.Size || !f.Picture() {
			t.Errorf("%d bytes with another hash", len(body))
		}
		if small := c.content(guard, f, true); len(small) == 0 || !strings.HasPrefix(small, "\xff\xd8") {
			t.Error("the small picture is none")
		}
		doc := c.must(c.add(boss, "manual.pdf", pdf("")))
		if doc.Picture() || doc.Type != "application/pdf" || c.content(guard, doc, false) != string(pdf("")) {
			t.Errorf("%+v", doc)
		}
		if _, _, err := c.Open(ctx, guard, doc.ID, true); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the small picture of a document: %v", err)
		}
		list, err := c.List(ctx, guard, "site", owner)
		if err != nil || len(list) != 2 || list[0].ID != f.ID || list[1].ID != doc.ID {
			t.Errorf("list: %v %v", list, err)
		}
		got, err := c.Get(ctx, guard, f.ID)
		if err != nil || testworld.JSON(t, got) != testworld.JSON(t, f) {
			t.Errorf("get: %+v %v", got, err)
		}
		used, quota, err := c.Usage(ctx, guard)
		if used != f.Size+doc.Size || quota != 50<<20 || err != nil {
			t.Errorf("usage %d of %d, %v", used, quota, err)
		}

		testworld.Refused(t, c.Delete(ctx, guard, f.ID), org.CanUpdateSite)
		rows = c.During(func() {
			if err := c.Delete(ctx, boss, f.ID); err != nil {
				t.Fatal(err)
			}
		})
		if len(rows) != 1 || rows[0].Verb != "file.deleted" || rows[0].Before != testworld.JSON(t, f) {
			t.Errorf("journaled as %v", rows)
		}
		testworld.Gone(t, c.Delete(ctx, boss, f.ID), "file")
		if used, _, _ := c.Usage(ctx, guard); used != doc.Size {
			t.Errorf("usage %d after deleting", used)
		}
		c.Start()
		testworld.Eventually(t, "only the document is stored", func() bool { return len(c.stored()) == 1 })
	})
}

// TestFilesFollowTheirRecord: D-43, any tenant's file could be opened and deleted by its address.
func TestDefect043FilesFollowTheirRecord(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		ctx := t.Context()
		f := c.must(c.add(c.System, "a.txt", []byte("hello")))
		owner := testworld.Any(c.Harbour.ID)
		other := c.SecondTenant()
		for name, who := range map[string]actor.Actor{"another tenant's administrator": other.Actor(org.Administrator), "a guard elsewhere": c.As(c.Someone(&c.Mill.ID))} {
			_, err := c.Get(ctx, who, f.ID)
			testworld.Gone(t, err, "file")
			_, _, err = c.Open(ctx, who, f.ID, false)
			testworld.Gone(t, err, "file")
			_, err = c.Link(ctx, who, f.ID)
			testworld.Gone(t, err, "file")
			testworld.Gone(t, c.Delete(ctx, who, f.ID), "file")
			if _, err = c.List(ctx, who, "site", owner); err == nil {
				t.Errorf("%s lists", name)
			}
			if _, err = c.add(who, "a.txt", []byte("x")); err == nil {
				t.Errorf("%s adds", name)
			}
			if err = c.MayAdd(ctx, who, "site", owner); err == nil {
				t.Errorf("%s may add", name)
			}
		}
		testworld.Refused(t, c.MayAdd(ctx, c.Actor(org.Guard), "site", owner), org.CanUpdateSite)
		seen, add, err := c.Attached(ctx, c.Actor(org.Guard), "site", owner)
		if testworld.Refused(t, add, org.CanUpdateSite); err != nil || len(seen) != 1 {
			t.Errorf("a guard of the site sees %v, %v", seen, err)
		}
		if _, add, err = c.Attached(ctx, c.System, "site", owner); add != nil || err != nil {
			t.Errorf("the system may not add: %v, %v", add, err)
		}
		_, err = c.add(c.Actor(org.Guard), "a.txt", []byte("x"))
		testworld.Refused(t, err, org.CanUpdateSite)
		_, err = c.Get(ctx, actor.Actor{}, f.ID)
		testworld.Fault(t, err, fault.Unauthenticated)
		_, _, err = c.Usage(ctx, actor.Actor{})
		testworld.Fault(t, err, fault.Unauthenticated)
		_, err = c.Upload(ctx, c.System, "mood", owner, "a.txt", strings.NewReader("x"))
		testworld.Gone(t, err, "record")
		if got := c.Owners(); len(got) != 1 || got[0] != "site" {
			t.Errorf("owners %v", got)
		}
	})
}

// TestDefect042And089NamesArePlacesNowhere: D-42, paths of clients; D-89, two files in one second were one.
func TestDefect042And089NamesArePlacesNowhere(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				body := strings.Repeat("x", i+1)
				f, err := c.add(c.System, "../../../etc/cron.d/job.txt", []byte(body))
				if err != nil || f.Name != "job.txt" || c.content(c.System, f, false) != body {
					t.Errorf("%+v %v", f, err)
				}
			})
		}
		wait.Wait()
		stored := c.stored()
		if len(stored) != 8 {
			t.Errorf("stored as %v", stored)
		}
		for _, path := range stored {
			if strings.Contains(path, "job") || !strings.Contains(path, "/files/"+c.ID.String()+"/") {
				t.Errorf("stored as %s", path)
			}
		}
	})
}

func TestLinksOpenOneFileForAWhile(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		ctx := t.Context()
		f := c.must(c.add(c.System, "a.txt", []byte("hello")))
		l, err := c.Link(ctx, c.Actor(org.Guard), f.ID)
		if err != nil || !l.Until.Equal(testworld.Morning.Add(10*time.Minute)) || l.Small != "" {
			t.Fatal(l, err)
		}
		link := l.Content
		open := func() error {
			got, r, err := c.OpenLink(ctx, link)
			if err != nil {
				return err
			}
			raw, err := io.ReadAll(r)
			if string(raw) != "hello" || got.Name != "a.txt" {
				t.Errorf("%q %+v", raw, got)
			}
			return errors.Join(err, r.Close())
		}
		if err := open(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.OpenLink(ctx, link[:len(link)-2]); fault.KindOf(err) != fault.NotFound {
			t.Errorf("half a link: %v", err)
		}
		p := c.must(c.add(c.System, "a.png", picturePNG(t)))
		if l, err = c.Link(ctx, c.Actor(org.Guard), p.ID); err != nil {
			t.Fatal(err)
		}
		if got, r, err := c.OpenLink(ctx, l.Small); err != nil || got.Type != "image/jpeg" || got.ID != p.ID || r.Close() != nil {
			t.Errorf("the small picture: %+v %v", got, err)
		}
		c.Clock.Advance(10 * time.Minute)
		testworld.Fault(t, open(), fault.NotFound)
		if _, _, err := c.OpenLink(ctx, l.Small); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the small picture by an old link: %v", err)
		}
		if l, err = c.Link(ctx, c.System, f.ID); err != nil {
			t.Fatal(err)
		}
		link = l.Content
		if err := c.Delete(ctx, c.System, f.ID); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, open(), "file")
	})
}

func TestAShareIsNotExceededHoweverManyAddAtOnce(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		var wait sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for range 12 {
			wait.Go(func() {
				_, err := c.add(c.System, "a.txt", []byte(strings.Repeat("x", 300)))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case fault.KindOf(err) != fault.Full || len(fault.As(err).Fields) != 1 || fault.As(err).Fields[0].Path != "file":
					t.Errorf("refused by %v", err)
				}
			})
		}
		wait.Wait()
		used, _, err := c.Usage(t.Context(), c.System)
		if taken != 3 || used != 900 || err != nil {
			t.Errorf("%d files were taken, %d bytes, %v", taken, used, err)
		}
		if _, err := c.add(c.SecondTenant().System, "x.txt", []byte("x")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another tenant's record: %v", err)
		}
		if _, err := c.add(c.System, "big.txt", []byte(strings.Repeat("x", 1001))); fault.KindOf(err) != fault.Full {
			t.Errorf("more than all: %v", err)
		}
	}, func(cfg *file.Config) { cfg.Quota = 1000 })
}

func TestWhatFailsIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, c *cabinet) {
		c.store.fail(fault.Of(fault.Unavailable, "away"))
		if _, err := c.add(c.System, "a.png", picturePNG(t)); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("the store is away: %v", err)
		}
		c.store.fail(nil)
		stopped, cancel := context.WithCancel(t.Context())
		broken := &breaking{Reader: strings.NewReader(strings.Repeat("x", 100)), cancel: cancel}
		if _, err := c.Upload(stopped, c.System, "site", testworld.Any(c.Harbour.ID), "a.txt", broken); err == nil {
			t.Error("an upload that broke off is taken")
		}
		list, err := c.List(t.Context(), c.System, "site", testworld.Any(c.Harbour.ID))
		used, _, err2 := c.Usage(t.Context(), c.System)
		if len(list) != 0 || used != 0 || len(c.stored()) != 0 || errors.Join(err, err2) != nil {
			t.Errorf("kept: %v, %d bytes, %v", list, used, c.stored())
		}

		// The process dies after storing: an hour later what no row leads to is gone; what has a row stays.
		kept := c.must(c.add(c.System, "kept.txt", []byte("kept")))
		lost := c.must(c.add(c.System, "lost.txt", []byte("lost")))
		c.Exec("delete from files where id = '" + lost.ID.String() + "'")
		c.Exec("update river_job set scheduled_at = created_at, state = 'available' where kind = 'file.forget'")
		c.Start()
		testworld.Eventually(t, "one is stored", func() bool { return len(c.stored()) == 1 })
		time.Sleep(200 * time.Millisecond)
		if c.content(c.System, kept, false) != "kept" {
			t.Error("the other is gone")
		}
	})
}

// breaking breaks after its end.
type breaking struct {
	io.Reader
	cancel func()
}

func (b *breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		b.cancel()
		err = errors.New("the connection broke")
	}
	return n, err
}
