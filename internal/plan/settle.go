package plan

import (
	"context"
	"fmt"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// ref is a thing that a plan points to and that exists.
type ref struct {
	noun       string
	id         id.Any
	site       *id.Site // where it stands
	name, zone string
	offered    bool // a plan may choose it
}

func scanRef(r db.Row) (x ref, err error) {
	err = r.Scan(&x.noun, &x.id, db.Null(&x.site), &x.name, &x.zone, &x.offered)
	return x, err
}

type refKey struct {
	noun string
	id   id.Any
}

// settle finds out what only the database knows of a plan, and fills in the names. What old, the plan before the change, points to already may
// stay although it is no longer offered.
func (p *Plan) settle(ctx context.Context, tx *db.Tx, old Plan) error {
	sites, assets, lists := []id.Site{p.Site}, []id.Asset{}, []id.Checklist{}
	for _, s := range append([]Stop{{Asset: p.Asset, Checklist: p.Checklist}}, p.Stops...) {
		sites, assets, lists = with(sites, s.Site), with(assets, s.Asset), with(lists, s.Checklist)
	}
	rows, err := db.All(ctx, tx, scanRef, refs, sites, assets, lists, p.Person, p.Group, p.Category, p.Post)
	if err != nil {
		return err
	}
	found := map[refKey]ref{}
	for _, x := range rows {
		found[refKey{x.noun, x.id}] = x
	}
	var c fault.Check
	p.keepStops(old, &c)
	kept := old.points()
	name := func(path, noun string, at *id.Any, inSite bool, remark string) string {
		if at == nil {
			return ""
		}
		x, known := found[refKey{noun, *at}]
		c.That(known && (x.offered || kept[refKey{noun, *at}]) && (!inSite || x.site != nil && *x.site == p.Site), path, "unknown", remark)
		return x.name
	}
	site := found[refKey{"site", anyOf(p.Site)}]
	p.SiteName, p.Zone = name("site_id", "site", ptr(anyOf(p.Site)), false, "There is no such active site."), site.zone
	p.ChecklistName = name("checklist_id", "checklist", some(p.Checklist), false, "There is no such published checklist.")
	p.AssetName = name("asset_id", "asset", some(p.Asset), true, "There is no such asset in use at this site.")
	p.PersonName = name("person_id", "person", some(p.Person), false, "There is no such active person.")
	p.GroupName = name("group_id", "group", some(p.Group), false, "There is no such active group of people.")
	p.PostName = name("post_id", "post", some(p.Post), true, "There is no such post in use at this site.")
	p.CategoryName = name("category_id", "category", some(p.Category), false, "There is no such active category.")
	for i := range p.Stops {
		s, path := &p.Stops[i], fmt.Sprintf("stops[%d].", i)
		asset := name(path+"asset_id", "asset", some(s.Asset), true, "There is no such asset in use at this site.")
		place := name(path+"site_id", "site", some(s.Site), false, "There is no such active site.")
		s.Name = asset + place
		name(path+"checklist_id", "checklist", some(s.Checklist), false, "There is no such published checklist.")
	}
	return c.Err()
}

// keepStops gives every stop the id that it had: a stop that comes without one is the one of the same asset or site that nobody else claims, so
// that a form or program which leaves the ids out, or brings the stops in another order, makes no other stops of them.
func (p *Plan) keepStops(old Plan, c *fault.Check) {
	free := map[id.Stop]bool{}
	for _, s := range old.Stops {
		free[s.ID] = true
	}
	for i, s := range p.Stops {
		if !s.ID.IsZero() {
			c.That(free[s.ID], fmt.Sprintf("stops[%d].id", i), "unknown", "This plan has no such stop, or it is here twice.")
			delete(free, s.ID)
		}
	}
	for i := range p.Stops {
		s := &p.Stops[i]
		if !s.ID.IsZero() {
			continue
		}
		s.ID = id.New[id.Stop]()
		for _, was := range old.Stops {
			if free[was.ID] && was.at() == s.at() {
				s.ID = was.ID
				delete(free, was.ID)
				break
			}
		}
	}
}

// at is where a stop is.
func (s Stop) at() (place id.Any) {
	switch {
	case s.Asset != nil:
		return anyOf(*s.Asset)
	case s.Site != nil:
		return anyOf(*s.Site)
	}
	return place
}

// points is everything that a plan points to.
func (p Plan) points() map[refKey]bool {
	out := map[refKey]bool{{"site", anyOf(p.Site)}: true}
	add := func(noun string, x *id.Any) {
		if x != nil {
			out[refKey{noun, *x}] = true
		}
	}
	add("person", some(p.Person))
	add("group", some(p.Group))
	add("post", some(p.Post))
	add("category", some(p.Category))
	for _, s := range append([]Stop{{Asset: p.Asset, Checklist: p.Checklist}}, p.Stops...) {
		add("asset", some(s.Asset))
		add("site", some(s.Site))
		add("checklist", some(s.Checklist))
	}
	return out
}

func with[T any](list []T, x *T) []T {
	if x == nil {
		return list
	}
	return append(list, *x)
}

func anyOf(x interface{ Bytes() [16]byte }) id.Any { return id.Of[id.Any](x.Bytes()) }

func some[T interface{ Bytes() [16]byte }](x *T) *id.Any {
	if x == nil {
		return nil
	}
	return ptr(anyOf(*x))
}

func ptr[T any](x T) *T { return &x }
