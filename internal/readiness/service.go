package readiness

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/ops"
)

// Config is what a run needs.
type Config struct {
	Probes  map[string]Probe
	Sign    func() ed25519.PrivateKey
	Folder  string // where the last report is kept
	Version string
	Profile string
	Engine  string
	Address func() string
	Now     clock.Now
	Log     *slog.Logger
}

// Service runs the plan and keeps the last report. Make one with New.
type Service struct{ c Config }

// New makes the service.
func New(c Config) *Service { return &Service{c} }

// nightly is how often a process looks at itself; settle is the time after the start in which it does not.
const (
	nightly = 24 * time.Hour
	settle  = 10 * time.Minute
)

// Check runs the plan now, signs what came of it and keeps it.
func (s *Service) Check(ctx context.Context) (Report, error) {
	carried, _ := ReadShipped()
	began := s.c.Now()
	r := Report{Version: s.c.Version, Address: s.c.Address(), Profile: s.c.Profile, Engine: s.c.Engine, At: began.UTC()}
	r.Findings = findings(ctx, s.c.Probes, carried)
	r.Took = s.c.Now().Sub(began)
	r, err := r.Sign(s.c.Sign())
	if err != nil {
		return Report{}, err
	}
	return r, s.keep(r)
}

func (s *Service) file() string { return filepath.Join(s.c.Folder, "readiness.json") }

// keep puts a report in the place of the one before, whole or not at all.
func (s *Service) keep(r Report) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	beside := s.file() + ".new"
	if err := os.WriteFile(beside, text, 0o600); err != nil {
		return fmt.Errorf("keep the readiness report: %w", err)
	}
	return os.Rename(beside, s.file())
}

// Last gives the last report of this node, or false when there is none yet. Needs ops.CanRead, held for the whole organisation.
func (s *Service) Last(_ context.Context, who actor.Actor) (Report, bool, error) {
	if err := who.RequireEverywhere(ops.CanRead); err != nil {
		return Report{}, false, err
	}
	text, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return Report{}, false, nil
	}
	if err != nil {
		return Report{}, false, fmt.Errorf("read the readiness report: %w", err)
	}
	r, err := Verify(text)
	return r, err == nil, err
}

// Run checks once a day until ctx ends: the first time soon after the start, unless the last report is of today.
func (s *Service) Run(ctx context.Context) error {
	wait := settle
	if info, err := os.Stat(s.file()); err == nil { // otherwise there is none
		wait = max(wait, nightly-s.c.Now().Sub(info.ModTime()))
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = nightly
		r, err := s.Check(ctx)
		if err != nil {
			s.c.Log.ErrorContext(ctx, "the readiness of the installation could not be checked", "err", err)
			continue
		}
		s.c.Log.InfoContext(ctx, "readiness checked", "met", r.Count(Met), "not_met", r.Count(NotMet), "not_checked", r.Count(NotChecked))
	}
}
