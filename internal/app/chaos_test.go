package app

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/db/dbtest/servers"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// value reads a number of the metrics, 0 when nobody tells it yet.
func (s *services) value(t *testing.T, series string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(series) + ` (\S+)$`).FindStringSubmatch(s.scrape())
	if found == nil {
		return 0
	}
	n, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestASlowDatabaseIsSeen: a statement that waits for a lock counts as slow, which SlowStatement asks for, and when nothing holds it up any
// more the count stands still.
func TestASlowDatabaseIsSeen(t *testing.T) {
	url := dbtest.URL(t, "postgres")
	cfg, err := config.Load([]string{"IW_PROFILE=test", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + url}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, cfg)
	who := operator(id.New[id.Tenant]())
	list := func() {
		t.Helper()
		if _, err := s.org.ListRoles(t.Context(), who, page.Request{}); err != nil {
			t.Error(err)
		}
	}
	list()
	owner, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close(context.WithoutCancel(t.Context())) }()
	held, err := owner.Begin(t.Context())
	if err == nil {
		_, err = held.Exec(t.Context(), "lock table roles in access exclusive mode")
	}
	if err != nil {
		t.Fatal(err)
	}
	const slow = `iw_db_slow_total{name="org.roleList"}`
	before := s.value(t, slow)
	time.AfterFunc(300*time.Millisecond, func() { _ = held.Rollback(context.WithoutCancel(t.Context())) })
	list()
	during := s.value(t, slow)
	list()
	if after := s.value(t, slow); before != 0 || during != 1 || after != 1 {
		t.Errorf("slow runs: %v, %v while it was locked, %v after", before, during, after)
	}
}

// TestARedisThatDiesIsSeen: every request that goes on without it is counted, which RedisAway asks for, and none once it is back.
func TestARedisThatDiesIsSeen(t *testing.T) {
	folder, err := servers.Folder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) }) // a scratch folder of the system
	redis, err := servers.Redis(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(redis.Stop)
	cfg, err := config.Load([]string{"IW_PROFILE=test", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + dbtest.URL(t, "sqlite"), "REDIS_URL=redis://" + redis.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, cfg)
	from := netip.MustParseAddr("192.0.2.7")
	ask := func() float64 {
		s.limits.Request(t.Context(), from)
		return s.value(t, `iw_fallbacks_total{part="redis"}`)
	}
	if n := ask(); n != 0 {
		t.Fatalf("%v times without Redis, which is there", n)
	}
	redis.Stop()
	until(t, "it goes on without Redis", func() bool { return ask() > 0 })
	if err := redis.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "it uses Redis again", func() bool { before := ask(); return ask() == before })
}

// served is the services of a configuration.
func served(t *testing.T, cfg config.Config) *services {
	t.Helper()
	s, err := newServices(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
