package telemetry

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is every number that the process tells, on a registry of its own. Every label is bounded: a value beyond the bound
// is counted as "other", so that no client can make the process grow by inventing values.
type Metrics struct {
	registry *prometheus.Registry

	requests   *prometheus.SummaryVec   // count and sum: there are many routes
	answers    *prometheus.HistogramVec // of all routes together
	inFlight   prometheus.Gauge
	statements *statements
	times      prometheus.Histogram // of all statements together
	slow       *prometheus.CounterVec
	failures   *prometheus.CounterVec
	jobs       *prometheus.SummaryVec
	waits      *prometheus.SummaryVec
	began      prometheus.Histogram // when jobs of all kinds began
	late       *prometheus.HistogramVec
	climbs     *prometheus.CounterVec
	panics     *prometheus.CounterVec
	refusals   *prometheus.CounterVec
	signIns    *prometheus.CounterVec
	cache      *prometheus.CounterVec
	fallbacks  *prometheus.CounterVec
	reports    *prometheus.CounterVec
	unknown    prometheus.Counter
	refused    prometheus.Counter

	routes, kinds, words, directives *bound
}

// Seconds of the histograms' buckets: an answer from memory to one that a person gives up on.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics makes the metrics of one process, with those of the Go runtime and of the process itself.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: summary("http_request_seconds", "Time to answer a request, by route pattern.", "method", "route", "status"),
		answers:  histogram("http_seconds", "Time to answer a request, by class of status: 2xx.", "class"),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "iw", Name: "http_requests_in_flight", Help: "Requests being answered."}),

		statements: newStatements(),
		times:      prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "iw", Name: "db_seconds", Help: "Time of a database statement.", Buckets: buckets}),
		slow:       counter("db_slow_total", "Runs of a named statement that took longer than 200 ms.", "name"),
		failures:   counter("db_failures_total", "Statements that failed, by kind of fault.", "name", "kind"),

		jobs:      summary("job_seconds", "Time of a background job, by kind and outcome.", "kind", "outcome"),
		waits:     summary("job_kind_wait_seconds", "Time from when a background job might have begun until it did, by kind.", "kind"),
		began:     prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "iw", Name: "job_wait_seconds", Help: "Time from when a background job might have begun until it did.", Buckets: append(slices.Clone(buckets), 60, 600)}),
		climbs:    counter("escalations_total", "Levels that tickets were taken up, by which.", "level"),
		late:      histogram("deadline_late_seconds", "Time from when something was to be met until it was looked at, by kind.", "kind"),
		panics:    counter("panics_total", "Panics that were caught, by where.", "where"),
		refusals:  counter("limit_refusals_total", "Requests refused by a limit of rate, by rule.", "rule"),
		signIns:   counter("sign_ins_total", "Attempts to sign in, by outcome.", "outcome"),
		cache:     counter("cache_reads_total", "Reads of a cache, by cache and result.", "cache", "result"),
		fallbacks: counter("fallbacks_total", "Times that a part went on without a server it needs.", "part"),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "iw", Name: "db_statements_unknown_total",
			Help: "Statements that ran under a name that no release has."}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "iw", Name: "certificate_refused_total",
			Help: "Times that the files of a certificate had changed and could not be taken."}),
		reports: counter("csp_reports_total", "Violations of the content security policy that browsers reported.", "directive"),

		routes: newBound(1000), kinds: newBound(200), words: newBound(200), directives: newBound(30),
	}
	m.registry.MustRegister(m.requests, m.answers, m.inFlight, m.statements, m.times, m.slow, m.failures, m.jobs, m.waits, m.began, m.late, m.climbs, m.panics, m.refusals, m.signIns,
		m.cache, m.fallbacks, m.reports, m.unknown, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "iw", Name: name, Help: help, Buckets: buckets}, labels)
}

func summary(name, help string, labels ...string) *prometheus.SummaryVec {
	return prometheus.NewSummaryVec(prometheus.SummaryOpts{Namespace: "iw", Name: name, Help: help}, labels)
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "iw", Name: name, Help: help}, labels)
}

// Handler answers with all metrics in the Prometheus text format; it belongs on the private listener.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request counts an answered request under its route pattern ("/sites/{id}"), or "" when no route matched.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(knownMethod(method), m.routes.of(route), strconv.Itoa(status)).Observe(took.Seconds())
	m.answers.WithLabelValues(strconv.Itoa(status/100) + "xx").Observe(took.Seconds())
}

