package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// getPost shows a post: who holds it, who is rostered, and what was expected of it.
func (p *pages) getPost(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Post](r, "post")
	if err != nil {
		return err
	}
	return p.showPost(w, r, http.StatusOK, at, newForm(), ui.Faults{}, ui.Note{})
}

// showPost writes a post's page, with what was typed into its forms, and a note above it when something could not be done.
func (p *pages) showPost(w http.ResponseWriter, r *http.Request, status int, at id.Post, f form, faults ui.Faults, note ui.Note) error {
	v, err := p.visit(r, "Post")
	if err != nil {
		return err
	}
	x, err := p.Posts.GetWhole(r.Context(), v.who, at)
	if err != nil {
		return err
	}
	v.zone, v.frame.Title = zoneOr(x.Zone, v.zone), x.Name
	history, err := p.history(r.Context(), v, x.ID)
	if err != nil {
		return err
	}
	offers, err := p.postPeople(r.Context(), v, x)
	if err != nil {
		return err
	}
	main := []templ.Component{postHeld(v, x, f, faults, offers), postRoster(v, x, f, faults, offers)}
	if log := gapLog(v, x.Gaps, false); len(log.Entries) > 0 {
		main = append(main, within(ui.Boxed(ui.Card{Title: "Too few rostered in the next seven days", Flush: true}), ui.Registered(log)))
	}
	if log := dutyLog(v, x.Duties); len(log.Entries) > 0 {
		main = append(main, within(ui.Boxed(ui.Card{Title: "Who was there", Flush: true}), ui.Registered(log)))
	}
	aside := []templ.Component{ui.Stated(postFacts(v, x))}
	if facts := postExpected(v, x); len(facts.Items) > 0 {
		aside = append(aside, ui.Stated(facts))
	}
	return p.show(w, r, status, v, ui.Headed(postHead(v, x)), noted(note), within(split(), together(within(stacked(), together(append(main, history)...)), within(stacked(), together(aside...)))))
}

func postHead(v visit, x post.Whole) ui.Head {
	at := postsPath + "/" + x.ID.String()
	h := ui.Head{Title: x.Name, Code: x.Code, Pill: postPill(x.Post), Crumbs: []ui.Link{{Text: "Posts", Href: postsPath}}, Sub: x.Words() + ". " + zoneLine(v.zone)}
	if v.who.Can(task.CanRead) {
		h.Acts = append(h.Acts, ui.Action{Text: "Its tasks", Icon: "task", Href: tasksPath + "?post=" + x.ID.String()})
	}
	if v.who.At(post.CanUpdate, x.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	if v.who.At(post.CanDelete, x.Site) {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(x.Version), Danger: true, Confirm: postConfirm(x.Post)})
	}
	return h
}

func postConfirm(x post.Post) ui.Confirm {
	return ui.Confirm{Title: "Delete the post " + x.Name + "?", Text: "A post where somebody was or is rostered, or with plans, cannot be deleted: make it inactive instead.", Go: "Delete the post"}
}

// postPeople offers people to who may say who holds a post and who is rostered.
func (p *pages) postPeople(ctx context.Context, v visit, x post.Whole) ([]string, error) {
	if !v.who.At(post.CanUpdate, x.Site) {
		return nil, nil
	}
	s, _, err := p.personField(ctx, v.who, ui.Field{})
	return s.Offers, err
}

// postFacts gathers the facts about a post, with links to what the actor may see.
func postFacts(v visit, x post.Whole) ui.Facts {
	f := ui.Facts{Title: "Facts"}
	add := func(label, value, href string, may bool) {
		if !may {
			href = ""
		}
		if value != "" {
			f.Items = append(f.Items, ui.Fact{Label: label, Value: value, Href: href})
		}
	}
	add("Site", x.SiteName, "/sites/"+x.Site.String(), v.who.At(org.CanReadSite, x.Site))
	if x.Location != nil {
		add("Location", x.LocationName, "/locations/"+x.Location.String(), v.who.At(asset.CanReadLocation, x.Site))
	}
	add("Hours", x.Words(), "", false)
	add("People needed", number(x.Needed), "", false)
	if x.Grace > 0 {
		add("Grace", minutesWords(x.Grace), "", false)
	}
	alarm := "Those in charge and who is rostered are told"
	if x.Alarm == post.RaiseTicket {
		alarm += ", and a ticket of " + x.CategoryName + " is raised"
	}
	add("When it is uncovered", alarm, "/categories/"+refText(x.Category), x.Category != nil && v.who.Can(ticket.CanReadCategory))
	if v.who.At(plan.CanRead, x.Site) {
		add("Plans", "What is planned for it", plansPath+"?post="+x.ID.String(), true)
	}
	return f
}

