package rest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

// TestAnAnswerThatStillHoldsIsNotSentAgain: by its tag, which is another's as soon as something changes or somebody else asks.
func TestAnAnswerThatStillHoldsIsNotSentAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		x.Remember()
		admin, other := x.Actor(org.Administrator), x.Actor(org.Guard)
		category := x.Category("HVAC")
		made := x.NewTicket(x.Harbour.ID, category.ID, "Chiller 2 tripped")
		for _, path := range []string{"/api/v1/tickets?limit=5", "/api/v1/tickets/" + made.ID.String(), "/api/v1/sites", "/api/v1/account"} {
			first := x.raw(admin, "GET", path, "").want(200)
			tag := first.header.Get("Etag")
			if tag == "" || first.header.Get("Cache-Control") != "private, no-cache" {
				t.Fatalf("%s: headers %v", path, first.header)
			}
			for _, asked := range []string{tag, "W/" + tag, `"other", ` + tag} {
				again := x.raw(admin, "GET", path, "", "If-None-Match", asked)
				if again.status != 304 || again.raw != "" || again.header.Get("Etag") != tag {
					t.Errorf("%s asked again with %s: %d %q", path, asked, again.status, again.raw)
				}
			}
			x.raw(admin, "GET", path, "", "If-None-Match", `"other"`).want(200)
			if got := x.raw(actor.Actor{}, "GET", path, "", "If-None-Match", tag); got.status != 401 {
				t.Errorf("%s: who is not signed in is answered %d", path, got.status)
			}
			if got := x.raw(other, "GET", path, "", "If-None-Match", tag); got.status == 304 && got.raw == first.raw {
				t.Errorf("%s: another's answer is taken for theirs", path)
			}
		}
		path := "/api/v1/tickets/" + made.ID.String()
		before := x.raw(admin, "GET", path, "").want(200)
		if _, err := x.Ticket.Comment(t.Context(), admin, made.ID, "Looked at it."); err != nil {
			t.Fatal(err)
		}
		after := x.raw(admin, "GET", path, "", "If-None-Match", before.header.Get("Etag")).want(200)
		if after.json["comments"] != 1.0 || after.header.Get("Etag") == before.header.Get("Etag") {
			t.Errorf("after a comment: %v", after.json["comments"])
		}
		if posted := x.call(admin, "POST", "/api/v1/units", map[string]any{"code": "N", "name": "North"}).want(201); posted.header.Get("Etag") != "" {
			t.Error("what was made has a tag")
		}
	})
}

// TestNobodySeesAnothersAnswer: two people whose sites differ ask for the same lists, mixed, while one of the sites is renamed.
func TestNobodySeesAnothersAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		x.Remember()
		category := x.Category("HVAC")
		m := x.Someone(nil)
		x.GrantIn(m.ID, org.Supervisor, nil, &x.Mill.ID)
		wide, narrow := x.Actor(org.Administrator), x.As(m)
		for n := range 6 {
			x.NewTicket(x.Harbour.ID, category.ID, fmt.Sprintf("Harbour %d", n))
			x.NewTicket(x.Mill.ID, category.ID, fmt.Sprintf("Mill %d", n))
		}
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				tag := ""
				for range 150 {
					who, foreign := wide, "never"
					if n%2 == 1 {
						who, foreign = narrow, "Harbour"
					}
					got := x.raw(who, "GET", "/api/v1/tickets?limit=50", "", "If-None-Match", tag)
					if strings.Contains(got.raw, foreign) || got.status != 200 && (got.status != 304 || tag == "") {
						t.Errorf("%d: %.200s", got.status, got.raw)
						return
					}
					tag = got.header.Get("Etag")
				}
			})
		}
		wg.Wait()
	})
}

// TestNamesFollowWhatTheyAreNamesOf: what lists keep of names, counts and choices is old with the change that makes it so.
func TestNamesFollowWhatTheyAreNamesOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		x.Remember()
		admin := x.Actor(org.Administrator)
		category := x.Category("HVAC")
		made := x.NewTicket(x.Harbour.ID, category.ID, "Chiller 2 tripped")
		lists := func() string { return x.raw(admin, "GET", "/api/v1/tickets", "").want(200).raw }
		counts := func() string { return x.raw(admin, "GET", "/api/v1/tickets/counts", "").want(200).raw }
		lists()
		if got := counts(); !strings.Contains(got, `{"status":"NEW","count":1}`) {
			t.Errorf("counts %s", got)
		}
		in := ticket.CategoryInput{Code: category.Code, Name: "Air", Priority: category.Priority, Clock: category.Clock, Active: true}
		if _, err := x.Ticket.UpdateCategory(t.Context(), admin, category.ID, category.Version, in); err != nil {
			t.Fatal(err)
		}
		if got := lists(); !strings.Contains(got, `"category_name":"Air"`) {
			t.Errorf("after a category was renamed: %.300s", got)
		}
		x.NewTicket(x.Harbour.ID, category.ID, "Second")
		if got := lists(); !strings.Contains(got, "Second") {
			t.Errorf("a new ticket is not listed: %.300s", got)
		}
		if got := counts(); !strings.Contains(got, `{"status":"NEW","count":2}`) {
			t.Errorf("counts after another ticket: %s", got)
		}
		if got := x.raw(admin, "GET", "/api/v1/tickets/"+made.ID.String()+"?history=10", "").want(200).raw; !strings.Contains(got, `"history":{"items":[{"id":`) {
			t.Errorf("history %s", got)
		}
	})
}
