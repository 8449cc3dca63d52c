// Package ops tells who administers an installation how it does, without any other tool: what must work, which versions run, the queue of
// background work, what the database spends its time on, which errors there were, the room on the disk and the age of the backup. It tells
// of this process since its start, and nothing of any organisation but the caller's own.
package ops

import (
	"context"
	"slices"
	"sync"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/telemetry"
)

// CanRead lets one see how the installation does.
const CanRead actor.Permission = "operations.read"

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{{Name: CanRead, Label: "See how the installation does", Area: "Operations", Whole: true}}
}

// Config is where the facts come from.
type Config struct {
	Metrics  *telemetry.Metrics
	Faults   *telemetry.Faults
	Checks   func(ctx context.Context) []Check
	Versions func(ctx context.Context) []Version
	Queue    func(ctx context.Context) (map[string]int64, error) // jobs by state
	Room     func() (free, size uint64)                          // of the disk of the data folder, bytes
	// Backups says when the last was made, and when one was last proved by restoring it; zero = never.
	Backups func(ctx context.Context) (made, restored time.Time)
	Now     clock.Now
}

// Check is something that must work. Why it does not is for the log: it may name servers.
type Check struct {
	Name  string
	Works bool
}

// Version is what runs.
type Version struct{ Name, Value string }

// State is how the installation does.
type State struct {
	Checks   []Check
	Versions []Version
	Queue    map[string]int64 // jobs by state; nil = the database did not say
	Costly   []telemetry.Use  // the statements that took the most time together
	Faults   []telemetry.Seen // what the caller's organisation ran into, and what belongs to nobody
	Free     uint64           // bytes on the disk of the data folder
	Size     uint64
	Full     time.Time // when the disk will be full if it goes on as in the last hour; zero = it does not fill
	Backup   time.Time // the last one; zero = never
	Restored time.Time // when one was last proved by restoring it into a scratch store; zero = never
	Began    time.Time // the process
	Points   []Point   // by minute, the oldest first, at most an hour
}

// Point is one minute.
type Point struct {
	At      time.Time // its end
	Traffic telemetry.Traffic
	Free    uint64
}

const (
	minutes = 60 // that are kept
	costly  = 10 // statements that are shown
)

// Service gathers. Make one with New.
type Service struct {
	c      Config
	began  time.Time
	mu     sync.Mutex
	last   telemetry.Traffic
	points []Point
}

// New makes the service of a process that begins now.
func New(c Config) *Service { return &Service{c: c, began: c.Now()} }

// Run notes each minute until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.note()
		}
	}
}

// note keeps what happened since the note before.
func (s *Service) note() {
	now := s.c.Metrics.Traffic()
	free, _ := s.c.Room()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.points) == minutes {
		s.points = slices.Delete(s.points, 0, 1)
	}
	s.points = append(s.points, Point{s.c.Now(), now.Since(s.last), free})
	s.last = now
}

// Read gives how the installation does. It needs CanRead, held for the whole organisation. What does not answer is told as a check that fails.
func (s *Service) Read(ctx context.Context, who actor.Actor) (State, error) {
	if err := who.RequireEverywhere(CanRead); err != nil {
		return State{}, err
	}
	out := State{Checks: s.c.Checks(ctx), Versions: s.c.Versions(ctx), Faults: s.c.Faults.Of(who.Tenant()), Began: s.began}
	out.Backup, out.Restored = s.c.Backups(ctx)
	out.Free, out.Size = s.c.Room()
	if all := s.c.Metrics.Statements(); len(all) > 0 {
		out.Costly = all[:min(len(all), costly)]
	}
	queue, err := s.c.Queue(ctx)
	if err == nil { // otherwise the check of the database says so
		out.Queue = queue
	}
	s.mu.Lock()
	out.Points = slices.Clone(s.points)
	s.mu.Unlock()
	out.Full = full(out.Points)
	return out, nil
}

// full reckons when there will be no room, from ten minutes on; what is too slow to matter within a year is not said.
func full(points []Point) time.Time {
	if len(points) < 10 {
		return time.Time{}
	}
	first, last := points[0], points[len(points)-1]
	if first.Free <= last.Free {
		return time.Time{}
	}
	lost, took := float64(first.Free-last.Free), last.At.Sub(first.At)
	left := float64(last.Free) / lost * took.Hours()
	if left > 365*24 {
		return time.Time{}
	}
	return last.At.Add(time.Duration(left * float64(time.Hour)))
}
