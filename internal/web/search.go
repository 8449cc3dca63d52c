package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// hit is one thing that a search found; the palette reads it.
type hit struct {
	Label  string `json:"label"`
	Detail string `json:"detail"`
	Href   string `json:"href"`
	Icon   string `json:"icon"`
}

// found is what a search found of one kind.
type found struct {
	Title string
	Hits  []hit
	All   string // the address of the list that has them all, where there are more than are shown
}

// How many of one kind a search shows.
const (
	pageHits = 10
	maxQuery = 120 // characters
)

// queryOf reads what is searched for: one line, without what no name can contain.
func queryOf(r *http.Request) string {
	clean := strings.Map(func(c rune) rune {
		if c == unicode.ReplacementChar || unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(r.URL.Query().Get("q"), " "))
	q := []rune(fold.Line(clean))
	return string(q[:min(len(q), maxQuery)])
}

// searchPage finds places, people, sites and groups; the palette does the same as one types.
func (p *pages) searchPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Search")
	if err != nil {
		return err
	}
	q := queryOf(r)
	v.frame.Search = q
	view := searchView{Query: q, Empty: ui.Empty{Icon: "search", Title: "Nothing is called “" + q + "”", Text: "Search for part of a name, code, login, e-mail address or number."}}
	if q != "" {
		view.Found = append(view.Found, placesFound(v.frame.Areas, q))
		records, err := p.find(r.Context(), v.who, q, pageHits)
		if err != nil {
			return err
		}
		view.Found = append(view.Found, records...)
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(ui.Head{Title: "Search"}), searchPart(view))
}

// searchHits answers the palette.
func (p *pages) searchHits(w http.ResponseWriter, r *http.Request) error {
	hits := []hit{}
	who := actor.From(r.Context())
	if q, most := queryOf(r), p.Flags.Int(r.Context(), who, flag.FoundMost); q != "" && most > 0 {
		all, err := p.find(r.Context(), who, q, int(min(most, pageHits)))
		if err != nil {
			return err
		}
		for _, f := range all {
			hits = append(hits, f.Hits...)
		}
	}
	body, err := json.Marshal(hits)
	if err != nil {
		return fmt.Errorf("encode hits: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // a client that left is nobody's fault
	return nil
}

// placesFound gives the places of the product whose names have all the words.
func placesFound(areas []ui.Area, q string) found {
	f := found{Title: "Places"}
	words := strings.Fields(fold.Key(q))
	for _, a := range areas {
		places := a.Parts
		if places == nil {
			places = []ui.Area{a}
		}
		for _, x := range places {
			fits := true
			for _, word := range words {
				fits = fits && strings.Contains(fold.Key(x.Name), word)
			}
			if fits {
				f.Hits = append(f.Hits, hit{Label: x.Name, Href: x.Href, Icon: x.Icon})
			}
		}
	}
	return f
}

// find searches the records that the actor may see, at most limit of each kind. A ticket is found whatever its status.
func (p *pages) find(ctx context.Context, who actor.Actor, q string, limit int) ([]found, error) {
	r := page.Request{Limit: limit}
	var out []found
	for _, search := range []func() (found, bool, error){
		func() (found, bool, error) { return p.findTickets(ctx, who, q, r) },
		func() (found, bool, error) { return p.findPeople(ctx, who, q, r) },
		func() (found, bool, error) { return p.findAssets(ctx, who, q, r) },
		func() (found, bool, error) { return p.findSites(ctx, who, q, r) },
		func() (found, bool, error) { return p.findGroups(ctx, who, q, r) },
	} {
		f, may, err := search()
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, f)
		}
	}
	return out, nil
}

func (p *pages) findTickets(ctx context.Context, who actor.Actor, q string, r page.Request) (found, bool, error) {
	if !who.Can(ticket.CanRead) {
		return found{}, false, nil
	}
	l, err := p.Ticket.List(ctx, who, ticket.Filter{Search: q}, r)
	f := foundIn("Tickets", ticketsPath, q, l.Next)
	if f.All != "" {
		f.All += "&status=" + anyStatus
	}
	for _, x := range l.Items {
		f.Hits = append(f.Hits, hit{Label: x.Ref() + " " + x.Title, Detail: x.Status.Label(), Href: ticketsPath + "/" + x.ID.String(), Icon: "ticket"})
	}
	return f, true, err
}

func (p *pages) findPeople(ctx context.Context, who actor.Actor, q string, r page.Request) (found, bool, error) {
	if !who.Can(people.CanReadPerson) {
		return found{}, false, nil
	}
	l, err := p.People.ListPeople(ctx, who, people.PersonFilter{Search: q}, r)
	f := foundIn("People", "/people", q, l.Next)
	for _, x := range l.Items {
		f.Hits = append(f.Hits, hit{Label: x.Name, Detail: x.SiteName, Href: "/people/" + x.ID.String(), Icon: "user"})
	}
	return f, true, err
}

func (p *pages) findAssets(ctx context.Context, who actor.Actor, q string, r page.Request) (found, bool, error) {
	if !who.Can(asset.CanRead) {
		return found{}, false, nil
	}
	l, err := p.Asset.ListAssets(ctx, who, asset.AssetFilter{Search: q}, r)
	f := foundIn("Assets", "/assets", q, l.Next)
	for _, x := range l.Items {
		f.Hits = append(f.Hits, hit{Label: x.Name, Detail: x.Code + ", " + x.SiteName, Href: "/assets/" + x.ID.String(), Icon: "asset"})
	}
	return f, true, err
}

func (p *pages) findSites(ctx context.Context, who actor.Actor, q string, r page.Request) (found, bool, error) {
	if !who.Can(org.CanReadSite) {
		return found{}, false, nil
	}
	l, err := p.Org.ListSites(ctx, who, org.SiteFilter{Search: q}, r)
	f := foundIn("Sites", "/sites", q, l.Next)
	for _, x := range l.Items {
		f.Hits = append(f.Hits, hit{Label: x.Name, Detail: x.Code, Href: "/sites/" + x.ID.String(), Icon: "site"})
	}
	return f, true, err
}

func (p *pages) findGroups(ctx context.Context, who actor.Actor, q string, r page.Request) (found, bool, error) {
	if !who.Can(people.CanReadGroup) {
		return found{}, false, nil
	}
	l, err := p.People.ListGroups(ctx, who, people.GroupFilter{Search: q}, r)
	f := foundIn("Groups", "/groups", q, l.Next)
	for _, x := range l.Items {
		f.Hits = append(f.Hits, hit{Label: x.Name, Detail: "group of " + string(x.Kind), Href: "/groups/" + x.ID.String(), Icon: "group"})
	}
	return f, true, err
}

// foundIn begins what was found of one kind; next is where the list goes on, "" = that is all.
func foundIn(title, list, q, next string) found {
	f := found{Title: title}
	if next != "" {
		f.All = list + "?" + url.Values{"q": {q}}.Encode()
	}
	return f
}
