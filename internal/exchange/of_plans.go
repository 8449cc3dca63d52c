package exchange

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/ticket"
)

func minutesColumn(key, title, help string) Column {
	return Column{Key: key, Title: title + " (min)", Help: help, Example: "0"}
}

// plansTable brings tasks, tours, routes and maintenance that come again in (domain/core.md 2.8: scheduled tasks and tours).
func plansTable() kind[plan.Plan, plan.Input] {
	return kind[plan.Plan, plan.Input]{
		heading: heading{kind: Plans, title: "Plans", key: []string{"site_id", "kind", "name"}, columns: []Column{
			siteColumn,
			{Key: "kind", Title: "Kind", Required: true, Help: "What comes again: a task, a tour inside the site, a route over sites, maintenance (PPM).", Example: "TASK", Choices: []string{"TASK", "TOUR", "ROUTE", "PPM"}},
			nameColumn("Night round"), {Key: "description", Title: "What is to be done", Example: "All floors"},
			{Key: "checklist_id", Title: "Checklist", Help: "Name of a published checklist.", Example: "Gate"},
			{Key: "asset_id", Title: "Asset", Help: "Code of an asset of the site; always of maintenance, never of a tour or route.", Example: "DG-01"},
			{Key: "person_id", Title: "Person", Help: "Code of who does it; or a group.", Example: "E17"},
			{Key: "group_id", Title: "Group", Help: "Name of the group that does it.", Example: "Night shift"},
			{Key: "post_id", Title: "Post", Help: "Code of a post of the site: who holds it does it.", Example: "GATE-1"},
			{Key: "rule", Title: "Rule", Required: true, Help: "When it comes, on the clock of the site: five fields of cron, or FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8. Or AFTER 30 DAYS AT 08:00 or AFTER 12 HOURS, when the last one is done; or METER 250, by the meter of the asset.", Example: "0 8 * * 1-5"},
			{Key: "valid_from", Title: "First day", Required: true, Help: "A date like 2026-10-31.", Example: "2026-10-31"}, dateColumn("valid_until", "Last day"),
			{Key: "duration_minutes", Title: "Done within (min)", Required: true, Help: "Of a tour or route: at each stop.", Example: "60"},
			minutesColumn("grace_before_minutes", "May begin early", "0 when left blank."), minutesColumn("grace_after_minutes", "May be late", "0 when left blank."),
			{Key: "stops", Title: "Stops", Help: "Of a tour: codes of assets of the site; of a route: codes of sites. In their order, each with the minutes that it takes to get there: GATE, YARD 5.", Example: "GATE, YARD 5"},
			{Key: "rounds", Title: "Rounds", Help: "How often the stops are visited: 1 to 3. 1 when left blank.", Example: "1"}, minutesColumn("pause_minutes", "Pause between rounds", "0 when left blank."),
			{Key: "ordered", Title: "In this order", Help: "A stop visited out of it is marked. No when left blank.", Example: "yes", Choices: []string{"yes", "no"}},
			{Key: "random", Title: "Another order each time", Help: "No when left blank.", Example: "no", Choices: []string{"yes", "no"}},
			{Key: "holidays", Title: "On holidays", Help: "It comes all the same, does not come, or moves to the next working day. GENERATE when left blank.", Example: "GENERATE", Choices: []string{"GENERATE", "SKIP", "SHIFT"}},
			{Key: "priority", Title: "Priority", Help: "MEDIUM when left blank.", Example: "MEDIUM", Choices: []string{"LOW", "MEDIUM", "HIGH"}},
			{Key: "proof", Title: "Proof of presence", Help: "NONE when left blank.", Example: "QR", Choices: []string{"NONE", "QR", "NFC", "GPS"}},
			{Key: "on_expiry", Title: "When missed", Help: "It is closed; that, and those in charge are told; that, and a ticket is raised. CLOSE when left blank.", Example: "MAIL", Choices: []string{"CLOSE", "MAIL", "TICKET"}},
			{Key: "category_id", Title: "Category of the ticket", Help: "Code of a ticket category.", Example: "HVAC"},
			minutesColumn("silence_minutes", "Alarm without a scan after", "Of a tour or route; 0 for none."), activeColumn,
		}},
		fetch: fetchPlans, point: pointPlans, learn: learnPlan, build: buildPlan, check: (*plan.Input).Check, save: savePlan, show: showPlan,
	}
}

// learnPlan gives the key that a row about the plan has.
func learnPlan(r *run, p plan.Plan) string {
	return fold.Code(code(r, &p.Site)) + "/" + fold.Code(string(p.Kind)) + "/" + fold.Code(p.Name)
}

