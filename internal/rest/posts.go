package rest

import (
	"context"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	posts "intelliwiz/internal/post" // post is a method
)

// Post is a place at which somebody is to be.
type Post struct {
	ID           id.Post        `json:"id" format:"uuid"`
	SiteID       id.Site        `json:"site_id" format:"uuid"`
	SiteName     string         `json:"site_name"`
	Zone         string         `json:"zone" doc:"Of its site, on whose clock its hours are." example:"Asia/Kolkata"`
	LocationID   *id.Location   `json:"location_id" format:"uuid"`
	LocationName string         `json:"location_name"`
	Code         string         `json:"code" example:"GATE"`
	Name         string         `json:"name" example:"Main gate"`
	Hours        []PostSpan     `json:"hours" nullable:"false" doc:"The spans of a week in which people are to be there, in order."`
	Words        string         `json:"words" doc:"The hours, for people." example:"Every day 22:00 to 06:00"`
	Needed       int64          `json:"needed" doc:"How many people."`
	Grace        int64          `json:"grace_minutes" doc:"In which fewer may be there."`
	Alarm        posts.Alarm    `json:"alarm" enum:"MAIL,TICKET" doc:"What follows when fewer hold it: those in charge and who is rostered are told, or that and a ticket is raised."`
	CategoryID   *id.Category   `json:"category_id" format:"uuid" doc:"Of the ticket that is raised."`
	CategoryName string         `json:"category_name"`
	Active       bool           `json:"active" doc:"Nobody is expected at an inactive post."`
	Standing     posts.Standing `json:"standing" enum:"QUIET,COVERED,UNCOVERED" doc:"Now: nobody is expected, enough people hold it, or too few."`
	Held         []PostDuty     `json:"held" nullable:"false" doc:"Who holds it now, the first who came first."`
	UpdatedAt    time.Time      `json:"updated_at"`
	Version      int64          `json:"version" example:"1"`
}

// PostSpan is a time of the week.
type PostSpan struct {
	Weekday int `json:"weekday" minimum:"0" maximum:"6" doc:"On which it begins, 0 = Sunday." example:"1"`
	From    int `json:"from" minimum:"0" maximum:"1439" doc:"Minute of that day." example:"1320"`
	Until   int `json:"until" minimum:"1" maximum:"1440" doc:"Minute of that day, and of the next one where it is not after from." example:"360"`
}

// PostDuty is a time in which a person held a post.
type PostDuty struct {
	PersonID   id.Person  `json:"person_id" format:"uuid"`
	PersonName string     `json:"person_name"`
	BeganAt    time.Time  `json:"began_at"`
	EndedAt    *time.Time `json:"ended_at" doc:"Null while they hold it."`
	Remark     string     `json:"remark"`
}

// PostAssignment is a time for which a person is rostered at a post.
type PostAssignment struct {
	ID         id.Assignment `json:"id" format:"uuid"`
	PersonID   id.Person     `json:"person_id" format:"uuid"`
	PersonName string        `json:"person_name"`
	From       time.Time     `json:"from"`
	Until      time.Time     `json:"until" doc:"The first instant after it."`
}

