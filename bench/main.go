// Command bench holds the product against a floor: bare net/http and the database's driver, the one right statement, JSON written by hand, a
// signed bearer. It loads 200,000 tickets of 20 tenants, starts both as processes of their own, drives them with 16 connections, in turns,
// and writes what it found to a report: rates, processor time a request, and their ratios, medians of the rounds.
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"intelliwiz/bench/floor"
)

// options are what the command line says.
type options struct {
	product string // the product's binary
	out     string // the report
	engines []string
	only    string // the workloads whose name contains this
	tenants int
	tickets int // of one tenant
	rounds  int
	round   time.Duration // of one side
	conns   int
	rate    float64       // arrivals a second of a mixed day
	soak    time.Duration // how long one goes on to see whether memory grows
	span    time.Duration // in which deadlines come at the rate of an hour of a hundred thousand
	profile string        // a folder for profiles of the product
	short   bool          // a smoke
	keep    bool          // the folder with databases and logs
}

func main() {
	if len(os.Args) > 1 {
		if part, is := map[string]func() error{"floor": serveFloor, "generate": serveGenerate}[os.Args[1]]; is {
			exit(part())
			return
		}
	}
	var o options
	var engines string
	flag.BoolVar(&o.short, "short", false, "a smoke of seconds: few rows, short rounds, no report kept")
	flag.StringVar(&o.product, "product", "bin/intelliwiz", "the product's binary")
	flag.StringVar(&o.out, "out", "bench/report.md", "where the report goes")
	flag.StringVar(&engines, "engines", "postgres,sqlite", "the databases, separated by commas")
	flag.StringVar(&o.only, "only", "", "only workloads whose name contains this")
	flag.IntVar(&o.tenants, "tenants", 20, "tenants")
	flag.IntVar(&o.tickets, "tickets", 200_000, "tickets of all tenants")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each workload")
	flag.DurationVar(&o.round, "round", 1500*time.Millisecond, "how long each side is driven in a round")
	flag.IntVar(&o.conns, "connections", 16, "connections")
	flag.Float64Var(&o.rate, "rate", 150, "arrivals a second of the mixed day")
	flag.DurationVar(&o.soak, "soak", 3*time.Minute, "how long a mixed day goes on to see whether memory grows")
	flag.DurationVar(&o.span, "span", 5*time.Minute, "how long deadlines come at the rate of 100,000 an hour")
	flag.StringVar(&o.profile, "profile", "", "a folder for processor profiles of the product, one a workload; rounds are then not to be trusted")
	flag.BoolVar(&o.keep, "keep", false, "keep the folder with the logs, and say where it is")
	flag.Parse()
	if o.short {
		o.tenants, o.tickets, o.rounds, o.round, o.span = 2, 2400, 1, 150*time.Millisecond, 4*time.Second
	}
	o.engines = strings.Split(engines, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run benches every engine and writes the report.
func run(ctx context.Context, o options) error {
	product, err := filepath.Abs(o.product)
	if err != nil {
		return err
	}
	o.product = product
	scratch, err := os.MkdirTemp("", "iwbench-")
	if err != nil {
		return err
	}
	defer func() {
		if o.keep {
			fmt.Fprintln(os.Stderr, "kept:", scratch)
			return
		}
		_ = os.RemoveAll(scratch)
	}()
	r := report{o: o, begun: time.Now(), load: loadAverage()}
	for _, engine := range o.engines {
		s, err := benchEngine(ctx, o, engine, filepath.Join(scratch, engine))
		if err == nil {
			s.measures, err = scaleEngine(ctx, o, engine, filepath.Join(scratch, engine+"-scale"))
		}
		r.sections = append(r.sections, s)
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	r.took = time.Since(r.begun)
	return os.WriteFile(o.out, r.text(), 0o644)
}

// benchEngine loads one database, starts both sides and runs every workload.
func benchEngine(ctx context.Context, o options, engine, dir string) (s section, err error) {
	s.engine = engine
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return s, err
	}
	d, err := openDatabase(ctx, engine, dir)
	if err != nil {
		return s, err
	}
	defer d.stop()
	start := time.Now()
	world, err := d.load(ctx, o)
	if err != nil {
		return s, fmt.Errorf("load: %w", err)
	}
	s.loaded = time.Since(start)
	fmt.Fprintf(os.Stderr, "%s: %d tickets of %d tenants loaded in %.1f s\n", engine, o.tickets, o.tenants, s.loaded.Seconds())
	product, err := startProduct(ctx, o, d, dir)
	if err != nil {
		return s, err
	}
	defer product.stop()
	bare, err := startFloor(ctx, d, dir)
	if err != nil {
		return s, err
	}
	defer bare.stop()
	settle(ctx, product, d)
	all := append(workloads(world, bare.key), dayWorkloads(world, bare.key)...)
	for _, w := range all {
		if !strings.Contains(w.name, o.only) {
			continue
		}
		res, err := compare(ctx, o, w, d, product, bare)
		if err != nil {
			return s, fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Fprintln(os.Stderr, res.line())
		s.results = append(s.results, res)
	}
	if strings.Contains(signInsName, o.only) {
		if s.signIns, err = signIns(ctx, o, world[0], product); err != nil {
			return s, fmt.Errorf("%s: %w", signInsName, err)
		}
		fmt.Fprint(os.Stderr, s.signIns.text())
	}
	s.mixed, err = mixedDay(ctx, o, world, all, d, product)
	return s, err
}

// serveFloor is the floor's own process. Its listener is file 3.
func serveFloor() error {
	key, err := hex.DecodeString(os.Getenv("BENCH_KEY"))
	if err != nil {
		return err
	}
	l, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = floor.Serve(ctx, l, os.Getenv("BENCH_DATABASE"), key)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
