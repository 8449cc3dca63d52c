package notice

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/news"
	"intelliwiz/internal/push"
)

// pushed is the job that sends a notice to one device.
type pushed struct {
	Notice  id.Notice       `json:"notice"`
	Device  id.Subscription `json:"device"`
	Urgency news.Urgency    `json:"urgency,omitzero"`
}

// Kind names the job.
func (pushed) Kind() string { return "notice.push" }

// Queue keeps it apart.
func (pushed) Queue() string { return push.Queue }

// useful is how long after a change a device is told of it: longer than any quiet hours, and than a push service is away.
const useful = 48 * time.Hour

// reach adds the devices of readers who want to be told on them.
func (s *Service) reach(ctx context.Context, who actor.Actor, readers map[id.Person]reader) error {
	if s.c.Push == nil {
		return nil
	}
	var wanting []id.Person
	for person, r := range readers {
		if r.wants.Push && !r.muted {
			wanting = append(wanting, person)
		}
	}
	found, err := s.c.Push.Devices(ctx, who, wanting)
	for person, devices := range found {
		r := readers[person]
		r.devices = devices
		readers[person] = r
	}
	return err
}

// push sends a notice to a device: unless it was read meanwhile, or its reader has changed their mind. When quiet hours have begun it waits for their end.
func (s *Service) push(ctx context.Context, who actor.Actor, a pushed) error {
	n, err := s.stored(ctx, who, a.Notice)
	if err != nil || n.Read != nil || s.c.Push == nil {
		return err
	}
	r, ok, err := s.readerOf(ctx, who, n)
	if err != nil || !ok || !r.wants.Push {
		return err
	}
	if until, quiet := r.wants.Quiet(s.c.Now(), r.zone); quiet {
		return s.noted(ctx, who, func(tx *db.Tx) error { return job.EnqueueAt(ctx, tx, a, "", until) })
	}
	path := s.c.Path(n.Subject, n.SubjectID)
	if path == "" {
		path = "/notices"
	}
	m := push.Message{Title: n.Title, Path: path, Subject: n.SubjectID, Urgency: a.Urgency, Until: n.At.Add(useful)}
	sent, err := s.c.Push.Send(ctx, who, a.Device, m)
	if fault.KindOf(err) == fault.NotFound { // it was turned off meanwhile
		return nil
	}
	if err != nil || !sent {
		return err
	}
	return s.noted(ctx, who, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, noticePushed, n.ID, s.c.Now())
		return err
	})
}

// noted changes what is known of a notice.
func (s *Service) noted(ctx context.Context, who actor.Actor, fn func(tx *db.Tx) error) error {
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("notices tell of what is journaled already")
		return fn(tx)
	})
}
