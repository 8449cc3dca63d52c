package web

import (
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/page"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// Pages about what one was told.
const (
	noticesPath = "/notices"
	wishesPath  = SettingsPath
	mutesPath   = "/account/mutes"
)

// SettingsPath is the page on which somebody says how they want to be told.
const SettingsPath = "/account/notices"

// noticeRoutes are the pages of what one was told, and of how one wants to be told.
func (p *pages) noticeRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	const signedIn = reply.SignedIn
	return []reply.Route{
		{Method: get, Path: noticesPath, Permission: signedIn, Handler: p.noticesPage, Name: "notice.list"},
		{Method: get, Path: noticesPath + "/stream", Permission: signedIn, Handler: p.noticeStream, Name: "notice.stream", Stream: true, Timeout: time.Hour},
		{Method: post, Path: noticesPath + "/read", Permission: signedIn, Handler: p.readNotices, Name: "notice.read.all", Changes: true},
		{Method: post, Path: noticesPath + "/{id}/read", Permission: signedIn, Handler: p.readNotice, Name: "notice.read", Changes: true},
		{Method: post, Path: mutesPath + "/{id}", Permission: signedIn, Handler: p.mute, Name: "notice.mute", Changes: true},
		{Method: post, Path: mutesPath + "/{id}/delete", Permission: signedIn, Handler: p.unmute, Name: "notice.unmute", Changes: true},
		{Method: get, Path: wishesPath, Permission: signedIn, Handler: p.wishesPage, Name: "notice.settings"},
		{Method: post, Path: wishesPath, Permission: signedIn, Handler: p.saveWishes, Name: "notice.settings.update", Changes: true},
	}
}

// Record gives the path of a record's page by its noun, "" for what has none.
func Record(noun string, record id.Any) string {
	paths := map[string]string{
		"site": "/sites/", "unit": "/units/", "person": "/people/", "group": "/groups/", "role": "/roles/", "location": "/locations/",
		"asset": "/assets/", "ticket": "/tickets/", "category": "/categories/", "webhook": "/webhooks/",
		"plan": "/plans/", "post": "/posts/", "task": "/tasks/", "checklist": "/checklists/", "question": "/questions/",
	}
	if paths[noun] == "" {
		return ""
	}
	return paths[noun] + record.String()
}

// noticesPage shows what one was told, newest first: all, or what was not read.
func (p *pages) noticesPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Notices")
	if err != nil {
		return err
	}
	unread := r.URL.Query().Get("show") == "unread"
	found, err := p.Notices.List(r.Context(), v.who, notice.Filter{Unread: unread}, page.Request{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	mutes, err := p.Notices.ListMutes(r.Context(), v.who)
	if err != nil {
		return err
	}
	here := noticesPath
	if unread {
		here += "?show=unread"
	}
	head := ui.Head{Title: "Notices", Sub: "What you were told, newest first. " + zoneLine(v.zone), Acts: []ui.Action{{Text: "How I am told", Icon: "setup", Href: wishesPath}}}
	if v.frame.Bell.Unread > 0 && len(found.Items) > 0 {
		head.Acts = append(head.Acts, ui.Action{Text: "Mark all as read", Icon: "check", Post: noticesPath + "/read", Name: "until", Value: found.Items[0].ID.String()})
	}
	view := noticesView{Tabs: noticeTabs(unread, v.frame.Bell.Unread), Log: noticeLog(v, found.Items, mutes), Empty: noNotices(unread)}
	if found.Next != "" {
		view.Log.More.Next = here + map[bool]string{true: "&", false: "?"}[unread] + "after=" + found.Next
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), noticesPart(view))
}

func noticeTabs(unread bool, n int64) ui.Tabs {
	return ui.Tabs{Label: "Which notices", Items: []ui.Tab{
		{Text: "All", Href: noticesPath, Here: !unread},
		{Text: "Unread", Href: noticesPath + "?show=unread", Here: unread, Count: ui.Count{N: int(n)}},
	}}
}

func noNotices(unread bool) ui.Empty {
	if unread {
		return ui.Empty{Icon: "bell", Title: "Nothing unread", Text: "You have read all that you were told.", Act: ui.Action{Text: "Show all notices", Href: noticesPath}}
	}
	return ui.Empty{Icon: "bell", Title: "No notices yet", Text: "You are told here, by mail, and on devices that you turn on, when something concerns you: work that is yours, or that waits for you."}
}

