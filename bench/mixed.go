package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"intelliwiz/internal/id"
)

// shares is who asks for what on a mixed day, of a hundred arrivals: guards on their phones, supervisors at their pages, programs at the API.
var shares = []struct {
	name  string
	share int
}{
	{"a guard's tasks", 28}, {"report of a task, 12 answers", 6}, // guards
	{"list as an HTML page", 16}, {"live board", 12}, {"dashboard", 8}, {"planner, a month", 3}, {"create a ticket", 5}, // supervisors
	{"list of 25, REST", 8}, {"one ticket, 10 rows of history", 6}, {"list of 25, GraphQL", 6}, {"delta of 500 changed", 2}, // programs
}

const (
	mixedName    = "mixed day"
	overloadName = "overload"
	soakName     = "soak"

	mixedTime = 20 * time.Second
	mostTaken = 50 * time.Millisecond // 19 of 20 of a mixed day (R-S3)
)

// mixOf gives the requests of a mixed day. Reports are of tasks that no other workload reports.
func mixOf(world []customer, all []workload, address string) (mix []strand) {
	for _, s := range shares {
		for _, w := range all {
			if w.name != s.name {
				continue
			}
			x := strand{name: s.name, share: s.share, status: w.status}
			for _, o := range w.bench {
				x.ops = append(x.ops, wireOf(o, address))
			}
			if w.once {
				x.ops = lateReports(world, address)
			}
			mix = append(mix, x)
		}
	}
	return mix
}

// lateReports are those of the last third of what waits to be reported.
func lateReports(world []customer, address string) (out []wire) {
	third := len(world[0].Work.ToReport) / 3
	for n := range third {
		for _, c := range world {
			guard := []string{"Authorization", "Bearer " + c.Work.Guard, "Accept", "application/json"}
			out = append(out, wireOf(op{{"POST", "/api/v1/tasks/reports", guard, reportOf(c, c.Work.ToReport[2*third+n], false)}}, address))
		}
	}
	return out
}

// mixed is what was found about days on which everything comes at once.
type mixed struct {
	day      poured
	rate     float64       // arrivals a second
	cpu      time.Duration // of server and database, a request
	memory   int64         // bytes that the server held after the day
	measures []measure
}

// mixedDay has everything arrive at a fixed rate, then three times as much as can be done, then for long; what is asked for by name.
func mixedDay(ctx context.Context, o options, world []customer, all []workload, d *database, product *side) (m mixed, err error) {
	mix := mixOf(world, all, product.address)
	for _, part := range []struct {
		name string
		do   func(context.Context, options, []strand, *database, *side) error
	}{{mixedName, m.plain}, {overloadName, m.flood}, {soakName, m.soak}} {
		if !strings.Contains(part.name, o.only) {
			continue
		}
		if err := part.do(ctx, o, mix, d, product); err != nil {
			return m, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	for _, x := range m.measures {
		fmt.Fprintf(os.Stderr, "%-40s %s; %s\n", x.name, x.found, x.limit)
	}
	return m, nil
}

// plain is the day at the rate that was asked for.
func (m *mixed) plain(ctx context.Context, o options, mix []strand, d *database, product *side) error {
	m.rate = o.rate
	if _, err := pour(ctx, product.address, mix, o.rate, o.part(mixedTime)/4); err != nil { // to warm up
		return err
	}
	before, err := cpu(product, d)
	if err != nil {
		return err
	}
	if m.day, err = pour(ctx, product.address, mix, o.rate, o.part(mixedTime)); err != nil {
		return err
	}
	settle(ctx, product, d)
	after, err := cpu(product, d)
	if err != nil {
		return err
	}
	m.cpu = (after - before) / time.Duration(max(len(m.day.answers), 1))
	if m.memory, err = memoryOf(product.cmd.Process.Pid); err != nil {
		return err
	}
	times := m.day.times(m.day.good)
	p95, missing := share(times, 0.95), len(m.day.answers)-len(times)
	m.measures = append(m.measures, measure{
		fmt.Sprintf("mixed day, %.0f/s", o.rate),
		fmt.Sprintf("19 of 20 within %.1f ms, half within %.1f ms; %d of %d not answered; %d µs of processor each; %d MiB", milli(p95), milli(share(times, 0.5)), missing, len(m.day.answers), m.cpu.Microseconds(), m.memory>>20),
		"50 ms, and all answered", p95 <= mostTaken && missing == 0,
	})
	return nil
}

// part is a time, or a small part of it in a smoke.
func (o options) part(d time.Duration) time.Duration {
	if o.short {
		return d / 50
	}
	return d
}

func milli(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// write gives how long each kind of request took on the mixed day.
func (m *mixed) write(b *bytes.Buffer) {
	if len(m.day.answers) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| mixed day, %.0f/s | share | answered | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|\n", m.rate)
	for i, s := range m.day.mix {
		times := m.day.times(func(a answer) bool { return a.strand == i && m.day.good(a) })
		fmt.Fprintf(b, "| %s | %d %% | %d | %.1f | %.1f | %.1f |\n", s.name, s.share, len(times), milli(share(times, 0.5)), milli(share(times, 0.95)), milli(share(times, 0.99)))
	}
}

// toReportOf gives the tasks of a customer that wait for a workload: the floor's, the product's.
func toReportOf(c customer) (floors, products []id.Task) {
	third := len(c.Work.ToReport) / 3
	return c.Work.ToReport[:third], c.Work.ToReport[third : 2*third]
}
