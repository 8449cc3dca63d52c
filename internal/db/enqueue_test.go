package db_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

type greeter struct {
	river.WorkerDefaults[greet]
	mu  sync.Mutex
	got []river.Job[greet]
}

func (g *greeter) Work(_ context.Context, j *river.Job[greet]) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got = append(g.got, *j)
	return nil
}

func (g *greeter) names() (names []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, j := range g.got {
		names = append(names, j.Args.Name)
	}
	return names
}

// start runs River on the database's own pool until the test ends.
func (g *greeter) start(t *testing.T, d *db.DB) {
	t.Helper()
	workers := river.NewWorkers()
	river.AddWorker(workers, g)
	c := &river.Config{Queues: map[string]river.QueueConfig{"default": {MaxWorkers: 4}, "other": {MaxWorkers: 1}}, Workers: workers,
		FetchPollInterval: 100 * time.Millisecond, ErrorHandler: nil}
	var stop func(context.Context) error
	var err error
	if d.PG() != nil {
		client, e := river.NewClient(riverpgxv5.New(d.PG()), c)
		if err = e; err == nil {
			stop, err = client.StopAndCancel, client.Start(context.WithoutCancel(t.Context()))
		}
	} else {
		client, e := river.NewClient(riversqlite.New(d.SQLite()), c)
		if err = e; err == nil {
			stop, err = client.StopAndCancel, client.Start(context.WithoutCancel(t.Context()))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop(context.WithoutCancel(t.Context())) })
}

func TestJobsAreThereWithTheCommitAndRiverRunsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		who := dbtest.Actor(dbtest.Tenant(t, d))
		job := func(name, key string) db.JobRow {
			raw, err := json.Marshal(greet{name})
			if err != nil {
				t.Fatal(err)
			}
			return db.JobRow{Kind: "greet", Args: raw, UniqueKey: key}
		}
		write := func(jobs ...db.JobRow) {
			err := d.Write(t.Context(), who, func(tx *db.Tx) error {
				for _, j := range jobs {
					tx.Enqueue(j)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write(job("a", ""), job("b", "key"), job("not: the key is taken", "key"))
		write(job("not: the key is still taken", "key"))
		_ = d.Write(t.Context(), who, func(tx *db.Tx) error { tx.Enqueue(job("not: rolled back", "")); return errors.New("no") })
		other := job("c", "other key")
		other.Queue, other.Priority, other.MaxAttempts = "other", 4, 3
		soon := job("d", "")
		soon.ScheduledAt = time.Now().Add(time.Second)
		later := job("not: an hour later", "")
		later.ScheduledAt = time.Now().Add(time.Hour)
		if err := d.System(t.Context(), func(tx *db.Tx) error { tx.Enqueue(other); tx.Enqueue(soon); tx.Enqueue(later); return nil }); err != nil {
			t.Fatal(err)
		}
		g := &greeter{}
		g.start(t, d)
		for range 150 {
			if len(g.names()) >= 4 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		write(job("not: done jobs keep the key", "key"))
		time.Sleep(300 * time.Millisecond)
		seen := map[string]bool{}
		for _, n := range g.names() {
			seen[n] = true
		}
		if len(g.names()) != 4 || !seen["a"] || !seen["b"] || !seen["c"] || !seen["d"] {
			t.Errorf("got %v, want a, b, c and d", g.names())
		}
		for _, j := range g.got {
			if want := map[bool]int{true: 3, false: 25}[j.Args.Name == "c"]; j.MaxAttempts != want || j.State != "running" {
				t.Errorf("got %+v, want %d attempts", j.JobRow, want)
			}
		}
	})
}
