package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/config"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/seal"
)

// TestAKeyChangesUnderLoad rotates the columns key while people sign in by known browsers and open pages: nothing fails, nobody is signed out, and the
// new version seals within a second or two.
func TestAKeyChangesUnderLoad(t *testing.T) {
	h := openHouse(t, "sqlite")
	server, err := h.newServer()
	if err != nil {
		t.Fatal(err)
	}
	h.door = server.Handler()
	in, err := h.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: "farah.s", Password: demo.Password})
	if err != nil {
		t.Fatal(err)
	}
	other := auth.SignIn{Tenant: "MULA", Login: "farah.s", Password: demo.Password} // somebody else: ten sessions of one person end the eleventh
	known, err := h.auth.SignIn(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	other.From.Device = known.Device
	box, place := seal.New(h.live.columns()), []byte("a test")
	before, err := box.Seal([]byte("sealed before"), place)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := h.live.columns().Newest()
	var stop atomic.Bool
	var done atomic.Int64
	var wg sync.WaitGroup
	load := func(step func() bool) {
		wg.Go(func() {
			for !stop.Load() {
				if !step() {
					return
				}
				done.Add(1)
			}
		})
	}
	load(func() bool {
		answer, body := h.ask(in.Secret, http.MethodGet, "/account", "", "")
		if answer.StatusCode != http.StatusOK {
			t.Errorf("a page answers %d: %.200s", answer.StatusCode, body)
		}
		return answer.StatusCode == http.StatusOK
	})
	load(func() bool {
		again, err := h.auth.SignIn(t.Context(), other)
		if err != nil || again.Device == "" {
			t.Errorf("a browser that is known: %v", err)
		}
		return err == nil
	})
	load(func() bool {
		sealed, err := box.Seal([]byte("now"), place)
		text, err2 := box.Open(sealed, place)
		if err != nil || err2 != nil || string(text) != "now" {
			t.Errorf("seal and open: %v %v", err, err2)
		}
		return err == nil && err2 == nil
	})
	var out bytes.Buffer
	c := &command{Env: Env{Out: &out}}
	if err := c.rotate(h.cfg, config.ColumnsKey); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(10 * time.Second)
	for number := old; number == old && time.Now().Before(until); number, _ = h.live.columns().Newest() {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	if number, _ := h.live.columns().Newest(); number != old+1 || done.Load() < 10 {
		t.Errorf("version %d after %d, %d steps", number, old, done.Load())
	}
	if text, err := box.Open(before, place); err != nil || string(text) != "sealed before" || !box.Old(before) {
		t.Errorf("what was sealed before: %q %v", text, err)
	}
	if err := c.rotate(h.cfg, config.ColumnsKey); err == nil {
		t.Error("the version before goes although something may be sealed with it")
	}
	ago := time.Now().Add(-26 * time.Hour)
	if err := os.Chtimes(filepath.Join(h.cfg.Data, config.KeysFile), ago, ago); err != nil {
		t.Fatal(err)
	}
	if err := c.rotate(h.cfg, config.ColumnsKey); err != nil {
		t.Error(err)
	}
	if err := c.rotate(h.cfg, "moon"); err == nil {
		t.Error("an unknown key is rotated")
	}
}

// TestTheOtherKeysChangeUnderLoad rotates links, audit and anchor keys one after another while people open pages, change records and follow
// links: nothing fails, nobody is signed out, links of before still lead, and the journal is whole.
func TestTheOtherKeysChangeUnderLoad(t *testing.T) {
	h := openHouse(t, "sqlite")
	server, err := h.newServer()
	if err != nil {
		t.Fatal(err)
	}
	h.door = server.Handler()
	in, err := h.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: "farah.s", Password: demo.Password})
	if err != nil {
		t.Fatal(err)
	}
	who := operator(h.actors["ADMINISTRATOR"].Tenant())
	file, err := id.Parse[id.File](h.ids["file"])
	if err != nil {
		t.Fatal(err)
	}
	before, err := h.files.Link(t.Context(), who, file)
	if err != nil {
		t.Fatal(err)
	}
	open := func(link string) error {
		_, content, err := h.files.OpenLink(t.Context(), link)
		if err == nil {
			err = content.Close()
		}
		return err
	}
	sealing, stopSealing := context.WithCancel(t.Context())
	sealed := make(chan error, 1)
	go func() { sealed <- h.journal.Run(sealing) }()
	var stop atomic.Bool
	var done atomic.Int64
	var wg sync.WaitGroup
	load := func(what string, step func() error) {
		wg.Go(func() {
			for !stop.Load() && !t.Failed() {
				if err := step(); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				done.Add(1)
			}
		})
	}
	load("a page", func() error {
		if answer, body := h.ask(in.Secret, http.MethodGet, "/account", "", ""); answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%d: %.200s", answer.StatusCode, body)
		}
		return nil
	})
	load("a link of now", func() error {
		link, err := h.files.Link(t.Context(), who, file)
		return errors.Join(err, open(link.Content))
	})
	load("a link of before", func() error { return open(before.Content) })
	load("a change", func() error {
		u, err := h.org.CreateUnit(t.Context(), who, org.UnitInput{Code: "K" + rand.Text()[:12], Name: "Made while a key changes", Active: true})
		if err != nil {
			return err
		}
		return h.org.DeleteUnit(t.Context(), who, u.ID, u.Version)
	})
	var out bytes.Buffer
	c := &command{Env: Env{Out: &out}}
	for _, name := range []config.KeyName{config.LinksKey, config.AuditKey, config.AnchorKey, config.AuditKey} {
		if err := c.rotate(h.cfg, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		time.Sleep(lookEvery + 300*time.Millisecond)
	}
	stop.Store(true)
	wg.Wait()
	stopSealing()
	if err := <-sealed; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := h.journal.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(h.live.audit().All()); n != 3 || done.Load() < 20 {
		t.Errorf("%d versions of the audit key, %d steps", n, done.Load())
	}
	anchors, err := h.anchors.read()
	if err != nil {
		t.Fatal(err)
	}
	report, err := h.journal.Verify(t.Context(), who, anchors)
	if err != nil || len(report.Findings) > 0 || report.Rows < 10 {
		t.Errorf("the journal after all: %+v %v", report, err)
	}
	if err := c.rotate(h.cfg, config.LinksKey); err == nil {
		t.Error("the version before goes although somebody may have a link of it")
	}
}
