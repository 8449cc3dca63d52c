// Package flag switches features while the product runs. A flag is declared here, with who answers for it and until when it may exist; what was said
// about it, for all, for an organisation, for a person, for a share of them, or that it is off at once, stands in the database, and every process keeps
// the whole of that in memory. It is asked through OpenFeature's client. Asking neither waits nor fails: when the database is away the last that was
// read holds, and before anything was read the declared default.
package flag

import (
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// What may be done about flags. Both are about one's own organisation; what holds for the installation is the operator's, at the command line.
const (
	CanRead   actor.Permission = "flag.read"   // see what is switched
	CanUpdate actor.Permission = "flag.update" // switch for the organisation and its people
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See which features are switched on", Area: "Operations", Whole: true},
		{Name: CanUpdate, Label: "Switch features for the organisation", Area: "Operations", Whole: true},
	}
}

// Type is what values a flag has.
type Type string

// The types.
const (
	OfBool Type = "bool"
	OfText Type = "string"
	OfInt  Type = "int"
)

// right says that a text is a value of the type.
func (t Type) right(text string) bool {
	var err error
	switch t {
	case OfBool:
		return text == "true" || text == "false"
	case OfInt:
		_, err = strconv.ParseInt(text, 10, 64)
	}
	return err == nil && len(text) <= 200
}

// The flags of each type; a feature names one of these constants.
type (
	// Bool is a feature that is there or not.
	Bool string
	// Int is a number that a feature works with.
	Int string
)

// The flags.
const (
	LivePosts  Bool = "board.posts"   // the live board tells of posts
	BulkAssign Bool = "tickets.bulk"  // several tickets go to somebody at once
	WebPush    Bool = "web-push"      // people are told in their browsers, also when no page is open
	FoundMost  Int  = "palette.found" // records that the palette shows of each kind
)

// Declared is a flag: what it switches, who answers for it, and how long it may exist. A flag whose time is over fails a test: it is decided by then, and
// its branches are taken out.
type Declared struct {
	Key      string
	Type     Type
	Default  string // what holds when nothing was said
	Off      string // what holds when it is killed
	Owner    string // the area whose people answer for it
	Reason   string // why it is a flag at all
	Switches string // what people see of it
	Expires  clock.Date
}

// All gives the flags of the product.
func All() []Declared {
	return []Declared{
		{
			Key: string(LivePosts), Type: OfBool, Default: "true", Off: "false", Owner: "Planning", Expires: "2027-06-30",
			Reason: "The board asks for every post each time that it is drawn: it can be spared where there are very many.", Switches: "Posts on the live board",
		},
		{
			Key: string(BulkAssign), Type: OfBool, Default: "true", Off: "false", Owner: "Tickets", Expires: "2027-06-30",
			Reason: "One click changes up to a hundred tickets: it can be stopped at once if it does what it should not.", Switches: "Assigning several tickets at once",
		},
		{
			Key: string(WebPush), Type: OfBool, Default: "false", Off: "false", Owner: "Notices", Expires: "2027-06-30",
			Reason: "It calls the push services of browser makers, who learn when somebody is told: an organisation decides for it, and no service of theirs was tried yet.", Switches: "Notifications on devices",
		},
		{
			Key: string(FoundMost), Type: OfInt, Default: "5", Off: "0", Owner: "Search", Expires: "2027-06-30",
			Reason: "How many are of use is being tried; each costs time at every key that is pressed.", Switches: "Records of each kind in the palette",
		},
	}
}

// Find gives the flag of a key; NotFound for one that is not declared.
func Find(key string) (Declared, error) {
	for _, d := range All() {
		if d.Key == key {
			return d, nil
		}
	}
	return Declared{}, fault.Missing("flag")
}

// Scope is for whom something was said.
type Scope string

// The scopes.
const (
	ForAll    Scope = "ALL"
	Killed    Scope = "KILL" // off for all, whatever else was said
	ForTenant Scope = "TENANT"
	ForPerson Scope = "PERSON"
)

// Sticks is by what a share is drawn: the same people, or the same organisations, are in it each time.
type Sticks string

// What a share may stick to.
const (
	ToPerson Sticks = "PERSON"
	ToTenant Sticks = "TENANT"
)

// Rule is what was said about a flag.
type Rule struct {
	ID      id.Flag    `json:"id"`
	Flag    string     `json:"flag"`
	Scope   Scope      `json:"scope"`
	Tenant  *id.Tenant `json:"tenant_id,omitzero"`
	Person  *id.Person `json:"person_id,omitzero"`
	Value   string     `json:"value"`
	Percent int64      `json:"percent"`   // of whom the value holds; others have the default
	Sticks  Sticks     `json:"sticks_to"` // by what the share is drawn
	Reason  string     `json:"reason"`
	Who     string     `json:"who"`
	At      time.Time  `json:"changed_at"`
}

// Input is what one says about a flag.
type Input struct {
	Flag    string
	Scope   Scope
	Person  *id.Person // of the actor's organisation, for ForPerson
	Value   string     // "" takes back what was said
	Percent int64      // for ForAll; 100 = everybody
	Sticks  Sticks
	Reason  string
}

// Check gives every violation at its field; NotFound for a flag that is not declared.
func (in *Input) Check() error {
	d, err := Find(in.Flag)
	if err != nil {
		return err
	}
	if in.Scope == Killed && in.Value != "" {
		in.Value = d.Off
	}
	if in.Scope != ForAll {
		in.Percent, in.Sticks = 100, ToPerson
	}
	if in.Sticks == "" {
		in.Sticks = ToPerson
	}
	var c fault.Check
	c.That(in.Value == "" || d.Type.right(in.Value), "value", "value", "This is no value of a flag of type "+string(d.Type)+".")
	c.That(in.Percent >= 0 && in.Percent <= 100, "percent", "range", "A share is 0 to 100 percent.")
	c.That(in.Sticks == ToPerson || in.Sticks == ToTenant, "sticks_to", "unknown", "A share sticks to PERSON or TENANT.")
	c.That((in.Scope == ForPerson) == (in.Person != nil), "person", "required", "Say which person.")
	c.Text("reason", in.Reason, 1, 300)
	return c.Err()
}