// noticeLog draws notices as a register; those that were not read are marked.
func noticeLog(v visit, all []notice.Notice, mutes []notice.Mute) ui.Log {
	muted := map[id.Any]bool{}
	for _, m := range mutes {
		muted[m.SubjectID] = true
	}
	l := ui.Log{ID: "notices", Label: "Notices, newest first", More: ui.Pager{Shown: len(all), Noun: "notices"}}
	if len(all) == 1 {
		l.More.Noun = "notice"
	}
	for i, n := range all {
		e := ui.Entry{Time: n.At, At: n.At.In(v.zone).Format(clockForm), Icon: noticeIcon(n.Subject), What: n.Title, Href: Record(n.Subject, n.SubjectID), Quote: n.Detail}
		if today := day(n.At, v.now, v.zone); i == 0 || today != day(all[i-1].At, v.now, v.zone) {
			e.Ago = today
		}
		if n.Read == nil {
			e.Icon, e.Tone, e.Seen = "s-new", ui.New, noticesPath+"/"+n.ID.String()+"/read"
			e.Meta = append(e.Meta, "Unread")
			e.Acts = append(e.Acts, ui.Action{Text: "Mark as read", Post: e.Seen, About: "“" + n.Title + "”", Bare: true})
		}
		why := "You get this because " + n.Reason
		if n.Pushed != nil {
			why += "; it was sent to your devices too"
		}
		e.Meta = append(e.Meta, why)
		e.Acts = append(e.Acts, muting(n, muted[n.SubjectID]))
		l.Entries = append(l.Entries, e)
	}
	return l
}

func muting(n notice.Notice, muted bool) ui.Action {
	path := mutesPath + "/" + n.SubjectID.String()
	if muted {
		return ui.Action{Text: "Hear of it again", Post: path + "/delete", About: "the " + n.Subject + " of “" + n.Title + "”", Bare: true}
	}
	return ui.Action{Text: "Mute this " + n.Subject, Post: path, About: "of “" + n.Title + "”", Bare: true}
}

func noticeIcon(noun string) string {
	icons := map[string]string{"site": "site", "person": "user", "asset": "asset", "location": "pin", "ticket": "ticket", "webhook": "live"}
	if icons[noun] == "" {
		return "bell"
	}
	return icons[noun]
}

// back is where a small form on several pages returns to: the page that it was on, if that is one of these.
func back(r *http.Request, otherwise string) string {
	from := r.Header.Get("Referer")
	if i := strings.Index(from, "://"); i >= 0 {
		_, from, _ = strings.Cut(from[i+3:], "/")
		from = "/" + from
	}
	if from == wishesPath || strings.HasPrefix(from, noticesPath) {
		return ownPath(from)
	}
	return otherwise
}

// readNotice marks one notice as read.
func (p *pages) readNotice(w http.ResponseWriter, r *http.Request) error {
	n, err := pathID[id.Notice](r, "notice")
	if err != nil {
		return err
	}
	if err := p.Notices.MarkRead(r.Context(), actor.From(r.Context()), n); err != nil {
		return err
	}
	return p.seeOther(w, r, back(r, noticesPath), "")
}

// readNotices marks as read all that the page showed, and what is older.
func (p *pages) readNotices(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r, "until")
	if err != nil {
		return err
	}
	until := ref[id.Notice](&f, "until")
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Notices.MarkAllRead(r.Context(), actor.From(r.Context()), until); err != nil {
		return err
	}
	return p.seeOther(w, r, back(r, noticesPath), "All are marked as read")
}

// mute keeps further notices about a record away.
func (p *pages) mute(w http.ResponseWriter, r *http.Request) error {
	subject, err := pathID[id.Any](r, "record")
	if err != nil {
		return err
	}
	if err := p.Notices.Mute(r.Context(), actor.From(r.Context()), subject); err != nil {
		return err
	}
	return p.seeOther(w, r, back(r, noticesPath), "You will not be told of this any more")
}

// unmute lets notices about a record come again.
func (p *pages) unmute(w http.ResponseWriter, r *http.Request) error {
	subject, err := pathID[id.Any](r, "record")
	if err != nil {
		return err
	}
	if err := p.Notices.Unmute(r.Context(), actor.From(r.Context()), subject); err != nil {
		return err
	}
	return p.seeOther(w, r, back(r, noticesPath), "You will be told of this again")
}
