package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

// TestIsolationOfJobs runs every kind of background work in the other tenant with records of the first: it finds nothing, is given up, and
// nothing leaves the process. A kind of work that is not in the table fails the test.
func TestIsolationOfJobs(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			h := openHouse(t, engine)
			other := h.actors["B ADMINISTRATOR"].Tenant()
			foreign := map[string]string{
				"mail.send":        fmt.Sprintf(`{"mail":%q}`, h.ids["person"]),
				"auth.device_link": "", // looks for a login of its own tenant
				"auth.notice":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"person.password_set","subject":%q}`, other, h.ids["entry"], h.ids["person"]),
				"auth.forgot":      "", // goes by what was typed, in its own tenant
				"auth.link":        fmt.Sprintf(`{"person":%q,"asked":"2026-11-25T09:00:00Z"}`, h.ids["person"]),
				"auth.sweep":       "", // goes through all tenants by itself
				"auth.pleas":       "",
				"notice.tell":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"ticket.created","subject":%q}`, other, h.ids["entry"], h.ids["site"]),
				"notice.mail":      fmt.Sprintf(`{"notice":%q}`, h.ids["notice"]),
				"deadline.sweep":   "",
				"notice.sweep":     "",
				"task.move_asset":  fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"task.started","subject":%q}`, other, h.ids["entry"], h.ids["task"]),
				"task.moved":       fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"plan.updated","subject":%q}`, other, h.ids["entry"], h.ids["plan"]),
				"task.recast":      "", // goes through its own tenant's
				"task.sweep":       "",
				"ticket.climb":     "", // goes through its own tenant's
				"ticket.recount":   fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"category.updated","subject":%q}`, other, h.ids["entry"], h.ids["category"]),
				"ticket.sweep":     "",
				"file.forget":      fmt.Sprintf(`{"key":"%s/ab/%s.txt"}`, h.actors["ADMINISTRATOR"].Tenant(), h.ids["site"]),
				"file.gone":        fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"site.deleted","subject":%q}`, other, h.ids["entry"], h.ids["site"]),
				"hook.spread":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"site.updated","subject":%q}`, other, h.ids["entry"], h.ids["site"]),
				"hook.deliver":     fmt.Sprintf(`{"delivery":%q,"attempt":0}`, h.ids["delivery"]),
				"hook.sweep":       "",
			}
			want := 0
			err := h.db.Write(t.Context(), operator(other), func(tx *db.Tx) error {
				for _, kind := range h.jobs.Kinds() {
					args, known := foreign[kind]
					if !known {
						t.Errorf("add %s to this test", kind)
					}
					if args != "" {
						want++
						tx.Enqueue(db.JobRow{Kind: kind, Args: fmt.Appendf(nil, `{"tenant":%q,"args":%s}`, other, args)})
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := h.jobs.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			stop := func() {
				limited, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
				defer cancel()
				if err := h.jobs.Stop(limited); err != nil {
					t.Error(err)
				}
			}
			defer stop()
			until := time.Now().Add(20 * time.Second)
			for strings.Count(h.log.String(), `"outcome":"given_up"`) < want && time.Now().Before(until) {
				time.Sleep(50 * time.Millisecond)
			}
			if got := strings.Count(h.log.String(), `"outcome":"given_up"`); got != want {
				t.Errorf("%d jobs were given up, want %d\n%s", got, want, h.log)
			}
		})
	}
}
