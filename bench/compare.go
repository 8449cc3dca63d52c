package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// result is what comparing one workload found; medians of the rounds.
type result struct {
	workload
	missing          string // why it was not compared; "" = it was
	floorRate, rate  float64
	floorCPU, cpu    time.Duration // of server and database, a request
	floorP50, p50    time.Duration
	floorP99, p99    time.Duration
	ratio, low, high float64 // of the rates, with the least and most of the rounds
	cpuRatio         float64
	size, floorSize  int // bytes of an answer's body
}

// met says that the target is, by rate or by processor time.
func (r result) met() bool { return r.missing == "" && (r.ratio >= r.target || r.cpuRatio >= r.target) }

func (r result) line() string {
	if r.missing != "" {
		return fmt.Sprintf("%-32s %s", r.name, r.missing)
	}
	return fmt.Sprintf("%-32s floor %7.0f/s %6s  product %7.0f/s %6s  ratio %.2f (%.2f-%.2f), by processor time %.2f, target %.2f", r.name,
		r.floorRate, r.floorCPU.Round(time.Microsecond), r.rate, r.cpu.Round(time.Microsecond), r.ratio, r.low, r.high, r.cpuRatio, r.target)
}

// compare drives both sides in turns.
func compare(ctx context.Context, o options, w workload, d *database, product, bare *side) (result, error) {
	res := result{workload: w}
	ops, err := res.prepare(product, bare)
	if err != nil || res.missing != "" {
		return res, err
	}
	floorStatus := 200
	if w.writes {
		floorStatus = 201
	}
	sides := []struct {
		s      *side
		ops    []wire
		status int
	}{{bare, ops[0], floorStatus}, {product, ops[1], w.status}}
	var rounds [2][]driven
	var spent [2][]time.Duration
	for n := range o.rounds + 1 { // the first is for warming up: every op is done once
		for i, x := range sides {
			length, least, ops := o.round, 0, x.ops
			if n == 0 {
				length, least = min(o.round, 500*time.Millisecond), len(x.ops)
			}
			if w.once {
				part := (len(x.ops) - 1) / (o.rounds + 1) // the first was done to see that it is
				least, ops = 0, x.ops[1+n*part:1+(n+1)*part]
			}
			before, err := cpu(x.s, d)
			if err != nil {
				return res, err
			}
			stop := o.record(ctx, x.s, w.name, n == 1 && i == 1)
			run, err := drive(ctx, x.s.address, ops, w.once, x.status, o.conns, length, least)
			stop()
			if err != nil {
				return res, err
			}
			if w.writes {
				settle(ctx, x.s, d)
			}
			after, err := cpu(x.s, d)
			if err != nil {
				return res, err
			}
			if n > 0 {
				rounds[i] = append(rounds[i], run)
				spent[i] = append(spent[i], (after-before)/time.Duration(max(run.done, 1)))
			}
		}
	}
	res.take(rounds, spent)
	return res, nil
}

// take gives the medians.
func (r *result) take(rounds [2][]driven, spent [2][]time.Duration) {
	rates := func(i int) float64 { return median(rounds[i], driven.rate) }
	part := func(i int, share float64) time.Duration {
		return median(rounds[i], func(d driven) time.Duration { return d.part(share) })
	}
	same := func(d time.Duration) time.Duration { return d }
	r.floorRate, r.rate = rates(0), rates(1)
	r.floorCPU, r.cpu = median(spent[0], same), median(spent[1], same)
	r.floorP50, r.p50, r.floorP99, r.p99 = part(0, 0.5), part(1, 0.5), part(0, 0.99), part(1, 0.99)
	var ratios, cpus []float64
	for n := range rounds[0] {
		ratios = append(ratios, rounds[1][n].rate()/rounds[0][n].rate())
		cpus = append(cpus, float64(spent[0][n])/float64(max(spent[1][n], 1)))
	}
	number := func(f float64) float64 { return f }
	r.ratio, r.low, r.high, r.cpuRatio = median(ratios, number), slices.Min(ratios), slices.Max(ratios), median(cpus, number)
}

