// Package notice tells people what concerns them: one notice for a person and a change, in the product and, where they want it, by mail.
// Who is to be told is said by those who know: a domain registers a Teller for verbs of the journal. The package refuses to tell twice, to
// tell people what they did themselves, and to tell of records that they muted; mail waits until a person's quiet hours are over.
package notice

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Tell is one person to be told of one change, or addresses of people who have no account.
type Tell struct {
	Person    id.Person // zero: only Mails are told
	Subject   string    // the noun of the record that a notice leads to: "ticket"
	SubjectID id.Any
	Title     string   // one sentence: "The ticket HARBOUR#12 is yours: Chiller 2 tripped"
	Detail    string   // more of it; may be ""
	Reason    string   // why this person is told, after "You get this because": "you are the assignee"
	Times     []Moment // moments that matter; each person reads them in the zone of their home site
	Mails     []string // further addresses that get the mail; they have neither settings nor quiet hours
}

// Moment is a time that a notice names: "Escalates" and when.
type Moment struct {
	Label string
	At    time.Time
}

// Teller says who is to be told of a change. who is the system in the change's tenant. It is asked again when telling failed, so it changes
// nothing; an empty answer tells nobody.
type Teller func(ctx context.Context, who actor.Actor, e journal.Event) ([]Tell, error)
