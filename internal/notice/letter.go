package notice

import (
	"context"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/mail"
	"intelliwiz/internal/news"
)

// later is the job that mails a notice when its reader's quiet hours are over.
type later struct {
	Notice id.Notice `json:"notice"`
}

// Kind names the job.
func (later) Kind() string { return "notice.mail" }

// mailLater mails a notice that was put off: unless it was read meanwhile, or its reader has changed their mind.
func (s *Service) mailLater(ctx context.Context, who actor.Actor, a later) error {
	n, err := s.stored(ctx, who, a.Notice)
	if err != nil || n.Read != nil {
		return err
	}
	r, ok, err := s.readerOf(ctx, who, n)
	if err != nil || !ok || !r.wants.Mail || r.Email == "" {
		return err
	}
	return s.c.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("notices tell of what is journaled already")
		if until, quiet := r.wants.Quiet(s.c.Now(), r.zone); quiet {
			return job.EnqueueAt(ctx, tx, a, "", until)
		}
		return s.c.Mail.Queue(ctx, tx, s.letter(n.Notice, r, ""))
	})
}

// readerOf finds whose a notice is, as they want to be told now; false for one who is gone, or has muted what it is about.
func (s *Service) readerOf(ctx context.Context, who actor.Actor, n owned) (reader, bool, error) {
	readers, _, err := s.readers(ctx, who, []news.Item{{Person: n.person, SubjectID: n.SubjectID}})
	r, ok := readers[n.person]
	return r, ok && !r.muted, err
}

// letter is the mail to a reader.
func (s *Service) letter(n Notice, r reader, doer string) mail.Message {
	return mail.Message{Key: mailKey(n.ID.String(), r.Email), To: r.Email, Subject: n.Title, Text: s.body(r.Name, n, doer, r.zone)}
}

// mailKey makes a mail one for what it tells of and whom.
func mailKey(of, address string) string { return "notice:" + of + ":" + address }

// body says what happened, when, who did it, where to see it and why it is told. name is "" for an address without an account.
func (s *Service) body(name string, n Notice, doer string, zone *time.Location) string {
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	if name != "" {
		line("Hello " + name + ",\n")
	}
	line(n.Title)
	if n.Detail != "" {
		line("\n" + n.Detail)
	}
	when := moment(n.At, zone)
	if doer != "" {
		when += ", by " + doer
	}
	line("\n" + when)
	if to := s.c.Address(n.Subject, n.SubjectID); to != "" && name != "" {
		line(to)
	}
	line("\n-- ")
	line("You get this because " + n.Reason + ".")
	if name != "" && s.c.Settings != "" {
		line("What is mailed to you, and when: " + s.c.Settings)
	}
	return b.String()
}
