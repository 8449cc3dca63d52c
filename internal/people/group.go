package people

import (
	"fmt"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// GroupKind says what a group consists of.
type GroupKind string

// The kinds of group.
const (
	OfPeople GroupKind = "people"
	OfSites  GroupKind = "sites"
)

// maxMembers bounds one group.
const maxMembers = 1000

// Group is a group of people or of sites.
type Group struct {
	ID      id.Group   `json:"id"`
	Kind    GroupKind  `json:"kind"`
	Name    string     `json:"name"` // unique among the groups of its kind
	Lead    *id.Person `json:"lead_id,omitzero"`
	Active  bool       `json:"active"`
	Members []Member   `json:"members"` // empty in lists
	Count   int64      `json:"count"`   // members in all
	Version int64      `json:"version"`
}

// Member is a person or a site of a group.
type Member struct {
	Person *id.Person `json:"person_id,omitzero"`
	Site   *id.Site   `json:"site_id,omitzero"`
	Name   string     `json:"member_name"`
}

// GroupInput is what one says about a group, new or changed. The kind of an existing one does not change.
type GroupInput struct {
	Kind   GroupKind
	Name   string
	Lead   *id.Person
	Active bool
	People []id.Person // the members of a group of people, all of them
	Sites  []id.Site   // the members of a group of sites, all of them
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *GroupInput) Check() error {
	var c fault.Check
	c.That(in.Kind == OfPeople || in.Kind == OfSites, "kind", "unknown", "A group is of people or of sites.")
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 120)
	c.That(in.Kind != OfPeople || len(in.Sites) == 0, "sites", "kind", "A group of people has no sites.")
	c.That(in.Kind != OfSites || len(in.People) == 0, "people", "kind", "A group of sites has no people.")
	c.That(len(in.People)+len(in.Sites) <= maxMembers, "members", "too_many", fmt.Sprintf("A group has at most %d members.", maxMembers))
	return c.Err()
}

// GroupFilter narrows a list of groups.
type GroupFilter struct {
	Kind   GroupKind // "" = both
	Search string    // part of the name
}
