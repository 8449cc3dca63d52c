package ops

import (
	"context"
	"errors"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

var morning = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// begun is a service whose disk loses a byte a minute, and its clock.
func begun(t *testing.T) (*Service, *clock.Hand, *telemetry.Metrics) {
	t.Helper()
	hand, m := clock.At(morning), telemetry.NewMetrics()
	free := uint64(1000)
	return New(Config{
		Metrics: m, Faults: &telemetry.Faults{}, Now: hand.Now,
		Checks:   func(context.Context) []Check { return []Check{{"database", false}} },
		Versions: func(context.Context) []Version { return []Version{{"Product", "1"}} },
		Queue:    func(context.Context) (map[string]int64, error) { return nil, errors.New("away") },
		Room:     func() (uint64, uint64) { free--; return free, 2000 },
		Backups:  func(context.Context) (made, restored time.Time) { return time.Time{}, time.Time{} },
	}), hand, m
}

func TestAnHourIsKeptByMinute(t *testing.T) {
	s, hand, m := begun(t)
	who := dbtest.Actor(id.New[id.Tenant](), CanRead)
	for i := range 70 {
		for range i {
			m.Request("GET", "/", 200, 3*time.Millisecond)
		}
		m.Request("GET", "/", 503, 3*time.Millisecond)
		m.Waited("mail.send", time.Second)
		m.Statement("org.siteGet", time.Duration(i)*time.Second, 1, "")
		hand.Advance(time.Minute)
		s.note()
	}
	got, err := s.Read(t.Context(), who)
	if err != nil || len(got.Points) != 60 || got.Queue != nil || got.Checks[0].Works || len(got.Costly) != 1 || !got.Began.Equal(morning) {
		t.Fatalf("%v, %+v", err, got)
	}
	last := got.Points[59]
	if x := last.Traffic; x.Requests != 70 || x.Failed != 1 || within(x.Times) != 5*time.Millisecond || within(x.Waits) != time.Second || !last.At.Equal(hand.Now()) {
		t.Errorf("the last minute is %+v", last)
	}
	// 930 bytes are left after seventy minutes, and one goes each minute.
	if want := hand.Now().Add(930 * time.Minute); got.Full.Sub(want).Abs() > time.Minute {
		t.Errorf("the disk is full at %s, not at %s", got.Full, want)
	}
	if u := got.Costly[0]; u.Count != 70 || u.Rows != 70 || u.Mean() != 34500*time.Millisecond || within(u.Times) != 10*time.Second {
		t.Errorf("got %+v", u)
	}
}

func within(s telemetry.Spread) time.Duration { bound, _ := s.Within(); return bound }

func TestOnlyWhoMayReadsIt(t *testing.T) {
	s, _, _ := begun(t)
	_, err := s.Read(t.Context(), actor.New(actor.Facts{Kind: actor.Person, Tenant: id.New[id.Tenant](), Person: id.New[id.Person]()}))
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("got %v", err)
	}
	if full([]Point{{Free: 2}, {Free: 1}}) != (time.Time{}) {
		t.Error("two minutes tell when the disk is full")
	}
	var calm []Point
	for i := range 20 {
		calm = append(calm, Point{At: morning.Add(time.Duration(i) * time.Minute), Free: 1 << 40})
	}
	if !full(calm).IsZero() {
		t.Error("a disk that does not fill will be full")
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}
