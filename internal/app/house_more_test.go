package app

import (
	"strings"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
)

// collectMore makes one record of each noun that the demo world has none of.
func (h *house) collectMore() {
	h.collectAssets()
	admin := h.actors["ADMINISTRATOR"]
	n, site := id.New[id.Notice](), h.ids["site"]
	h.ids["notice"], h.ids["record"] = n.String(), site
	err := h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putNotice, n, admin.Person(), site, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	tried, err := h.exchange.Try(h.t.Context(), admin, exchange.Units, "units.csv", strings.NewReader("Code,Name\nTRIED,Tried\nWRONG,\n"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["import"] = tried.ID.String()
	factor := id.New[id.Factor]()
	err = h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putFactor, factor, h.actors["GUARD"].Person(), []byte{1}, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["factor"] = factor.String()
	service := id.New[id.Program]()
	err = h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putService, service, h.ids["role"], []byte{1}, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["service"] = service.String()
	device := id.New[id.Device]()
	err = h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putDevice, device, h.actors["GUARD"].Person(), []byte{1}, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["device"] = device.String()
	acted := id.New[id.Impersonation]()
	err = h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putImpersonation, acted, admin.Person(), h.actors["GUARD"].Person(), h.now(), h.now().Add(time.Minute))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["impersonation"] = acted.String()
	p, err := h.auth.CreateProvider(h.t.Context(), admin, auth.ProviderInput{Name: "Isolation", Issuer: "https://isolation.invalid", Client: "iw"})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["provider"] = p.ID.String()
	w, err := h.hooks.Create(h.t.Context(), admin, hook.Input{Name: "Isolation", URL: "https://isolation.invalid/", Events: []string{"site.updated"}})
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := h.hooks.Ping(h.t.Context(), admin, w.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["webhook"], h.ids["delivery"] = w.ID.String(), d.ID.String()
	h.collectPush()
}

// collectPush switches the channel on and gives the administrator a browser.
func (h *house) collectPush() {
	admin := h.actors["ADMINISTRATOR"]
	all, err := h.operators(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.flags.SetForAll(h.t.Context(), all, flag.Input{Flag: string(flag.WebPush), Scope: flag.ForAll, Value: "true", Percent: 100, Reason: "a test"}); err != nil {
		h.t.Fatal(err)
	}
	x := id.New[id.Subscription]()
	err = h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putSubscription, x, admin.Person(), []byte{1}, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.ids["subscription"] = x.String()
}

const putSubscription db.SQL = `-- test.putSubscription
insert into push_subscriptions (tenant_id, id, person_id, session_id, hash, sealed, agent, created_at) values ($1, $2, $3, $2, 'isolation', $4, '', $5)`

const putNotice db.SQL = `-- test.putNotice
insert into notices (tenant_id, id, person_id, key, verb, subject, subject_id, title, detail, reason, at)
values ($1, $2, $3, 'a test', 'site.updated', 'site', $4, 'A site changed', '', 'a test says so', $5)`

const putService db.SQL = `-- test.putService
insert into services (tenant_id, id, name, name_key, role_id, hint, hash, networks, created_at, expires_at)
values ($1, $2, 'Isolation', 'isolation', $3, 'last', $4, '', $5, $5)`

const putDevice db.SQL = `-- test.putDevice
insert into devices (tenant_id, id, person_id, name, hash, source, created_at, seen_at) values ($1, $2, $3, 'Isolation', $4, '', $5, $5)`

const putImpersonation db.SQL = `-- test.putImpersonation
insert into impersonations (tenant_id, id, session_id, by_id, person_id, reason, started_at, ends_at) values ($1, $2, $2, $3, $4, 'Isolation', $5, $6)`

const putFactor db.SQL = `-- test.putFactor
insert into factors (tenant_id, id, person_id, kind, name, seed, last_step, missed, missed_since, created_at, confirmed_at)
values ($1, $2, $3, 'app', 'Authenticator app', $4, 0, 0, $5, $5, $5)`
