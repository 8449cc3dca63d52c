package ui

import "strconv"

// Pill says how a thing is: state is round.
type Pill struct {
	Tone Tone
	Text string // the state, perhaps with its reason: "Waiting for part"
}

// Count is a number that opens exactly the rows that it counts; zero is not shown.
type Count struct {
	N    int
	Late bool
	Href string // "" for a number inside a link
}

func (c Count) text() string { return strconv.Itoa(c.N) }

// Chip is one filter that holds, in the address; following it takes the filter away.
type Chip struct {
	Label string // what is filtered: "Role"
	Value string
	Href  string // the address without this filter
}
