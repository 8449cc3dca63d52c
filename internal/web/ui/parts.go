package ui

// Note says what happened, to what, and what next.
type Note struct {
	Tone   Tone
	Title  string // "" for one sentence
	Text   string
	Link   Link
	Urgent bool // screen readers hear it at once
}

func (n Note) icon() string {
	if n.Tone == New {
		return "info"
	}
	return n.Tone.icon()
}

func (n Note) role() string {
	if n.Urgent {
		return "alert"
	}
	return "status"
}

// Toast says once that something is done, with a way back.
type Toast struct {
	Text string // "" is no toast
	Undo Action
}

// Link is a link in a sentence.
type Link struct {
	Text string
	Href string
}

// Action is a button. With Href it is a link; with Post it is a form that posts to that address.
type Action struct {
	Text    string
	Icon    string // "" = none
	Href    string
	Post    string
	Name    string // a value that the post carries, "" = none
	Value   string
	Version string // of the record that the post changes, "" = none
	Primary bool   // filled; one per page
	Danger  bool   // for what cannot be undone
	Bare    bool   // no outline
	About   string // says to screen readers what it acts on, where the words alone do not: "session on Firefox"
	Confirm Confirm
}

func (a Action) class() string {
	c := "btn"
	if a.Primary {
		c += " go"
	}
	if a.Danger {
		c += " bad"
	}
	if a.Bare {
		c += " bare"
	}
	return c
}

// Confirm asks before a post. The browser asks in a dialog and sends the field confirm; a post without that field gets Confirmation as a page.
type Confirm struct {
	Title string // names the thing: "Delete the site Mula Tech Park?"; "" does not ask
	Text  string // what goes and what stays
	Go    string // "Delete the site"
	Type  string // a name that must be typed for what cannot be undone, "" = none; the field confirm then holds it instead of "yes"
}

// Holds says that the field confirm of a post, sent as value, confirms.
func (c Confirm) Holds(value string) bool {
	if c.Type != "" {
		return value == c.Type
	}
	return value == "yes"
}

// Confirmation is the page that asks, for browsers without scripts and for posts without the field confirm.
type Confirmation struct {
	Confirm Confirm
	Action  string // where the form posts
	Keep    string // the address that leads away without doing it
	Hidden  []Hidden
	Wrong   bool // the name was typed, and was another
}

// Hidden is a value that a form carries unseen.
type Hidden struct{ Name, Value string }

// Head begins a page: where you are, its title, one sentence, at most three actions.
type Head struct {
	Crumbs []Link // the places above, outermost first; none at the top
	Title  string
	Pill   Pill   // the state of what the page shows
	Code   string // of what the page shows
	Sub    string
	Acts   []Action
}

// Tabs are other contents of the same thing; Seg shows the same rows in another way.
type Tabs struct {
	Label string
	Items []Tab
}

// Tab is one of Tabs or of a Seg.
type Tab struct {
	Text  string
	Icon  string
	Href  string
	Here  bool
	Count Count
}

// Empty stands where a list would be: why there is nothing, and the next step.
type Empty struct {
	Icon  string
	Title string // names the filter or the place
	Text  string
	Act   Action
}

// Facts are the short facts about a thing.
type Facts struct {
	Title string
	Items []Fact
}

// Fact is one of Facts.
type Fact struct {
	Label string
	Value string // "" says "Not given"
	Href  string
	Code  bool // the value is a code: a plate
	Pill  Pill // instead of the value
}

// Card is a box with a heading; its children are its content.
type Card struct {
	Title string
	ID    string // of the heading, "" = made from the title
	Flush bool   // the content goes to the edges: lists and registers
	Acts  []Action
	Count Count
}
