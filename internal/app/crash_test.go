package app

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/db/dbtest"
)

// crashes is how often a process is killed while it is written to.
const crashes = 20

// TestKilledUnderWritesLosesNothing kills the process while eight clients create people: whoever got an answer is there afterwards, once,
// and the audit trail is whole.
func TestKilledUnderWritesLosesNothing(t *testing.T) {
	dir := t.TempDir()
	survive(t, dir, crashes)
}

// TestKilledUnderWritesLosesNothingOnPostgres does the same, less often, on the other engine.
func TestKilledUnderWritesLosesNothingOnPostgres(t *testing.T) {
	survive(t, t.TempDir(), crashes/4, "DATABASE_URL="+dbtest.URL(t, "postgres"))
}

// survive kills a process so many times; each start holds what the one before acknowledged against what is there.
func survive(t *testing.T, dir string, times int, more ...string) {
	if _, err := binary(); err != nil { // built before a start is timed
		t.Fatal(err)
	}
	acked := map[string]bool{}
	var starts []time.Duration
	for round := range times + 1 {
		began := time.Now()
		p := startDemo(t, dir, more...)
		starts = append(starts, time.Since(began))
		token, _, _, _ := p.account(0, "administrator")
		if round > 0 {
			missing(t, p, token, acked, round-1)
		}
		if round == times {
			p.kill()
			break
		}
		for code := range crash(p, token, round) {
			acked[code] = true
		}
	}
	verify(t, dir, more...)
	slices.Sort(starts)
	if quick := starts[len(starts)/4]; quick > 5*time.Second { // one of the quicker: how busy the machine is, is no matter of the product
		t.Errorf("it is ready after %s", quick)
	}
	if len(acked) < times*minAcked {
		t.Errorf("only %d writes were acknowledged in %d rounds: nothing was tested", len(acked), times)
	}
}

// minAcked is how many writes a client sees acknowledged before the process is killed.
const minAcked = 8

// crash lets eight clients create people, kills the process at a moment of chance, and gives what was acknowledged.
func crash(p *process, token string, round int) map[string]bool {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w := startWriting(ctx, p, token, round)
	select {
	case <-w.enough:
		time.Sleep(rand.N(200 * time.Millisecond))
	case <-ctx.Done():
	}
	p.kill()
	cancel()
	return w.end()
}

// writing is eight clients that create people, and what they were told.
type writing struct {
	enough   chan struct{} // closed when minAcked were acknowledged
	all      sync.WaitGroup
	mu       sync.Mutex
	acked    map[string]bool
	statuses map[int]int // 0: no answer
	slowest  time.Duration
}

// startWriting has them create people until ctx ends; a client that gets no answer begins anew.
func startWriting(ctx context.Context, p *process, token string, round int) *writing {
	w := &writing{enough: make(chan struct{}), acked: map[string]bool{}, statuses: map[int]int{}}
	for client := range 8 {
		w.all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				code := fmt.Sprintf("K%d-%d-%d", round, client, n)
				body := fmt.Sprintf(`{"code":%q,"name":"Killed %s","login_id":"k%d.%d.%d","active":true}`, code, code, round, client, n)
				began := time.Now()
				status, err := p.call(ctx, token, http.MethodPost, "/api/v1/people", body, nil)
				if w.told(code, status, time.Since(began)); err != nil {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	return w
}

func (w *writing) told(code string, status int, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.statuses[status]++
	w.slowest = max(w.slowest, took)
	if status == http.StatusCreated {
		if w.acked[code] = true; len(w.acked) == minAcked {
			close(w.enough)
		}
	}
}

// end waits for the clients and gives what was acknowledged.
func (w *writing) end() map[string]bool { w.all.Wait(); return w.acked }

// missing reads everybody of the round's crash back, in pages, and holds them against what was acknowledged.
func missing(t testing.TB, p *process, token string, acked map[string]bool, round int) {
	t.Helper()
	found := map[string]int{}
	after := ""
	for {
		var got struct {
			Items []struct{ Code string }
			Next  string
		}
		q := url.Values{"limit": {"200"}, "search": {fmt.Sprintf("K%d-", round)}, "after": {after}}
		status, err := p.call(t.Context(), token, http.MethodGet, "/api/v1/people?"+q.Encode(), "", &got)
		if err != nil || status != http.StatusOK {
			t.Fatalf("list people: %d, %v\n%s", status, err, p.log)
		}
		for _, x := range got.Items {
			found[x.Code]++
		}
		if after = got.Next; after == "" {
			break
		}
	}
	prefix := fmt.Sprintf("K%d-", round)
	for code := range acked {
		if len(code) > len(prefix) && code[:len(prefix)] == prefix && found[code] != 1 {
			t.Errorf("round %d: %s was acknowledged and is there %d times", round, code, found[code])
		}
	}
	for code, times := range found {
		if times > 1 {
			t.Errorf("round %d: %s is there %d times", round, code, times)
		}
	}
}

// verify runs `audit verify` on the data that a process left.
func verify(t testing.TB, dir string, more ...string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "audit", "verify")
	cmd.Env = append(environment(dir, more...), "IW_PROFILE=development")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("whole")) {
		t.Fatalf("audit verify: %v\n%s", err, out)
	}
}
