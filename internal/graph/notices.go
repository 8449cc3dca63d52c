package graph

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
)

// Notice answers with one of the caller's own notices.
func (q query) Notice(ctx context.Context, n id.Any) (*notice.Notice, error) {
	return pointer(q.c.Notices.Get(ctx, actor.From(ctx), as[id.Notice](n)))
}

// Notices answers with a piece of what the caller was told.
func (q query) Notices(ctx context.Context, unread bool, subjectID *id.Any, first int64, after string) (*gen.NoticeConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Notices.List(ctx, actor.From(ctx), notice.Filter{Unread: unread, Subject: subjectID}, p)
	if err != nil {
		return nil, err
	}
	key := func(n *notice.Notice) (string, string) { return "", n.ID.String() }
	all, info := edges(list, key, func(c string, n *notice.Notice) gen.NoticeEdge { return gen.NoticeEdge{Cursor: c, Node: n} })
	return &gen.NoticeConnection{Edges: all, PageInfo: info}, nil
}

// UnreadNotices answers with how much the caller has not read.
func (q query) UnreadNotices(ctx context.Context) (int64, error) {
	return q.c.Notices.CountUnread(ctx, actor.From(ctx))
}

// NoticeSettings answers with how the caller wants to be told.
func (q query) NoticeSettings(ctx context.Context) (*notice.Settings, error) {
	return pointer(q.c.Notices.GetSettings(ctx, actor.From(ctx)))
}

// Mutes answers with what the caller does not hear of.
func (q query) Mutes(ctx context.Context) ([]notice.Mute, error) {
	return q.c.Notices.ListMutes(ctx, actor.From(ctx))
}

// ReadNotice marks one notice as read.
func (m mutation) ReadNotice(ctx context.Context, n id.Any) (*id.Any, error) {
	return pointer(n, m.c.Notices.MarkRead(ctx, actor.From(ctx), as[id.Notice](n)))
}

// ReadNotices marks all notices as read, or those up to one.
func (m mutation) ReadNotices(ctx context.Context, untilID *id.Any) (bool, error) {
	err := m.c.Notices.MarkAllRead(ctx, actor.From(ctx), maybe[id.Notice](untilID))
	return err == nil, err
}

// UpdateNoticeSettings changes how the caller is told.
func (m mutation) UpdateNoticeSettings(ctx context.Context, version int64, input notice.SettingsInput) (*notice.Settings, error) {
	return pointer(m.c.Notices.UpdateSettings(ctx, actor.From(ctx), version, input))
}

// MuteRecord keeps further notices about a record away.
func (m mutation) MuteRecord(ctx context.Context, record id.Any) (*id.Any, error) {
	return pointer(record, m.c.Notices.Mute(ctx, actor.From(ctx), record))
}

// UnmuteRecord lets notices about a record come again.
func (m mutation) UnmuteRecord(ctx context.Context, record id.Any) (*id.Any, error) {
	return pointer(record, m.c.Notices.Unmute(ctx, actor.From(ctx), record))
}
