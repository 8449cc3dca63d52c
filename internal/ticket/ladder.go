package ticket

import (
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Bounds of one ladder.
const (
	maxRungs = 9
	maxMails = 10 // of one rung
)

// Ladder is the levels that the tickets of a category climb: at one site, or at every site without its own.
type Ladder struct {
	ID       id.Ladder   `json:"id"`
	Category id.Category `json:"category_id"`
	Site     *id.Site    `json:"site_id,omitzero"` // nil: every site without its own
	Rungs    []Rung      `json:"levels"`           // from the first; a later one comes later
	Version  int64       `json:"version"`
	Updated  time.Time   `json:"-"` // when it was last changed

	SiteName string `json:"site_name,omitzero"` // read with the ladder
}

// Rung is one level: so many minutes after a ticket was opened it goes to this person or group; to neither = it stays where it is.
type Rung struct {
	Level  int64      `json:"level"` // from 1
	After  int64      `json:"after_minutes"`
	Person *id.Person `json:"person_id,omitzero"`
	Group  *id.Group  `json:"group_id,omitzero"`
	Mails  []string   `json:"mails"` // further addresses that are told

	// Read with the rung. A rung whose person or group is no longer active leaves the ticket where it is.
	PersonName string `json:"person_name,omitzero"`
	GroupName  string `json:"group_name,omitzero"`
	Gone       bool   `json:"-"` // its person or group is not active
}

// assignee is who the rung gives a ticket to; nobody = it stays.
func (r Rung) assignee() Assignee {
	if r.Gone {
		return Assignee{}
	}
	return Assignee{r.Person, r.Group}
}

// RungInput is what one says about a level; its number is its place in the list.
type RungInput struct {
	After  int64 // minutes from opening, by the category's clock; more than the level before
	Person *id.Person
	Group  *id.Group
	Mails  []string
}

// LadderInput is what one says about a ladder: all of it.
type LadderInput struct {
	Category id.Category
	Site     *id.Site // nil: every site without its own
	Rungs    []RungInput
}

// Check folds the input into its stored form and gives every violation at its field. Levels are numbered by their places and lie strictly
// after one another (D-69).
func (in *LadderInput) Check() error {
	var c fault.Check
	c.That(!in.Category.IsZero(), "category_id", "required", "Choose a category.")
	c.That(len(in.Rungs) > 0, "levels", "required", "Give at least one level.")
	c.That(len(in.Rungs) <= maxRungs, "levels", "too_many", fmt.Sprintf("A ladder has at most %d levels.", maxRungs))
	rungs, before := make([]RungInput, len(in.Rungs)), int64(0)
	for i, r := range in.Rungs {
		path := fmt.Sprintf("levels[%d]", i)
		c.That(r.After > 0 && r.After <= maxMinutes, path+".after_minutes", "range", "A level is 1 minute to 366 days after the opening.")
		c.That(r.After > before || r.After <= 0, path+".after_minutes", "order", "A level comes later than the one before it: minutes count from the opening.")
		before = max(before, r.After)
		c.That(r.Person == nil || r.Group == nil, path+".group_id", "both", "A level names a person or a group, not both.")
		r.Mails = checkMails(&c, path, r.Mails)
		rungs[i] = r
	}
	in.Rungs = rungs
	return c.Err()
}

// checkMails folds addresses and leaves out what stands there twice (D-65).
func checkMails(c *fault.Check, path string, mails []string) []string {
	c.That(len(mails) <= maxMails, path+".mails", "too_many", fmt.Sprintf("A level tells at most %d further addresses.", maxMails))
	out, seen := []string{}, map[string]bool{}
	for i, m := range mails {
		folded := fold.Email(m)
		c.That(folded != "", fmt.Sprintf("%s.mails[%d]", path, i), "grammar", "An e-mail address looks like name@example.com.")
		if folded != "" && !seen[folded] {
			out = append(out, folded)
		}
		seen[folded] = true
	}
	return out
}

// joined and split are how a rung's addresses are stored: an address has no line break.
func joined(mails []string) string { return strings.Join(mails, "\n") }

func split(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}
