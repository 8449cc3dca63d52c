// Package mail sends messages to people, each at most once however often it is asked for: a message has a key, and a second one with the
// same key is not made. It goes out in the background; a server that is away is tried again for three days, and what a server refuses for
// good has failed. Without a server the message goes to the log. It refuses line breaks in addresses and subjects. What a message said, which may be
// a link that lets somebody in, is kept only until it has arrived or failed; that it was sent, for half a year.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/telemetry"
)

// Message is a mail in plain text.
type Message struct {
	Key     string // makes it one: "notice:" and the id of what it tells of
	To      string // one address
	Subject string
	Text    string
}

// Carrier takes a message to its server. An error means: again, later; one of the kind Invalid: never.
type Carrier interface {
	Carry(ctx context.Context, key, to, subject, text string) error
}

// Service queues and sends.
type Service struct {
	db      *db.DB
	carrier Carrier
	now     clock.Now
}

// sendArgs is the job that sends one mail.
type sendArgs struct {
	Mail id.Any `json:"mail"`
}

// Kind names the job.
func (sendArgs) Kind() string { return "mail.send" }

// New makes the service and registers its work.
func New(d *db.DB, r *job.Runner, c Carrier, now clock.Now) *Service {
	s := &Service{db: d, carrier: c, now: now}
	job.Register(r, s.send)
	return s
}

// Queue puts a message on its way when the transaction commits; nothing happens when its key was used before. Invalid for a line break
// in the address or subject.
func (s *Service) Queue(ctx context.Context, tx *db.Tx, m Message) error {
	if strings.ContainsAny(m.To+m.Subject, "\r\n") {
		return fault.Of(fault.Invalid, "An address or subject cannot have line breaks.")
	}
	tx.Unjournaled("a mail tells of what is journaled already")
	mail := id.New[id.Any]()
	n, err := tx.Exec(ctx, insert, mail, m.Key, m.To, m.Subject, m.Text, s.now())
	if err != nil || n == 0 {
		return err
	}
	return job.Enqueue(ctx, tx, sendArgs{mail}, "")
}

// send takes one mail to the server. A crash between the server's answer and our note sends it again with the same Message-ID, by which
// servers and readers know it for the same. One whose reader was erased meanwhile is not there any more, and given up.
func (s *Service) send(ctx context.Context, who actor.Actor, a sendArgs) error {
	var m stored
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		m, err = db.One(ctx, tx, scan, get, a.Mail)
		return err
	})
	if err != nil || m.state != "queued" {
		return err
	}
	under, span := telemetry.Child(ctx, "mail")
	span.Text("iw.mail", m.id.String())
	sent := s.carrier.Carry(under, m.id.String(), m.to, m.subject, m.text)
	span.End(string(fault.KindOf(sent)))
	state, at := "sent", s.now()
	switch fault.KindOf(sent) {
	case "":
	case fault.Invalid:
		state = "failed"
	default:
		state = "queued"
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a mail's own state")
		_, err := tx.Exec(ctx, update, a.Mail, state, at, state == "sent")
		return err
	})
	if sent != nil {
		sent = fmt.Errorf("send mail %s: %w", a.Mail, sent)
	}
	return errors.Join(sent, err)
}

// keep is how long it is known that a mail was sent.
const keep = 180 * 24 * time.Hour

// Sweep forgets mails of tx's organisation that were sent, or failed, half a year ago.
func (s *Service) Sweep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, sweep, s.now().Add(-keep))
	return err
}

// Forget deletes every mail to an address, those on their way too: whoever has it is erased.
func (s *Service) Forget(ctx context.Context, who actor.Actor, address string) error {
	if who.Kind() != actor.System {
		return fault.Denied("person.forget")
	}
	if address == "" {
		return nil
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("the erasure of the person is journaled, which names nobody")
		_, err := tx.Exec(ctx, forget, address)
		return err
	})
}

type stored struct {
	id                       id.Any
	to, subject, text, state string
}

func scan(r db.Row) (m stored, err error) {
	err = r.Scan(&m.id, &m.to, &m.subject, &m.text, &m.state)
	return m, err
}

const insert db.SQL = `-- mail.insert
insert into mails (tenant_id, id, key, recipient, subject, body, state, attempts, created_at) values ($1, $2, $3, $4, $5, $6, 'queued', 0, $7)
on conflict (tenant_id, key) do nothing`

const get db.SQL = `-- mail.get
select m.id, m.recipient, m.subject, m.body, m.state from mails m where m.tenant_id = $1 and m.id = $2`

const update db.SQL = `-- mail.update
update mails set state = $3, body = case when $3 = 'queued' then body else '' end, attempts = attempts + 1, sent_at = case when $5 then $4 else sent_at end where tenant_id = $1 and id = $2`

const sweep db.SQL = `-- mail.sweep
delete from mails where tenant_id = $1 and created_at < $2 and state <> 'queued'`

const forget db.SQL = `-- mail.forget
delete from mails where tenant_id = $1 and recipient = $2`

// Log is the carrier of an installation without a mail server: messages go to the log, their text at debug level only.
type Log struct{ Log *slog.Logger }

// Carry writes the message to the log.
func (l Log) Carry(ctx context.Context, key, to, subject, text string) error {
	l.Log.InfoContext(ctx, "mail", "mail", key, "to", to, "subject", subject)
	l.Log.DebugContext(ctx, "mail text", "mail", key, "text", text)
	return nil
}
