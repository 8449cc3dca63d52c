package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/post"
	"intelliwiz/internal/web/ui"
)

// postPage is how many posts a page shows.
const postPage = 50

// listPosts shows the posts that the actor sees, by name, and how they stand.
func (p *pages) listPosts(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Posts")
	if err != nil {
		return err
	}
	given := url.Values{}
	for _, name := range []string{"q", "site", "with", "inactive"} {
		if x := strings.TrimSpace(r.URL.Query().Get(name)); x != "" {
			given.Set(name, x)
		}
	}
	f := form{values: given}
	filter := post.Filter{Site: ref[id.Site](&f, "site"), Search: f.text("q"), Mine: f.text("with") == "me", Inactive: f.yes("inactive")}
	if err := f.check.Err(); err != nil {
		return err
	}
	found, err := p.Posts.List(r.Context(), v.who, filter, page.Request{Limit: postPage, After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	narrow := ui.Filters{Action: postsPath, List: "posts-part", Search: ui.Search{Name: "q", Label: "Name or code of a post", Value: filter.Search}, Fields: []ui.Field{
		{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, v.who, post.CanRead, "Any", given.Get("site"))},
		{Name: "with", Label: "Whose", Kind: ui.Select, Optional: true, Options: []ui.Option{{Label: "Anybody's", Selected: !filter.Mine}, {Value: "me", Label: "Mine", Selected: filter.Mine}}},
		{Name: "inactive", Label: "Inactive", Kind: ui.Select, Optional: true, Options: []ui.Option{{Label: "Without", Selected: !filter.Inactive}, {Value: "true", Label: "With", Selected: filter.Inactive}}},
	}}
	body := emptied("posts-part", noPosts(v, len(given) > 0))
	if len(found.Items) > 0 {
		list := postRows(found.Items)
		if found.Next != "" {
			again := maps.Clone(given)
			again.Set("after", found.Next)
			list.More.Next = postsPath + "?" + again.Encode()
		}
		body = listPart("posts-part", ui.Listed(list))
	}
	head := ui.Head{Title: "Posts", Sub: "Where somebody is to be, and who is there now."}
	if v.who.Can(post.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New post", Icon: "plus", Href: postsPath + "/new", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Narrowed(narrow), body)
}

func postRows(found []post.Post) ui.List {
	l := ui.List{ID: "posts", Caption: "Posts, by name", More: ui.Pager{Shown: len(found), Noun: "posts"}, Columns: []ui.Column{
		{Label: "Post", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}, {Label: "Hours"}, {Label: "Held by", Slot: ui.Third}}}
	if len(found) == 1 {
		l.More.Noun = "post"
	}
	for _, x := range found {
		held := ui.Cell{Text: "Nobody"}
		if len(x.Held) > 0 {
			held = ui.Cell{Who: x.Held[0].PersonName}
			if n := len(x.Held) - 1; n > 0 {
				held.Note = "and " + plural(n, "other")
			}
		}
		l.Rows = append(l.Rows, ui.Row{Href: postsPath + "/" + x.ID.String(), About: x.Name, Cells: []ui.Cell{
			{Text: x.Name, Code: x.Code, Note: x.SiteName}, {Pill: postPill(x)}, {Text: x.Words()}, held}})
	}
	return l
}

func postPill(x post.Post) ui.Pill {
	switch {
	case !x.Active:
		return ui.Pill{Tone: ui.Shut, Text: "Inactive"}
	case x.Standing == post.Uncovered:
		return ui.Pill{Tone: ui.Late, Text: x.Standing.Label()}
	case x.Standing == post.Covered:
		return ui.Pill{Tone: ui.Done, Text: x.Standing.Label()}
	}
	return ui.Pill{Tone: ui.Wait, Text: x.Standing.Label()}
}

func noPosts(v visit, narrowed bool) ui.Empty {
	e := ui.Empty{Icon: "pin", Title: "No posts yet", Text: "A post is a place where somebody is to be in certain hours: a gate, a reception. When too few are there, those in charge are told."}
	switch {
	case narrowed:
		e.Title, e.Text, e.Act = "No post fits these filters", "A shorter part of the name finds more.", ui.Action{Text: "Show all posts", Href: postsPath}
	case v.who.Can(post.CanCreate):
		e.Act = ui.Action{Text: "New post", Icon: "plus", Href: postsPath + "/new"}
	}
	return e
}
