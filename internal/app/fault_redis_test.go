//go:build faults

package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/db/dbtest/servers"
)

// TestWhateverRedisDoesAnswersAreTheSame: everything in Redis is thrown away, is garbage, is of the wrong type, there is no room, it hangs,
// it is gone. Lists are answered as before and in time, a change is seen at once, nobody comes in without a token, and who guesses
// passwords is shut out.
func TestWhateverRedisDoesAnswersAreTheSame(t *testing.T) {
	server := scratchServer(t, servers.Redis)
	client := redis.NewClient(&redis.Options{Addr: server.URL})
	defer client.Close()
	ctx := t.Context()
	do := func(args ...any) {
		t.Helper()
		if err := client.Do(ctx, args...).Err(); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	// every key is made anew by set; how many there were is told, for without one nothing is tested
	each := func(set func(key string)) {
		t.Helper()
		keys, err := client.Keys(ctx, "*").Result()
		if err != nil || len(keys) == 0 {
			t.Fatalf("%d keys in Redis, %v", len(keys), err)
		}
		for _, key := range keys {
			do("del", key)
			set(key)
		}
	}
	p := startDemo(t, t.TempDir(), "REDIS_URL=redis://"+server.URL, "IW_LOAD_TEST=false")
	r := &redisFault{t: t, p: p}
	r.token, _, _, _ = p.account(0, "administrator")
	r.want = r.list()
	for n, fault := range []struct {
		name       string
		hurt, mend func()
	}{
		{"nothing", func() {}, func() {}},
		{"evicted", func() { do("flushall") }, func() {}},
		{"garbage", func() { each(func(key string) { do("set", key, "\x00\xff{garbage") }) }, func() {}},
		{"wrong type", func() { each(func(key string) { do("rpush", key, "a") }) }, func() { do("flushall") }},
		{"no room", func() { do("config", "set", "maxmemory", "1") }, func() { do("config", "set", "maxmemory", "0") }},
		{"read-only", func() { do("replicaof", "127.0.0.1", "1") }, func() { do("replicaof", "no", "one") }},
		{"hangs", server.Hang, server.Resume},
		{"gone", server.Stop, func() {
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		fault.hurt()
		r.check(fault.name, n)
		fault.mend()
	}
	r.check("mended", 100)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}

type redisFault struct {
	t           *testing.T
	p           *process
	token, want string
}

// list is a list of people that none of the changes of this test touches.
func (r *redisFault) list() string {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.p.start.URL+"/api/v1/sites?limit=20", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+r.token)
	began := time.Now()
	w, err := http.DefaultClient.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer w.Body.Close()
	raw, err := io.ReadAll(w.Body)
	if took := time.Since(began); err != nil || w.StatusCode != http.StatusOK || took > 3*time.Second {
		r.t.Errorf("a list answers %d after %s, %v: %.300s", w.StatusCode, took, err, raw)
	}
	return string(raw)
}

func (r *redisFault) check(name string, n int) {
	r.t.Helper()
	if got := r.list(); got != r.want {
		r.t.Errorf("%s: the list is another: %.500s", name, got)
	}
	if status := r.p.status("/api/v1/sites"); status != http.StatusUnauthorized {
		r.t.Errorf("%s: without a token it answers %d", name, status)
	}
	if status := r.p.status("/readyz"); status != http.StatusOK {
		r.t.Errorf("%s: ready answers %d", name, status)
	}
	var made, read struct{ ID, Name string }
	ctx := r.t.Context()
	body := fmt.Sprintf(`{"list":"unit_kind","code":"R%d","name":"Redis %d","active":true}`, n, n)
	if status, err := r.p.call(ctx, r.token, http.MethodPost, "/api/v1/lookups", body, &made); err != nil || status != http.StatusCreated {
		r.t.Errorf("%s: a change answers %d, %v", name, status, err)
	}
	if status, err := r.p.call(ctx, r.token, http.MethodGet, "/api/v1/lookups/"+made.ID, "", &read); err != nil || status != http.StatusOK || read != made {
		r.t.Errorf("%s: what was made reads %d, %v, %v", name, status, err, read)
	}
	r.guesses(ctx, name, n)
}

// guesses tries passwords until it is shut out.
func (r *redisFault) guesses(ctx context.Context, name string, n int) {
	r.t.Helper()
	const most = 30
	for try := range most {
		body := fmt.Sprintf(`{"organisation":"SAHYADRI","login":"farah.s","password":"guess %d %d","device":"x"}`, n, try)
		status, err := r.p.call(ctx, "", http.MethodPost, "/api/v1/phone/sign-in", body, nil)
		switch {
		case err != nil || status != http.StatusUnauthorized && status != http.StatusTooManyRequests:
			r.t.Fatalf("%s: a guess answers %d, %v", name, status, err)
		case status == http.StatusTooManyRequests:
			return
		}
	}
	r.t.Errorf("%s: %d passwords were tried and nobody was shut out", name, most)
}