// PostGap is a time in which fewer people are rostered at a post than are to be there.
type PostGap struct {
	PostID   id.Post   `json:"post_id" format:"uuid"`
	PostName string    `json:"post_name"`
	SiteID   id.Site   `json:"site_id" format:"uuid"`
	SiteName string    `json:"site_name"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Needed   int64     `json:"needed"`
	Rostered int64     `json:"rostered"`
}

// PostWhole is a post with what belongs to it.
type PostWhole struct {
	Post
	Roster       []PostAssignment `json:"roster" nullable:"false" doc:"Who is rostered now and to come, the first first; at most 100."`
	Duties       []PostDuty       `json:"duties" nullable:"false" doc:"Who held it and holds it, the last first; at most 20."`
	Gaps         []PostGap        `json:"gaps" nullable:"false" doc:"Where too few are rostered in the next seven days."`
	Expectations []Expectation    `json:"expectations" nullable:"false" doc:"What was and is expected of it, by its time, and what followed when it was not met; the last 20."`
}

func postOf(p posts.Post) Post {
	out := Post{
		ID: p.ID, SiteID: p.Site, SiteName: p.SiteName, Zone: p.Zone, LocationID: p.Location, LocationName: p.LocationName, Code: p.Code, Name: p.Name,
		Hours: make([]PostSpan, len(p.Hours)), Words: p.Words(), Needed: p.Needed, Grace: p.Grace, Alarm: p.Alarm, CategoryID: p.Category,
		CategoryName: p.CategoryName, Active: p.Active, Standing: p.Standing, Held: dutiesOf(p.Held), UpdatedAt: p.Updated, Version: p.Version,
	}
	for i, s := range p.Hours {
		out.Hours[i] = PostSpan(s)
	}
	return out
}

func dutiesOf(all []posts.Duty) []PostDuty {
	out := make([]PostDuty, len(all))
	for i, d := range all {
		out[i] = PostDuty{d.Person, d.PersonName, d.Began, d.Ended, d.Remark}
	}
	return out
}

func assignmentOf(x posts.Assignment) PostAssignment {
	return PostAssignment{x.ID, x.Person, x.PersonName, x.From, x.Until}
}

func gapOf(g posts.Gap) PostGap {
	return PostGap{g.Post, g.Name, g.Site, g.SiteName, g.From, g.Until, g.Needed, g.Rostered}
}

func postWholeOf(w posts.Whole) PostWhole {
	out := PostWhole{
		Post: postOf(w.Post), Roster: make([]PostAssignment, len(w.Roster)), Duties: dutiesOf(w.Duties), Gaps: make([]PostGap, len(w.Gaps)),
		Expectations: make([]Expectation, len(w.Expected)),
	}
	for i, x := range w.Roster {
		out.Roster[i] = assignmentOf(x)
	}
	for i, g := range w.Gaps {
		out.Gaps[i] = gapOf(g)
	}
	for i, d := range w.Expected {
		out.Expectations[i] = expectationOf(d)
	}
	return out
}

// PostNew is a post to be added.
type PostNew struct {
	ID         id.Post      `json:"id,omitzero" format:"uuid" doc:"Made here unless told: a UUID of version 7."`
	SiteID     id.Site      `json:"site_id" format:"uuid" doc:"For good."`
	LocationID *id.Location `json:"location_id,omitzero" format:"uuid" doc:"A location of the site."`
	Code       string       `json:"code" minLength:"1" maxLength:"30" doc:"Unique in the organisation." example:"GATE"`
	Name       string       `json:"name" minLength:"1" maxLength:"120" example:"Main gate"`
	Hours      []PostSpan   `json:"hours,omitzero" nullable:"false" maxItems:"50" doc:"None unless told: then nobody is missed."`
	Needed     int64        `json:"needed,omitzero" minimum:"1" maximum:"50" doc:"1 unless told."`
	Grace      int64        `json:"grace_minutes,omitzero" minimum:"0" maximum:"720"`
	Alarm      posts.Alarm  `json:"alarm,omitzero" enum:"MAIL,TICKET" doc:"MAIL unless told."`
	CategoryID *id.Category `json:"category_id,omitzero" format:"uuid" doc:"Of the ticket that is raised."`
	Active     *bool        `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b PostNew) input() posts.Input {
	in := posts.Input{
		ID: b.ID, Site: b.SiteID, Location: b.LocationID, Code: b.Code, Name: b.Name, Needed: b.Needed, Grace: b.Grace, Alarm: b.Alarm, Category: b.CategoryID,
		Active: value(b.Active, true),
	}
	for _, s := range b.Hours {
		in.Hours = append(in.Hours, posts.Span(s))
	}
	return in
}

// PostChange replaces a post; what is expected of it counts anew where that changes.
type PostChange struct {
	PostNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b PostChange) input() posts.Input {
	b.PostNew.Active = &b.Active
	return b.PostNew.input()
}

// PostHandover is somebody who takes a post over or leaves it, now.
type PostHandover struct {
	PersonID   *id.Person `json:"person_id,omitzero" format:"uuid" doc:"Who; the caller unless told."`
	RelievesID *id.Person `json:"relieves_id,omitzero" format:"uuid" doc:"Of who takes it over: who leaves it to them."`
	Remark     string     `json:"remark,omitzero" maxLength:"500" doc:"What the next one should know."`
}

func (b PostHandover) handover() posts.Handover {
	return posts.Handover{Person: b.PersonID, Relieves: b.RelievesID, Remark: b.Remark}
}

// PostRostering rosters a person at a post.
type PostRostering struct {
	PersonID id.Person `json:"person_id" format:"uuid"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until" doc:"The first instant after it, at most 31 days later." example:"2026-11-23T16:00:00Z"`
}

func (b PostRostering) assignment() posts.Assignment {
	return posts.Assignment{Person: b.PersonID, From: b.From, Until: b.Until}
}

func postRows() []Operation {
	const path = "/posts"
	rows := restless(crud("post", path, "a post", "the posts that one sees, by name", posts.CanRead, posts.CanCreate, posts.CanUpdate, posts.CanDelete))
	return append(rows,
		Operation{Name: "post.take", Method: post, Path: path + "/{id}/take", Permission: posts.CanHold, Noun: "post", Summary: "Take a post over, for oneself or another, and relieve who holds it"},
		Operation{Name: "post.leave", Method: post, Path: path + "/{id}/leave", Permission: posts.CanHold, Noun: "post", Summary: "Leave a post"},
		Operation{Name: "post.roster", Method: post, Path: path + "/{id}/assignments", Permission: posts.CanUpdate, Noun: "post", Summary: "Roster a person at a post", status: http.StatusCreated},
		Operation{Name: "assignment.delete", Method: del, Path: "/assignments/{id}", Permission: posts.CanUpdate, Noun: "assignment", Summary: "Take a time off the roster of a post", status: http.StatusNoContent},
		Operation{Name: "gap.list", Method: get, Path: "/uncovered", Permission: posts.CanRead, Summary: "Get where fewer people are rostered at posts than are to be there"})
}