func fetchPlans(ctx context.Context, r *run, _ []string) ([]plan.Plan, error) {
	places := slices.Concat(r.column("asset_id"), r.stopCodes())
	if _, err := r.knowSites(ctx, slices.Concat(r.column("site_id"), r.stopCodes())); err != nil {
		return nil, err
	}
	if _, err := r.knowPeople(ctx, r.column("person_id")); err != nil {
		return nil, err
	}
	if _, err := r.knowAssets(ctx, places); err != nil {
		return nil, err
	}
	if err := r.knowPosts(ctx, r.column("post_id")); err != nil {
		return nil, err
	}
	if err := r.knowNames(ctx); err != nil {
		return nil, err
	}
	var names []string
	for _, c := range r.rows {
		names = append(names, c.raw("name"))
	}
	return chunks(unknown(names, map[string]bool{}), func(part []string) (map[string]plan.Plan, error) {
		found, err := r.s.Plans.Named(ctx, r.who, part)
		out := make(map[string]plan.Plan, len(found))
		for _, p := range found {
			out[p.ID.String()] = p
		}
		return out, err
	})
}

// stopCodes gives the codes that the rows name as stops.
func (r *run) stopCodes() (out []string) {
	for _, c := range r.rows {
		for _, s := range c.list("stops") {
			out = append(out, fold.Code(strings.Fields(s)[0]))
		}
	}
	return out
}

// knowNames reads what plans name by name: groups of people and checklists; and the categories of tickets.
func (r *run) knowNames(ctx context.Context) error {
	groups, err := pages(func(p page.Request) (page.Of[people.Group], error) {
		return r.s.People.ListGroups(ctx, r.who, people.GroupFilter{Kind: people.OfPeople}, p)
	})
	if err != nil {
		return err
	}
	lists, err := pages(func(p page.Request) (page.Of[checklist.Checklist], error) {
		return r.s.Checklists.List(ctx, r.who, checklist.Filter{Offered: true}, p)
	})
	if err != nil {
		return err
	}
	for _, g := range groups {
		r.groups[fold.Code(g.Name)] = g.ID
	}
	for _, c := range lists {
		r.checklists[fold.Code(c.Name)] = c.ID
	}
	codes := unknown(r.column("category_id"), r.categories)
	if len(codes) == 0 {
		return nil
	}
	all, err := chunks(codes, func(part []string) (map[string]ticket.Category, error) {
		return r.s.Tickets.CategoriesByCode(ctx, r.who, part)
	})
	for _, c := range all {
		r.categories[c.Code], r.codes[anyID(c.ID)] = c.ID, c.Code
	}
	return err
}

// pointPlans reads the codes of what stored plans point to.
func pointPlans(ctx context.Context, r *run, all []plan.Plan) error {
	var sites []*id.Site
	var persons []*id.Person
	var assets []*id.Asset
	var categories []*id.Category
	var posts []*id.Post
	for _, p := range all {
		posts = append(posts, p.Post)
		sites, persons, assets, categories = append(sites, &p.Site), append(persons, p.Person), append(assets, p.Asset), append(categories, p.Category)
		for _, s := range p.Stops {
			sites, assets = append(sites, s.Site), append(assets, s.Asset)
		}
	}
	if err := r.nameSites(ctx, sites); err != nil {
		return err
	}
	if err := r.namePeople(ctx, persons); err != nil {
		return err
	}
	if err := r.nameAssets(ctx, assets); err != nil {
		return err
	}
	if err := r.namePosts(ctx, posts); err != nil {
		return err
	}
	rows, err := chunks(unnamed(r, categories), func(part []id.Category) (map[id.Category]ticket.Category, error) {
		return r.s.Tickets.CategoriesByID(ctx, r.who, part)
	})
	for _, c := range rows {
		r.codes[anyID(c.ID)] = c.Code
	}
	return err
}

// knowPosts reads the posts that have some codes. Who may see none knows none.
func (r *run) knowPosts(ctx context.Context, codes []string) error {
	codes = unknown(codes, r.posts)
	if len(codes) == 0 || !r.who.Can(post.CanRead) {
		return nil
	}
	all, err := chunks(codes, func(part []string) (map[string]post.Post, error) { return r.s.Posts.ByCode(ctx, r.who, part) })
	for _, p := range all {
		r.posts[p.Code], r.codes[anyID(p.ID)] = p.ID, p.Code
	}
	return err
}

// namePosts reads the codes of posts by their ids.
func (r *run) namePosts(ctx context.Context, ids []*id.Post) error {
	left := unnamed(r, ids)
	if len(left) == 0 || !r.who.Can(post.CanRead) {
		return nil
	}
	all, err := chunks(left, func(part []id.Post) (map[id.Post]post.Post, error) { return r.s.Posts.ByID(ctx, r.who, part) })
	for _, p := range all {
		r.posts[p.Code], r.codes[anyID(p.ID)] = p.ID, p.Code
	}
	return err
}

