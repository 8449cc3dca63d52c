// Package news is what domains say of a change to those whom it concerns. A domain makes it and does not know how it travels; package notice
// delivers it.
package news

import (
	"time"

	"intelliwiz/internal/id"
)

// Item is one person to be told of one change, or addresses of people who have no account.
type Item struct {
	Person    id.Person // zero: only Mails are told
	Subject   string    // the noun of the record that a notice leads to: "ticket"
	SubjectID id.Any
	Title     string   // one sentence: "The ticket HARBOUR#12 is yours: Chiller 2 tripped"
	Detail    string   // more of it; may be ""
	Reason    string   // why this person is told, after "You get this because": "you are the assignee"
	Times     []Moment // moments that matter; each person reads them in the zone of their home site
	Urgency   Urgency
	Mails     []string // further addresses that get the mail; they have neither settings nor quiet hours
}

// Urgency is how much a device that saves its battery should mind (RFC 8030, 5.3); "" is as usual.
type Urgency string

// What is not as usual.
const (
	Low  Urgency = "low"
	High Urgency = "high" // it waits for somebody now
)

// Moment is a time that an item names: "Escalates" and when.
type Moment struct {
	Label string
	At    time.Time
}
