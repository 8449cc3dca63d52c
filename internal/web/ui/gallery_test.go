package ui

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
)

// parts renders components one after another; the tests use it as a page's children.
func parts(all ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range all {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// around puts children into a component.
func around(outer, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, children), w)
	})
}

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(s))
		return err
	})
}

// everything may do all.
func everything() actor.Actor { return actor.New(actor.Facts{Kind: actor.System}) }

func frame(title, path string) Frame {
	return Frame{Title: title, Nonce: "n0nce", Areas: Visible(Areas(), everything(), path), Find: "/go", Maps: true,
		Me: Me{ID: "0192", Name: "Fatima Shaikh", Detail: "Sahyadri Guarding and Facilities"}}
}

// pages are sample pages that use every component.
func pages() map[string]templ.Component {
	return map[string]templ.Component{
		"/people":   around(Layout(frame("People", "/people")), peoplePage()),
		"/sites":    around(Layout(frame("Sites", "/sites")), sitesPage()),
		"/form":     around(Layout(thin(frame("Error: new site", "/sites/new"))), formPage()),
		"/audit":    around(Layout(toasted(frame("Audit trail", "/audit"))), auditPage()),
		"/roles":    around(Layout(thin(frame("Supervisor", "/roles"))), rolePage()),
		"/lookups":  around(Layout(frame("Lookups", "/lookups")), parts(Headed(Head{Title: "Lookups", Sub: "Words that forms offer."}), Nothing(empty()))),
		"/confirm":  around(Layout(thin(frame("Delete", "/sites/x"))), Asking(confirmation())),
		"/rtl":      around(Layout(turned(frame("People", "/people"))), peoplePage()),
		"/login":    around(Alone(Door{Title: "Sign in", Nonce: "n0nce", Foot: []string{"Guards: open the app from the QR code at your site.", "Version 1.4.2"}}), loginPage()),
		"/breaking": around(Alone(Door{Title: "Something broke on our side (500)", Nonce: "n0nce", Wide: true, Look: Look{Theme: "dark", Contrast: "more"}}), text("Your last change was not saved.")),
	}
}

func thin(f Frame) Frame   { f.Thin = true; f.Maps = false; return f }
func turned(f Frame) Frame { f.RTL, f.Lang = true, "ar"; return f }
func toasted(f Frame) Frame {
	f.Toast = Toast{Text: "Imran Khan is in Night guards", Undo: Action{Text: "Undo", Icon: "undo", Post: "/groups/1/remove", Name: "person", Value: "2"}}
	return f
}

func peoplePage() templ.Component {
	rows := []Row{}
	for _, p := range []struct {
		name, login, role, site string
		pill                    Pill
	}{
		{"Asha Kulkarni", "asha.kulkarni", "Supervisor", "PUN-TP1", Pill{Done, "Active"}},
		{"Vikram More", "vikram.more", "Technician", "PUN-BNK7", Pill{Done, "Active"}},
		{"Balasubramanian Venkatanarasimharajuvaripeta", "bala.v", "Guard", "MUM-HSP1", Pill{Wait, "Starts 1 December"}},
		{"Neha Deshmukh", "neha.d", "Viewer", "", Pill{Shut, "Left"}},
	} {
		rows = append(rows, Row{Href: "/people/" + p.login, Cells: []Cell{
			{Who: p.name}, {Text: p.login}, {Text: p.role, Note: "in Pune"}, {Code: p.site}, {Pill: p.pill}, {Text: "1 204"}}})
	}
	return parts(
		Headed(Head{Title: "People", Sub: "120 people, 118 active.", Acts: []Action{{Text: "Export", Icon: "export", Href: "/people.csv"}, {Text: "New person", Icon: "plus", Href: "/people/new", Primary: true}}}),
		Tabbed(Tabs{Label: "People", Items: []Tab{{Text: "Active", Href: "/people", Here: true, Count: Count{N: 118}}, {Text: "Left", Href: "/people?state=left", Count: Count{N: 2, Late: true}}}}),
		Narrowed(Filters{Action: "/people", List: "people", Search: Search{Name: "q", Label: "Search in these people"},
			Fields: []Field{{Name: "role", Label: "Role", Kind: Select, Optional: true, Options: []Option{{Value: "", Label: "Any"}, {Value: "guard", Label: "Guard", Selected: true}}}},
			Chips:  []Chip{{Label: "Role", Value: "Guard", Href: "/people"}}, Clear: "/people"}),
		Listed(List{ID: "people", Caption: "People by name", More: Pager{Shown: 4, Noun: "people", Next: "/people?after=abc"},
			Columns: []Column{{Label: "Name", Slot: Subject, Sort: "/people?sort=-name", Order: "ascending"}, {Label: "Login", Slot: Third}, {Label: "Role"}, {Label: "Home site"}, {Label: "State", Slot: Status}, {Label: "Scans", Slot: Amount, Sort: "/people?sort=scans"}}, Rows: rows}),
		Seg(Tabs{Label: "View", Items: []Tab{{Text: "List", Icon: "list", Href: "/people", Here: true}, {Text: "Board", Icon: "lanes", Href: "/people?view=board"}}}),
	)
}

