package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/picture"
)

// Config is what the service is built from.
type Config struct {
	DB       *db.DB
	Journal  *journal.Journal
	Jobs     *job.Runner
	Blobs    blob.Store
	Links    *blob.Signer
	Scanner  Scanner // nil: nothing is scanned
	Now      clock.Now
	Log      *slog.Logger
	Scratch  string        // folder for uploads on their way; it is made
	Max      int64         // bytes of one file
	Quota    int64         // bytes of all files of a tenant
	Pictures int           // pictures decoded at once; 0 = 2
	Patience time.Duration // for one upload once it is received; 0 = 1 minute
}

// Service holds the use cases.
type Service struct {
	c        Config
	owners   map[string]Access
	takes    map[string][]kind // by the noun of the record
	pictures *picture.Cleaner
}

// New makes the service and registers its background work.
func New(c Config) (*Service, error) {
	if c.Patience <= 0 {
		c.Patience = time.Minute
	}
	if c.Pictures <= 0 {
		c.Pictures = 2
	}
	s := &Service{c: c, owners: map[string]Access{}, takes: map[string][]kind{}, pictures: picture.New(c.Pictures)}
	job.Register(c.Jobs, s.forget)
	job.Register(c.Jobs, s.gone)
	return s, openScratch(c.Scratch)
}

// Sort is what records of a noun take beside pictures and documents.
type Sort string

// Recordings are sounds and videos: they are kept as they were recorded, without what is told in them of place and device as far as it is known
// where that stands.
const Recordings Sort = "recordings"

// Own lets records of a noun have files; access says who may see and change those of one. They are deleted after a record
// is: after the journal says so. Call it before anything runs.
func (s *Service) Own(noun string, access Access, also ...Sort) {
	s.owners[noun], s.takes[noun] = access, kinds()
	if slices.Contains(also, Recordings) {
		s.takes[noun] = append(s.takes[noun], recordings()...)
	}
	job.Follow[gone](s.c.Journal, 0, []string{noun + ".deleted"})
}

// Owners gives the nouns whose records may have files, in order.
func (s *Service) Owners() []string { return slices.Sorted(maps.Keys(s.owners)) }

// Max is how many bytes one file may have.
func (s *Service) Max() int64 { return s.c.Max }

// access asks the record. NotFound for a noun that has no files.
func (s *Service) access(ctx context.Context, who actor.Actor, noun string, owner id.Any) (site *id.Site, see, change error) {
	ask := s.owners[noun]
	if ask == nil {
		err := fault.Missing("record")
		return nil, err, err
	}
	return ask(ctx, who, owner)
}

// Upload adds a file to a record: r is read to its end, at most Max bytes and one more. Needs what the record asks of those who change it.
// Invalid at "file" for what is not taken, Full beyond the tenant's share or the disk, Unavailable while the scanner or the store is
// away; nothing is kept then.
func (s *Service) Upload(ctx context.Context, who actor.Actor, noun string, owner id.Any, name string, r io.Reader) (File, error) {
	return s.UploadAs(ctx, who, id.File{}, noun, owner, name, r)
}

// UploadAs is Upload of a file whose id the caller made; zero: it is made here. Sent again by the same actor for the same record, the file that is
// there is the answer, and nothing is read. Conflict when another file has the id.
func (s *Service) UploadAs(ctx context.Context, who actor.Actor, as id.File, noun string, owner id.Any, name string, r io.Reader) (File, error) {
	return s.upload(ctx, who, as, nil, noun, owner, name, r)
}

// UploadOnce is Upload of a file whose id follows from what is in it, so that the same one sent again is the one that is there, and another is not
// taken for it. hash is of what is kept, in hexadecimal.
func (s *Service) UploadOnce(ctx context.Context, who actor.Actor, under func(hash string) id.File, noun string, owner id.Any, name string, r io.Reader) (File, error) {
	return s.upload(ctx, who, id.File{}, under, noun, owner, name, r)
}

