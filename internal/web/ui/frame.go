package ui

import (
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/web/static"
)

// Frame is what surrounds every page of a signed-in person.
type Frame struct {
	Title  string // of the page; the tab adds the product's name
	Nonce  string // of this answer's content policy
	Lang   string // BCP 47; "" is English
	RTL    bool   // the language is written from right to left
	Look   Look
	Areas  []Area // what the person may see: Visible(Areas(), who, path)
	Me     Me
	Bell   Bell
	Search string // what is being searched for, on the search page
	Find   string // address that answers the palette: ?q= gives [{"label","detail","href","icon"}]; "" leaves the places alone
	Thin   bool   // a form: one column of 704 px
	Maps   bool   // the page has a MapBox
	Plans  bool   // the page is a calendar or shows how plans are kept
	Push   bool   // the page turns devices on
	Live   bool   // the page is a wall that follows what happens: dark unless the person chose
	Toast  Toast  // said once, over the page
	Acting Acting // over every page while somebody acts as another person
	Frozen Note   // over every page while nothing may be changed; without a title none is shown
}

// look is how the page looks: as the person chose, and a wall dark where they chose nothing.
func (f Frame) look() Look {
	if f.Live && f.Look.Theme == "" {
		f.Look.Theme = "dark"
	}
	return f.Look
}

// Acting says that the person at the browser acts as another; the zero value shows nothing.
type Acting struct {
	Text string
	End  string // the address that ends it
}

// Me is the signed-in person in the top bar.
type Me struct {
	ID     string // keeps one person's drafts from another's
	Name   string
	Detail string // the organisation, or the organisation and the role
}

// Bell leads to what one was told; the zero value shows none.
type Bell struct {
	Href   string // "/notices"
	Unread int64
	Events string // address of the stream of server-sent events "unread" whose data is the number; "" = the number stays
}

// words tell screen readers how much there is.
func (b Bell) words() string {
	switch b.Unread {
	case 0:
		return "Notices"
	case 1:
		return "Notices, 1 unread"
	}
	return "Notices, " + strconv.FormatInt(b.Unread, 10) + " unread"
}

// number is what stands on the bell.
func (b Bell) number() string {
	if b.Unread > 99 {
		return "99+"
	}
	return strconv.FormatInt(b.Unread, 10)
}

// Area is a place in the rail.
type Area struct {
	Name  string
	Icon  string
	Href  string
	Needs actor.Permission // "" is for every signed-in person
	Parts []Area           // a place of several pages: its Href is the first part that may be seen
	Count Count
	Here  bool
}

// Areas gives all places of the product in the order of the rail.
func Areas() []Area {
	return []Area{
		{Name: "Today", Icon: "today", Href: "/"},
		{Name: "Tickets", Icon: "ticket", Href: "/tickets", Needs: "ticket.read"},
		{Name: "Tasks", Icon: "task", Href: "/tasks", Needs: "task.read"},
		{Name: "Live board", Icon: "live", Href: "/board/live", Needs: "task.read"},
		{Name: "Plans", Icon: "cal", Parts: []Area{
			{Name: "Planner", Icon: "cal", Href: "/planner", Needs: "plan.read"},
			{Name: "Plans", Icon: "list", Href: "/plans", Needs: "plan.read"},
			{Name: "Posts", Icon: "pin", Href: "/posts", Needs: "post.read"},
			{Name: "In time", Icon: "tool", Href: "/compliance", Needs: "task.read"},
			{Name: "Blackouts", Icon: "off", Href: "/blackouts", Needs: "plan.read"},
		}},
		{Name: "Checklists", Icon: "list", Href: "/checklists", Needs: "checklist.read"},
		{Name: "Assets", Icon: "asset", Href: "/assets", Needs: "asset.read"},
		{Name: "People", Icon: "people", Href: "/people", Needs: "person.read"},
		{Name: "Groups", Icon: "group", Href: "/groups", Needs: "group.read"},
		{Name: "Sites", Icon: "site", Href: "/sites", Needs: "site.read"},
		{Name: "Locations", Icon: "pin", Href: "/locations", Needs: "location.read"},
		{Name: "Set-up", Icon: "setup", Parts: []Area{
			{Name: "Lookups", Icon: "list", Href: "/lookups", Needs: "lookup.read"},
			{Name: "Ticket categories", Icon: "ticket", Href: "/categories", Needs: "category.read"},
			{Name: "Roles", Icon: "key", Href: "/roles", Needs: "role.read"},
			{Name: "Roles given", Icon: "key", Href: "/grants", Needs: "grant.read"},
			{Name: "Organisation", Icon: "setup", Href: "/settings", Needs: "tenant.update"},
			{Name: "Second step", Icon: "lock", Href: "/second-step", Needs: "tenant.update"},
			{Name: "Single sign-on", Icon: "lock", Href: "/sso", Needs: "sso.read"},
			{Name: "Phones", Icon: "user", Href: "/phones", Needs: "tenant.update"},
			{Name: "Business hours", Icon: "clock", Href: "/calendar", Needs: "calendar.read"},
			{Name: "Services", Icon: "key", Href: "/services", Needs: "service.read"},
			{Name: "Webhooks", Icon: "live", Href: "/webhooks", Needs: "webhook.read"},
			{Name: "Import", Icon: "upload", Href: "/imports", Needs: "import.run"},
			{Name: "Operations", Icon: "sync", Href: "/operations", Needs: "operations.read"},
			{Name: "Features", Icon: "tool", Href: "/flags", Needs: "flag.read"},
		}},
		{Name: "Audit trail", Icon: "shield", Href: "/audit", Needs: "audit.read"},
	}
}

