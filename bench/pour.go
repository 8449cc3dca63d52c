package main

import (
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// A client of the mixed day gives up after so long. A connection more is opened whenever all others wait for an answer, up to so many: with fewer, what
// comes in a flood would wait at the clients, and nobody would be refused.
const (
	givesUp = 2 * time.Second
	pourers = 4000
)

// strand is one kind of request among those of a mixed day.
type strand struct {
	name   string
	share  int // of a hundred arrivals
	ops    []wire
	status int // of a success
	next   int // of ops, from one pouring to the next: what is reported once more costs less than what is new
}

// answer is what became of one arrival.
type answer struct {
	strand int
	due    time.Duration // since the pouring began
	took   time.Duration // since it was due, so that waiting for a connection counts
	status int           // 0 = the connection broke
}

// poured is what became of all of them, in the order in which they were due.
type poured struct {
	mix     []strand
	took    time.Duration
	answers []answer
}

// pour has requests arrive at a fixed rate, whether the ones before are answered or not; by it a server that is too slow gets no mercy. Which
// comes when is drawn from a seed.
func pour(ctx context.Context, address string, mix []strand, rate float64, d time.Duration) (poured, error) {
	p := poured{mix: mix}
	total := max(int(rate*d.Seconds()), 1)
	p.answers = make([]answer, total)
	draw := rand.New(rand.NewPCG(7, uint64(total)))
	waiting := make(chan int)
	requests := make([][]byte, total)
	for n := range total {
		i := drawn(mix, draw.IntN(100))
		p.answers[n] = answer{strand: i, due: time.Duration(float64(n) / rate * float64(time.Second))}
		s := &mix[i]
		requests[n] = s.ops[s.next%len(s.ops)][0]
		s.next++
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var all sync.WaitGroup
	start := time.Now()
	for n, clients := 0, 0; n < total && ctx.Err() == nil; n++ {
		if wait := p.answers[n].due - time.Since(start); wait > 0 {
			time.Sleep(wait)
		}
		if clients == pourers {
			select {
			case waiting <- n:
			case <-ctx.Done():
			}
			continue
		}
		select {
		case waiting <- n: // to one that is free
		default:
			clients++
			all.Go(func() {
				if err := p.work(address, requests, n, waiting, start); err != nil {
					fail(err)
				}
			})
		}
	}
	close(waiting)
	all.Wait()
	p.took = time.Since(start)
	return p, context.Cause(ctx)
}

// drawn gives the strand of a number below a hundred.
func drawn(mix []strand, n int) int {
	for i, s := range mix {
		if n -= s.share; n < 0 {
			return i
		}
	}
	return len(mix) - 1
}

// work answers for an arrival, and then for others over the same connection until there are no more.
func (p *poured) work(address string, requests [][]byte, n int, waiting <-chan int, start time.Time) error {
	l, err := dial(address)
	if err != nil {
		return err
	}
	defer func() { _ = l.conn.Close() }()
	for more := true; more; n, more = <-waiting {
		a := &p.answers[n]
		a.status, _, err = l.send(requests[n], io.Discard)
		a.took = time.Since(start) - a.due
		if err != nil {
			a.status = 0
			_ = l.conn.Close()
			if l, err = dial(address); err != nil {
				return err
			}
		}
	}
	return nil
}

// good says that an arrival was answered in time.
func (p *poured) good(a answer) bool { return a.status == p.mix[a.strand].status && a.took <= givesUp }

func refused(a answer) bool { return a.status == 503 || a.status == 429 }

// rate is how many a second were answered in time.
func (p *poured) rate() float64 {
	return float64(len(p.times(p.good))) / p.took.Seconds()
}

// times gives how long those took that are meant, sorted.
func (p *poured) times(meant func(answer) bool) (out []time.Duration) {
	for _, a := range p.answers {
		if meant(a) {
			out = append(out, a.took)
		}
	}
	slices.Sort(out)
	return out
}

// share gives the time that so much of some took at most.
func share(times []time.Duration, part float64) time.Duration { return driven{times: times}.part(part) }