func (s *Service) upload(ctx context.Context, who actor.Actor, as id.File, under func(string) id.File, noun string, owner id.Any, name string, r io.Reader) (f File, err error) {
	site, see, change := s.access(ctx, who, noun, owner)
	if see != nil {
		return File{}, see
	}
	if change != nil {
		return File{}, change
	}
	if f, err = s.before(ctx, who, as, noun, owner); err != nil || !f.ID.IsZero() {
		return f, err
	}
	in, size, err := s.receive(r)
	if err != nil {
		return File{}, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	limited, cancel := context.WithTimeout(ctx, s.c.Patience)
	defer cancel()
	up, err := s.inspect(limited, s.takes[noun], name, in, size)
	if err != nil {
		return File{}, err
	}
	if up.body != in {
		defer func() { err = errors.Join(err, up.body.Close()) }()
	}
	if under != nil {
		as = under(up.hash)
	}
	f = File{
		ID: as, Owner: noun, OwnerID: owner, Site: site, Name: up.name, Type: up.media, Size: up.size, Width: up.width, Height: up.height,
		Hash: up.hash, Created: s.c.Now(),
	}
	if p := who.Person(); !p.IsZero() {
		f.Person = &p
	}
	lies := id.New[id.File]() // where no other upload writes, whatever id it was given
	if f.ID.IsZero() {
		f.ID = lies
	}
	f.key = who.Tenant().String() + "/" + lies.String()[34:] + "/" + lies.String() + up.ending
	if err := s.keep(limited, who, f, up); err != nil {
		if fault.KindOf(err) == fault.Conflict { // the same upload was faster on another connection
			return s.before(ctx, who, f.ID, noun, owner)
		}
		return File{}, fmt.Errorf("add a file to %s %s: %w", noun, owner, err)
	}
	if err := s.outlived(ctx, who, f); err != nil {
		return File{}, err
	}
	return f, nil
}

// before gives the file that was kept under an id when it was sent before; none when there is none.
func (s *Service) before(ctx context.Context, who actor.Actor, as id.File, noun string, owner id.Any) (f File, err error) {
	if as.IsZero() {
		return File{}, nil
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		f, err = db.One(ctx, tx, scanFile, fileGet, as)
		return err
	})
	switch person := who.Person(); {
	case fault.KindOf(err) == fault.NotFound:
		return File{}, nil
	case err != nil:
		return File{}, err
	case f.Owner == noun && f.OwnerID == owner && (f.Person == nil && person.IsZero() || f.Person != nil && *f.Person == person):
		return f, nil
	}
	taken := fault.Of(fault.Conflict, "There is a file with this id.")
	taken.Fields = []fault.Field{{Path: "file_id", Code: "taken", Message: taken.Message}}
	return File{}, taken
}

// smallKey is where the small picture of a file lies.
func smallKey(key string) string {
	return strings.TrimSuffix(key, key[strings.LastIndex(key, "."):]) + "-s.jpg"
}

// keep stores the content, then the row. What is to be forgotten if the row never comes is noted first.
func (s *Service) keep(ctx context.Context, who actor.Actor, f File, up ready) error {
	err := s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		if err := s.room(ctx, tx, f); err != nil {
			return err
		}
		return job.EnqueueAt(ctx, tx, forget{f.key}, "", s.c.Now().Add(time.Hour))
	})
	if err != nil {
		return err
	}
	if err := s.c.Blobs.Put(ctx, f.key, io.NewSectionReader(up.body, 0, up.size), up.size); err != nil {
		return err
	}
	if up.small != nil {
		if err := s.c.Blobs.Put(ctx, smallKey(f.key), strings.NewReader(string(up.small)), int64(len(up.small))); err != nil {
			return err
		}
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, usageAdd, f.Size, s.c.Quota)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.full()
		}
		tx.Later(fileInsert, f.ID, f.Owner, f.OwnerID, f.Site, f.Name, f.Type, f.Size, f.Width, f.Height, bytesOf(f.Hash), f.key, f.Person, f.Created)
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "file.added", Subject: f.ID, Site: siteOf(f), After: f})
	})
}

// room refuses early what cannot be kept.
func (s *Service) room(ctx context.Context, tx *db.Tx, f File) error {
	n, err := db.One(ctx, tx, scanCount, fileCount, f.OwnerID)
	if err != nil {
		return err
	}
	if n >= most {
		return refused("too_many", fmt.Sprintf("A record has at most %d files. Delete one first.", most))
	}
	used, err := db.All(ctx, tx, scanCount, usageGet)
	if err != nil {
		return err
	}
	if f.Size > s.c.Quota || len(used) > 0 && used[0]+f.Size > s.c.Quota {
		return s.full()
	}
	return nil
}

// full says that the tenant has used its share up.
func (s *Service) full() error {
	message := "The files of your organisation take all the room they may (" + inWords(s.c.Quota) + "). Delete some, or ask an administrator."
	f := fault.Of(fault.Full, message)
	f.Fields = []fault.Field{{Path: "file", Code: "quota", Message: message}}
	return f
}

func siteOf(f File) (site id.Site) {
	if f.Site != nil {
		site = *f.Site
	}
	return site
}

// forget is the job that removes content to which no row leads: of an upload that failed after it was stored, or of a file that was deleted.
type forget struct {
	Key string `json:"key"`
}

// Kind names the job.
func (forget) Kind() string { return "file.forget" }

func (s *Service) forget(ctx context.Context, who actor.Actor, a forget) error {
	if !strings.HasPrefix(a.Key, who.Tenant().String()+"/") {
		return fault.Missing("content")
	}
	var n int64
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, scanCount, fileByKey, a.Key)
		return err
	})
	if err != nil || n > 0 {
		return err
	}
	return errors.Join(s.c.Blobs.Delete(ctx, a.Key), s.c.Blobs.Delete(ctx, smallKey(a.Key)))
}
