package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/post"
	"intelliwiz/internal/web/ui"
)

// postPrefix stands before a post's name where a field takes people, groups and posts.
const postPrefix = "Post: "

// handOffers are the first of the people, groups and posts that a plan can be of.
func (p *pages) handOffers(ctx context.Context, who actor.Actor) ([]string, error) {
	people, err := p.assigneeOffers(ctx, who)
	if err != nil || !who.Can(post.CanRead) {
		return people, err
	}
	posts, err := remembered(ctx, p, who, "posts", func(ctx context.Context) (out []string, err error) {
		found, err := p.Posts.Offered(ctx, who)
		for _, x := range found {
			out = append(out, postPrefix+x.Name)
		}
		return out, err
	}, "post")
	return slices.Concat(people, posts), err
}

// readPostRef finds the post of a site that somebody typed: by code, or by a name that only one has.
func (p *pages) readPostRef(ctx context.Context, who actor.Actor, f *form, name string, site id.Site, typed string) (*id.Post, error) {
	if !who.Can(post.CanRead) || site.IsZero() {
		f.check.That(site.IsZero(), name, "unknown", "No post of this site has this name or code.")
		return nil, nil
	}
	found, err := p.Posts.List(ctx, who, post.Filter{Site: &site, Search: typed, Inactive: true}, page.Request{Limit: page.Max})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(found.Items, func(x post.Post) bool { return x.Code == fold.Code(typed) })
	if i < 0 {
		i = slices.IndexFunc(found.Items, func(x post.Post) bool { return fold.Key(x.Name) == fold.Key(typed) })
	}
	if i < 0 {
		f.check.Add(name, "unknown", "No post of this site has this name or code.")
		return nil, nil
	}
	return &found.Items[i].ID, nil
}

// postNames are the fields of the form about a post.
func postNames() []string {
	out := []string{"site_id", "location_id", "code", "name", "needed", "grace_minutes", "alarm", "category_id", "active"}
	for _, d := range mondayFirst() {
		out = append(out, coverName(int(d)))
	}
	return out
}

func coverName(day int) string { return "cover_" + strconv.Itoa(day) }

// postForm is the form that shows a post.
func postForm(x post.Post) form {
	f := newForm("site_id", x.Site.String(), "location_id", refText(x.Location), "code", x.Code, "name", x.Name, "needed", number(x.Needed), "grace_minutes", number(x.Grace),
		"alarm", string(x.Alarm), "category_id", refText(x.Category), "active", yesNo(x.Active), "version", number(x.Version))
	if x.Site.IsZero() {
		f.set("site_id", "")
	}
	for day := range 7 {
		var parts []string
		for _, s := range x.Hours {
			if s.Weekday == day {
				parts = append(parts, post.Clock(s.From)+"-"+post.Clock(s.Until))
			}
		}
		f.set(coverName(day), strings.Join(parts, ", "))
	}
	return f
}

// readPost reads what was typed about a post, and in which field each span was typed. What the form did not ask stays as it was.
func readPost(f *form, was post.Post) (in post.Input, fields []string) {
	in = post.Input{
		Site: was.Site, Location: was.Location, Code: f.text("code"), Name: f.text("name"), Needed: f.whole("needed"), Grace: f.whole("grace_minutes"), Alarm: post.Alarm(f.text("alarm")),
		Category: ref[id.Category](f, "category_id"), Active: f.yes("active"),
	}
	if site := ref[id.Site](f, "site_id"); site != nil && was.ID.IsZero() {
		in.Site = *site
	}
	if f.asked("location_id") {
		in.Location = ref[id.Location](f, "location_id")
	}
	for _, d := range mondayFirst() {
		name := coverName(int(d))
		spans, ok := parseOpenings(d, f.text(name))
		f.check.That(ok, name, "grammar", "Write hours like 08:00-20:00, 20:00-06:00, or leave it empty.")
		for _, s := range spans {
			in.Hours, fields = append(in.Hours, post.Span{Weekday: int(d), From: s.From, Until: s.Until}), append(fields, name)
		}
	}
	return in, fields
}

// atPostFields puts the faults of the hours to the fields in which they were typed.
func atPostFields(err error, fields []string) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		list, rest, _ := strings.Cut(x.Path, "[")
		index, _, _ := strings.Cut(rest, "]")
		if n, failed := strconv.Atoi(index); list == "hours" && failed == nil && n < len(fields) {
			f.Fields[i].Path = fields[n]
		} else if list == "hours" {
			f.Fields[i].Path = coverName(int(time.Monday))
		}
	}
	return &f
}

