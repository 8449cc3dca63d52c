package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"

	"intelliwiz/internal/readiness"
)

// measured are the probes that read the metrics of whoever serves, since it started.
func (x *installation) measured() map[string]readiness.Probe {
	return map[string]readiness.Probe{
		"R-C5": x.reading(unknownStatements), "R-1.3.4": x.reading(statementMetrics), "R-4.1.4": x.reading(statementMetrics), "R-4.1.5": x.reading(slowStatements),
		"R-2.1.3": x.reading(panics), "R-S4": x.reading(panics), "R-3.1.2": x.reading(x.logs), "R-3.1.4": x.reading(series), "R-4.1.3": x.reading(x.pools),
		"R-4.2.2": x.reading(hits), "R-S3": x.reading(pace),
	}
}

type families map[string]*dto.MetricFamily

// sum adds the values of a counter or gauge whose labels are as wanted, given as name and value in turn.
func (f families) sum(name string, wanted ...string) (total float64) {
	for _, m := range f[name].GetMetric() {
		if !labelled(m, wanted) {
			continue
		}
		total += m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue()
	}
	return total
}

func labelled(m *dto.Metric, wanted []string) bool {
	for pair := range slices.Chunk(wanted, 2) {
		if !slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == pair[0] && l.GetValue() == pair[1] }) {
			return false
		}
	}
	return true
}

func (f families) count(name string) (n uint64, seconds float64) {
	for _, m := range f[name].GetMetric() {
		n += m.GetHistogram().GetSampleCount() + m.GetSummary().GetSampleCount()
		seconds += m.GetHistogram().GetSampleSum() + m.GetSummary().GetSampleSum()
	}
	return n, seconds
}

func (x *installation) reading(judge func(families) readiness.Answer) readiness.Probe {
	return func(ctx context.Context) readiness.Answer {
		all, err := x.scrape(ctx)
		if err != nil {
			return notChecked(fmt.Sprintf("The metrics of a serving process cannot be read: %v.", err))
		}
		return judge(all)
	}
}

func unknownStatements(f families) readiness.Answer {
	if n := f.sum("iw_db_statements_unknown_total"); n > 0 {
		return notMet(fmt.Sprintf("%.0f statements ran that are not in the list of this version.", n), "Find them in the log: a statement that nobody has written. See the runbook.")
	}
	n, _ := f.count("iw_db_seconds")
	return met(fmt.Sprintf("%d statements ran, all of them in the list of this version.", n))
}

func statementMetrics(f families) readiness.Answer {
	n, seconds := f.count("iw_db_seconds")
	if n == 0 {
		return notChecked("No statement ran yet.")
	}
	return met(fmt.Sprintf("%d statements were timed, %.2f ms each on average.", n, 1000*seconds/float64(n)), "the costliest are on the private port under /statements and on the page Operations")
}

// slowMean is the average over which a statement is called slow.
const slowMean = 50 * time.Millisecond

func slowStatements(f families) readiness.Answer {
	var slow []string
	for _, m := range f["iw_db_statement_seconds"].GetMetric() {
		n, total := m.GetSummary().GetSampleCount(), m.GetSummary().GetSampleSum()
		if n < 10 || total/float64(n) < slowMean.Seconds() {
			continue
		}
		for _, l := range m.GetLabel() {
			if l.GetName() == "name" {
				slow = append(slow, fmt.Sprintf("%s: %d runs, %.0f ms each", l.GetValue(), n, 1000*total/float64(n)))
			}
		}
	}
	if len(slow) > 0 {
		return notMet(fmt.Sprintf("%d statements take more than %s on average.", len(slow), slowMean), "Their plans are in the log: a slow statement.", slow...)
	}
	return met(fmt.Sprintf("No statement that ran ten times takes more than %s on average.", slowMean))
}

func panics(f families) readiness.Answer {
	n, _ := f.count("iw_http_seconds")
	failed := uint64(0)
	for _, m := range f["iw_http_seconds"].GetMetric() {
		if labelled(m, []string{"class", "5xx"}) {
			failed += m.GetHistogram().GetSampleCount()
		}
	}
	seen := []string{fmt.Sprintf("%d answers, %d of them with 500 or above", n, failed)}
	if p := f.sum("iw_panics_total"); p > 0 {
		return notMet(fmt.Sprintf("%.0f panics were caught.", p), "Each is on the page Operations with the id of its request; tell the makers.", seen...)
	}
	if failed*1000 > n {
		return notMet("More than one answer in a thousand was a fault of ours.", "They are on the page Operations, by what went wrong.", seen...)
	}
	return met("No panic since the start.", seen...)
}

func (x *installation) logs(f families) readiness.Answer {
	if n := f.sum("iw_telemetry_dropped_total"); n > 0 {
		return notMet(fmt.Sprintf("%.0f lines or spans were dropped.", n), "Look at the collector; see the runbook.")
	}
	if x.cfg.Traces.Endpoint.Host == "" {
		return notApplicable("The log goes to the standard error alone: no collector is configured (OTEL_EXPORTER_OTLP_ENDPOINT).")
	}
	return met("Log and traces go to a collector, and nothing was dropped.")
}

func series(f families) readiness.Answer {
	n := 0
	for _, family := range f {
		n += len(family.GetMetric())
	}
	if n > 5000 {
		return notMet(fmt.Sprintf("There are %d series.", n), "Tell the makers which label grows.")
	}
	return met(fmt.Sprintf("%d metrics in %d series.", len(f), n))
}

func (x *installation) pools(f families) readiness.Answer {
	used, most, waits := f.sum("iw_db_connections_in_use"), f.sum("iw_db_connections_max"), f.sum("iw_db_connection_waits")
	seen := []string{fmt.Sprintf("%.0f of %.0f connections in use; somebody waited %.0f times", used, most, waits), "waits for " + x.cfg.Database.Acquire.String() + " at most"}
	if x.cfg.Database.Acquire > 2*time.Second {
		return notMet("One waits longer than two seconds for a connection.", "Lower IW_DB_ACQUIRE_TIMEOUT.", seen...)
	}
	return met("The pool has a size and a time limit.", seen...)
}

func hits(f families) readiness.Answer {
	hit, all := f.sum("iw_cache_reads_total", "result", "hit"), f.sum("iw_cache_reads_total")
	if all == 0 {
		return notChecked("Nothing was asked of the cache yet.")
	}
	return met(fmt.Sprintf("%.0f of 100 reads of the cache were hits.", 100*hit/all), fmt.Sprintf("%.0f reads", all))
}

// pace looks at the times of answers: which bound nineteen of twenty stayed under.
func pace(f families) readiness.Answer {
	total, within := uint64(0), map[float64]uint64{}
	for _, m := range f["iw_http_seconds"].GetMetric() {
		total += m.GetHistogram().GetSampleCount()
		for _, b := range m.GetHistogram().GetBucket() {
			within[b.GetUpperBound()] += b.GetCumulativeCount()
		}
	}
	if total < 100 {
		return notChecked(fmt.Sprintf("Only %d answers were given since the start.", total))
	}
	part := 100 * float64(within[.05]) / float64(total)
	if part < 95 {
		return notMet(fmt.Sprintf("%.1f of 100 answers took less than 50 ms.", part), "The costliest statements are on the page Operations.")
	}
	return met(fmt.Sprintf("%.1f of 100 answers took less than 50 ms.", part), fmt.Sprintf("%d answers", total))
}