// InFlight adds n, 1 or -1, to the requests being answered.
func (m *Metrics) InFlight(n int) { m.inFlight.Add(float64(n)) }

// Statement counts a database statement: its name, time, rows returned or changed, and the kind of fault, "" when it went well.
func (m *Metrics) Statement(name string, took time.Duration, rows int64, kind string) {
	name = m.statements.note(name, took, rows, kind != "")
	m.times.Observe(took.Seconds())
	if took > slowStatement {
		m.slow.WithLabelValues(name).Inc()
	}
	if kind != "" {
		m.failures.WithLabelValues(name, m.kinds.of(kind)).Inc()
	}
}

// slowStatement is what nineteen of twenty runs of a statement are to stay under.
const slowStatement = 200 * time.Millisecond

// Unknown counts a statement that ran under a name which nobody has written: the log has the name.
func (m *Metrics) Unknown() { m.unknown.Inc() }

// CertificateRefused counts a look at the files of a certificate that were not taken: the one before is shown on.
func (m *Metrics) CertificateRefused() { m.refused.Inc() }

// Job counts one run of a background job: "done", "retry", "dead".
func (m *Metrics) Job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(m.kinds.of(kind), m.words.of(outcome)).Observe(took.Seconds())
}

// Waited notes how long a background job waited for its turn.
func (m *Metrics) Waited(kind string, d time.Duration) {
	m.waits.WithLabelValues(m.kinds.of(kind)).Observe(max(d, 0).Seconds())
	m.began.Observe(max(d, 0).Seconds())
}

// Late notes how long after its time an expectation was looked at.
func (m *Metrics) Late(kind string, d time.Duration) {
	m.late.WithLabelValues(m.words.of(kind)).Observe(max(d, 0).Seconds())
}

// Climbed counts a ticket that was taken up to a level, the first of which is 1.
func (m *Metrics) Climbed(level int) { m.climbs.WithLabelValues(m.words.of(strconv.Itoa(level))).Inc() }

// Panic counts a panic that was caught: "http", "job", "graphql".
func (m *Metrics) Panic(where string) { m.panics.WithLabelValues(m.words.of(where)).Inc() }

// Refused counts a refusal by a limit of rate, by the rule's name.
func (m *Metrics) Refused(rule string) { m.refusals.WithLabelValues(m.words.of(rule)).Inc() }

// SignIn counts an attempt to sign in: "ok", "wrong", "limited", "inactive".
func (m *Metrics) SignIn(outcome string) { m.signIns.WithLabelValues(m.words.of(outcome)).Inc() }

// CacheRead counts a read of a named cache: "hit", "shared", "load", "error".
func (m *Metrics) CacheRead(cache, result string) {
	m.cache.WithLabelValues(m.words.of(cache), m.words.of(result)).Inc()
}

// Fallback counts one time that a part ("limit", "cache") went on without a server it needs.
func (m *Metrics) Fallback(part string) { m.fallbacks.WithLabelValues(m.words.of(part)).Inc() }

// Violation counts a browser's report that the content security policy stopped something, by directive.
func (m *Metrics) Violation(directive string) {
	m.reports.WithLabelValues(m.directives.of(directive)).Inc()
}

// Gauge adds a number that is read each time metrics are asked for: bytes that are free. The name gets the prefix iw_; a name that is taken
// panics, as it is a mistake of start-up.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "iw", Name: name, Help: help}, read))
}

// Gauges is Gauge for several numbers, told apart by the values of a label, of which there are few.
func (m *Metrics) Gauges(name, help, label string, read func() map[string]float64) {
	m.registry.MustRegister(readings{prometheus.NewDesc("iw_"+name, help, []string{label}, nil), prometheus.GaugeValue, read})
}

// Counters is Gauges for numbers that only grow.
func (m *Metrics) Counters(name, help, label string, read func() map[string]float64) {
	m.registry.MustRegister(readings{prometheus.NewDesc("iw_"+name, help, []string{label}, nil), prometheus.CounterValue, read})
}

// readings reads its numbers when it is asked.
type readings struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func() map[string]float64
}

// Describe and Collect are what a registry asks.
func (g readings) Describe(to chan<- *prometheus.Desc) { to <- g.desc }

// Collect gives the numbers.
func (g readings) Collect(to chan<- prometheus.Metric) {
	for value, n := range g.read() {
		to <- prometheus.MustNewConstMetric(g.desc, g.kind, n, value)
	}
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
