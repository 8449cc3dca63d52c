package demo

import (
	"context"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	posts "intelliwiz/internal/post" // post is somebody's work
)

// rosterDays is how many days ahead a gate has its roster.
const rosterDays = 7

// makeGate makes the post at a site's gate, held day and night, as far as the site has guards. Of three sites one is as it should be, at one a
// guard is there whom nobody rostered, and at one nobody is: it is uncovered. It gives nil where there is none.
func (x *scene) makeGate(ctx context.Context, n int, site org.Site) (*id.Post, error) {
	c, known := x.crews[site.ID]
	if !known || len(c.guards) == 0 {
		return nil, nil
	}
	in := posts.Input{Site: site.ID, Code: "GATE-" + site.Code, Name: "Main gate of " + site.Name, Needed: 1, Grace: 10, Active: true}
	for day := range 7 {
		in.Hours = append(in.Hours, posts.Span{Weekday: day, From: 6 * 60, Until: 18 * 60}, posts.Span{Weekday: day, From: 18 * 60, Until: 6 * 60})
	}
	p, err := x.Posts.Create(ctx, x.who, in)
	if err != nil {
		return nil, err
	}
	if n%3 == 0 {
		first := x.Now().UTC().Truncate(24 * time.Hour).Add(30 * time.Minute) // six in the morning in India
		for i := range 2 * rosterDays {
			from := first.Add(time.Duration(i) * 12 * time.Hour)
			guard := c.guards[i%len(c.guards)].ID
			if _, err := x.Posts.Assign(ctx, x.who, p.ID, posts.Assignment{Person: guard, From: from, Until: from.Add(12 * time.Hour)}); err != nil {
				return nil, err
			}
		}
	}
	if n%3 < 2 {
		_, err = x.Posts.Take(ctx, x.who, p.ID, posts.Handover{Person: &c.guards[0].ID})
	}
	return &p.ID, err
}
