package notice

import (
	"context"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
	"intelliwiz/internal/page"
)

// List gives one's own notices, the newest first. Needs to be signed in.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Notice], error) {
	if err := who.RequirePerson(); err != nil {
		return page.Of[Notice]{}, err
	}
	_, last, err := page.Last[id.Notice](p)
	if err != nil {
		return page.Of[Notice]{}, err
	}
	q := noticeList
	if f.Unread {
		q = noticeListUnread
	}
	var rows []Notice
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scan, q, who.Person(), f.Subject, last, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(n Notice) (string, string) { return "", n.ID.String() }), err
}

// Get gives one of one's own notices; NotFound otherwise. Needs to be signed in.
func (s *Service) Get(ctx context.Context, who actor.Actor, notice id.Notice) (Notice, error) {
	if err := who.RequirePerson(); err != nil {
		return Notice{}, err
	}
	n, err := s.stored(ctx, who, notice)
	if err == nil && n.person != who.Person() {
		err = fault.Missing("notice")
	}
	if err != nil {
		return Notice{}, err
	}
	return n.Notice, nil
}

// CountUnread gives how many of one's own notices were not read. What another node did shows up to a second later. Needs to be signed in.
func (s *Service) CountUnread(ctx context.Context, who actor.Actor) (int64, error) {
	if err := who.RequirePerson(); err != nil {
		return 0, err
	}
	person := who.Person()
	return s.unread.Get(ctx, who.Tenant(), person.String(), []string{tagOf(person)}, func(ctx context.Context) (n int64, err error) {
		err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
			n, err = db.One(ctx, tx, scanCount, noticeUnread, person)
			return err
		})
		return n, err
	})
}

// MarkRead marks some of one's own notices as read, at most page.Max of them. Marking again changes nothing. NotFound, and nothing is
// marked, when one of them is not the actor's. Needs to be signed in.
func (s *Service) MarkRead(ctx context.Context, who actor.Actor, notices ...id.Notice) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	if len(notices) > page.Max {
		return fault.Of(fault.Invalid, fmt.Sprintf("Mark at most %d notices at once.", page.Max))
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own reading")
		mine, err := db.One(ctx, tx, scanCount, noticeMine, who.Person(), notices)
		if err != nil {
			return err
		}
		if mine != int64(len(notices)) {
			return fault.Missing("notice")
		}
		s.changed(tx, who.Person())
		_, err = tx.Exec(ctx, noticeRead, who.Person(), s.c.Now(), notices)
		return err
	})
}

// MarkAllRead marks all of one's own notices as read up to one, the newest that was seen; nil: all there are. Needs to be signed in.
func (s *Service) MarkAllRead(ctx context.Context, who actor.Actor, until *id.Notice) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own reading")
		s.changed(tx, who.Person())
		_, err := tx.Exec(ctx, noticeReadAll, who.Person(), s.c.Now(), until)
		return err
	})
}

// GetSettings gives how one wants to be told. Needs to be signed in.
func (s *Service) GetSettings(ctx context.Context, who actor.Actor) (x Settings, err error) {
	if err := who.RequirePerson(); err != nil {
		return Settings{}, err
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		x, err = getSettings(ctx, tx)
		return err
	})
	return x, err
}

func getSettings(ctx context.Context, tx *db.Tx) (Settings, error) {
	found, err := db.All(ctx, tx, scanSettingsOf, settingsGet, tx.Who().Person())
	if err != nil || len(found) == 0 {
		return unsaid(), err
	}
	return found[0].Settings, nil
}

// UpdateSettings changes how one wants to be told. Needs to be signed in. Invalid; Conflict with the current record when version is not
// the stored one (0 for settings that were never changed).
func (s *Service) UpdateSettings(ctx context.Context, who actor.Actor, version int64, in SettingsInput) (x Settings, err error) {
	if err := who.RequirePerson(); err != nil {
		return Settings{}, err
	}
	if err := in.Check(); err != nil {
		return Settings{}, err
	}
	err = s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getSettings(ctx, tx)
		if err != nil {
			return err
		}
		x = Settings{Mail: in.Mail, Push: old.Push, QuietFrom: in.QuietFrom, QuietUntil: in.QuietUntil, Version: version + 1}
		if in.Push != nil {
			x.Push = *in.Push
		}
		n, err := putSettings(ctx, tx, x, s.c.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("setting", old)
		}
		return s.c.Journal.Record(ctx, tx, journal.Change{Verb: "settings.updated", Subject: who.Person(), Before: old, After: x})
	})
	if err != nil {
		return Settings{}, fmt.Errorf("update notice settings: %w", err)
	}
	return x, nil
}

// Zone gives the time zone in which one is told times: that of one's home site, or the organisation's. Needs to be signed in.
func (s *Service) Zone(ctx context.Context, who actor.Actor) (*time.Location, error) {
	if err := who.RequirePerson(); err != nil {
		return nil, err
	}
	readers, zone, err := s.readers(ctx, job.Actor(who.Tenant()), []news.Item{{Person: who.Person()}})
	if r, ok := readers[who.Person()]; ok {
		zone = r.zone
	}
	return zone, err
}

// ListMutes gives the records that one does not want to hear of, those muted last first, at most a hundred. Needs to be signed in.
func (s *Service) ListMutes(ctx context.Context, who actor.Actor) (out []Mute, err error) {
	if err := who.RequirePerson(); err != nil {
		return nil, err
	}
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanMute, muteList, who.Person())
		return err
	})
	return out, err
}

// Muted says whether one muted a record. Needs to be signed in.
func (s *Service) Muted(ctx context.Context, who actor.Actor, subject id.Any) (bool, error) {
	if err := who.RequirePerson(); err != nil {
		return false, err
	}
	var n int64
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, scanCount, muteCount, who.Person(), subject)
		return err
	})
	return n > 0, err
}

// Mute keeps further notices about a record from the actor. Only what one was told of can be muted: NotFound otherwise. Needs to be
// signed in.
func (s *Service) Mute(ctx context.Context, who actor.Actor, subject id.Any) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own wish")
		told, err := db.All(ctx, tx, scanID, noticesAbout, who.Person(), subject)
		if err != nil {
			return err
		}
		if len(told) == 0 {
			return fault.Missing("record")
		}
		_, err = tx.Exec(ctx, muteInsert, id.New[id.Any](), who.Person(), subject, s.c.Now())
		return err
	})
}

// Unmute lets notices about a record come again. NotFound when it was not muted. Needs to be signed in.
func (s *Service) Unmute(ctx context.Context, who actor.Actor, subject id.Any) error {
	if err := who.RequirePerson(); err != nil {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a person's own wish")
		n, err := tx.Exec(ctx, muteDelete, who.Person(), subject)
		if err == nil && n == 0 {
			err = fault.Missing("record")
		}
		return err
	})
}
