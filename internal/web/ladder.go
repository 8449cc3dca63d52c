package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// ladderPath is the page of a category's ladder: at a site, or of all sites (nil).
func ladderPath(category id.Category, site *id.Site) string {
	at := categoriesAt + "/" + category.String() + "/ladder"
	if site != nil {
		at += "?" + url.Values{"site": {site.String()}}.Encode()
	}
	return at
}

// ladderAt is what a request about a ladder is about.
type ladderAt struct {
	category ticket.Category
	site     *org.Site     // nil: all sites
	stored   ticket.Ladder // without an id when there is none
	stand    *ticket.Ladder
}

func (x ladderAt) siteID() *id.Site {
	if x.site == nil {
		return nil
	}
	return &x.site.ID
}

func (x ladderAt) path() string { return ladderPath(x.category.ID, x.siteID()) }

func (x ladderAt) title() string {
	if x.site == nil {
		return "Ladder of all sites"
	}
	return "Ladder of " + x.site.Name
}

// may says that the actor may change the ladder.
func (x ladderAt) may(who actor.Actor) bool {
	if x.site == nil {
		return who.Everywhere(ticket.CanUpdateCategory)
	}
	return who.At(ticket.CanUpdateCategory, x.site.ID)
}

// rungs are the levels that the form begins with: those of the ladder, or of the one that stands in for it.
func (x ladderAt) rungs() []ticket.Rung {
	if x.stored.ID.IsZero() && x.stand != nil {
		return x.stand.Rungs
	}
	return x.stored.Rungs
}

// ladderOf reads the category of the path, and its ladder at a site that is named; "" = of all sites.
func (p *pages) ladderOf(r *http.Request, site string) (x ladderAt, err error) {
	category, err := pathID[id.Category](r, "category")
	if err != nil {
		return x, err
	}
	ctx, who := r.Context(), actor.From(r.Context())
	if x.category, err = p.Ticket.GetCategory(ctx, who, category); err != nil {
		return x, err
	}
	if site != "" {
		at, err := id.Parse[id.Site](site)
		if err != nil {
			return x, fault.Missing("site")
		}
		s, err := p.Org.GetSite(ctx, who, at)
		if err != nil {
			return x, err
		}
		x.site = &s
	}
	if x.stored, err = p.ladderOrNone(r, category, x.siteID()); err != nil {
		return x, err
	}
	if x.site != nil && x.stored.ID.IsZero() {
		all, err := p.ladderOrNone(r, category, nil)
		if err != nil {
			return x, err
		}
		x.stand = &all
	}
	return x, nil
}

func (p *pages) ladderOrNone(r *http.Request, category id.Category, site *id.Site) (ticket.Ladder, error) {
	l, err := p.Ticket.GetLadder(r.Context(), actor.From(r.Context()), category, site)
	if fault.KindOf(err) == fault.NotFound {
		return ticket.Ladder{}, nil
	}
	return l, err
}

// getLadder shows a ladder with its dry run: as a form to those who may change it.
func (p *pages) getLadder(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	x, err := p.ladderOf(r, q.Get("site"))
	if err != nil {
		return err
	}
	targets, err := p.targets(r.Context(), actor.From(r.Context()), x.rungs())
	if err != nil {
		return err
	}
	f := ladderForm(x.rungs(), targets)
	f.set("version", number(x.stored.Version))
	for _, name := range tryNames {
		f.set(name, q.Get(name))
	}
	return p.showLadder(w, r, ladderPage{ladderAt: x, form: f})
}

// putLadder saves a ladder, or answers one of the other buttons with the form as it is then: a level more or less, or a dry run of what is
// typed. Nothing of that is kept but in the form.
func (p *pages) putLadder(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, ladderNames()...)
	if err != nil {
		return err
	}
	x, err := p.ladderOf(r, f.text("site"))
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if !x.may(who) {
		return fault.Denied(string(ticket.CanUpdateCategory))
	}
	pg := ladderPage{ladderAt: x, form: f, typed: true}
	do, at, _ := strings.Cut(f.text("do"), "-")
	switch do {
	case "add":
		pg.form.addLevel()
		pg.at = afterName(pg.form.levels())
		return p.showLadder(w, r, pg)
	case "remove":
		n, err := strconv.Atoi(at)
		if err != nil {
			return fault.Of(fault.Malformed, "This form has a button that is not known here. Load the page again.")
		}
		pg.form.removeLevel(n)
		return p.showLadder(w, r, pg)
	}
	pg.form.dropEmptyLevels()
	in, err := p.readLadder(r.Context(), who, &pg.form, ticket.LadderInput{Category: x.category.ID, Site: x.siteID()}, x.rungs())
	if err != nil {
		return err
	}
	version := pg.form.version()
	if err = pg.form.readable(nil); err != nil {
		err = moreFaults(err, in.Check())
	} else if do == "try" {
		pg.draft, err = &in, in.Check()
	} else {
		_, err = p.Ticket.PutLadder(r.Context(), who, version, in)
	}
	if err != nil || do == "try" {
		pg.refusal = err
		return p.showLadder(w, r, pg)
	}
	return p.seeOther(w, r, x.path(), "The "+lower(x.title())+" is saved")
}

// moreFaults adds to what could not be read what the ladder's own check finds elsewhere, each at its field.
func moreFaults(unread, broken error) error {
	all := fault.As(ladderFault(unread))
	if fault.KindOf(broken) != fault.Invalid {
		return all
	}
	known := ui.FaultsOf(all)
	for _, x := range fault.As(ladderFault(broken)).Fields {
		if known.At(x.Path) == "" && !strings.HasSuffix(x.Path, "_unit") {
			all.Fields = append(all.Fields, x)
		}
	}
	return all
}

func deleteLadder(x ladderAt) ui.Confirm {
	c := ui.Confirm{Title: "Delete the " + lower(x.title()) + "?", Go: "Delete the ladder", Text: "Tickets about " + x.category.Name + " then stay with whom they have, except at sites with their own ladder."}
	if x.site != nil {
		c.Text = "The ladder of all sites then holds at " + x.site.Name + "."
	}
	return c
}

// deleteLadder removes a ladder, after asking.
func (p *pages) deleteLadder(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "site")
	if err != nil {
		return err
	}
	x, err := p.ladderOf(r, f.text("site"))
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if !x.may(who) {
		return fault.Denied(string(ticket.CanUpdateCategory))
	}
	c := ui.Confirmation{Confirm: deleteLadder(x), Action: ladderPath(x.category.ID, nil) + "/delete", Keep: x.path(), Hidden: []ui.Hidden{{Name: "version", Value: f.text("version")}, {Name: "site", Value: f.text("site")}}}
	ok, err := p.confirmed(w, r, f, c)
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Ticket.DeleteLadder(r.Context(), who, x.category.ID, x.siteID(), version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showCategory(w, r, status, x.category.ID, n) })
	}
	return p.seeOther(w, r, categoryPath(x.category), "The "+lower(x.title())+" is deleted")
}
