package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/reply"
)

// Notice is what somebody was told of a change.
type Notice struct {
	ID        id.Notice  `json:"id" format:"uuid"`
	Verb      string     `json:"verb" doc:"What happened, as the audit trail names it." example:"ticket.assigned"`
	Subject   string     `json:"subject" doc:"The noun of the record." example:"ticket"`
	SubjectID id.Any     `json:"subject_id" format:"uuid"`
	Title     string     `json:"title" example:"The ticket PUN-TP1#482 is yours: Chiller 2 tripped"`
	Detail    string     `json:"detail" doc:"Lines."`
	Reason    string     `json:"reason" doc:"Why the caller was told, after: You get this because." example:"you are the assignee"`
	At        time.Time  `json:"at" doc:"When it happened."`
	ReadAt    *time.Time `json:"read_at" doc:"Null: not read."`
	PushedAt  *time.Time `json:"pushed_at" doc:"When it was sent to a device of the caller; null: to none."`
}

func noticeOf(n notice.Notice) Notice {
	return Notice{ID: n.ID, Verb: n.Verb, Subject: n.Subject, SubjectID: n.SubjectID, Title: n.Title, Detail: n.Detail, Reason: n.Reason, At: n.At, ReadAt: n.Read, PushedAt: n.Pushed}
}

// NoticeSettings is how somebody wants to be told.
type NoticeSettings struct {
	Mail       bool  `json:"mail" doc:"By mail too."`
	Push       bool  `json:"push" doc:"On the devices too that the caller turned on."`
	QuietFrom  int64 `json:"quiet_from" doc:"Mail and devices wait from this minute of the day on, at the caller's home site." example:"1320"`
	QuietUntil int64 `json:"quiet_until" doc:"Until this one; the same as quiet_from: there are no quiet hours." example:"360"`
	Version    int64 `json:"version" doc:"0: never changed." example:"1"`
}

func wishesOf(x notice.Settings) NoticeSettings {
	return NoticeSettings{Mail: x.Mail, Push: x.Push, QuietFrom: x.QuietFrom, QuietUntil: x.QuietUntil, Version: x.Version}
}

// NoticeState is how somebody wants to be told, and how much they have not read.
type NoticeState struct {
	Unread   int64          `json:"unread" doc:"Notices that were not read." example:"3"`
	Settings NoticeSettings `json:"settings"`
}

// NoticeSettingsChange replaces how somebody wants to be told.
type NoticeSettingsChange struct {
	Mail       bool  `json:"mail" example:"true"`
	Push       *bool `json:"push,omitzero" nullable:"false" doc:"On the devices too that the caller turned on; absent: as it was."`
	QuietFrom  int64 `json:"quiet_from" minimum:"0" maximum:"1439" doc:"Minutes of the day at the caller's home site." example:"1320"`
	QuietUntil int64 `json:"quiet_until" minimum:"0" maximum:"1439" example:"360"`
	Version    int64 `json:"version" minimum:"0" doc:"The version that was read." example:"0"`
}

// NoticesRead says up to where one has read.
type NoticesRead struct {
	UntilID *id.Notice `json:"until_id,omitzero" format:"uuid" nullable:"false" doc:"The newest notice that was seen; all of them unless told."`
}

// Mute is a record that somebody does not hear of.
type Mute struct {
	Subject   string    `json:"subject" doc:"The noun of the record." example:"ticket"`
	SubjectID id.Any    `json:"subject_id" format:"uuid"`
	Title     string    `json:"title" doc:"Of the last notice about it."`
	Since     time.Time `json:"since"`
}

func muteOf(m notice.Mute) Mute { return Mute(m) }

