package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"intelliwiz/internal/httpd"
)

// minFree is the space on the data folder's disk below which the process says that it is not ready: room to end what runs.
const minFree = 64 << 20 // bytes

// checks are what must work for the process to be ready.
func (s *services) checks() []httpd.Check {
	return []httpd.Check{
		{Name: "database", Do: s.db.Ping},
		{Name: "migrations", Do: s.schemaIsOurs},
		{Name: "disk", Do: func(context.Context) error { return roomIn(s.cfg.Data) }},
		{Name: "journal", Do: func(context.Context) error { return s.journal.Healthy() }},
	}
}

// schemaIsOurs says whether the database has at least this version's schema; a newer one is another version's on its way in.
func (s *services) schemaIsOurs(ctx context.Context) error {
	have, want, err := s.db.Version(ctx)
	if err == nil && have < want {
		err = fmt.Errorf("the schema is of version %d, this binary needs %d", have, want)
	}
	return err
}

// roomIn says whether the folder can be written to and has room.
func roomIn(dir string) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if free := disk.Bavail * uint64(disk.Bsize); free < minFree {
		return fmt.Errorf("the disk of the data folder is full: %d MiB are free, %d are needed", free>>20, minFree>>20)
	}
	probe := filepath.Join(dir, ".ready")
	if err := errors.Join(os.WriteFile(probe, []byte("ok"), 0o600), os.Remove(probe)); err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	return nil
}