// postExpected says what was and is expected of a post, by when, and what followed when it was not met; the last first.
func postExpected(v visit, x post.Whole) ui.Facts {
	f := ui.Facts{Title: "What is expected"}
	words := map[deadline.Kind]string{post.ToBeHeld: "Held by " + plural(int(x.Needed), "person"), post.ToBeLeft: "Left, as its hours are over"}
	if x.Needed > 1 {
		words[post.ToBeHeld] = "Held by " + number(x.Needed) + " people"
	}
	for i := len(x.Expected) - 1; i >= 0; i-- {
		d := x.Expected[i]
		item := ui.Fact{Label: words[d.Kind], Value: "by " + amid(d.Due, v.now, v.zone)}
		if d.Note != "" {
			item.Value += ". " + d.Note
		}
		f.Items = append(f.Items, item)
	}
	return f
}

// postHeld says who holds the post now, and lets it be taken over and left.
func postHeld(v visit, x post.Whole, f form, faults ui.Faults, offers []string) templ.Component {
	at := postsPath + "/" + x.ID.String()
	list := ui.List{ID: "held", Caption: "Who holds " + x.Name, More: paged(len(x.Held), "person", "people"), Columns: []ui.Column{{Label: "Person", Slot: ui.Subject}, {Label: "Since"}, {Label: "Remark"}}}
	others := []ui.Option{{Label: "Nobody"}}
	for _, d := range x.Held {
		row := ui.Row{About: d.PersonName, Cells: []ui.Cell{{Text: d.PersonName}, {Text: amid(d.Began, v.now, v.zone)}, {Text: d.Remark}}}
		if v.who.Can(people.CanReadPerson) {
			row.Href = "/people/" + d.Person.String()
		}
		list.Rows = append(list.Rows, row)
		others = append(others, ui.Option{Value: d.Person.String(), Label: d.PersonName, Selected: f.text("relieves_id") == d.Person.String()})
	}
	title := ui.Card{Title: "Here now", Count: ui.Count{N: len(x.Held)}}
	parts := []templ.Component{section(title, list, "Nobody holds this post now.")}
	other := v.who.At(post.CanUpdate, x.Site)
	if !x.Active || !other && !v.who.At(post.CanHold, x.Site) {
		return together(parts...)
	}
	fill := func(field ui.Field) ui.Field {
		field.Value, field.Error = f.text(field.Name), faults.At(field.Name)
		return field
	}
	remark := fill(ui.Field{Name: "remark", Label: "What the next one should know", Optional: true, Max: 500})
	who := together()
	if other {
		who = suggested(suggestion{Offers: offers, Field: fill(ui.Field{Name: "person", Label: "Who", Help: "Yourself unless told. Name or code.", Optional: true, Width: "mid"})})
	}
	take := sheet{Action: at + "/take", Go: "Take over now", Faults: faults}
	take.Body = together(who, ui.Asked(ui.Field{Name: "relieves_id", Label: "Relieves", Kind: ui.Select, Optional: true, Options: others, Error: faults.At("relieves_id")}), ui.Asked(remark))
	parts = append(parts, within(ui.Boxed(ui.Card{Title: "Take the post over"}), sheeted(take)))
	if x.Mine || other && len(x.Held) > 0 {
		leave := sheet{Action: at + "/leave", Go: "Leave now"}
		mine := ui.Field{Name: "leaves_id", Label: "Who leaves", Kind: ui.Select}
		for _, o := range others[1:] {
			o.Selected = o.Value == v.who.Person().String()
			if other || o.Selected {
				mine.Options = append(mine.Options, o)
			}
		}
		leave.Body = together(ui.Asked(mine), ui.Asked(ui.Field{Name: "left", Label: "What the next one should know", Optional: true, Max: 500}))
		parts = append(parts, within(ui.Boxed(ui.Card{Title: "Leave the post"}), sheeted(leave)))
	}
	return together(parts...)
}

