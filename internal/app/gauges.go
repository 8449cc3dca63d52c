package app

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"sync"
	"syscall"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/job"
)

// gauge has the metrics tell how things stand, read whenever they are asked for.
func (s *services) gauge() {
	m := s.metrics
	m.Gauges("build_info", "The version that runs.", "version", func() map[string]float64 { return map[string]float64{Version: 1} })
	m.Gauges("check_up", "What must work for the process to be ready: 1 when it does.", "check", s.checked)
	m.Gauge("disk_free_bytes", "Room on the disk of the data folder.", func() float64 { return float64(disk(s.cfg.Data).Bavail) * float64(disk(s.cfg.Data).Bsize) })
	m.Gauge("disk_size_bytes", "Size of the disk of the data folder.", func() float64 { return float64(disk(s.cfg.Data).Blocks) * float64(disk(s.cfg.Data).Bsize) })
	pool := func(of func(db.PoolStat) float64) func() map[string]float64 {
		return func() map[string]float64 {
			out := map[string]float64{}
			for _, p := range s.db.Stats() {
				out[p.Pool] = of(p)
			}
			return out
		}
	}
	m.Gauges("db_connections_in_use", "Connections to the database that work.", "pool", pool(func(p db.PoolStat) float64 { return float64(p.InUse) }))
	m.Gauges("db_connections_max", "Connections to the database that there may be.", "pool", pool(func(p db.PoolStat) float64 { return float64(p.Max) }))
	m.Gauges("db_connection_waits", "How often somebody had to wait for a connection, since the start.", "pool", pool(func(p db.PoolStat) float64 { return float64(p.Waits) }))
	m.Gauge("backup_last_seconds", "When the last backup was made, in seconds since 1970; 0 = never.", func() float64 { made, _ := s.backedUp(); return made })
	m.Gauge("backup_restored_seconds", "When a backup was last proved by restoring it, in seconds since 1970; 0 = never.", func() float64 { _, restored := s.backedUp(); return restored })
	m.Counters("telemetry_dropped_total", "What was to be told and was not: spans and logs that a collector did not take, lines that were too many.", "signal", s.untold)
	m.Gauges("jobs", "Background jobs in the queue, by state.", "state", s.queued())
	m.Gauges("certificate_expires_seconds", "When the certificate in the file of a listener expires, in seconds since 1970.", "listener", s.certificates)
}

// certificates tells when those of the listeners end that have one.
func (s *services) certificates() map[string]float64 {
	out := map[string]float64{}
	for listener, path := range map[string]string{"public": s.cfg.HTTP.TLSCert, "private": s.cfg.HTTP.PrivateCert} {
		if path != "" {
			out[listener] = expiry(path)
		}
	}
	return out
}

// worked counts a job that has run.
func (s *services) worked(kind string, o job.Outcome, took time.Duration) {
	s.metrics.Job(kind, string(o), took)
	if o == job.Panicked {
		s.metrics.Panic("job")
	}
}

// untold counts what was dropped rather than waited for.
func (s *services) untold() map[string]float64 {
	sent, written := s.lines.Dropped()
	return map[string]float64{"spans": float64(s.traces.Dropped()), "logs": float64(sent), "lines": float64(written)}
}

// checked asks everything that must work.
func (s *services) checked() map[string]float64 {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	out := map[string]float64{}
	for _, c := range s.checks() {
		out[c.Name] = 0
		if c.Do(ctx) == nil {
			out[c.Name] = 1
		}
	}
	return out
}

func disk(dir string) (d syscall.Statfs_t) {
	if syscall.Statfs(dir, &d) != nil {
		return syscall.Statfs_t{} // no room is known of: the check of the disk says why
	}
	return d
}

// queuedFor is how long the counts of the queue are good for: whoever asks often does not count often.
const queuedFor = 10 * time.Second

// queued tells of the queue; nothing while the database does not answer.
func (s *services) queued() func() map[string]float64 {
	var mu sync.Mutex
	var at time.Time
	var last map[string]float64
	return func() map[string]float64 {
		mu.Lock()
		defer mu.Unlock()
		if now := s.now(); now.Sub(at) < queuedFor {
			return last
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		counts, err := s.jobs.Queued(ctx)
		if err != nil {
			return nil
		}
		at, last = s.now(), map[string]float64{}
		for state, n := range counts {
			last[state] = float64(n)
		}
		return last
	}
}

// expiry reads when the first certificate of a file ends; 0 when it cannot be read.
func expiry(path string) float64 {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return 0
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return 0
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return 0
	}
	return float64(c.NotAfter.Unix())
}
