package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/testworld"
)

// post is a mail service in a fresh database.
type post struct {
	t       *testing.T
	d       *db.DB
	who     actor.Actor
	sink    *testworld.Sink
	jobs    *job.Runner
	service *mail.Service
	mu      sync.Mutex
	ran     []job.Outcome
}

func each(t *testing.T, test func(t *testing.T, p *post)) {
	t.Helper()
	t.Parallel() // these tests mostly wait
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &post{t: t, d: d, who: dbtest.Actor(dbtest.Tenant(t, d)), sink: &testworld.Sink{}}
		p.jobs = job.New(job.Config{DB: d, Log: slog.New(slog.DiscardHandler), Observe: func(_ string, o job.Outcome, _ time.Duration) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.ran = append(p.ran, o)
		}})
		p.service = mail.New(d, p.jobs, p.sink, clock.System())
		test(t, p)
	})
}

func (p *post) start() {
	p.t.Helper()
	if err := p.jobs.Start(context.WithoutCancel(p.t.Context())); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), 20*time.Second)
		defer cancel()
		if err := p.jobs.Stop(ctx); err != nil {
			p.t.Error(err)
		}
	})
}

func (p *post) queue(who actor.Actor, m mail.Message) error {
	return p.d.Write(p.t.Context(), who, func(tx *db.Tx) error { return p.service.Queue(p.t.Context(), tx, m) })
}

// kept counts the mails whose text is still there.
func (p *post) kept() (n int64) {
	p.t.Helper()
	err := p.d.Read(p.t.Context(), p.who, func(tx *db.Tx) (err error) {
		n, err = db.One(p.t.Context(), tx, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) }, textsKept)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

const textsKept db.SQL = `-- mail.textsKept
select count(*) from mails m where m.tenant_id = $1 and m.body <> ''`

func (p *post) outcomes() []job.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]job.Outcome(nil), p.ran...)
}

func (p *post) subjects() (out []string) {
	for _, m := range p.sink.Sent() {
		out = append(out, m.To+": "+m.Subject+": "+m.Text)
	}
	return out
}

func TestAMailGoesOutOnce(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.start()
		one := mail.Message{Key: "notice:1", To: "a@lantern.example", Subject: "One", Text: "First.\nSecond."}
		again, two, other := one, one, one
		again.Subject, two.Key, two.Subject, other.Subject = "One again", "notice:2", "Two", "Another tenant's"
		if err := p.queue(p.who, one); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "the first", func() bool { return len(p.sink.Sent()) == 1 })
		for _, m := range []mail.Message{again, again, two} { // also when it is sent already
			if err := p.queue(p.who, m); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.queue(dbtest.Actor(dbtest.Tenant(t, p.d)), other); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "the others", func() bool { return len(p.sink.Sent()) >= 3 })
		testworld.Same(t, []string{
			"a@lantern.example: Another tenant's: First.\nSecond.", "a@lantern.example: One: First.\nSecond.", "a@lantern.example: Two: First.\nSecond.",
		}, p.subjects(), cmpopts.SortSlices(strings.Compare))
		keys := map[string]bool{}
		for _, m := range p.sink.Sent() {
			keys[m.Key] = true
		}
		if len(keys) != 3 {
			t.Errorf("keys %v", keys)
		}
		testworld.Eventually(t, "nothing of what they said is kept", func() bool { return p.kept() == 0 })
	})
}

func TestManyWhoQueueOneMailTogether(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.start()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := p.queue(p.who, mail.Message{Key: "k", To: "a@lantern.example", Subject: fmt.Sprint(i)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		testworld.Eventually(t, "one", func() bool { return len(p.sink.Sent()) > 0 })
		time.Sleep(300 * time.Millisecond) // a second would have come
		if n := len(p.sink.Sent()); n != 1 {
			t.Errorf("%d mails", n)
		}
	})
}

func TestNoCommitNoMail(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.start()
		stop := errors.New("stop")
		err := p.d.Write(t.Context(), p.who, func(tx *db.Tx) error {
			if err := p.service.Queue(t.Context(), tx, mail.Message{Key: "k", To: "a@lantern.example", Subject: "Lost"}); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if err := p.queue(p.who, mail.Message{Key: "k", To: "a@lantern.example", Subject: "Kept"}); err != nil { // the key is free
			t.Fatal(err)
		}
		testworld.Eventually(t, "one", func() bool { return len(p.sink.Sent()) > 0 })
		testworld.Same(t, []string{"a@lantern.example: Kept: "}, p.subjects())
	})
}

func TestAServerThatIsAwayIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.sink.Fail(errors.New("connection refused"))
		p.start()
		if err := p.queue(p.who, mail.Message{Key: "k", To: "a@lantern.example", Subject: "Late"}); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a try", func() bool { return len(p.outcomes()) > 0 })
		p.sink.Fail(nil)
		testworld.Eventually(t, "the mail", func() bool { return len(p.sink.Sent()) > 0 })
		testworld.Eventually(t, "the note of it", func() bool { o := p.outcomes(); return o[len(o)-1] == job.Done })
		if o := p.outcomes(); o[0] != job.Retried || len(p.sink.Sent()) != 1 {
			t.Errorf("%v, %d sent", o, len(p.sink.Sent()))
		}
	})
}

func TestWhatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.sink.Fail(fault.Of(fault.Invalid, "There is no such mailbox."))
		p.start()
		if err := p.queue(p.who, mail.Message{Key: "k", To: "a@lantern.example", Subject: "Never"}); err != nil {
			t.Fatal(err)
		}
		testworld.Eventually(t, "a try", func() bool { return len(p.outcomes()) > 0 })
		p.sink.Fail(nil)
		time.Sleep(1500 * time.Millisecond) // a second try would have come
		testworld.Same(t, []job.Outcome{job.Given}, p.outcomes())
		if err := p.queue(p.who, mail.Message{Key: "k", To: "a@lantern.example", Subject: "Never"}); err != nil {
			t.Fatal(err)
		}
		if n := len(p.sink.Sent()); n != 0 {
			t.Errorf("%d sent", n)
		}
	})
}

func TestLineBreaksInAddressesAndSubjectsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		for _, m := range []mail.Message{
			{To: "a@lantern.example\r\nBcc: b@evil.example", Subject: "S"}, {To: "a@lantern.example\n", Subject: "S"},
			{To: "a@lantern.example", Subject: "S\r\nBcc: b@evil.example"}, {To: "a@lantern.example", Subject: "S\r"},
		} {
			m.Key = "k"
			testworld.Fault(t, p.queue(p.who, m), fault.Invalid)
		}
		testworld.Fault(t, p.queue(p.who, mail.Message{Key: "k", Subject: "to nobody"}), fault.Invalid, " check")
	})
}

func TestWithoutAServerMailGoesToTheLog(t *testing.T) {
	for level, text := range map[slog.Level]bool{slog.LevelInfo: false, slog.LevelDebug: true} {
		var log testworld.Log
		c := mail.Log{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))}
		if err := c.Carry(t.Context(), "k", "a@lantern.example", "Hello", "canary"); err != nil {
			t.Fatal(err)
		}
		if got := log.String(); !strings.Contains(got, "a@lantern.example") || !strings.Contains(got, "Hello") || strings.Contains(got, "canary") != text {
			t.Errorf("at %v: %s", level, got)
		}
	}
}