func median[T any, N cmp.Ordered](of []T, by func(T) N) N {
	all := make([]N, len(of))
	for i, x := range of {
		all[i] = by(x)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// prepare asks once, to see that both sides do the work, and gives their ops as bytes.
func (r *result) prepare(product, bare *side) (ops [2][]wire, err error) {
	l, err := dial(product.address)
	if err != nil {
		return ops, err
	}
	defer func() { _ = l.conn.Close() }()
	for i, x := range r.bench {
		first := i == 0
		if !first && !r.paged && !r.tagged {
			ops[1] = append(ops[1], wireOf(x, product.address))
			continue
		}
		done, err := r.walk(l, x, product.address, first)
		if err != nil || r.missing != "" {
			return ops, err
		}
		ops[1] = append(ops[1], done)
	}
	for _, x := range r.floor {
		ops[0] = append(ops[0], wireOf(x, bare.address))
	}
	f, err := dial(bare.address)
	if err != nil {
		return ops, err
	}
	defer func() { _ = f.conn.Close() }()
	var body strings.Builder
	got, _, err := f.send(ops[0][0][0], &body)
	if err == nil && got > 299 {
		err = fmt.Errorf("the floor answers %d: %s", got, body.String())
	}
	r.floorSize = body.Len()
	return ops, err
}

func wireOf(x op, address string) (out wire) {
	for _, request := range x {
		out = append(out, request.bytes(address))
	}
	return out
}

// walk does an op of the product once: along its cursor, when it is paged, and with the tag of its answer, when it is to be asked again.
func (r *result) walk(l *line, x op, address string, check bool) (out wire, err error) {
	var body strings.Builder
	for n := 0; n < len(x); n++ {
		from := body.Len()
		got, tag, err := l.send(x[n].bytes(address), &body)
		if err != nil {
			return nil, err
		}
		if got == http.StatusNotFound || strings.Contains(body.String(), "Cannot query field") {
			r.missing = "not there yet: " + x[n].path
			return nil, nil
		}
		if got > 299 {
			return nil, fmt.Errorf("the product answers %d: %.300s", got, body.String())
		}
		if r.tagged {
			if tag == "" {
				r.missing = "no ETag yet: " + x[n].path
				return nil, nil
			}
			x[n].header = append(slices.Clone(x[n].header), "If-None-Match", tag)
		}
		var piece struct{ Next string }
		if r.paged && json.Unmarshal([]byte(body.String()[from:]), &piece) == nil && piece.Next != "" {
			more := x[0]
			more.path += "&after=" + url.QueryEscape(piece.Next)
			x = append(slices.Clone(x), more)
		}
	}
	r.size = body.Len()
	for text, times := range r.holds {
		if got := strings.Count(body.String(), text); check && got < times {
			return nil, fmt.Errorf("the product's answer holds %q %d times, not %d: %.300s", text, got, times, body.String())
		}
	}
	return wireOf(x, address), nil
}

// settle waits until a side has nothing left to do: it takes no more processor time than an idle one. At most half a minute.
func settle(ctx context.Context, s *side, d *database) {
	for range 60 {
		before, err := cpu(s, d)
		if err != nil || ctx.Err() != nil {
			return
		}
		time.Sleep(500 * time.Millisecond)
		if after, err := cpu(s, d); err != nil || after-before <= 60*time.Millisecond {
			return
		}
	}
}

// record takes a processor profile of the product while a round runs; the function that it gives ends it.
func (o options) record(ctx context.Context, s *side, name string, on bool) (stop func()) {
	if !on || o.profile == "" || s.private == "" {
		return func() {}
	}
	done := make(chan error, 1)
	go func() {
		done <- func() error {
			address := fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", s.private, max(1, int(o.round.Seconds())))
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
			if err != nil {
				return err
			}
			r, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			defer func() { _ = r.Body.Close() }()
			f, err := os.Create(filepath.Join(o.profile, strings.ReplaceAll(name, " ", "-")+".pprof"))
			if err != nil {
				return err
			}
			_, err = io.Copy(f, r.Body)
			return err
		}()
	}()
	return func() {
		if err := <-done; err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
		}
	}
}