func sitesPage() templ.Component {
	tree := Tree{Label: "Units and sites", Nodes: []Node{{Icon: "map", Text: "Maharashtra", Href: "/units/1", Note: "3 sites", Open: true, Children: []Node{
		{Icon: "map", Text: "Pune", Href: "/units/2", Open: true, Children: []Node{
			{Icon: "site", Text: "Mula Tech Park, Kharadi", Href: "/sites/1", Code: "PUN-TP1", Here: true},
			{Icon: "site", Text: "Konkan Mutual Bank, Camp", Href: "/sites/2", Code: "PUN-BNK7", Pill: Pill{Shut, "Closed"}}}},
		{Icon: "map", Text: "Mumbai", Href: "/units/3", Children: []Node{{Icon: "site", Text: "Lakeview Hospital, Powai", Href: "/sites/3", Code: "MUM-HSP1"}}}}}}}
	week := []Bar{{Label: "30 Sep", Value: 31}, {Label: "1 Oct", Value: 12.5}, {Label: "2 Oct", Value: 0}, {Label: "3 Oct", Value: 22, Late: true}, {Label: "4 Oct", Value: 27, Now: true}}
	return parts(
		Headed(Head{Title: "Mula Tech Park, Kharadi", Code: "PUN-TP1", Pill: Pill{Done, "Open"}, Crumbs: []Link{{"Sites", "/sites"}, {"Pune", "/units/2"}}, Sub: "IT park, 24 posts.",
			Acts: []Action{{Text: "Change", Icon: "edit", Href: "/sites/1/edit"}, {Text: "Delete", Icon: "trash", Post: "/sites/1/delete", Danger: true, Version: "3", About: "Mula Tech Park", Confirm: confirmation().Confirm}}}),
		Mapped(MapBox{Label: "Map of the sites", Credit: "Grid: no tiles are configured", Points: []Point{
			{Code: "PUN-TP1", Name: "Mula Tech Park", Href: "/sites/1", Lat: 18.5515, Lon: 73.9348, Radius: 300},
			{Code: "PUN-BNK7", Name: "Konkan Mutual Bank, Camp", Href: "/sites/2", Lat: 18.5158, Lon: 73.8797, Radius: 100, Tone: Shut, Note: "closed"},
			{Code: "PUN-WH2", Name: "Chakan warehouse", Href: "/sites/3", Lat: 18.6500, Lon: 73.8200, Radius: 800, Tone: Late}}}),
		around(Boxed(Card{Title: "Sites", Flush: true, Count: Count{N: 3, Href: "/sites?all"}, Acts: []Action{{Text: "New site", Href: "/sites/new", Bare: true}}}), Branched(tree)),
		Stated(Facts{Title: "About it", Items: []Fact{{Label: "Code", Value: "PUN-TP1", Code: true}, {Label: "Manager", Value: "Asha Kulkarni", Href: "/people/1"}, {Label: "Zone", Value: "Asia/Kolkata"}, {Label: "State", Pill: Pill{Open, "Open"}}, {Label: "Phone"}}}),
		around(Numbers(), parts(
			Charted(Bars{Title: "Signed in", Total: "27", Href: "/people", Sub: "4 more than yesterday", Label: "People signed in over 5 days, from 31 to 27", Head: "Day", Unit: "People", Items: week}),
			Charted(Bars{Title: "Nothing", Total: "0"}))),
	)
}