// postQuestions makes the questions about a post, with what f has in them.
func (p *pages) postQuestions(ctx context.Context, who actor.Actor, x post.Post, f form, faults ui.Faults) (all []ui.Field, body templ.Component, err error) {
	var parts []templ.Component
	fill := func(field ui.Field) ui.Field {
		field.Value, field.Error = f.text(field.Name), faults.At(field.Name)
		all = append(all, field)
		return field
	}
	ask := func(field ui.Field) { parts = append(parts, ui.Asked(fill(field))) }
	ask(ui.Field{Name: "code", Label: "Code", Help: "Short, unique in the organisation. For example GATE-1.", Width: "mid", Literal: true, Max: 30})
	ask(ui.Field{Name: "name", Label: "Name", Max: 120})
	if x.ID.IsZero() {
		sites, err := p.activeSites(ctx, who)
		if err != nil {
			return nil, nil, err
		}
		ask(ui.Field{Name: "site_id", Label: "Site", Help: "For good.", Kind: ui.Select, Options: siteChoices(sites, who, post.CanCreate, "Choose a site", f.text("site_id"))})
	}
	if who.Can(asset.CanReadLocation) {
		locations, err := p.locations(ctx, who)
		if err != nil {
			return nil, nil, err
		}
		if !x.ID.IsZero() {
			locations = slices.DeleteFunc(slices.Clone(locations), func(l asset.Location) bool { return l.Site != x.Site })
		}
		ask(ui.Field{Name: "location_id", Label: "Location", Help: "Of the same site.", Kind: ui.Select, Optional: true, Options: locationChoices(locations, "None", f.text("site_id"), f.text("location_id"), nil)})
	}
	var days []ui.Field
	for _, d := range mondayFirst() {
		days = append(days, fill(ui.Field{Name: coverName(int(d)), Label: d.String(), Width: "mid", Max: 200, Literal: true, Optional: true}))
	}
	parts = append(parts, postHours(days))
	ask(ui.Field{Name: "needed", Label: "People needed", Kind: ui.Number, Min: "1", Top: "50", Width: "short"})
	grace := minutesField("grace_minutes", "Grace", true)
	grace.Help = "In minutes: how long fewer may be there before it is an alarm."
	ask(grace)
	alarms := ui.Field{Name: "alarm", Label: "When too few are there", Kind: ui.Radio, Options: []ui.Option{
		{Value: string(post.TellThem), Label: "Tell those in charge and who is rostered"}, {Value: string(post.RaiseTicket), Label: "Tell them, and raise a ticket"}}}
	for i, o := range alarms.Options {
		alarms.Options[i].Selected = o.Value == f.text("alarm")
	}
	ask(alarms)
	categories, err := p.categoryChoices(ctx, who, "None", f.text("category_id"))
	if err != nil {
		return nil, nil, err
	}
	ask(ui.Field{Name: "category_id", Label: "Category of that ticket", Kind: ui.Select, Optional: true, Options: categories})
	ask(ui.Field{Name: "active", Label: "Active", Help: "Nobody is expected at an inactive post.", Kind: ui.Checkbox, Checked: f.yes("active")})
	return all, together(parts...), nil
}

// askPost shows the form about a post: a new one when x has no id.
func (p *pages) askPost(w http.ResponseWriter, r *http.Request, x post.Post, f form, refusal error) error {
	who := actor.From(r.Context())
	at, asked := postsPath, asking{Title: "New post", Sub: "All fields are needed unless marked optional.", Crumbs: []ui.Link{{Text: "Posts", Href: postsPath}}}
	asked.Sheet = sheet{Action: at, Draft: "post:new", Go: "Add the post", Back: at}
	if !x.ID.IsZero() {
		at = postsPath + "/" + x.ID.String()
		asked.Title, asked.Crumbs = "Change "+x.Name, append(asked.Crumbs, ui.Link{Text: x.Name, Href: at})
		asked.Sheet = sheet{Action: at, Draft: "post:" + x.ID.String(), Version: f.text("version"), Go: "Save the post", Back: at}
	}
	asked.Sheet.Faults = faultsOf(refusal)
	all, body, err := p.postQuestions(r.Context(), who, x, f, asked.Sheet.Faults)
	if err != nil {
		return err
	}
	asked.Sheet.Fields, asked.Sheet.Body = all, body
	err = refused(&asked.Sheet, refusal, "post", at+"/edit", func(now post.Post) ([]ui.Field, int64, error) {
		theirs, _, err := p.postQuestions(r.Context(), who, now, postForm(now), ui.Faults{})
		return theirs, now.Version, err
	})
	if err != nil {
		return err
	}
	return p.ask(w, r, asked, refusal)
}