// postRoster lists who is rostered, and lets times be added and taken off.
func postRoster(v visit, x post.Whole, f form, faults ui.Faults, offers []string) templ.Component {
	log := ui.Log{ID: "roster", Label: "Who is rostered, the first first"}
	may := v.who.At(post.CanUpdate, x.Site)
	for _, a := range x.Roster {
		e := ui.Entry{Time: a.From, At: day(a.From, v.now, v.zone), Ago: a.From.In(v.zone).Format(clockForm), Icon: "user", What: a.PersonName, Meta: []string{spanWords(a.From, a.Until, v.now, v.zone)}}
		if may {
			e.Acts = append(e.Acts, ui.Action{Text: "Take off", Icon: "trash", Bare: true, Post: assignmentsPath + "/" + a.ID.String() + "/delete", Name: "post", Value: x.ID.String(), About: a.PersonName})
		}
		log.Entries = append(log.Entries, e)
	}
	body := softly("Nobody is rostered.")
	if len(log.Entries) > 0 {
		body = ui.Registered(log)
	}
	parts := []templ.Component{within(ui.Boxed(ui.Card{Title: "Roster", Flush: len(log.Entries) > 0}), body)}
	if may {
		fill := func(field ui.Field) ui.Field {
			field.Value, field.Error = f.text(field.Name), faults.At(field.Name)
			return field
		}
		s := sheet{Action: postsPath + "/" + x.ID.String() + "/roster", Go: "Add to the roster", Faults: faults}
		s.Body = together(suggested(suggestion{Offers: offers, Field: fill(ui.Field{Name: "rostered", Label: "Person", Help: "Name or code.", Width: "mid"})}),
			ui.Fields([]ui.Field{fill(ui.Field{Name: "from_day", Label: "From", Kind: ui.Date}), fill(ui.Field{Name: "from_time", Label: "From, at", Kind: ui.Time})}),
			ui.Fields([]ui.Field{fill(ui.Field{Name: "until_day", Label: "Until", Kind: ui.Date}), fill(ui.Field{Name: "until_time", Label: "Until, at", Kind: ui.Time})}))
		parts = append(parts, within(ui.Boxed(ui.Card{Title: "Roster somebody"}), sheeted(s)))
	}
	return together(parts...)
}

// dutyLog tells who held a post, the last first.
func dutyLog(v visit, all []post.Duty) ui.Log {
	l := ui.Log{ID: "duties", Label: "Who held the post, the last first"}
	for _, d := range all {
		e := ui.Entry{Time: d.Began, At: day(d.Began, v.now, v.zone), Ago: d.Began.In(v.zone).Format(clockForm), Icon: "user", What: d.PersonName, Quote: d.Remark}
		if e.Meta = []string{"still here"}; d.Ended != nil {
			e.Meta = []string{spanWords(d.Began, *d.Ended, v.now, v.zone)}
		}
		l.Entries = append(l.Entries, e)
	}
	return l
}

// gapLog tells where too few people are rostered; places says at which post.
func gapLog(v visit, all []post.Gap, places bool) ui.Log {
	l := ui.Log{ID: "gaps", Label: "Where too few people are rostered", Tight: true}
	for _, g := range all {
		e := ui.Entry{
			Time: g.From, At: g.From.In(v.zone).Format("Mon 2"), Ago: g.From.In(v.zone).Format(clockForm), Late: true, Icon: "s-late", Tone: ui.Late,
			What: strconv.FormatInt(g.Rostered, 10) + " of " + number(g.Needed) + " rostered", Meta: []string{spanWords(g.From, g.Until, v.now, v.zone)},
		}
		if places {
			e.What, e.Href, e.Meta = g.Name+": "+e.What, postsPath+"/"+g.Post.String(), append(e.Meta, g.SiteName)
		}
		l.Entries = append(l.Entries, e)
	}
	return l
}