func buildPlan(r *run, c *cells, old *plan.Plan) plan.Input {
	if old == nil {
		old = &plan.Plan{Active: true}
	}
	up := func(key, old string) string { return strings.ToUpper(c.text(key, old)) }
	in := plan.Input{
		Kind: plan.Kind(up("kind", string(old.Kind))), Site: deref(ref(c, "site_id", &old.Site, r.sites, "site")), Name: c.text("name", old.Name),
		Description: c.text("description", old.Description), Checklist: named(c, "checklist_id", old.Checklist, r.checklists, "published checklist"),
		Asset: ref(c, "asset_id", old.Asset, r.assets, "asset"), Person: old.Person, Group: old.Group, Post: old.Post, Priority: plan.Priority(up("priority", string(old.Priority))),
		Proof: plan.Proof(up("proof", string(old.Proof))), Ordered: c.yes("ordered", old.Ordered), Expiry: plan.Expiry(up("on_expiry", string(old.Expiry))),
		Category: ref(c, "category_id", old.Category, r.categories, "category"), Alarms: old.Alarms, Active: c.yes("active", old.Active),
		Schedule: plan.Schedule{
			Rule: c.text("rule", old.Rule), From: c.date("valid_from", old.From), Until: old.Until, Holidays: plan.Holidays(up("holidays", string(old.Holidays))),
			Duration: c.whole("duration_minutes", old.Duration), Before: c.whole("grace_before_minutes", old.Before), After: c.whole("grace_after_minutes", old.After),
			Rounds: c.whole("rounds", old.Rounds), Pause: c.whole("pause_minutes", old.Pause), Random: c.yes("random", old.Random), Stops: old.Stops,
		},
	}
	in.Silence = c.whole("silence_minutes", old.Silence)
	if c.raw("valid_until") != "" {
		in.Until = new(c.date("valid_until", ""))
	}
	if c.raw("person_id") != "" || c.raw("group_id") != "" || c.raw("post_id") != "" {
		in.Person, in.Group = ref(c, "person_id", nil, r.people, "person"), named(c, "group_id", nil, r.groups, "group of people")
		in.Post = ref(c, "post_id", nil, r.posts, "post")
	}
	if c.raw("stops") != "" {
		in.Stops = r.stops(c, in.Kind, old.Stops)
	}
	return in
}

// named reads the name of another record.
func named[T any](c *cells, key string, old *T, all map[string]T, thing string) *T {
	s := c.raw(key)
	if s == "" {
		return old
	}
	if x, ok := all[fold.Code(s)]; ok {
		return &x
	}
	c.check.Add(key, "unknown", "There is no "+thing+" with the name "+fold.Line(s)+".")
	return old
}

// stops reads the stops of a row. A stop that the plan has already keeps what the cell does not say of it.
func (r *run) stops(c *cells, k plan.Kind, old []plan.Stop) (out []plan.Stop) {
	left := slices.Clone(old)
	for _, text := range c.list("stops") {
		words := strings.Fields(text)
		at := fold.Code(words[0])
		var s plan.Stop
		asset, isAsset := r.assets[at]
		site, isSite := r.sites[at]
		switch {
		case k == plan.Route && isSite:
			s.Site = &site
		case k != plan.Route && isAsset:
			s.Asset = &asset
		default:
			c.check.Add("stops", "unknown", "There is no place with the code "+at+".")
			continue
		}
		if n := slices.IndexFunc(left, func(x plan.Stop) bool {
			return s.Site != nil && x.Site != nil && *x.Site == site || s.Asset != nil && x.Asset != nil && *x.Asset == asset
		}); n >= 0 {
			s = left[n]
			left = slices.Delete(left, n, n+1)
		}
		s.Travel = 0
		if len(words) > 1 {
			n, err := strconv.ParseInt(words[1], 10, 64)
			c.check.That(err == nil && len(words) == 2, "stops", "grammar", "Write a stop as its code and minutes, like YARD 5.")
			s.Travel = n
		}
		out = append(out, s)
	}
	return out
}

func savePlan(ctx context.Context, r *run, in plan.Input, old *plan.Plan) (plan.Plan, error) {
	if old == nil {
		return r.s.Plans.Create(ctx, r.who, in)
	}
	return r.s.Plans.Update(ctx, r.who, old.ID, old.Version, in)
}

func showPlan(r *run, p plan.Plan) map[string]string {
	var stops []string
	for _, s := range p.Stops {
		at := code(r, s.Asset) + code(r, s.Site)
		if s.Travel > 0 {
			at += " " + whole(s.Travel)
		}
		stops = append(stops, at)
	}
	cells := map[string]string{
		"site_id": code(r, &p.Site), "kind": string(p.Kind), "name": p.Name, "description": p.Description, "checklist_id": p.ChecklistName, "asset_id": code(r, p.Asset),
		"person_id": code(r, p.Person), "group_id": p.GroupName, "post_id": code(r, p.Post), "rule": p.Rule, "valid_from": string(p.From), "duration_minutes": whole(p.Duration),
		"grace_before_minutes": whole(p.Before), "grace_after_minutes": whole(p.After), "stops": strings.Join(stops, ", "), "rounds": whole(p.Rounds), "pause_minutes": whole(p.Pause),
		"ordered": yesNo(p.Ordered), "random": yesNo(p.Random), "holidays": string(p.Holidays), "priority": string(p.Priority), "proof": string(p.Proof), "on_expiry": string(p.Expiry),
		"category_id": code(r, p.Category), "silence_minutes": whole(p.Silence), "active": yesNo(p.Active),
	}
	if p.Until != nil {
		cells["valid_until"] = string(*p.Until)
	}
	return cells
}
