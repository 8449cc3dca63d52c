package file

import (
	"context"
	"fmt"
	"io"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
)

// List gives the files of a record, the oldest first, at most a hundred. Needs what the record asks of those who see it.
func (s *Service) List(ctx context.Context, who actor.Actor, noun string, owner id.Any) ([]File, error) {
	out, _, err := s.Attached(ctx, who, noun, owner)
	return out, err
}

// Attached is List and MayAdd in one asking of the record: add is nil when the actor may add files to it.
func (s *Service) Attached(ctx context.Context, who actor.Actor, noun string, owner id.Any) (out []File, add, err error) {
	_, see, add := s.access(ctx, who, noun, owner)
	if see != nil {
		return nil, add, see
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanFile, fileList, owner, noun)
		return err
	})
	return out, add, err
}

// MayAdd is nil when the actor may add files to a record.
func (s *Service) MayAdd(ctx context.Context, who actor.Actor, noun string, owner id.Any) error {
	_, see, change := s.access(ctx, who, noun, owner)
	if see != nil {
		return see
	}
	return change
}

// Get gives a file without its content. NotFound when the actor may not see its record.
func (s *Service) Get(ctx context.Context, who actor.Actor, file id.File) (File, error) {
	f, _, err := s.find(ctx, who, file)
	return f, err
}

// find reads a file that the actor may see; change is nil when they may delete it.
func (s *Service) find(ctx context.Context, who actor.Actor, file id.File) (f File, change, err error) {
	if who.Tenant().IsZero() {
		return File{}, nil, fault.Anonymous()
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		f, err = db.One(ctx, tx, scanFile, fileGet, file)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return File{}, nil, fault.Missing("file")
	}
	if err != nil {
		return File{}, nil, err
	}
	_, see, change := s.access(ctx, who, f.Owner, f.OwnerID)
	switch fault.KindOf(see) {
	case "":
		return f, change, nil
	case fault.NotFound, fault.Forbidden:
		return File{}, nil, fault.Missing("file")
	}
	return File{}, nil, see
}

// Open gives a file with its content, or with its small picture; the caller closes. NotFound as for Get, and for the small picture of what is none.
func (s *Service) Open(ctx context.Context, who actor.Actor, file id.File, small bool) (File, io.ReadSeekCloser, error) {
	f, _, err := s.find(ctx, who, file)
	if err != nil {
		return File{}, nil, err
	}
	return s.open(ctx, f, small)
}

func (s *Service) open(ctx context.Context, f File, small bool) (File, io.ReadSeekCloser, error) {
	key := f.key
	if small {
		if !f.Picture() {
			return File{}, nil, fault.Missing("picture")
		}
		key, f.Type = smallKey(key), "image/jpeg"
	}
	r, err := s.c.Blobs.Open(ctx, key)
	if err != nil {
		return File{}, nil, fmt.Errorf("open file %s: %w", f.ID, err)
	}
	return f, r, nil
}

// Delete removes a file from its record. Needs what the record asks of those who change it.
func (s *Service) Delete(ctx context.Context, who actor.Actor, file id.File) error {
	f, change, err := s.find(ctx, who, file)
	if err != nil {
		return err
	}
	if change != nil {
		return change
	}
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error { return s.drop(ctx, tx, f) })
	if err != nil {
		return fmt.Errorf("delete file %s: %w", file, err)
	}
	return nil
}

// linkLife is how long a link holds.
const linkLife = 10 * time.Minute

// Links open a file for whoever has them, without signing in.
type Links struct {
	Content string
	Small   string // the small picture; "" of what is none
	Until   time.Time
}

// Link gives texts by which whoever has one may open a file, or its small picture, until a moment ten minutes ahead. NotFound as for Get.
func (s *Service) Link(ctx context.Context, who actor.Actor, file id.File) (l Links, err error) {
	f, _, err := s.find(ctx, who, file)
	if err != nil {
		return Links{}, err
	}
	l.Until = s.c.Now().Add(linkLife).Truncate(time.Second)
	tenant, x := who.Tenant().Bytes(), file.Bytes()
	data := append(tenant[:], x[:]...)
	l.Content = s.c.Links.Sign(data, l.Until)
	if f.Picture() {
		l.Small = s.c.Links.Sign(append(data, smallLink), l.Until)
	}
	return l, nil
}

// smallLink stands behind what a link names when it is of the small picture.
const smallLink = 's'

// OpenLink gives the file of a link with its content, or its small picture; the caller closes. NotFound for a link that does not hold, and for a file that is gone.
func (s *Service) OpenLink(ctx context.Context, link string) (File, io.ReadSeekCloser, error) {
	data, err := s.c.Links.Check(link)
	if err != nil {
		return File{}, nil, err
	}
	small := len(data) == 33 && data[32] == smallLink
	if len(data) != 32 && !small {
		return File{}, nil, fault.Missing("file")
	}
	who := job.Actor(id.Of[id.Tenant]([16]byte(data[:16])))
	var f File
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		f, err = db.One(ctx, tx, scanFile, fileGet, id.Of[id.File]([16]byte(data[16:32])))
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Missing("file")
	}
	if err != nil {
		return File{}, nil, err
	}
	return s.open(ctx, f, small)
}

// Usage says how many bytes the tenant's files take, and how many they may. Needs to belong to the tenant.
func (s *Service) Usage(ctx context.Context, who actor.Actor) (used, quota int64, err error) {
	if who.Tenant().IsZero() {
		return 0, 0, fault.Anonymous()
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		found, err := db.All(ctx, tx, scanCount, usageGet)
		if len(found) > 0 {
			used = found[0]
		}
		return err
	})
	return used, s.c.Quota, err
}
