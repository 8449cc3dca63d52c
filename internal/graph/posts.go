package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/post"
	"intelliwiz/internal/ticket"
)

// Post answers with a post and who holds it.
func (q query) Post(ctx context.Context, p id.Any) (*post.Post, error) {
	return pointer(q.c.Posts.Get(ctx, actor.From(ctx), as[id.Post](p)))
}

// PostWhole answers with a post and everything that belongs to it.
func (q query) PostWhole(ctx context.Context, p id.Any) (*post.Whole, error) {
	return pointer(q.c.Posts.GetWhole(ctx, actor.From(ctx), as[id.Post](p)))
}

// Posts answers with a piece of the posts.
func (q query) Posts(ctx context.Context, filter gen.PostFilter, first int64, after string) (*gen.PostConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Posts.List(ctx, actor.From(ctx), post.Filter{
		Site: maybe[id.Site](filter.SiteID), Search: filter.Search, Inactive: filter.Inactive, Mine: filter.Mine, ChangedAfter: given(filter.ChangedAfter),
	}, p)
	if err != nil {
		return nil, err
	}
	key := func(x *post.Post) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *post.Post) gen.PostEdge { return gen.PostEdge{Cursor: c, Node: x} })
	return &gen.PostConnection{Edges: all, PageInfo: info}, nil
}

// UncoveredPosts answers with where too few people are rostered.
func (q query) UncoveredPosts(ctx context.Context, site *id.Any, from, until *time.Time) (*gen.PostGapList, error) {
	begin, end := q.window(from, until)
	rows, more, err := q.c.Posts.Uncovered(ctx, actor.From(ctx), maybe[id.Site](site), begin, end)
	if err != nil {
		return nil, err
	}
	return &gen.PostGapList{Items: append([]post.Gap{}, rows...), More: more}, nil
}

// CreatePost adds a post.
func (m mutation) CreatePost(ctx context.Context, input post.Input) (*post.Post, error) {
	return pointer(m.c.Posts.Create(ctx, actor.From(ctx), input))
}

// UpdatePost replaces a post.
func (m mutation) UpdatePost(ctx context.Context, p id.Any, version int64, input post.Input) (*post.Post, error) {
	return pointer(m.c.Posts.Update(ctx, actor.From(ctx), as[id.Post](p), version, input))
}

// DeletePost removes a post at which nobody ever was.
func (m mutation) DeletePost(ctx context.Context, p id.Any, version int64) (*id.Any, error) {
	return pointer(p, m.c.Posts.Delete(ctx, actor.From(ctx), as[id.Post](p), version))
}

// TakePost has somebody hold a post from now on.
func (m mutation) TakePost(ctx context.Context, p id.Any, input post.Handover) (*post.Post, error) {
	return pointer(m.c.Posts.Take(ctx, actor.From(ctx), as[id.Post](p), input))
}

// LeavePost ends that somebody holds a post.
func (m mutation) LeavePost(ctx context.Context, p id.Any, input post.Handover) (*post.Post, error) {
	return pointer(m.c.Posts.Leave(ctx, actor.From(ctx), as[id.Post](p), input))
}

// RosterPost rosters a person at a post.
func (m mutation) RosterPost(ctx context.Context, p id.Any, input post.Assignment) (*post.Assignment, error) {
	return pointer(m.c.Posts.Assign(ctx, actor.From(ctx), as[id.Post](p), input))
}

// DeleteAssignment takes a time off a roster.
func (m mutation) DeleteAssignment(ctx context.Context, a id.Any) (*id.Any, error) {
	return pointer(a, m.c.Posts.Unassign(ctx, actor.From(ctx), as[id.Assignment](a)))
}

// Site answers with the site of a post.
func (postResolver) Site(ctx context.Context, p *post.Post) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &p.Site)
}

// Location answers with where a post is.
func (postResolver) Location(ctx context.Context, p *post.Post) (*asset.Location, error) {
	return load(ctx, loadersOf(ctx).locations, p.Location)
}

// Category answers with the category of the ticket that is raised.
func (postResolver) Category(ctx context.Context, p *post.Post) (*ticket.Category, error) {
	return load(ctx, loadersOf(ctx).categories, p.Category)
}
