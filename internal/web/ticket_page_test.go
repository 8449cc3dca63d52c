package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

func TestATicketIsReportedChangedAndMovedToItsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b := h.as(org.Administrator)
		form := b.get("/tickets/new?site="+h.Harbour.ID.String()+"&asset=M1").is(http.StatusOK, "New ticket", "As usual for the category")
		if form.chosen("site_id") != h.Harbour.ID.String() || form.value("asset_id") != "M1" {
			t.Errorf("a new ticket starts at %q, %q", form.chosen("site_id"), form.value("asset_id"))
		}
		filled := with(form.fields("/tickets"), "title", "  Chiller   tripped ", "description", "E42\nagain", "category_id", d.heat.ID.String(), "priority", "", "assignee", "Group: crew")
		a := b.post("/tickets", filled...)
		at := a.header.Get("Location")
		a.goes(at)
		d.byTitle["new"] = ticket.Ticket{ID: mustID[id.Ticket](t, at)}
		made := d.now("new")
		if made.Title != "Chiller tripped" || made.Description != "E42\nagain" || made.Asset == nil || made.Group == nil || *made.Group != d.crew.ID || made.Priority != ticket.Medium {
			t.Errorf("got %+v", made)
		}
		page := b.get(at).is(http.StatusOK, made.Ref()+" is reported", "Goes to Samir Stone", "What was reported", "E42", "Reported by", "Same asset", "boiler", "Take", "Cancel", "level 1")

		// The edit form changes nothing when it is sent as it stands.
		edit := b.get(at+"/edit").is(http.StatusOK, "Change "+made.Ref()).lacks("Give it to")
		b.post(at, edit.fields(at)...).goes(at)
		if again := d.now("new"); again.Title != made.Title || again.Priority != made.Priority || *again.Asset != *made.Asset || again.Description != made.Description {
			t.Errorf("got %+v, want %+v", again, made)
		}
		b.post(at, with(b.get(at+"/edit").fields(at), "title", "Chiller 2", "priority", "HIGH")...).goes(at)
		stale := b.post(at, with(edit.fields(at), "title", "Mine")...).is(http.StatusConflict)
		stale.differs("What is wrong", "Chiller 2", "Mine", "Priority", "High", "Medium")

		// What was typed is kept when somebody was faster, and when a reason is missing.
		b.post(at+"/move", "version", "1", "to", "OPEN", "comment", "on my way").is(http.StatusConflict, "That was not done", "on my way")
		b.post(at+"/assign", "version", page.value("version"), "me", "true").is(http.StatusConflict, "Somebody changed")
		b.post(at+"/assign", "version", number(d.now("new").Version), "me", "true").goes(at)
		if now := d.now("new"); now.Status != ticket.Open || now.Person == nil || *now.Person != h.Staff[org.Administrator].ID {
			t.Errorf("taken: %+v", now)
		}
		b.post(at+"/move", "version", number(d.now("new").Version), "to", "RESOLVED", "comment", " ").is(http.StatusUnprocessableEntity, "Say why.")
		b.post(at+"/move", "version", number(d.now("new").Version), "to", "CLOSED", "comment", "done").is(http.StatusConflict, "cannot become closed", "done")
		b.post(at+"/comment", "comment", "", "version", "1").is(http.StatusUnprocessableEntity)
		b.post(at+"/comment", "comment", "The breaker was <b>off</b>", "version", "1").goes(at)
		b.post(at+"/move", "version", number(d.now("new").Version), "to", "RESOLVED", "comment", "Breaker on").goes(at)
		h.Clock.Advance(26 * time.Hour)
		b = h.as(org.Administrator)
		b.get(at).is(http.StatusOK, "Commented", "The breaker was <b>off</b>", "Breaker on", "It is resolved.", "Reopen", "Close", "Yesterday").lacks("Take it")
		b.post(at+"/move", "version", number(d.now("new").Version), "to", "CLOSED").goes(at)
		b.get(at).is(http.StatusOK, "is closed now").lacks("Add the comment", "Move it on", "Give it to")
		b.post(at+"/comment", "comment", "more", "version", "1").is(http.StatusConflict, "That was not done", "more")
	})
}

func TestATicketIsGivenToSomebody(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b, at := h.as(org.Administrator), d.at("doors")
		give := func(to string) answer {
			return b.post(at+"/assign", "version", number(d.now("doors").Version), "to_whom", to)
		}
		if a := give(" ").is(http.StatusUnprocessableEntity); a.message("to_whom") != "Say whom it goes to." {
			t.Errorf("nobody: %q", a.message("to_whom"))
		}
		if a := give("Somebody Else").is(http.StatusUnprocessableEntity); a.message("to_whom") != "Nobody whom you see has this name or code." || a.value("to_whom") != "Somebody Else" {
			t.Errorf("an unknown person: %q, %q", a.message("to_whom"), a.value("to_whom"))
		}
		if a := give("Group: Nope").is(http.StatusUnprocessableEntity); a.message("to_whom") != "No group of people has this name." {
			t.Errorf("an unknown group: %q", a.message("to_whom"))
		}
		give("Samir Stone").goes(at)
		b.get(at).is(http.StatusOK, "is with Samir Stone now", "Take it from them")
		give("Group: Crew").goes(at)
		b.post(at+"/assign", "version", number(d.now("doors").Version), "nobody", "true").goes(at)
		b.get(at).is(http.StatusOK, "is with nobody now")
		h.as(org.Guard).get(at).is(http.StatusOK).lacks("Give it to")
	})
}

func TestSeveralTicketsAreGivenAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b := h.as(org.Administrator)
		pick := func(title string) string {
			return d.byTitle[title].ID.String() + "." + number(d.byTitle[title].Version)
		}
		list := b.get("/tickets").is(http.StatusOK)
		if n := len(list.all("input", "name", "pick")); n != 4 {
			t.Errorf("%d boxes", n)
		}
		back := "site=" + h.Harbour.ID.String()
		b.post("/tickets/assign", "pick", pick("doors"), "pick", pick("boiler"), "to", "Group: Crew", "back", back).goes("/tickets?" + back)
		b.get("/tickets").is(http.StatusOK, "2 tickets are with Crew now")
		if d.now("doors").Group == nil || d.now("boiler").Group == nil {
			t.Error("they were not given")
		}
		// One is old by now, one is resolved: those stay picked, and the page says why.
		a := b.post("/tickets/assign", "pick", pick("doors"), "pick", pick("cabin"), "pick", pick("valve"), "nobody", "true", "back", "status=all")
		a.is(http.StatusConflict, "2 tickets are as before", "1 ticket is with nobody now", "HARBOUR#2", "HARBOUR#3")
		ticked := 0
		for _, box := range a.all("input", "name", "pick") {
			for _, x := range box.Attr {
				if x.Key == "checked" {
					ticked++
				}
			}
		}
		if ticked != 2 {
			t.Errorf("%d boxes stay ticked", ticked)
		}
		b.post("/tickets/assign", "pick", pick("fan"), "to", "Nobody Known", "back", "").is(http.StatusUnprocessableEntity, "Nothing was assigned", "Nobody whom you see")
		b.post("/tickets/assign", "pick", pick("fan"), "to", "", "back", "").is(http.StatusUnprocessableEntity, "Say whom they go to.")
		b.post("/tickets/assign", "to", "Samir Stone", "back", "").is(http.StatusUnprocessableEntity, "Choose at least one ticket.")
		b.post("/tickets/assign", "pick", pick("fan"), "nobody", "true", "back", "%zz").is(http.StatusBadRequest)
		h.as(org.Guard).post("/tickets/assign", "pick", pick("fan"), "nobody", "true", "back", "").is(http.StatusForbidden)
		h.as(org.Guard).get("/tickets").is(http.StatusOK).lacks("Person or group")
	})
}

func TestAListIsKeptAsAView(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		openDesk(h)
		b := h.as(org.Supervisor)
		query := url.Values{"priority": {"HIGH"}, "status": {"all"}}.Encode()
		b.get("/tickets?"+query).is(http.StatusOK, "Save as a view")
		b.post("/views", "area", "tickets", "name", "Urgent", "query", query).goes("/tickets?" + query)
		shown := b.get("/tickets?"+query).is(http.StatusOK, "The view Urgent is kept", "Forget the view Urgent").lacks("Save as a view")
		h.as(org.Administrator).get("/tickets").is(http.StatusOK).lacks("Urgent")
		b.post("/views", "area", "tickets", "name", " ", "query", query).is(http.StatusUnprocessableEntity)
		b.post("/views", "area", "elsewhere", "name", "x", "query", "").is(http.StatusBadRequest)
		action := ""
		for _, f := range shown.all("form", "method", "post") {
			if to := attr(f, "action"); strings.HasPrefix(to, "/views/") {
				action = to
			}
		}
		h.as(org.Administrator).post(action, "area", "tickets").is(http.StatusNotFound)
		b.post(action, "area", "tickets").goes("/tickets")
		b.get("/tickets").is(http.StatusOK, "The view is gone").lacks("Urgent")
	})
}

func TestTodayShowsWhatEscalatesNextAndWhatIsWithOne(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		d := openDesk(h)
		b := h.as(org.Supervisor)
		b.get("/").is(http.StatusOK, "The first escalates in 30 minutes.", "boiler", "With you", "Tickets to do", "None late").linksTo("/tickets?order=escalation")
		h.Clock.Advance(2 * time.Hour)
		b = h.as(org.Supervisor)
		b.get("/").is(http.StatusOK, "The first escalates now.", "1 late")
		b.post(d.at("doors")+"/assign", "version", "1", "me", "true").goes(d.at("doors"))
		b.get("/").is(http.StatusOK, "doors")
		h.as(org.Viewer).get("/").is(http.StatusOK).lacks("Take it")
	})
}

// TestAnothersTicketIsLikeNone calls every page that takes an id as another tenant, with a foreign id, an unknown one and a text that is none.
func TestAnothersTicketIsLikeNone(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.SecondTenant()
		theirs := other.NewTicket(other.Harbour.ID, other.Category("ANY").ID, "THEIRS").ID.String()
		p := newPages(h.config)
		b, asked := h.as(org.Administrator), 0
		for _, route := range p.ticketRoutes() {
			if !strings.HasPrefix(route.Path, "/tickets/{id}") {
				continue
			}
			asked++
			answers := map[string]string{}
			for kind, text := range map[string]string{"foreign": theirs, "unknown": id.New[id.Any]().String(), "no id": "nonsense"} {
				path := strings.Replace(route.Path, "{id}", text, 1)
				a := b.get(path)
				if route.Method == http.MethodPost {
					a = b.post(path, map[string][]string{"ticket.move": {"to", "OPEN", "version", "1"}, "ticket.assign": {"nobody", "true", "version", "1"}, "ticket.comment": {"comment", "x"}, "ticket.update": {"version", "1"}}[route.Name]...)
				}
				a.is(http.StatusNotFound)
				answers[kind] = strings.ReplaceAll(a.body, text, "ID")
			}
			if answers["foreign"] != answers["unknown"] || answers["unknown"] != answers["no id"] {
				t.Errorf("%s %s tells another tenant's ticket from one that is not there", route.Method, route.Path)
			}
		}
		if asked != 6 {
			t.Errorf("%d routes with an id", asked)
		}
	})
}