func formPage() templ.Component {
	f := fault.Of(fault.Invalid, "Check what is marked below.").Because(errors.New("secret cause"))
	f.Fields = []fault.Field{{Path: "zone", Code: "required", Message: "Choose a time zone"}, {Path: "code", Code: "taken", Message: "PUN-TP1 is the code of another site"}, {Path: "other", Code: "x", Message: "The tree changed meanwhile"}}
	faults := FaultsOf(f)
	place := []Field{{Name: "lat", Label: "Latitude", Kind: Number, Step: "any", Min: "-90", Top: "90", Value: "18.55", Width: "short", Optional: true}, {Name: "lon", Label: "Longitude", Kind: Number, Step: "any", Value: "73.93", Width: "short", Optional: true}}
	return parts(
		Headed(Head{Title: "New site", Sub: "All fields are needed unless marked optional.", Crumbs: []Link{{"Sites", "/sites"}}}),
		around(Formed(Form{Action: "/sites", Draft: "site:new", Version: "7", Faults: faults, Go: "Add the site", Back: "/sites", Fields: []Field{
			{Name: "code", Label: "Code", Help: "Short, as people read it aloud. For example PUN-TP1.", Value: "PUN-TP1", Error: faults.At("code"), Width: "mid", Literal: true, Max: 20, Focus: true},
			{Name: "zone", Label: "Time zone", Kind: Select, Width: "mid", Error: faults.At("zone"), Options: []Option{{Value: "", Label: "Choose"}, {Value: "Asia/Kolkata", Label: "Kolkata", Group: "Asia"}, {Value: "Asia/Dubai", Label: "Dubai", Group: "Asia"}, {Value: "Europe/London", Label: "London", Group: "Europe"}}},
			{Name: "password", Label: "Password", Kind: Password, Value: "never shown", Autocomplete: "current-password"},
			{Name: "note", Label: "Note", Kind: Lines, Optional: true, Value: "<b>bold</b>", Rows: 3},
			{Name: "active", Label: "In use", Kind: Checkbox, Checked: true, Help: "People can be sent here."},
			{Name: "kind", Label: "Kind", Kind: Radio, Options: []Option{{Value: "bank", Label: "Bank", Help: "Cash on site"}, {Value: "park", Label: "IT park", Selected: true}}},
			{Name: "may[]", Label: "May", Kind: Checkbox, Help: "What holds here.", Optional: true, Error: "Choose at least one", Options: []Option{{Value: "site.read", Label: "See sites", Group: "Sites"}, {Value: "site.update", Label: "Change a site", Group: "Sites", Selected: true}, {Value: "person.read", Label: "See people", Group: "People"}}},
			{Name: "email", Label: "E-mail", Kind: Email, Autocomplete: "email", ReadOnly: true, Value: "a@example.org"},
			{Name: "file", Label: "Picture", Kind: File, Optional: true},
		}}), parts(Fields(place), Mapped(MapBox{Label: "Where it is", Picks: Picks{Lat: "lat", Lon: "lon"}}))),
	)
}

