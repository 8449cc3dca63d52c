package web

import (
	"context"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/post"
	"intelliwiz/internal/web/ui"
)

// manned is how the posts stand now.
type manned struct {
	Known bool        // there are some
	Bare  []post.Post // too few people hold them
}

// mannedNow looks at the first two hundred posts, of one site when it is named.
func (p *pages) mannedNow(ctx context.Context, who actor.Actor, site *id.Site) (out manned, err error) {
	if !who.Can(post.CanRead) || !p.Flags.Bool(ctx, who, flag.LivePosts) {
		return out, nil
	}
	all, err := p.Posts.List(ctx, who, post.Filter{Site: site}, page.Request{Limit: page.Max})
	for _, x := range all.Items {
		if x.Standing == post.Uncovered {
			out.Bare = append(out.Bare, x)
		}
	}
	out.Known = len(all.Items) > 0
	return out, err
}

// bareLines are the posts that are uncovered, among the alarms: they last until somebody comes.
func bareLines(posts []post.Post) (out []ui.Entry) {
	for _, x := range posts {
		out = append(out, ui.Entry{
			At: "Now", Late: true, Icon: "s-late", Tone: ui.Late, What: "Uncovered: " + x.Name, Href: postsPath + "/" + x.ID.String(), Code: x.Code,
			Meta: []string{x.SiteName, strconv.Itoa(len(x.Held)) + " of " + number(x.Needed) + " there"},
		})
	}
	return out
}
