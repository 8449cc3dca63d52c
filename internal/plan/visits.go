package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"
)

// Visit is one stop of one run of a tour or route, in the order in which they are visited.
type Visit struct {
	Stop   int // which of the plan's stops, from 0
	Round  int // from 1
	Begins time.Time
	Due    time.Time
}

// Visits gives the stops of a run in order, with their times. It is the one place that reckons them (defects 25 and 26): the clock starts when
// the run may begin; each stop begins when one has come there from the stop before, which is due then, and lasts the plan's duration and what
// one may begin early (domain/ops.md 2.4). Rounds go there, back, and there again: a round begins at the stop where the one before ended,
// after the pause. The way back takes as long as the way there.
func (s Schedule) Visits(o Occurrence) []Visit {
	order := s.order(o.Nominal)
	if len(order) == 0 {
		return nil
	}
	at := o.At.Add(-minutes(s.Before))
	var out []Visit
	for round := range max(1, int(s.Rounds)) {
		if round > 0 {
			slices.Reverse(order)
		}
		for i, stop := range order {
			switch {
			case i == 0 && round > 0:
				at = at.Add(minutes(s.Pause))
			case i == 0:
				at = at.Add(minutes(s.Stops[stop].Travel))
			default:
				before := order[i-1]
				at = at.Add(minutes(s.Stops[before].Pause + s.way(before, stop)))
			}
			v := Visit{Stop: stop, Round: round + 1, Begins: at, Due: at.Add(minutes(s.Duration + s.Before))}
			at = v.Due
			out = append(out, v)
		}
	}
	return out
}

// way is how many minutes it takes from one stop to another: what the plan says of the later of two neighbours, whichever way one goes, and
// else what it says of the stop where one comes.
func (s Schedule) way(from, to int) int64 {
	if from == to+1 {
		return s.Stops[from].Travel
	}
	return s.Stops[to].Travel
}

// order is the order of the stops of a run, as the plan has it or drawn. A draw hangs on the plan's secret and on the run's name alone: every
// node and every preview draws the same.
func (s Schedule) order(nominal string) []int {
	out := make([]int, len(s.Stops))
	for i := range out {
		out[i] = i
	}
	if s.Random {
		sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(s.Seed)), nominal...))
		draw := rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16]))) //nolint:gosec // drawn again by every node and preview; what it is drawn from is the secret
		draw.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out
}
