package app

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
)

// TestIsolationOfJobs runs every kind of background work in the other tenant with records of the first: it finds nothing, is given up, and
// nothing leaves the process. A kind of work that is not in the table fails the test.
func TestIsolationOfJobs(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			h := openHouse(t, engine)
			other := h.actors["B ADMINISTRATOR"].Tenant()
			foreign := h.payloads(other, with(h.ids, "tenant", h.actors["ADMINISTRATOR"].Tenant().String()))
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

// payloads declares what work there is, and about which records of ids it is when it belongs to a tenant; "" is work that no record is told to. The
// matrix of jobs and the isolation of jobs ask by it, and a kind that is not here fails both. ids has the tenant whose they are.
func (h *house) payloads(tenant id.Tenant, ids map[string]string) map[string]string {
	return map[string]string{
		"mail.send":        fmt.Sprintf(`{"mail":%q}`, ids["person"]),
		"auth.device_link": "", // looks for a login of its own tenant
		"auth.notice":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"person.password_set","subject":%q}`, tenant, ids["entry"], ids["person"]),
		"auth.forgot":      "", // goes by what was typed, in its own tenant
		"auth.link":        fmt.Sprintf(`{"person":%q,"asked":"2026-11-25T09:00:00Z"}`, ids["person"]),
		"auth.sweep":       "", // goes through all tenants by itself
		"auth.pleas":       "",
		"db.ahead":         "", // of the installation
		"journal.keys":     "",
		"db.retain":        "", // the same
		"notice.tell":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"ticket.created","subject":%q}`, tenant, ids["entry"], ids["site"]),
		"notice.mail":      fmt.Sprintf(`{"notice":%q}`, ids["notice"]),
		"notice.push":      fmt.Sprintf(`{"notice":%q,"device":%q}`, ids["notice"], ids["subscription"]),
		"push.test":        fmt.Sprintf(`{"subscription":%q}`, ids["subscription"]),
		"push.end":         fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"person.sessions_ended","subject":%q}`, tenant, ids["entry"], ids["person"]),
		"push.sweep":       "",
		"notice.sweep":     "",
		"task.move_asset":  fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"task.started","subject":%q}`, tenant, ids["entry"], ids["task"]),
		"task.moved":       fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"plan.updated","subject":%q}`, tenant, ids["entry"], ids["plan"]),
		"task.followed":    fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"task.completed","subject":%q}`, tenant, ids["entry"], ids["task"]),
		"task.recast":      "", // goes through its own tenant's
		"deadline.sweep":   "",
		"task.sweep":       "",
		"ticket.climb":     "", // goes through its own tenant's
		"ticket.recount":   fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"category.updated","subject":%q}`, tenant, ids["entry"], ids["category"]),
		"ticket.sweep":     "",
		"file.forget":      fmt.Sprintf(`{"key":"%s/ab/%s.txt"}`, ids["tenant"], ids["site"]),
		"file.gone":        fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"site.deleted","subject":%q}`, tenant, ids["entry"], ids["site"]),
		"hook.spread":      fmt.Sprintf(`{"tenant":%q,"entry":%q,"verb":"site.updated","subject":%q}`, tenant, ids["entry"], ids["site"]),
		"hook.deliver":     fmt.Sprintf(`{"delivery":%q,"attempt":0}`, ids["delivery"]),
		"hook.sweep":       "",
	}
}

// with gives records with one of them another.
func with(ids map[string]string, noun, record string) map[string]string {
	out := maps.Clone(ids)
	out[noun] = record
	return out
}
