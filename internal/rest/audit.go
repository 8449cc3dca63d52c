package rest

import (
	"context"
	"encoding/json"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Entry is a row of the audit trail.
type Entry struct {
	ID        id.Entry        `json:"id" format:"uuid"`
	Seq       *int64          `json:"seq" doc:"Its number in the organisation's chain, from 1 without gaps; null until it is sealed, milliseconds after the change." example:"1042"`
	At        time.Time       `json:"at" example:"2026-11-23T08:00:00Z"`
	WhoKind   actor.Kind      `json:"who_kind" enum:"visitor,person,token,system" example:"person"`
	WhoID     *id.Person      `json:"who_id" format:"uuid" doc:"Null for background work."`
	WhoName   string          `json:"who_name" example:"Asha Rao"`
	Verb      string          `json:"verb" example:"site.updated"`
	Noun      string          `json:"noun" example:"site"`
	SubjectID id.Any          `json:"subject_id" format:"uuid"`
	SiteID    *id.Site        `json:"site_id" format:"uuid"`
	RequestID string          `json:"request_id" doc:"The request that caused it."`
	Before    json.RawMessage `json:"before" doc:"The record before the change; null when there was none."`
	After     json.RawMessage `json:"after" doc:"The record after the change; null when there is none."`
}

func entryOf(e journal.Entry) Entry {
	return Entry{
		ID: e.ID, Seq: e.Seq, At: e.At, WhoKind: e.WhoKind, WhoID: e.WhoID, WhoName: e.WhoName, Verb: e.Verb, Noun: e.Noun,
		SubjectID: e.Subject, SiteID: e.Site, RequestID: e.Request, Before: recordOf(e.Before), After: recordOf(e.After),
	}
}

// recordOf gives a record's JSON text as JSON. A text that somebody has damaged is given as text.
func recordOf(text string) json.RawMessage {
	switch {
	case text == "":
		return json.RawMessage("null")
	case json.Valid([]byte(text)):
		return json.RawMessage(text)
	}
	raw, _ := json.Marshal(text) // a text always encodes
	return raw
}

// Feed is what happened after a number.
type Feed struct {
	Items   []Entry `json:"items" nullable:"false"`
	LastSeq int64   `json:"last_seq" doc:"Give it as after_seq the next time." example:"1042"`
}

// Report says whether the audit trail is whole.
type Report struct {
	Whole    bool      `json:"whole" doc:"Nothing was found."`
	Rows     int64     `json:"rows" doc:"Sealed rows that were checked." example:"1042"`
	Waiting  int64     `json:"waiting" doc:"Rows that were not sealed yet; their signatures were checked." example:"0"`
	Anchors  int       `json:"anchors" doc:"Signed heads outside the database that were compared." example:"3"`
	SetAside string    `json:"set_aside" doc:"Which numbers are set aside by the retention of this installation, in words; empty where all rows are there."`
	Findings []Finding `json:"findings" nullable:"false"`
	More     bool      `json:"more" doc:"There are more findings than are listed." example:"false"`
}

// Finding is one thing that is not as it was written.
type Finding struct {
	Kind    journal.FindingKind `json:"kind" enum:"edited,missing,doubled,unchained,cut"`
	Seq     int64               `json:"seq" doc:"Where in the chain it shows; 0 when the row has no number." example:"17"`
	EntryID *id.Entry           `json:"entry_id" format:"uuid"`
	Words   string              `json:"words" example:"Number 17 is not what was written."`
}

func reportOf(r journal.Report) Report {
	out := Report{Whole: r.Whole(), Rows: r.Rows, Waiting: r.Waiting, Anchors: r.Anchors, SetAside: r.SetAside(), More: r.More, Findings: make([]Finding, len(r.Findings))}
	for i, f := range r.Findings {
		out.Findings[i] = Finding{Kind: f.Kind, Seq: f.Seq, EntryID: given(f.Entry), Words: f.Words}
	}
	return out
}

type auditQuery struct {
	Paging
	Noun      string    `query:"noun" maxLength:"50" doc:"Only what happened to this kind of record." example:"site"`
	Verb      string    `query:"verb" maxLength:"100" doc:"Only this kind of change." example:"site.updated"`
	WhoID     id.Person `query:"who_id" format:"uuid" doc:"Only what this person did."`
	SubjectID id.Any    `query:"subject_id" format:"uuid" doc:"Only what happened to this record."`
	From      time.Time `query:"from" doc:"Not before this time."`
	To        time.Time `query:"to" doc:"Before this time."`
}

type feedQuery struct {
	AfterSeq int64 `query:"after_seq" minimum:"0" doc:"The last number that was seen; 0 for the beginning."`
	Limit    int   `query:"limit" minimum:"1" doc:"Rows wanted, 50 unless told; more than 500 is read as 500."`
}

func (a *api) audit() {
	j := a.c.Journal
	register(a, "audit.list", func(ctx context.Context, in *auditQuery) (*many[Entry], error) {
		f := journal.Filter{Noun: in.Noun, Verb: in.Verb, Who: given(in.WhoID), Subject: given(in.SubjectID), From: in.From, To: in.To}
		p, err := j.List(ctx, actor.From(ctx), f, in.request())
		return listed(p, err, entryOf)
	})
	register(a, "audit.get", func(ctx context.Context, in *struct {
		ID id.Entry `path:"id" format:"uuid"`
	}) (*one[Entry], error) {
		e, err := j.Get(ctx, actor.From(ctx), in.ID)
		return single(e, err, entryOf)
	})
	register(a, "audit.feed", func(ctx context.Context, in *feedQuery) (*one[Feed], error) {
		if in.Limit == 0 {
			in.Limit = 50
		}
		rows, err := j.Feed(ctx, actor.From(ctx), in.AfterSeq, in.Limit)
		return single(rows, err, func(rows []journal.Entry) Feed {
			out := Feed{Items: make([]Entry, len(rows)), LastSeq: in.AfterSeq}
			for i, e := range rows {
				out.Items[i], out.LastSeq = entryOf(e), *e.Seq
			}
			return out
		})
	})
	register(a, "audit.verify", func(ctx context.Context, _ *struct{}) (*one[Report], error) {
		var anchors []journal.Anchor
		if a.c.Anchors != nil && actor.From(ctx).Everywhere(journal.CanVerify) {
			var err error
			if anchors, err = a.c.Anchors(ctx); err != nil {
				return nil, err
			}
		}
		r, err := j.Verify(ctx, actor.From(ctx), anchors)
		return single(r, err, reportOf)
	})
}
