package file

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
)

// gone is the job that deletes the files of a record that was deleted: nobody could open them, and they would take room for good.
type gone struct{ journal.Event }

// Kind names the job.
func (gone) Kind() string { return "file.gone" }

func (s *Service) gone(ctx context.Context, who actor.Actor, g gone) error {
	row, err := s.c.Journal.Get(ctx, who, g.Entry)
	if err != nil {
		return err
	}
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		files, err := db.All(ctx, tx, scanFile, fileList, row.Subject, row.Noun)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := s.drop(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete the files of %s %s: %w", row.Noun, row.Subject, err)
	}
	return nil
}

// drop removes a file's row, gives its room back, and has its content forgotten.
func (s *Service) drop(ctx context.Context, tx *db.Tx, f File) error {
	n, err := tx.Exec(ctx, fileDelete, f.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Missing("file")
	}
	tx.Later(usageTake, f.Size)
	if err := job.Enqueue(ctx, tx, forget{f.key}, ""); err != nil {
		return err
	}
	return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "file.deleted", Subject: f.ID, Site: siteOf(f), Before: f})
}

// outlived deletes a file again whose record was deleted while it came in: the job above may have looked too early. Otherwise nil.
func (s *Service) outlived(ctx context.Context, who actor.Actor, f File) error {
	_, see, _ := s.access(ctx, who, f.Owner, f.OwnerID)
	if fault.KindOf(see) != fault.NotFound {
		return nil
	}
	if err := s.c.DB.Write(ctx, who, func(tx *db.Tx) error { return s.drop(ctx, tx, f) }); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return see
}
