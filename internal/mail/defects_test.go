package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/testworld"
)

// picky is a server that knows no mailbox of a name, is away the first time for another, and panics about a third.
type picky struct {
	mu    sync.Mutex
	tries map[string]int
	took  []string
}

// Carry takes what it likes.
func (c *picky) Carry(_ context.Context, _, to, _, _ string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries[to]++
	switch {
	case to == "nobody@lantern.example":
		return fault.Of(fault.Invalid, "There is no such mailbox.")
	case to == "panic@lantern.example" && c.tries[to] == 1:
		panic("a defect of ours")
	case to == "away@lantern.example" && c.tries[to] == 1:
		return errors.New("connection refused")
	}
	c.took = append(c.took, to)
	return nil
}

// sent gives who got their mail, in the order of the alphabet.
func (c *picky) sent() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(slices.Values(c.took))
}

const mailStates db.SQL = `-- mail.mailStates
select m.recipient, m.state, m.attempts from mails m where m.tenant_id = $1 order by m.recipient`

// states gives what became of each mail.
func (p *post) states() (out []string) {
	p.t.Helper()
	err := p.d.Read(p.t.Context(), p.who, func(tx *db.Tx) (err error) {
		out, err = db.All(p.t.Context(), tx, func(r db.Row) (string, error) {
			var to, state string
			var tries int64
			err := r.Scan(&to, &state, &tries)
			return fmt.Sprint(to, " ", state, " ", tries), err
		}, mailStates)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// TestDefect071EachMailHasAnEndOfItsOwn: one bad address ended the whole run; a server that was away made a mail FAILED without a word, and it
// was sent again at each run. Here each mail stands alone: it is sent once, tried again, or failed for good, and its state says which.
func TestDefect071EachMailHasAnEndOfItsOwn(t *testing.T) {
	t.Parallel() // it mostly waits
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		server, log := &picky{tries: map[string]int{}}, &testworld.Log{}
		p := &post{t: t, d: d, who: dbtest.Actor(dbtest.Tenant(t, d)), jobs: job.New(job.Config{DB: d, Log: slog.New(slog.NewTextHandler(log, nil))})}
		p.service = mail.New(d, p.jobs, server, clock.System())
		all := []string{"a@lantern.example", "away@lantern.example", "b@lantern.example", "nobody@lantern.example", "panic@lantern.example"}
		for _, to := range all {
			if err := p.queue(p.who, mail.Message{Key: to, To: to, Subject: "Hello"}); err != nil {
				t.Fatal(err)
			}
		}
		testworld.Fault(t, p.queue(p.who, mail.Message{Key: "null", Subject: "to nobody"}), fault.Invalid, " check") // and the others stay
		p.start()
		want := []string{"a@lantern.example", "away@lantern.example", "b@lantern.example", "panic@lantern.example"}
		testworld.Eventually(t, "four mails", func() bool { return len(server.sent()) >= 4 })
		settled := []string{"a@lantern.example sent 1", "away@lantern.example sent 2", "b@lantern.example sent 1", "nobody@lantern.example failed 1", "panic@lantern.example sent 1"}
		testworld.Eventually(t, "the states are written", func() bool { return slices.Equal(settled, p.states()) })
		if n := server.tries["nobody@lantern.example"]; n != 1 || !strings.Contains(log.String(), "There is no such mailbox.") {
			t.Errorf("what was refused for good was tried %d times; the log:\n%s", n, log)
		}
		testworld.Same(t, want, server.sent())
	})
}
