package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/file"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

// SiteFiles answers with the files of a site.
func (q query) SiteFiles(ctx context.Context, s id.Any) ([]file.File, error) {
	return q.filesOf(ctx, "site", s)
}

// LocationFiles answers with the files of a location.
func (q query) LocationFiles(ctx context.Context, l id.Any) ([]file.File, error) {
	return q.filesOf(ctx, "location", l)
}

// AssetFiles answers with the files of an asset.
func (q query) AssetFiles(ctx context.Context, a id.Any) ([]file.File, error) {
	return q.filesOf(ctx, "asset", a)
}

// TicketFiles answers with the files of a ticket.
func (q query) TicketFiles(ctx context.Context, t id.Any) ([]file.File, error) {
	return q.filesOf(ctx, "ticket", t)
}

// TaskFiles answers with the files of a task.
func (q query) TaskFiles(ctx context.Context, t id.Any) ([]file.File, error) {
	return q.filesOf(ctx, "task", t)
}

func (q query) filesOf(ctx context.Context, noun string, owner id.Any) ([]file.File, error) {
	return listOf(q.c.Files.List(ctx, actor.From(ctx), noun, owner))
}

// File answers with what is known of a file.
func (q query) File(ctx context.Context, f id.Any) (*file.File, error) {
	return pointer(q.c.Files.Get(ctx, actor.From(ctx), as[id.File](f)))
}

// FileLink answers with a link to a file's content.
func (q query) FileLink(ctx context.Context, f id.Any) (*gen.FileLink, error) {
	l, err := q.c.Files.Link(ctx, actor.From(ctx), as[id.File](f))
	if l.Small != "" {
		l.Small = q.c.Links + l.Small
	}
	return pointer(gen.FileLink{URL: q.c.Links + l.Content, SmallURL: l.Small, ExpiresAt: l.Until}, err)
}

// DeleteFile removes a file from its record.
func (m mutation) DeleteFile(ctx context.Context, f id.Any) (*id.Any, error) {
	return pointer(f, m.c.Files.Delete(ctx, actor.From(ctx), as[id.File](f)))
}

// Person answers with who added a file.
func (fileResolver) Person(ctx context.Context, f *file.File) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, f.Person)
}
