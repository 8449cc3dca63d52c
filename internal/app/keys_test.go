package app

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/config"
	"intelliwiz/internal/demo"
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
	box, place := seal.New(h.columns), []byte("a test")
	before, err := box.Seal([]byte("sealed before"), place)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := h.columns.Newest()
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
		again, err := h.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: "farah.s", Password: demo.Password, From: auth.Origin{Device: in.Device}})
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
	for number := old; number == old && time.Now().Before(until); number, _ = h.columns.Newest() {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	if number, _ := h.columns.Newest(); number != old+1 || done.Load() < 10 {
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
	if err := c.rotate(h.cfg, config.LinksKey); err != nil || !strings.Contains(out.String(), "from the next start on") {
		t.Errorf("%v %s", err, &out)
	}
}