// Visible leaves the places that who may see, and marks the one that path lies in.
func Visible(all []Area, who actor.Actor, path string) []Area {
	var out []Area
	for _, a := range all {
		if a.Needs != "" && !who.Can(a.Needs) {
			continue
		}
		if a.Parts != nil {
			a.Parts = Visible(a.Parts, who, path)
			if len(a.Parts) == 0 {
				continue
			}
			a.Href = a.Parts[0].Href
		}
		a.Here = within(path, a)
		out = append(out, a)
	}
	return out
}

func within(path string, a Area) bool {
	for _, p := range a.Parts {
		if p.Here {
			return true
		}
	}
	return path == a.Href || (a.Href != "/" && strings.HasPrefix(path, a.Href+"/"))
}

// Parts gives the tabs of the place that the page is in, for a place of several pages; otherwise none.
func (f Frame) Parts() Tabs {
	for _, a := range f.Areas {
		if a.Here && len(a.Parts) > 1 {
			t := Tabs{Label: a.Name}
			for _, p := range a.Parts {
				t.Items = append(t.Items, Tab{Text: p.Name, Href: p.Href, Here: p.Here, Count: p.Count})
			}
			return t
		}
	}
	return Tabs{}
}

// Door is a page that stands alone, without a session: sign-in, set-up, errors.
type Door struct {
	Title  string
	Nonce  string
	Lang   string
	RTL    bool
	Look   Look
	Wide   bool     // 608 px instead of 384, for a page of sentences
	Frozen Note     // see Frame
	Foot   []string // lines at the bottom: the version, whom to call
}

// head is what both kinds of page have before their body.
type head struct {
	title, nonce string
	maps         bool
	plans, live  bool
	push         bool
}

// htmxConfig holds htmx to the content policy: no code from strings, no styles of its own, no scripts in answers, our origin only.
// Answers 409 and 422 bring a form back with its faults, so they are shown like any other.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"allowScriptTags":false,"selfRequestsOnly":true,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"defaultSwapStyle":"outerHTML","timeout":20000,"scrollBehavior":"instant",` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"4(09|22)","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

// scripts gives the modules of a page in their order; Trust goes first and is written on its own.
func (h head) scripts() []static.File {
	files := static.Modules()[1:]
	if h.maps {
		files = append(files, static.Map)
	}
	if h.live {
		files = append(files, static.Live)
	}
	if h.push {
		files = append(files, static.Push)
	}
	return files
}

func language(lang string) string {
	if lang == "" {
		return "en"
	}
	return lang
}

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

// docked are the four places of the thumb bar; everything is under More as well.
func (f Frame) docked() []Area { return f.Areas[:min(4, len(f.Areas))] }
