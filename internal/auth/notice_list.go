package auth

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

// Told is something about how a person signs in that they were told of.
type Told struct {
	Entry id.Entry  // the row of the audit trail
	At    time.Time // when it happened
	Verb  string
	Words string // as their mail said it
	By    string // who did it
}

// toldMost is how many the account page shows; what is older stands in the audit trail.
const toldMost = 20

// ListTold gives what happened lately to how the actor signs in, the newest first, at most twenty. Needs to be signed in.
func (s *Service) ListTold(ctx context.Context, who actor.Actor) ([]Told, error) {
	if err := who.RequirePerson(); err != nil {
		return nil, err
	}
	me, about := who.Person(), id.Of[id.Any](who.Person().Bytes())
	var out []Told
	for _, f := range []journal.Filter{{Noun: "person", Subject: &about}, {Verb: "token.created", Who: &me}, {Verb: arrival, Who: &me}} {
		found, err := s.journal.List(ctx, door(who.Tenant()), f, page.Request{Limit: 100})
		if err != nil {
			return nil, err
		}
		for _, e := range found.Items {
			_, words := told(e.Verb)
			if words != "" && (e.Verb != arrival || strings.Contains(e.After, `"new_device":true`)) {
				out = append(out, Told{Entry: e.ID, At: e.At, Verb: e.Verb, Words: words, By: e.WhoName})
			}
		}
	}
	slices.SortFunc(out, func(a, b Told) int { return cmp.Compare(b.Entry.String(), a.Entry.String()) })
	return out[:min(len(out), toldMost)], nil
}
