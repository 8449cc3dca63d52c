package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
)

// Entry answers with a row of the audit trail.
func (q query) Entry(ctx context.Context, entry id.Any) (*journal.Entry, error) {
	return pointer(q.c.Journal.Get(ctx, actor.From(ctx), as[id.Entry](entry)))
}

// Entries answers with a piece of the audit trail.
func (q query) Entries(ctx context.Context, filter gen.EntryFilter, first int64, after string) (*gen.EntryConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	f := journal.Filter{
		Noun: filter.Noun, Verb: filter.Verb, Who: maybe[id.Person](filter.WhoID), Subject: filter.SubjectID,
		From: or(filter.From, time.Time{}), To: or(filter.To, time.Time{}),
	}
	list, err := q.c.Journal.List(ctx, actor.From(ctx), f, p)
	if err != nil {
		return nil, err
	}
	key := func(e *journal.Entry) (string, string) { return "", e.ID.String() }
	all, info := edges(list, key, func(c string, e *journal.Entry) gen.EntryEdge { return gen.EntryEdge{Cursor: c, Node: e} })
	return &gen.EntryConnection{Edges: all, PageInfo: info}, nil
}

// Feed answers with what happened after a number.
func (q query) Feed(ctx context.Context, afterSeq, limit int64) ([]journal.Entry, error) {
	return q.c.Journal.Feed(ctx, actor.From(ctx), afterSeq, int(min(max(limit, 1), maxFeed)))
}

// VerifyAudit checks that the audit trail is whole.
func (m mutation) VerifyAudit(ctx context.Context) (*journal.Report, error) {
	who := actor.From(ctx)
	var anchors []journal.Anchor
	if m.c.Anchors != nil && who.Everywhere(journal.CanVerify) {
		var err error
		if anchors, err = m.c.Anchors(ctx); err != nil {
			return nil, err
		}
	}
	r, err := m.c.Journal.Verify(ctx, who, anchors)
	if r.Findings == nil {
		r.Findings = []journal.Finding{}
	}
	return pointer(r, err)
}

// Who answers with who did something.
func (entryResolver) Who(ctx context.Context, e *journal.Entry) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, e.WhoID)
}

// Site answers with where something happened.
func (entryResolver) Site(ctx context.Context, e *journal.Entry) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, e.Site)
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
