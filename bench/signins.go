package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// So many sign in at once, and meanwhile a request that is cheap comes every few milliseconds: it may take at most so much longer than alone.
const (
	signInsName = "beside sign-ins"

	atOnce    = 200
	pace      = 5 * time.Millisecond
	slowest   = 1.20
	leastRuns = 5 // rounds, so that a median says something
)

// calm is how long the cheap request took in a round, alone and beside the sign-ins.
type calm struct {
	alone, beside driven
	refused       int64 // sign-ins that were told to come again, because too many wait
	took          time.Duration
}

// patience is what was found about requests beside sign-ins.
type patience struct {
	atOnce   int // how many sign in
	rounds   []calm
	p50, p95 float64 // the medians of the rounds: beside over alone
}

func (p patience) met() bool { return p.p50 <= slowest && p.p95 <= slowest }

// signIns measures, in turns, how long a cheap request takes alone and while two hundred people sign in.
func signIns(ctx context.Context, o options, c customer, product *side) (p patience, err error) {
	cheap := request{"GET", "/api/v1/tickets/" + c.Busy[0].String(), []string{"Authorization", "Bearer " + c.Token, "Accept", "application/json"}, ""}.bytes(product.address)
	sum := url.Values{"tenant": {c.Code}, "login": {"nobody"}, "password": {"not the words of anybody"}}.Encode()
	signIn := fmt.Appendf(nil, "POST /login HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", product.address, len(sum), sum)
	rounds := max(o.rounds, leastRuns)
	if p.atOnce = atOnce; o.short {
		rounds, p.atOnce = 1, atOnce/10
	}
	for range rounds {
		var x calm
		if x.alone, err = paced(ctx, product.address, cheap, func() bool { return false }, o.round); err != nil {
			return p, err
		}
		if err := x.flood(ctx, product.address, p.atOnce, cheap, signIn); err != nil {
			return p, err
		}
		p.rounds = append(p.rounds, x)
	}
	over := func(share float64) float64 {
		return median(p.rounds, func(x calm) float64 { return float64(x.beside.part(share)) / float64(x.alone.part(share)) })
	}
	p.p50, p.p95 = over(0.5), over(0.95)
	return p, nil
}

// flood has everybody sign in at once, and measures the cheap request until they are all answered.
func (x *calm) flood(ctx context.Context, address string, people int, cheap, signIn []byte) (err error) {
	var all sync.WaitGroup
	var left, refused atomic.Int64
	faults := make([]error, people)
	left.Store(int64(people))
	start := time.Now()
	for i := range people {
		all.Go(func() {
			defer left.Add(-1)
			l, err := dial(address)
			if err != nil {
				faults[i] = err
				return
			}
			defer func() { _ = l.conn.Close() }()
			switch status, _, err := l.send(signIn, io.Discard); {
			case err != nil:
				faults[i] = err
			case status == 503:
				refused.Add(1)
			case status != 401:
				faults[i] = fmt.Errorf("a sign-in answers %d", status)
			}
		})
	}
	x.beside, err = paced(ctx, address, cheap, func() bool { return left.Load() == 0 }, time.Minute)
	all.Wait()
	x.took, x.refused = time.Since(start), refused.Load()
	return errors.Join(err, errors.Join(faults...))
}

// paced makes a request every few milliseconds until it is over.
func paced(ctx context.Context, address string, cheap []byte, over func() bool, most time.Duration) (out driven, err error) {
	l, err := dial(address)
	if err != nil {
		return out, err
	}
	defer func() { _ = l.conn.Close() }()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	start := time.Now()
	for !over() && time.Since(start) < most && ctx.Err() == nil {
		begun := time.Now()
		status, _, err := l.send(cheap, io.Discard)
		if err == nil && status != 200 {
			err = fmt.Errorf("the cheap request answers %d", status)
		}
		if err != nil {
			return out, err
		}
		out.times = append(out.times, time.Since(begun))
		<-tick.C
	}
	out.took, out.done = time.Since(start), len(out.times)
	slices.Sort(out.times)
	return out, ctx.Err()
}

// text gives what was found in a line of the report.
func (p patience) text() string {
	if len(p.rounds) == 0 {
		return ""
	}
	ms := func(of func(calm) time.Duration) float64 {
		return float64(median(p.rounds, func(x calm) int64 { return of(x).Microseconds() })) / 1000
	}
	mark := "met"
	if !p.met() {
		mark = "above"
	}
	return fmt.Sprintf("\n%d sign in at once, %d rounds: one ticket, asked every %s, takes p50 %.2f ms alone and %.2f ms beside them, **%.2f** times; p95 %.2f ms and %.2f ms, **%.2f** times. At most %.2f: %s. All were answered in %.1f s; %d of them were told to come again.\n",
		p.atOnce, len(p.rounds), pace, ms(func(x calm) time.Duration { return x.alone.part(0.5) }), ms(func(x calm) time.Duration { return x.beside.part(0.5) }), p.p50,
		ms(func(x calm) time.Duration { return x.alone.part(0.95) }), ms(func(x calm) time.Duration { return x.beside.part(0.95) }), p.p95, slowest, mark,
		ms(func(x calm) time.Duration { return x.took })/1000, median(p.rounds, func(x calm) int64 { return x.refused }))
}
