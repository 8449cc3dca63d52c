// Package incident is what the operator does after something bad has happened, beyond stopping it (package hold): take evidence out, signed; hand an
// organisation its records; forget a person. Every use case is the system's alone, which only the command line is.
package incident

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/push"
)

// Config is what the service is built from.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Auth    *auth.Service
	People  *people.Service
	Mail    *mail.Service
	Push    *push.Service
	// Open gives the content of a file by its key.
	Open    func(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Seeds   func() [][]byte // of the keys that sign what leaves, the newest first: those of the journal's anchors
	Now     clock.Now
	Scratch string // a folder for parts that are being made
	Version string // of the product
}

// Service holds the use cases.
type Service struct{ c Config }

// New makes the service.
func New(c Config) *Service { return &Service{c} }

// Window is the time that evidence is of: from its beginning, and before its end.
type Window struct{ From, To time.Time }

// Evidence writes an archive about an organisation and a time: what happened, how people signed in, where they are signed in now, and, when log is not nil, the
// lines of a log file whose times are within. The manifest has the hash of each part, and is signed with the key of the anchors.
func (s *Service) Evidence(ctx context.Context, who actor.Actor, w Window, log io.Reader, out io.Writer) (Manifest, error) {
	if err := only(who); err != nil {
		return Manifest{}, err
	}
	a := s.archive(out, Manifest{What: "evidence", Tenant: who.Tenant(), From: w.From, To: w.To})
	defer a.clean()
	err := a.part("audit.jsonl", func(line func(any) error) error {
		return s.trail(ctx, who, w, func(journal.Entry) bool { return true }, line)
	})
	if err == nil {
		err = a.part("sign-ins.jsonl", func(line func(any) error) error { return s.trail(ctx, who, w, aboutSignIn, line) })
	}
	for _, table := range []string{"api_tokens", "devices", "impersonations", "services", "sessions"} {
		if err == nil {
			err = a.part(table+".jsonl", func(line func(any) error) error {
				return s.c.DB.Export(ctx, who, func(t string) bool { return t == table }, func(_, record string) error { return line(json.RawMessage(record)) })
			})
		}
	}
	if err == nil && log != nil {
		err = a.part("log.jsonl", func(line func(any) error) error { return logLines(log, w, line) })
	}
	if err != nil {
		return Manifest{}, err
	}
	return s.finish(ctx, who, a, "evidence.taken")
}

// finish writes the end of an archive; the journal says that it was taken, with the hashes of its parts.
func (s *Service) finish(ctx context.Context, who actor.Actor, a *archive, verb string) (Manifest, error) {
	m, err := a.close()
	if err != nil {
		return Manifest{}, err
	}
	return m, s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: verb, Subject: who.Tenant(), After: m})
	})
}

// aboutSignIn picks what tells how people signed in, or tried to.
func aboutSignIn(e journal.Entry) bool {
	switch e.Noun {
	case "session", "device", "impersonation", "token", "service", "provider":
		return true
	case "person":
		return e.Verb != "person.created" && e.Verb != "person.updated"
	}
	return false
}

// trail writes the rows of the journal of a window, the newest first.
func (s *Service) trail(ctx context.Context, who actor.Actor, w Window, wanted func(journal.Entry) bool, line func(any) error) error {
	for after := ""; ; {
		rows, err := s.c.Journal.List(ctx, who, journal.Filter{From: w.From, To: w.To}, page.Request{Limit: page.Max, After: after})
		if err != nil {
			return err
		}
		for _, e := range rows.Items {
			if !wanted(e) {
				continue
			}
			if err := line(e); err != nil {
				return err
			}
		}
		if after = rows.Next; after == "" {
			return nil
		}
	}
}

// Export writes an archive of all that an organisation has: every table as lines of JSON, the journal, and the files. What only the product can use, hashes
// and sealed secrets, stays. Signed as Evidence is.
func (s *Service) Export(ctx context.Context, who actor.Actor, out io.Writer) (Manifest, error) {
	if err := only(who); err != nil {
		return Manifest{}, err
	}
	a := s.archive(out, Manifest{What: "export", Tenant: who.Tenant()})
	defer a.clean()
	var keys []string
	err := s.c.DB.Export(ctx, who, func(string) bool { return true }, func(table, record string) error {
		if table == "files" {
			var f struct {
				Key string `json:"key"`
			}
			if err := json.Unmarshal([]byte(record), &f); err != nil {
				return err
			}
			keys = append(keys, f.Key)
		}
		return a.add(table+".jsonl", json.RawMessage(record))
	})
	if err == nil {
		err = a.part("journal.jsonl", func(line func(any) error) error { return s.feed(ctx, who, line) })
	}
	for _, key := range keys {
		if err == nil {
			err = s.file(ctx, a, key)
		}
	}
	if err != nil {
		return Manifest{}, err
	}
	return s.finish(ctx, who, a, "tenant.exported")
}

func (s *Service) feed(ctx context.Context, who actor.Actor, line func(any) error) error {
	for after := int64(0); ; {
		rows, err := s.c.Journal.Feed(ctx, who, after, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, e := range rows {
			if err := line(e); err != nil {
				return err
			}
			after = *e.Seq
		}
	}
}

func (s *Service) file(ctx context.Context, a *archive, key string) error {
	content, err := s.c.Open(ctx, key)
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // it was only read
	return a.copy("files/"+key, content)
}

// Erase forgets a person: they are signed out everywhere, how they signed in and the mail to them are deleted, the key of what the journal says of them is
// thrown away, while its chain stays whole, and their record says that it was erased. What they did stays, by an id that leads to nobody. Free text that others
// wrote is searched for their name, address and number in the journal only. Conflict for the last administrator. The record, which has the words, is the last
// that changes: when it is cut off, another run does what is left.
func (s *Service) Erase(ctx context.Context, who actor.Actor, person id.Person) (journal.Erasure, error) {
	if err := only(who); err != nil {
		return journal.Erasure{}, err
	}
	p, err := s.c.People.GetPerson(ctx, who, person)
	if err != nil {
		return journal.Erasure{}, err
	}
	mark := "ERASED-" + person.String()[24:]
	if p.Code == mark { // but for the row of the trail that says so, and the person's own rows are found without words
		return s.c.Journal.Erase(ctx, who, person, journal.Words{})
	}
	in := people.PersonInput{Code: p.Code, Name: p.Name, Login: p.Login, Email: p.Email, Mobile: p.Mobile, HomeSite: p.HomeSite}
	if p.Active { // first of all nobody acts as them any more
		if p, err = s.c.People.UpdatePerson(ctx, who, person, p.Version, in); err != nil {
			return journal.Erasure{}, err
		}
	}
	if err := errors.Join(s.c.Auth.Forget(ctx, who, person), s.c.Mail.Forget(ctx, who, p.Email), s.c.Push.Forget(ctx, who, person)); err != nil {
		return journal.Erasure{}, err
	}
	w := journal.Words{Anywhere: []string{p.Name, p.Email, p.Mobile}, Whole: []string{p.Login, p.Code}}
	out, err := s.c.Journal.Erase(ctx, who, person, w)
	if err != nil {
		return out, err
	}
	in = people.PersonInput{Code: mark, Name: journal.Erased, Login: mark, HomeSite: p.HomeSite}
	_, err = s.c.People.UpdatePerson(ctx, who, person, p.Version, in)
	return out, err
}

// only is nil for the system.
func only(who actor.Actor) error {
	if who.Kind() != actor.System {
		return fault.Denied("incident")
	}
	return nil
}

// signer is the key that signs what leaves.
func (s *Service) signer() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(s.c.Seeds()[0]) }