// PostFilter narrows a list of posts. It is exported for huma, which looks into exported fields only.
type PostFilter struct {
	SiteID       id.Site   `query:"site_id" format:"uuid"`
	Search       string    `query:"search" maxLength:"200" doc:"Part of the code or name."`
	Inactive     bool      `query:"inactive" doc:"Inactive posts too."`
	Mine         bool      `query:"mine" doc:"Only those that one holds or is rostered at."`
	ChangedAfter time.Time `query:"changed_after" doc:"Only what was changed at this time or after it."`
}

func (q PostFilter) filter() posts.Filter {
	return posts.Filter{Site: given(q.SiteID), Search: q.Search, Inactive: q.Inactive, Mine: q.Mine, ChangedAfter: q.ChangedAfter}
}

// postGaps is where too few people are rostered, as an answer.
type postGaps struct {
	Items []PostGap `json:"items" nullable:"false" doc:"By their begin."`
	More  bool      `json:"more" doc:"There are more posts than were looked at: ask for a site."`
}

func (a *api) posts() {
	s := a.c.Posts
	register(a, "post.list", func(ctx context.Context, in *struct {
		Paging
		PostFilter
	}) (*many[Post], error) {
		p, err := s.List(ctx, actor.From(ctx), in.filter(), in.changes(in.ChangedAfter))
		return listed(p, err, postOf)
	})
	register(a, "post.create", func(ctx context.Context, in *struct{ Body PostNew }) (*made[Post], error) {
		p, err := s.Create(ctx, actor.From(ctx), in.Body.input())
		return created(p, err, postOf, "posts", func(p posts.Post) string { return p.ID.String() })
	}, checks(func(b PostNew) error { in := b.input(); return in.Check() }))
	register(a, "post.get", func(ctx context.Context, in *struct {
		ID id.Post `path:"id" format:"uuid"`
	}) (*one[PostWhole], error) {
		w, err := s.GetWhole(ctx, actor.From(ctx), in.ID)
		return single(w, err, postWholeOf)
	})
	register(a, "post.update", func(ctx context.Context, in *struct {
		ID   id.Post `path:"id" format:"uuid"`
		Body PostChange
	}) (*one[Post], error) {
		p, err := s.Update(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(p, err, postOf)
	}, checks(func(b PostChange) error { in := b.input(); return in.Check() }))
	register(a, "post.delete", func(ctx context.Context, in *struct {
		ID id.Post `path:"id" format:"uuid"`
		Deletion
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), in.ID, in.Version))
	})
	a.postDuties()
}

// postDuties are who holds a post, and who is rostered.
func (a *api) postDuties() {
	s := a.c.Posts
	register(a, "post.take", func(ctx context.Context, in *struct {
		ID   id.Post `path:"id" format:"uuid"`
		Body PostHandover
	}) (*one[Post], error) {
		p, err := s.Take(ctx, actor.From(ctx), in.ID, in.Body.handover())
		return single(p, err, postOf)
	}, checks(func(b PostHandover) error { h := b.handover(); return h.Check() }))
	register(a, "post.leave", func(ctx context.Context, in *struct {
		ID   id.Post `path:"id" format:"uuid"`
		Body PostHandover
	}) (*one[Post], error) {
		p, err := s.Leave(ctx, actor.From(ctx), in.ID, in.Body.handover())
		return single(p, err, postOf)
	}, checks(func(b PostHandover) error { h := b.handover(); return h.Check() }))
	register(a, "post.roster", func(ctx context.Context, in *struct {
		ID   id.Post `path:"id" format:"uuid"`
		Body PostRostering
	}) (*made[PostAssignment], error) {
		x, err := s.Assign(ctx, actor.From(ctx), in.ID, in.Body.assignment())
		return created(x, err, assignmentOf, "assignments", func(x posts.Assignment) string { return x.ID.String() })
	}, checks(func(b PostRostering) error { x := b.assignment(); return x.Check() }))
	register(a, "assignment.delete", func(ctx context.Context, in *struct {
		ID id.Assignment `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.Unassign(ctx, actor.From(ctx), in.ID))
	})
	register(a, "gap.list", func(ctx context.Context, in *struct {
		Window
		SiteID id.Site `query:"site_id" format:"uuid"`
	}) (*one[postGaps], error) {
		from, until := in.times(a.c.Now())
		rows, more, err := s.Uncovered(ctx, actor.From(ctx), given(in.SiteID), from, until)
		if err != nil {
			return nil, err
		}
		out := &one[postGaps]{postGaps{Items: make([]PostGap, len(rows)), More: more}}
		for i, g := range rows {
			out.Body.Items[i] = gapOf(g)
		}
		return out, nil
	})
}
