package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// section is what was found on one engine.
type section struct {
	engine   string
	loaded   time.Duration
	results  []result
	measures []measure
	signIns  patience
	mixed    mixed
}

// report is the whole.
type report struct {
	o        options
	begun    time.Time
	took     time.Duration
	sections []section
	load     string // the machine's load before the bench began: what else was running
}

// text gives it as Markdown.
func (r report) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What the product costs beside a floor\n\n")
	fmt.Fprintf(&b, "Written by `make bench` on %s in %.0f s. Machine: %s, %d cores, %s; driver, servers and database share it. Its load\nbefore the bench began: %s (1, 5, 15 minutes); near 0 when nothing else runs.\n\n",
		r.begun.UTC().Format("2006-01-02 15:04 MST"), r.took.Seconds(), processor(), runtime.NumCPU(), runtime.Version(), r.load)
	fmt.Fprintf(&b, "%d tickets, %d tenants, %d connections, %d rounds of %s a side, floor and product in turns. Every request of the product is authenticated, scoped,\n",
		r.o.tickets, r.o.tenants, r.o.conns, r.o.rounds, r.o.round)
	fmt.Fprintf(&b, "limited, logged and under row-level security, every change in the audit trail. The floor is net/http and the database's driver, one statement,\n")
	fmt.Fprintf(&b, "JSON written by hand, a signed bearer, nothing else (`bench/floor`). *CPU* is processor time of server and database a request, work that a change\n")
	fmt.Fprintf(&b, "leaves behind included; *ratio* is the product's rate over the floor's, the median of the rounds (least-most); *by CPU* is the floor's CPU over the\n")
	fmt.Fprintf(&b, "product's, which drifts less. A target is met by either. The list, over REST, over GraphQL and as a page, and one ticket are answered from\n")
	fmt.Fprintf(&b, "the process's memory until a record of the tenant changes, and the database is not asked then; *not from memory* is the same with\n`Cache-Control: no-cache`, which has no target of its own. Everything is asked for once before it is measured.\n")
	for _, s := range r.sections {
		fmt.Fprintf(&b, "\n## %s\n\nLoaded in %.0f s.\n\n", s.engine, s.loaded.Seconds())
		writeMeasures(&b, append(s.measures, s.mixed.measures...))
		fmt.Fprintf(&b, "| workload | floor | CPU | p50 / p99 ms | product | CPU | p50 / p99 ms | bytes | ratio | by CPU | target | |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n")
		for _, x := range s.results {
			b.WriteString(x.row())
		}
		b.WriteString(s.signIns.text())
		s.mixed.write(&b)
	}
	return b.Bytes()
}

// writeMeasures writes what was found about the working day.
func writeMeasures(b *bytes.Buffer, all []measure) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "| the working day | found | at most | |\n|---|---|---|---|\n")
	for _, m := range all {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", m.name, m.found, m.limit, map[bool]string{true: "held", false: "not held"}[m.held])
	}
	b.WriteByte('\n')
}

func (r result) row() string {
	if r.missing != "" {
		return fmt.Sprintf("| %s | %s | | | | | | | | | %.2f | - |\n", r.name, r.missing, r.target)
	}
	mark, target := "below", fmt.Sprintf("%.2f", r.target)
	switch {
	case r.target == 0:
		mark, target = "", ""
	case r.met():
		mark = "met"
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
	return fmt.Sprintf("| %s | %.0f/s | %d µs | %s / %s | %.0f/s | %d µs | %s / %s | %d : %d | **%.2f** (%.2f-%.2f) | **%.2f** | %s | %s |\n",
		r.name, r.floorRate, r.floorCPU.Microseconds(), ms(r.floorP50), ms(r.floorP99), r.rate, r.cpu.Microseconds(), ms(r.p50), ms(r.p99),
		r.floorSize, r.size, r.ratio, r.low, r.high, r.cpuRatio, target, mark)
}

// loadAverage is how many wanted the processor lately.
func loadAverage() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if f := strings.Fields(string(raw)); err == nil && len(f) > 2 {
		return strings.Join(f[:3], ", ")
	}
	return "unknown"
}

// processor names the machine's processor.
func processor() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, is := strings.CutPrefix(line, "model name"); is {
				return strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(name), ":"))
			}
		}
	}
	return "unknown"
}
