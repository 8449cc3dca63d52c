package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// What a flood of three times as much as can be done may cost: so much of the peak is done in time meanwhile, who is refused is told so within
// so long, and so long after it everything is as before.
const (
	floodTimes  = 3
	goodputKept = 0.80
	toldWithin  = 1200 * time.Millisecond // a moment of waiting, and the answer
	recovers    = 10 * time.Second
	floodTime   = 10 * time.Second
	soakSlope   = 0.02 // of the memory, a minute
)

// flood finds the most that can be done in a second, asks for three times as much, and then for half.
func (m *mixed) flood(ctx context.Context, o options, mix []strand, d *database, product *side) error {
	peak, err := m.peak(ctx, o, mix, product)
	if err != nil {
		return err
	}
	settle(ctx, product, d) // what the search for the peak has left to do is not the flood's
	flood, err := pour(ctx, product.address, mix, floodTimes*peak, o.part(floodTime))
	if err != nil {
		return err
	}
	calm, err := pour(ctx, product.address, mix, peak/2, o.part(recovers+2*time.Second))
	if err != nil {
		return err
	}
	told, broken := flood.times(refused), len(flood.times(func(a answer) bool { return a.status == 0 || a.status != mix[a.strand].status && !refused(a) }))
	kept, over := flood.rate()/peak, calm.recovered()
	m.measures = append(m.measures,
		measure{
			fmt.Sprintf("%d times the peak of %.0f/s", floodTimes, peak),
			fmt.Sprintf("%.0f/s answered in time, %.2f of the peak; %d refused, 19 of 20 within %.0f ms; %d broken", flood.rate(), kept, len(told), milli(share(told, 0.95)), broken),
			"0.80 of the peak, refused quickly", kept >= goodputKept && share(told, 0.95) <= toldWithin && broken == 0,
		},
		measure{"after it, at half the peak", fmt.Sprintf("as before after %.0f s", over.Seconds()), "10 s", over <= recovers})
	return nil
}

// peak is how many a second are answered in time at most: rates rise until more asked for is no longer more done.
func (m *mixed) peak(ctx context.Context, o options, mix []strand, product *side) (best float64, err error) {
	for rate := o.rate; ; rate *= 1.4 {
		p, err := pour(ctx, product.address, mix, rate, o.part(4*time.Second))
		if err != nil {
			return 0, err
		}
		got := p.rate()
		if got < best*1.05 || o.short {
			return max(best, got), nil
		}
		best = got
	}
}

// recovered is the first second after which all further ones were calm: everything answered, 19 of 20 within what a mixed day takes at most.
func (p *poured) recovered() time.Duration {
	seconds := int(p.answers[len(p.answers)-1].due/time.Second) + 1
	for n := seconds - 1; n >= 0; n-- {
		of := func(a answer) bool { return int(a.due/time.Second) == n }
		all, good := p.times(of), p.times(func(a answer) bool { return of(a) && p.good(a) })
		if len(good) < len(all) || share(good, 0.95) > mostTaken {
			return time.Duration(n+1) * time.Second
		}
	}
	return 0
}

// soak has the day go on for long, and looks whether the server's memory grows.
func (m *mixed) soak(ctx context.Context, o options, mix []strand, _ *database, product *side) error {
	ended := make(chan error, 1)
	go func() {
		_, err := pour(ctx, product.address, mix, o.rate, o.part(o.soak))
		ended <- err
	}()
	var at, held []float64
	start, tick := time.Now(), time.NewTicker(o.part(2*time.Second))
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
			tail := len(at) / 3 // the first third fills what is kept
			slope, level := straight(at[tail:], held[tail:])
			m.measures = append(m.measures, measure{
				fmt.Sprintf("memory in a day of %s at %.0f/s", o.part(o.soak), o.rate),
				fmt.Sprintf("%.0f MiB, %+.2f MiB a minute", level/(1<<20), slope*60/(1<<20)), "grows by a fiftieth a minute", slope*60 <= soakSlope*level,
			})
			return nil
		case <-tick.C:
			bytes, err := memoryOf(product.cmd.Process.Pid)
			if err != nil {
				return err
			}
			at, held = append(at, time.Since(start).Seconds()), append(held, float64(bytes))
		}
	}
}

// straight is the straight line through points by least squares: its slope, and its level in the middle.
func straight(x, y []float64) (slope, level float64) {
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	n := float64(len(x))
	if spread := n*sxx - sx*sx; spread > 0 {
		slope = (n*sxy - sx*sy) / spread
	}
	return slope, sy / max(n, 1)
}

// memoryOf is what a process holds in memory, in bytes.
func memoryOf(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, err := strconv.ParseInt(number, 10, 64)
	return kib << 10, err
}
