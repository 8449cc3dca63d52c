package telemetry

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Use is what the runs of a named statement have cost since the start of the process.
type Use struct {
	Name   string
	Count  uint64
	Failed uint64
	Rows   uint64        // returned or changed
	Total  time.Duration // of all runs together
	Times  Spread
}

// Mean is what one run took.
func (u Use) Mean() time.Duration { return u.Total / time.Duration(max(u.Count, 1)) }

// Spread is how often something took how long, as far as the buckets tell that apart.
type Spread struct {
	counts [spreads]uint64 // up to each bound
	all    uint64
}

// spreads is how many bounds there are, those of buckets.
const spreads = 14

// Since is what came after an earlier reading.
func (s Spread) Since(before Spread) Spread {
	for i := range s.counts {
		s.counts[i] -= before.counts[i]
	}
	s.all -= before.all
	return s
}

// Within is the bound under which nineteen of twenty stayed, zero when there was none; over says that more than one in twenty was above it.
func (s Spread) Within() (bound time.Duration, over bool) {
	if s.all == 0 {
		return 0, false
	}
	for i, n := range s.counts {
		bound = time.Duration(buckets[i] * float64(time.Second))
		if float64(n) >= 0.95*float64(s.all) {
			return bound, false
		}
	}
	return bound, true
}

// statements counts what each named statement costs. A histogram of each would be most of what a process tells, so those stay here, for
// the tables that people read; the metrics have count and sum of each, and one histogram of all.
type statements struct {
	names *bound
	byKey sync.Map // name -> *usage
	desc  *prometheus.Desc
}

// usage is a Use that is counted by many at once.
type usage struct {
	count, failed, rows, nanos atomic.Uint64
	counts                     [spreads + 1]atomic.Uint64 // within each bound and above the one before; the last is above all
}

func newStatements() *statements {
	return &statements{names: newBound(2000), desc: prometheus.NewDesc("iw_db_statement_seconds", "Time of a named database statement.", []string{"name"}, nil)}
}

// note counts one run, and gives the name under which it is counted.
func (s *statements) note(name string, took time.Duration, rows int64, failed bool) string {
	v, ok := s.byKey.Load(name)
	if !ok {
		name = s.names.of(name)
		v, _ = s.byKey.LoadOrStore(name, &usage{})
	}
	u := v.(*usage)
	u.count.Add(1)
	u.nanos.Add(uint64(max(took, 0)))
	u.rows.Add(uint64(max(rows, 0)))
	if failed {
		u.failed.Add(1)
	}
	i, _ := slices.BinarySearch(buckets, took.Seconds())
	u.counts[i].Add(1)
	return name
}

func (u *usage) read(name string) Use {
	out := Use{Name: name, Count: u.count.Load(), Failed: u.failed.Load(), Rows: u.rows.Load(), Total: time.Duration(u.nanos.Load())}
	for i := range u.counts {
		out.Times.all += u.counts[i].Load()
		if i < spreads {
			out.Times.counts[i] = out.Times.all
		}
	}
	return out
}

// Statements gives what the statements have cost, the greatest total first.
func (m *Metrics) Statements() []Use {
	var out []Use
	m.statements.byKey.Range(func(name, u any) bool {
		out = append(out, u.(*usage).read(name.(string)))
		return true
	})
	slices.SortFunc(out, func(a, b Use) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name)) })
	return out
}

// Describe and Collect are what a registry asks.
func (s *statements) Describe(to chan<- *prometheus.Desc) { to <- s.desc }

// Collect gives count and sum of each statement.
func (s *statements) Collect(to chan<- prometheus.Metric) {
	s.byKey.Range(func(name, u any) bool {
		x := u.(*usage).read("")
		to <- prometheus.MustNewConstSummary(s.desc, x.Count, x.Total.Seconds(), nil, name.(string))
		return true
	})
}