// noticeRows are the rows of the table about what one was told.
func noticeRows() []Operation {
	return []Operation{
		{Name: "notice.list", Method: get, Path: "/notices", Permission: reply.SignedIn, Summary: "List what one was told, the newest first"},
		{Name: "notice.get", Method: get, Path: "/notices/{id}", Permission: reply.SignedIn, Noun: "notice", Summary: "Get one notice"},
		{Name: "notice.read", Method: post, Path: "/notices/{id}/read", Permission: reply.SignedIn, Noun: "notice",
			Summary: "Mark a notice as read", status: http.StatusNoContent},
		{Name: "account.notices.read", Method: post, Path: "/account/notices/read", Permission: reply.SignedIn,
			Summary: "Mark all notices as read, or those up to one", status: http.StatusNoContent},
		{Name: "account.notices.get", Method: get, Path: "/account/notices", Permission: reply.SignedIn, Summary: "Get how one is told, and how much is unread"},
		{Name: "account.notices.update", Method: put, Path: "/account/notices", Permission: reply.SignedIn, Summary: "Change how one is told"},
		{Name: "account.mutes", Method: get, Path: "/account/mutes", Permission: reply.SignedIn, Summary: "List the records that one does not hear of"},
		{Name: "account.mute.create", Method: put, Path: "/account/mutes/{id}", Permission: reply.SignedIn, Noun: "record",
			Summary: "Mute a record that one was told of", status: http.StatusNoContent},
		{Name: "account.mute.delete", Method: del, Path: "/account/mutes/{id}", Permission: reply.SignedIn, Noun: "record",
			Summary: "Hear of a record again", status: http.StatusNoContent},
	}
}

type noticeQuery struct {
	Paging
	Unread    bool   `query:"unread" doc:"Only those that were not read."`
	SubjectID id.Any `query:"subject_id" format:"uuid" doc:"Only those about this record."`
}

func (a *api) notices() {
	s := a.c.Notices
	register(a, "notice.list", func(ctx context.Context, in *noticeQuery) (*many[Notice], error) {
		p, err := s.List(ctx, actor.From(ctx), notice.Filter{Unread: in.Unread, Subject: given(in.SubjectID)}, in.request())
		return listed(p, err, noticeOf)
	})
	register(a, "notice.get", func(ctx context.Context, in *struct {
		ID id.Notice `path:"id" format:"uuid"`
	}) (*one[Notice], error) {
		n, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(n, err, noticeOf)
	})
	register(a, "notice.read", func(ctx context.Context, in *struct {
		ID id.Notice `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.MarkRead(ctx, actor.From(ctx), in.ID))
	})
	register(a, "account.notices.read", func(ctx context.Context, in *struct{ Body NoticesRead }) (*nothing, error) {
		return done(s.MarkAllRead(ctx, actor.From(ctx), in.Body.UntilID))
	})
	register(a, "account.notices.get", func(ctx context.Context, _ *struct{}) (*one[NoticeState], error) {
		unread, err := s.CountUnread(ctx, actor.From(ctx))
		if err != nil {
			return nil, err
		}
		x, err := s.GetSettings(ctx, actor.From(ctx))
		return single(x, err, func(x notice.Settings) NoticeState { return NoticeState{unread, wishesOf(x)} })
	})
	register(a, "account.notices.update", func(ctx context.Context, in *struct{ Body NoticeSettingsChange }) (*one[NoticeSettings], error) {
		b := in.Body
		x, err := s.UpdateSettings(ctx, actor.From(ctx), b.Version, notice.SettingsInput{Mail: b.Mail, Push: b.Push, QuietFrom: b.QuietFrom, QuietUntil: b.QuietUntil})
		return single(x, err, wishesOf)
	})
	a.mutes(s)
}

func (a *api) mutes(s *notice.Service) {
	type record struct {
		ID id.Any `path:"id" format:"uuid"`
	}
	register(a, "account.mutes", func(ctx context.Context, _ *struct{}) (*many[Mute], error) {
		all, err := s.ListMutes(ctx, actor.From(ctx))
		return whole(all, err, muteOf)
	})
	register(a, "account.mute.create", func(ctx context.Context, in *record) (*nothing, error) {
		return done(s.Mute(ctx, actor.From(ctx), in.ID))
	})
	register(a, "account.mute.delete", func(ctx context.Context, in *record) (*nothing, error) {
		return done(s.Unmute(ctx, actor.From(ctx), in.ID))
	})
}
