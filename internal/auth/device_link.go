package auth

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
	"intelliwiz/internal/mail"
)

// A mailed link for a device opens once within half an hour, and a person gets one in ten minutes at most, whoever asks.
const (
	linkLife  = 30 * time.Minute
	linkEvery = 10 * time.Minute
)

// linkAsked mails a link to the account of a login, if there is one. It is background work, so that who asks cannot tell by the time it takes.
type linkAsked struct {
	Login string `json:"login"`
}

// Kind names the job.
func (linkAsked) Kind() string { return "auth.device_link" }

// AskDeviceLink has a link sent to the mailbox of an account, if there is such an account with one, which lets a browser try to sign in.
// It says nothing of whether there is. Invalid at tenant and login; TooMany.
func (s *Service) AskDeviceLink(ctx context.Context, in SignIn) error {
	var c fault.Check
	c.Text("tenant", in.Tenant, 1, 30)
	c.Text("login", in.Login, 1, 254)
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.limit.Link(ctx, in.From.Source); err != nil {
		return err
	}
	tenant, err := s.org.FindTenant(ctx, in.Tenant)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask for a link: %w", err)
	}
	return s.db.Write(ctx, door(tenant), func(tx *db.Tx) error {
		tx.Unjournaled("nothing is known yet of whoever asks")
		return job.Enqueue(ctx, tx, linkAsked{Login: in.Login}, "")
	})
}

// mailLink makes and mails a link.
func (s *Service) mailLink(ctx context.Context, who actor.Actor, x linkAsked) error {
	a, err := s.findAccount(ctx, who.Tenant(), x.Login)
	if err != nil || a.person.IsZero() || !a.active {
		return err
	}
	if a.hash == "" { // without a password there is a way in by a directory at most
		linked, err := s.isLinked(ctx, who, a.person)
		if err != nil || !linked {
			return err
		}
	}
	p, err := s.people.GetPerson(ctx, who, a.person)
	if err != nil || p.Email == "" {
		return err
	}
	now := s.now()
	link, secret, hash := id.New[id.DeviceLink](), "", []byte(nil)
	secret, hash = newSecret(who.Tenant())
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("it lets nobody do anything before it is opened")
		tx.Later(credentialLock, a.person) // so that two who ask at the same moment get one
		n, err := tx.Exec(ctx, linkInsert, link, a.person, hash, now, now.Add(linkLife), now.Add(-linkEvery))
		if err != nil || n == 0 {
			return err
		}
		return s.mail.Queue(ctx, tx, mail.Message{
			Key: "device:" + link.String(), To: p.Email, Subject: "Sign in to IntelliWiz with a new browser",
			Text: fmt.Sprintf("Hello %s,\n\nthere were too many tries to sign in to your account, so a browser that you did not use before needs this link. Open it in the browser "+
				"in which you want to sign in, within half an hour. It opens once, and your password is asked still:\n%s/login/device/%s\n\n"+
				"If it was not you who asked, do nothing: your account is not locked, and works as ever where you signed in before.\n", p.Name, s.origin, secret),
		})
	})
}

// CheckDeviceLink says whether a mailed link opens still. NotFound otherwise.
func (s *Service) CheckDeviceLink(ctx context.Context, secret string) error {
	_, err := s.deviceLink(ctx, secret)
	return err
}

// UseDeviceLink uses a mailed link up. The cookie that it gives lets the browser that has it, beside whom it knew before, try to sign in for
// a day; nobody is signed in by it. NotFound for a link that is used, too old or none.
func (s *Service) UseDeviceLink(ctx context.Context, secret, known string) (cookie string, err error) {
	x, err := s.deviceLink(ctx, secret)
	if err != nil {
		return "", err
	}
	home, err := s.homeOf(ctx, door(x.tenant), x.person)
	if err != nil {
		return "", err
	}
	if cookie, err = s.knowing(known, x.tenant, x.person, letLife); err != nil {
		return "", err
	}
	who := actor.New(actor.Facts{Kind: actor.Person, Tenant: x.tenant, Person: x.person, Name: x.name})
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, linkUse, x.hash, s.now())
		if err == nil && n == 0 {
			err = fault.Missing("link")
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.device_let", Subject: x.person, Site: home})
	})
	if err != nil {
		return "", fmt.Errorf("use a link: %w", err)
	}
	return cookie, nil
}

// opened is a link that was mailed, and whose it is.
type opened struct {
	tenant id.Tenant
	hash   []byte
	person id.Person
	name   string
}

func (s *Service) deviceLink(ctx context.Context, secret string) (x opened, err error) {
	x.tenant, x.hash, err = readSecret(secret)
	if err != nil || x.tenant.IsZero() {
		return opened{}, fault.Missing("link")
	}
	var found []opened
	err = s.db.Read(ctx, door(x.tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanOpened, linkGet, x.hash, s.now())
		return err
	})
	if err == nil && len(found) == 0 {
		err = fault.Missing("link")
	}
	if err != nil {
		return opened{}, err
	}
	x.person, x.name = found[0].person, found[0].name
	return x, nil
}

func scanOpened(r db.Row) (x opened, err error) { err = r.Scan(&x.person, &x.name); return x, err }

// linkInsert makes a link unless the person got one since $7.
const linkInsert db.SQL = `-- auth.linkInsert
insert into device_links (tenant_id, id, person_id, hash, created_at, expires_at)
select p.tenant_id, $2, p.id, $4, $5, $6 from persons p where p.tenant_id = $1 and p.id = $3
and not exists (select 1 from device_links x where x.tenant_id = $1 and x.person_id = $3 and x.created_at > $7)`

const linkGet db.SQL = `-- auth.linkGet
select x.person_id, p.name from device_links x
join persons p on p.tenant_id = x.tenant_id and p.id = x.person_id and p.active
where x.tenant_id = $1 and x.hash = $2 and x.expires_at > $3`

const linkUse db.SQL = `-- auth.linkUse
delete from device_links where tenant_id = $1 and hash = $2 and expires_at > $3`

const linksSweep db.SQL = `-- auth.linksSweep
delete from device_links where tenant_id = $1 and expires_at <= $2`
