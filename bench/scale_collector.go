package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	collectorName = "a collector that does not answer"
	mostStuck     = 1.02 // processor time of a request beside one that does
	stuckRounds   = 9    // of each kind, so that a median says something of a fiftieth
)

// collector takes spans and lines by OTLP, or takes them and never answers.
type collector struct {
	stuck atomic.Bool
	taken atomic.Int64
	url   string
	gone  chan struct{}
	http  *http.Server
	done  chan error
}

func startCollector() (*collector, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &collector{url: "http://" + l.Addr().String(), gone: make(chan struct{}), done: make(chan error, 1)}
	c.http = &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func() { c.done <- c.http.Serve(l) }()
	return c, nil
}

// ServeHTTP takes a batch.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // who sends it counts what does not arrive
	if c.stuck.Load() {
		select {
		case <-r.Context().Done():
		case <-c.gone:
		}
		return
	}
	c.taken.Add(1)
}

func (c *collector) stop() error {
	close(c.gone)
	err := c.http.Close()
	if served := <-c.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// collect measures, in turns, what a request costs while the collector of spans and lines answers and while it does not.
func (w *scaled) collect(ctx context.Context) (m measure, err error) {
	m = measure{name: collectorName, limit: strconv.FormatFloat(mostStuck, 'f', 2, 64) + " times the processor time, and counted"}
	c, err := startCollector()
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	s, err := startProduct(ctx, w.o, w.d, w.dir, "OTEL_EXPORTER_OTLP_ENDPOINT="+c.url)
	if err != nil {
		return m, err
	}
	defer s.stop()
	var ops []wire
	for _, x := range w.world { // asked of the database each time, so that there are spans of statements
		ops = append(ops, wireOf(op{{"GET", "/api/v1/sites?limit=25", []string{"Authorization", "Bearer " + x.Token, "Accept", "application/json", "Cache-Control", "no-cache"}, ""}}, s.address))
	}
	rounds := stuckRounds
	if w.o.short {
		rounds = 1
	}
	var cpus, rates, lates []float64
	for n := range rounds + 1 { // the first is for warming up
		var runs [2]driven
		var spent [2]time.Duration
		for i := range runs {
			i = (i + n) % 2 // neither is always the first
			c.stuck.Store(i == 1)
			if runs[i], spent[i], err = w.spend(ctx, s, ops); err != nil {
				return m, err
			}
		}
		if n > 0 {
			cpus = append(cpus, float64(spent[1])/float64(max(spent[0], 1)))
			rates = append(rates, runs[1].rate()/runs[0].rate())
			lates = append(lates, float64(runs[1].part(0.95))/float64(max(runs[0].part(0.95), 1)))
		}
	}
	lost, err := dropped(ctx, s)
	if err != nil {
		return m, err
	}
	number := func(f float64) float64 { return f }
	of := median(cpus, number)
	m.found = fmt.Sprintf("%.3f times the processor time, %.2f times the rate, p95 %.2f times, the medians of %d rounds; %d batches were taken, %.0f spans and lines counted as lost", of, median(rates, number), median(lates, number), rounds, c.taken.Load(), lost)
	m.held = of <= mostStuck && lost > 0 && c.taken.Load() > 0
	return m, nil
}

// spend drives the product and gives what a request took of its processor time.
func (w *scaled) spend(ctx context.Context, s *side, ops []wire) (run driven, each time.Duration, err error) {
	before, err := cpu(s, w.d)
	if err != nil {
		return run, 0, err
	}
	if run, err = drive(ctx, s.address, ops, false, http.StatusOK, w.o.conns, w.o.round, 0); err != nil {
		return run, 0, err
	}
	after, err := cpu(s, w.d)
	return run, (after - before) / time.Duration(max(run.done, 1)), err
}

// dropped asks the product how much of what it told reached nobody.
func dropped(ctx context.Context, s *side) (n float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.private+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), "} "); strings.Contains(name, "telemetry_dropped_total{") && !strings.Contains(name, `"lines"`) {
			x, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0, err
			}
			n += x
		}
	}
	return n, nil
}
