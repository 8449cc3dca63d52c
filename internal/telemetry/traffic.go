package telemetry

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Traffic is how many requests were answered since the start, and how fast; and how long jobs waited.
type Traffic struct {
	Requests, Failed uint64 // failed is our fault: a status from 500
	Times            Spread // of requests
	Waits            Spread // until jobs began
}

// Traffic reads it as it is now.
func (m *Metrics) Traffic() Traffic {
	var t Traffic
	for _, x := range read(m.answers) {
		n := x.Histogram.GetSampleCount()
		t.Requests += n
		for _, l := range x.Label {
			if l.GetValue() == "5xx" {
				t.Failed += n
			}
		}
		t.Times.add(x.Histogram)
	}
	for _, x := range read(m.began) {
		t.Waits.add(x.Histogram)
	}
	return t
}

// Since is what came after an earlier reading.
func (t Traffic) Since(before Traffic) Traffic {
	return Traffic{t.Requests - before.Requests, t.Failed - before.Failed, t.Times.Since(before.Times), t.Waits.Since(before.Waits)}
}

func (s *Spread) add(h *dto.Histogram) {
	for i, b := range h.Bucket {
		if i < spreads {
			s.counts[i] += b.GetCumulativeCount()
		}
	}
	s.all += h.GetSampleCount()
}

// read gives the metrics of one family as they are now.
func read(c prometheus.Collector) []*dto.Metric {
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	families, err := r.Gather()
	if err != nil || len(families) == 0 { // ours do not fail
		return nil
	}
	return families[0].Metric
}
