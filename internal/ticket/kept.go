package ticket

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// piece is a part of a list, for all who may see the same sites.
type piece struct{ page.Of[Ticket] }

// Size is for the cache: about how many bytes.
func (f piece) Size() int { return len(f.Items) << 10 }

// shown are the records that stand in a list of tickets by name; a change of one ends what is kept.
func shown() []string {
	return []string{"ticket", "site", "category", "location", "asset", "person", "group"}
}

func keptLists(store *cache.Store) *cache.Of[piece] {
	return cache.Named[piece](store, "ticket.lists", cache.Options{Followed: true})
}

// maxKept is the longest piece that is kept, in tickets: an export or a phone that reads everything passes once.
const maxKept = 100

// listed is List from memory, until a ticket changes or a name that stands in it.
func (s *Service) listed(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Ticket], error) {
	key, steady := f.countsKey(who)
	if !steady || p.Size() > maxKept || db.Joined(ctx) || cache.IsAnew(ctx) {
		return s.list(ctx, who, f, p)
	}
	key = fmt.Sprint(p.Size(), " ", p.After, " ", key)
	kept, err := s.lists.Get(ctx, who.Tenant(), key, shown(), func(ctx context.Context) (piece, error) {
		out, err := s.list(ctx, who, f, p)
		return piece{out}, err
	})
	kept.Items = slices.Clone(kept.Items) // the caller's own
	return kept.Of, err
}

// story is a ticket with a part of its history, for one who sees it.
type story struct {
	Ticket
	lines page.Of[Line]
}

// Size is for the cache: about how many bytes.
func (f story) Size() int { return (1 + len(f.lines.Items)) << 9 }

func keptStories(store *cache.Store) *cache.Of[story] {
	return cache.Named[story](store, "ticket.stories", cache.Options{Followed: true})
}

// told is GetWithHistory for who may read tickets. What is kept is of one person: whether a ticket is theirs is part of it.
func (s *Service) told(ctx context.Context, who actor.Actor, ticket id.Ticket, p page.Request) (Ticket, page.Of[Line], error) {
	sites, all := who.Sites(CanRead)
	if len(sites) > maxKeyed || p.Size() > maxKept || db.Joined(ctx) || cache.IsAnew(ctx) {
		return s.readWithHistory(ctx, who, ticket, p)
	}
	key := fmt.Sprint(ticket, who.Person(), p.Size(), " ", p.After, " ", all, sites)
	kept, err := s.stories.Get(ctx, who.Tenant(), key, shown(), func(ctx context.Context) (story, error) {
		t, lines, err := s.readWithHistory(ctx, who, ticket, p)
		return story{t, lines}, err
	})
	kept.lines.Items = slices.Clone(kept.lines.Items) // the caller's own
	return kept.Ticket, kept.lines, err
}
