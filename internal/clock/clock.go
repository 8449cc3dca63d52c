// Package clock is where time comes from: the one clock of the process, a hand-moved one for tests, dates of business days,
// and the zones of sites. Nothing else in the product calls time.Now, but for ids and waiting.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // zones must be known on a machine without any: the binary is static

	"intelliwiz/internal/fault"
)

// Now tells the time, UTC, to the microsecond: what both databases keep.
type Now func() time.Time

// System is the machine's clock.
func System() Now { return func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) } }

// Hand is a clock that stands still until it is moved, for tests and simulations; safe for many goroutines.
type Hand struct {
	mu sync.Mutex
	t  time.Time
}

// At makes a hand-moved clock that shows t.
func At(t time.Time) *Hand { return &Hand{t: t.UTC().Truncate(time.Microsecond)} }

// Now is the time shown.
func (h *Hand) Now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.t }

// Advance moves the clock by d, which may be negative.
func (h *Hand) Advance(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.t = h.t.Add(d) }

// Date is a calendar day without a zone, as YYYY-MM-DD; "" is none. It sorts as text.
type Date string

// DateIn is the calendar day at t in a zone.
func DateIn(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format(time.DateOnly)) }

// Valid says that the date exists.
func (d Date) Valid() bool { _, err := time.Parse(time.DateOnly, string(d)); return err == nil }

// Zone finds an IANA time zone by its name. "Local" and "" are refused: a site's time must not depend on the server's.
func Zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fault.Of(fault.Invalid, "A time zone has a name like Asia/Kolkata.")
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.Of(fault.Invalid, "There is no time zone "+name+".").Because(err)
	}
	return z, nil
}