func auditPage() templ.Component {
	at := time.Date(2026, 10, 13, 8, 56, 0, 0, time.UTC)
	return parts(
		Headed(Head{Title: "Audit trail", Sub: "Times in IST, Asia/Kolkata."}),
		Noted(Note{Tone: New, Text: "Neha Deshmukh changed this while you were writing.", Link: Link{"Compare both", "#"}}),
		Noted(Note{Tone: Late, Title: "The trail is broken", Text: "Entry 412 is not what was sealed.", Urgent: true}),
		Noted(Note{Tone: Done, Text: "The trail is whole: 1 204 entries, checked in 0.3 s."}),
		around(Boxed(Card{Title: "Changes", Flush: true}), Registered(Log{ID: "trail", Label: "Changes, newest first", More: Pager{Shown: 2, Noun: "changes", Next: "/audit?after=x"}, Entries: []Entry{
			{Time: at, At: "14:26", Ago: "13 Oct", Icon: "edit", What: "Fatima Shaikh changed a site", Href: "/sites/1", Code: "PUN-TP1", Meta: []string{"name", "radius 200 m to 300 m"}, Acts: []Action{{Text: "Undo", Post: "/audit/1/undo"}}},
			{At: "14:22", Late: true, Ago: "in 4 min", Icon: "s-late", Tone: Late, What: "Sign-in refused", Quote: "Portable units are on their way.", Body: Explained(Why{Question: "Why refused?", Lines: []WhyLine{{Label: "Tries", Note: "per source", Value: "11"}, {Label: "Limit", Value: "10"}}, Total: WhyLine{Label: "Wait", Value: "48 s"}})}}})),
		Registered(Log{ID: "short", Label: "Other", Tight: true}),
	)
}

func rolePage() templ.Component {
	return parts(Headed(Head{Title: "Supervisor"}), Tabbed(frame("Roles", "/roles").Parts()),
		around(Formed(Form{Action: "/roles/1", Go: "Delete the role", Danger: true, Confirm: confirmation().Confirm, Faults: FaultsOf(errors.New("disk gone"))}), text("")),
		Counted(Count{N: 2, Late: true}), Plate("X"), Face("Ada"), Who(""))
}

func empty() Empty {
	return Empty{Icon: "list", Title: "No lookups for Asset kind yet", Text: "Add the words that your people use. Forms offer them from then on.", Act: Action{Text: "Add a word", Href: "/lookups/new"}}
}

func confirmation() Confirmation {
	return Confirmation{Confirm: Confirm{Title: "Delete the site Mula Tech Park?", Text: "Its 14 people lose their home site. The audit trail keeps what was. This cannot be undone.", Go: "Delete the site", Type: "PUN-TP1"},
		Action: "/sites/1/delete", Keep: "/sites/1", Hidden: []Hidden{{"version", "3"}}, Wrong: true}
}

func loginPage() templ.Component {
	return parts(templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<div><h1>Sign in</h1><p class=\"sub\">Sahyadri Guarding and Facilities</p></div>")
		return err
	}), Noted(Note{Tone: Late, Title: "That did not match", Text: "The login or the password is not right. Check Caps Lock.", Urgent: true}),
		Formed(Form{Action: "/login", Go: "Sign in", Fields: []Field{
			{Name: "login", Label: "Login, e-mail or mobile number", Value: "fatima.shaikh", Autocomplete: "username", Literal: true},
			{Name: "password", Label: "Password", Kind: Password, Autocomplete: "current-password", Error: "Enter the password again"}}}))
}

func draftPage(version string) templ.Component {
	fields := []Field{{Name: "note", Label: "Note", Kind: Lines, Optional: true}, {Name: "secret", Label: "Secret", Kind: Password, Optional: true}, {Name: "on", Label: "On", Kind: Checkbox}}
	place := []Field{{Name: "lat", Label: "Latitude", Kind: Number, Optional: true}, {Name: "lon", Label: "Longitude", Kind: Number, Optional: true}}
	return around(Layout(frame("Change a site", "/sites/1")), around(Formed(Form{Action: "/draft", Draft: "site:1", Version: version + "1", Go: "Save", Fields: fields}),
		parts(Fields(place), Mapped(MapBox{Label: "Where it is", Picks: Picks{Lat: "lat", Lon: "lon"}}))))
}
