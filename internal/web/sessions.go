package web

import (
	"net/http"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// sessionsPage shows where one is signed in.
func (p *pages) sessionsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Sessions")
	if err != nil {
		return err
	}
	all, err := p.Auth.ListSessions(r.Context(), v.who, v.who.Person())
	if err != nil {
		return err
	}
	phones, err := p.Auth.ListDevices(r.Context(), v.who, v.who.Person())
	if err != nil {
		return err
	}
	view := sessionsView{List: sessionList(v, all, sessionsPath), Where: "Every browser in which you are signed in.", Phones: section(ui.Card{Title: "Phones"}, deviceList(v, phones, devicesPath), "You are registered on no phone.")}
	if len(all) > 1 {
		view.Others = ui.Action{Text: "End all others", Icon: "exit", Post: sessionsPath + "/end", Danger: true, Confirm: ui.Confirm{
			Title: "End all other sessions?", Text: "Every other browser is signed out at once. This one stays.", Go: "End all others"}}
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(accountHead(v)), ui.Tabbed(accountTabs(sessionsPath)), sessionsPart(view))
}

// sessionList shows sessions, the last used first; each can be ended by a post below path.
func sessionList(v visit, all []auth.Session, path string) ui.List {
	l := ui.List{ID: "sessions", Caption: "Sessions, the last used first", More: ui.Pager{Shown: len(all), Noun: "sessions"}, Columns: []ui.Column{
		{Label: "Browser", Slot: ui.Subject}, {Label: "Address"}, {Label: "Signed in"}, {Label: "Last used"}, {Label: "State", Slot: ui.Status}}}
	if len(all) == 1 {
		l.More.Noun = "session"
	}
	for _, s := range all {
		last := ui.Cell{Body: acted(ui.Action{Text: "End", Post: path + "/" + s.ID.String() + "/end", About: "the session on " + agentName(s.Agent)})}
		if s.Current {
			last = ui.Cell{Pill: ui.Pill{Tone: ui.Done, Text: "This browser"}}
		}
		l.Rows = append(l.Rows, ui.Row{Cells: []ui.Cell{
			{Text: agentName(s.Agent)}, {Text: s.Source}, {Text: "Since " + amid(s.Created, v.now, v.zone) + by(s)}, {Text: "Used " + amid(s.Seen, v.now, v.zone)}, last}})
	}
	return l
}

// by says by whom a session's person was proven, if that was not here.
func by(s auth.Session) string {
	if s.ProviderName == "" {
		return ""
	}
	return ", by " + s.ProviderName
}

// endSession ends one of one's own sessions.
func (p *pages) endSession(w http.ResponseWriter, r *http.Request) error {
	session, err := pathID[id.Session](r, "session")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	if err := p.Auth.EndSession(r.Context(), who, session); err != nil {
		return err
	}
	if session == who.Session() {
		p.dropSession(w)
		return p.seeOther(w, r, signInPath, "")
	}
	return p.seeOther(w, r, sessionsPath, "That session is ended")
}

// endOtherSessions ends all sessions but the one that asks.
func (p *pages) endOtherSessions(w http.ResponseWriter, r *http.Request) error {
	who := actor.From(r.Context())
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, ui.Confirmation{Action: r.URL.Path, Keep: sessionsPath, Confirm: ui.Confirm{
		Title: "End all other sessions?", Text: "Every other browser is signed out at once. This one stays.", Go: "End all others"}})
	if err != nil || !ok {
		return err
	}
	if err := p.Auth.EndSessions(r.Context(), who, who.Person()); err != nil {
		return err
	}
	return p.seeOther(w, r, sessionsPath, "You are signed out everywhere else")
}

// agentName makes words of how a browser calls itself: "Firefox on Windows". It is for people to recognise, not for deciding anything.
func agentName(agent string) string {
	first := func(otherwise string, pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return otherwise
	}
	browser := first("", "Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := first("", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case agent == "":
		return "A browser without a name"
	case browser == "" && system == "":
		return cut(agent, 40)
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

// cut shortens a text for a cell.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
