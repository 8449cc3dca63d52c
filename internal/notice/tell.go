package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/news"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// told is the job that tells of one change.
type told struct{ journal.Event }

// Kind names the job.
func (told) Kind() string { return "notice.tell" }

// reader is a person to be told, and how.
type reader struct {
	people.Person
	wants   Settings
	zone    *time.Location
	muted   bool
	devices []id.Subscription // that the person turned on
}

// tell asks the tellers and writes the notices and mails of one change. The entry of the journal is their key: what was told is not told
// again when the job runs twice.
func (s *Service) tell(ctx context.Context, who actor.Actor, a told) error {
	entry, err := s.c.Journal.Get(ctx, who, a.Entry)
	if err != nil {
		return err
	}
	var all []news.Item
	for _, x := range s.sources[a.Verb] {
		some, err := x.Tell(ctx, who, a.Event)
		if err != nil {
			return fmt.Errorf("who is told of %s %s: %w", a.Verb, a.Entry, err)
		}
		all = append(all, some...)
	}
	all = once(all, entry.WhoID)
	if len(all) == 0 {
		return nil
	}
	readers, tenant, err := s.readers(ctx, who, all)
	if err != nil {
		return err
	}
	if err := s.reach(ctx, who, readers); err != nil {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("notices tell of what is journaled already")
		mailed := map[string]bool{}
		for _, t := range all {
			if r, ok := readers[t.Person]; ok && !r.muted {
				if err := s.tellOne(ctx, tx, entry, t, r, mailed); err != nil {
					return err
				}
			}
		}
		for _, t := range all {
			if err := s.tellOthers(ctx, tx, entry, t, tenant, mailed); err != nil {
				return err
			}
		}
		return nil
	})
}

// once leaves the first item for each person, and none for the one who made the change: they know. Their further addresses stay.
func once(all []news.Item, doer *id.Person) []news.Item {
	seen := map[id.Person]bool{}
	if doer != nil {
		seen[*doer] = true
	}
	var out []news.Item
	for _, t := range all {
		if t.Person.IsZero() || seen[t.Person] {
			t.Person = id.Person{}
		}
		seen[t.Person] = true
		if !t.Person.IsZero() || len(t.Mails) > 0 {
			out = append(out, tidied(t))
		}
	}
	return out
}

// tellOne writes a person's notice and has it mailed and sent to their devices, now or after their quiet hours.
func (s *Service) tellOne(ctx context.Context, tx *db.Tx, e journal.Entry, t news.Item, r reader, mailed map[string]bool) error {
	n := Notice{
		ID: id.New[id.Notice](), Verb: e.Verb, Subject: t.Subject, SubjectID: t.SubjectID,
		Title: t.Title, Detail: detail(t, r.zone), Reason: t.Reason, At: e.At,
	}
	mails := r.wants.Mail && r.Email != ""
	twice := mailed[r.Email]
	mailed[r.Email] = mailed[r.Email] || mails
	fresh, err := tx.Exec(ctx, noticeInsert, n.ID, t.Person, e.ID.String(), n.Verb, n.Subject, n.SubjectID, n.Title, n.Detail, n.Reason, n.At)
	if err != nil || fresh == 0 {
		return err
	}
	s.changed(tx, t.Person)
	until, quiet := r.wants.Quiet(s.c.Now(), r.zone)
	for _, device := range r.devices {
		if err := job.EnqueueAt(ctx, tx, pushed{n.ID, device, t.Urgency}, "", until); err != nil {
			return err
		}
	}
	if !mails || twice {
		return nil
	}
	if quiet {
		return job.EnqueueAt(ctx, tx, later{Notice: n.ID}, "", until)
	}
	return s.c.Mail.Queue(ctx, tx, s.letter(n, r, e.WhoName))
}

// tellOthers mails to the further addresses of an item. Times are in the organisation's zone.
func (s *Service) tellOthers(ctx context.Context, tx *db.Tx, e journal.Entry, t news.Item, zone *time.Location, mailed map[string]bool) error {
	for _, address := range t.Mails {
		to := fold.Email(address)
		if to == "" || mailed[to] {
			continue
		}
		mailed[to] = true
		n := Notice{Subject: t.Subject, SubjectID: t.SubjectID, Title: t.Title, Detail: detail(t, zone), Reason: t.Reason, At: e.At}
		text := s.body("", n, e.WhoName, zone)
		if err := s.c.Mail.Queue(ctx, tx, mail.Message{Key: mailKey(e.ID.String(), to), To: to, Subject: n.Title, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// readers finds the active ones of those to be told, how they want it, and the organisation's zone.
func (s *Service) readers(ctx context.Context, who actor.Actor, all []news.Item) (map[id.Person]reader, *time.Location, error) {
	tenant, err := s.c.Org.GetTenant(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	zone, err := clock.Zone(tenant.Zone)
	if err != nil {
		return nil, nil, err
	}
	var asked []id.Person
	for _, t := range all {
		if !t.Person.IsZero() {
			asked = append(asked, t.Person)
		}
	}
	out := map[id.Person]reader{}
	for some := range slices.Chunk(asked, page.Max) {
		found, err := s.c.People.PeopleByID(ctx, who, some)
		if err != nil {
			return nil, nil, err
		}
		zones, err := s.zones(ctx, who, found)
		if err != nil {
			return nil, nil, err
		}
		for person, p := range found {
			r := reader{Person: p, wants: unsaid(), zone: zone}
			if p.HomeSite != nil && zones[*p.HomeSite] != nil {
				r.zone = zones[*p.HomeSite]
			}
			if p.Active {
				out[person] = r
			}
		}
	}
	return out, zone, s.wishes(ctx, who, all, asked, out)
}

// zones gives the time zones of the home sites of people.
func (s *Service) zones(ctx context.Context, who actor.Actor, found map[id.Person]people.Person) (map[id.Site]*time.Location, error) {
	var sites []id.Site
	for _, p := range found {
		if p.HomeSite != nil && !slices.Contains(sites, *p.HomeSite) {
			sites = append(sites, *p.HomeSite)
		}
	}
	known := map[id.Site]org.Site{}
	var err error
	if len(sites) > 0 {
		known, err = s.c.Org.SitesByID(ctx, who, sites)
	}
	out := make(map[id.Site]*time.Location, len(known))
	for site, x := range known {
		if zone, bad := clock.Zone(x.Zone); bad == nil {
			out[site] = zone
		}
	}
	return out, err
}

// wishes adds what the readers have said about being told.
func (s *Service) wishes(ctx context.Context, who actor.Actor, all []news.Item, asked []id.Person, readers map[id.Person]reader) error {
	var settings []settingsOf
	var mutes []muteOf
	err := s.c.DB.Read(ctx, who, func(tx *db.Tx) (err error) {
		if settings, err = db.All(ctx, tx, scanSettingsOf, settingsOfPeople, asked); err != nil {
			return err
		}
		var subjects []id.Any
		for _, t := range all {
			subjects = append(subjects, t.SubjectID)
		}
		mutes, err = db.All(ctx, tx, scanMuteOf, mutesOfPeople, asked, subjects)
		return err
	})
	for _, x := range settings {
		if r, ok := readers[x.person]; ok {
			r.wants = x.Settings
			readers[x.person] = r
		}
	}
	for _, t := range all {
		if r, ok := readers[t.Person]; ok && slices.Contains(mutes, muteOf{t.Person, t.SubjectID}) {
			r.muted = true
			readers[t.Person] = r
		}
	}
	return err
}
