package auth

import (
	"context"
	"encoding/json"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/mail"
)

// notice tells a person by mail that something about how they sign in changed.
type notice struct{ journal.Event }

// Kind names the job.
func (notice) Kind() string { return "auth.notice" }

// arrival is a sign-in; it is told of when the browser did not know the person.
const arrival = "session.started"

// noticed are the changes that a person is told of, whoever made them, and the words.
//
//nolint:gochecknoglobals // a table that nothing writes to: the language has no constant of this kind
var noticed = []struct{ verb, subject, words string }{
	{"person.password_changed", "password", "Your password was changed."},
	{"person.password_reset", "password", "Your password was set anew by the link that was mailed to you. You were signed out everywhere."},
	{"person.password_set", "password", "Your administrator gave you a new password. Change it when you sign in."},
	{"person.factor_added", "sign-in", "A second step was added to your sign-in. You were signed out everywhere else."},
	{"person.factor_removed", "sign-in", "A second step was removed from your sign-in. You were signed out everywhere else."},
	{"person.factors_reset", "sign-in", "Two administrators removed the second step from your sign-in. You were signed out everywhere. Set a new one up."},
	{"person.factors_agreed", "sign-in", "An administrator agreed that the second step be removed from your sign-in, because you lost it. A second one has to. If you did not, sign in: that stops it."},
	{"person.factors_lapsed", "sign-in", "Three days ago somebody who knows your password said that they lost every second step of your sign-in. It is removed now. Set a new one up."},
	{"person.plea_stopped", "sign-in", "Your second step stays: it was stopped that it be removed."},
	{"person.factor_copied", "sign-in", "One of your passkeys was refused, because it seems to be in two devices. Remove it on your account page, and add a new one."},
	{"person.codes_made", "sign-in", "You have new recovery codes. Those from before open nothing any more."},
	{"person.device_let", "sign-in", "A browser that you did not use before was let try to sign in to your account, by a link that we sent to you."},
	{"person.many_failures", "sign-in", "There were very many tries to sign in to your account. It is not locked: it opens as ever in browsers in which you signed in before, and in others by a link that they ask for. Nobody can try more than a few passwords a day."},
	{"person.sso_linked", "sign-in", "Your account was joined to the one that you have at your organisation's sign-in, which told your e-mail address. You can sign in with it from now on."},
	{"person.sso_unlinked", "sign-in", "Your administrator parted your account from the one at your organisation's sign-in. You were signed out where you came in with it."},
	{"person.sso_passed_by", "sign-in", "Somebody signed in to your account without your organisation's sign-in, which everybody else has to use. You may, because you can change that rule."},
	{arrival, "sign-in", "Somebody signed in to your account in a browser that was not used for it before."},
	{"token.created", "API tokens", "An API token was made in your name. A program that has it can do what it allows."},
	{"person.phone_reused", "sign-in", "A phone on which you were signed in was signed out: what it goes on with was used twice, as if somebody had copied it. Sign in there again, and tell your administrator if you did nothing unusual."},
	{"person.impersonated", "account", "Somebody who may do so acts as you for a while. What they do bears their name and yours. You can end it on your account page."},
	{"person.code_used", "sign-in", "Somebody signed in to your account with one of your recovery codes. A code opens once."},
}

// notify writes the mail, unless the person is no longer there: what happens in an organisation is not told to who has left it. The journal entry is its key, so that it is one however often the job runs.
func (s *Service) notify(ctx context.Context, who actor.Actor, n notice) error {
	person, more := id.Of[id.Person](n.Subject.Bytes()), ""
	if n.Verb == arrival || n.Verb == "token.created" || n.Verb == "person.impersonated" {
		e, err := s.journal.Get(ctx, who, n.Entry)
		if err != nil || e.WhoID == nil { // whoever runs the installation made a token
			return err
		}
		if more = detail(e); e.Noun != "person" {
			person = *e.WhoID
		}
	}
	p, err := s.people.GetPerson(ctx, who, person)
	if err != nil || p.Email == "" || !p.Active {
		return err
	}
	subject, words := told(n.Verb)
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.mail.Queue(ctx, tx, mail.Message{
			Key: "notice:" + n.Entry.String(), To: p.Email, Subject: "Your IntelliWiz " + subject,
			Text: fmt.Sprintf("Hello %s,\n\n%s%s\n\nIf this was not to be expected, tell your administrator now.\n", p.Name, words, more),
		})
	})
}

// told gives the words in which a person is told of a change; "" for one that they are not told of.
func told(verb string) (subject, words string) {
	for _, x := range noticed {
		if x.verb == verb {
			return x.subject, x.words
		}
	}
	return "", ""
}

// detail says what a change was about whose record is not the person.
func detail(e journal.Entry) string {
	var x struct {
		Name, Source, Agent, Reason string
		ByName                      string `json:"by_name"`
	}
	if err := json.Unmarshal([]byte(e.After), &x); err != nil {
		return ""
	}
	if e.Verb == arrival {
		return fmt.Sprintf("\n\nWhen: %s\nFrom: %s\nBrowser: %s", e.At.UTC().Format("2 January 2006, 15:04 UTC"), x.Source, x.Agent)
	}
	if e.Verb == "person.impersonated" {
		return fmt.Sprintf("\n\nWhen: %s\nWho: %s\nWhy: %s", e.At.UTC().Format("2 January 2006, 15:04 UTC"), x.ByName, x.Reason)
	}
	return "\n\nName: " + x.Name
}
