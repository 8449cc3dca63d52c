package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/demo"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/httpd"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/telemetry"
)

// house is the whole product over the demo world, with a door that knows actors by a word instead of a secret.
type house struct {
	*services
	t      testing.TB
	table  []reply.Route
	door   http.Handler
	actors map[string]actor.Actor // "ADMINISTRATOR", "B ADMINISTRATOR"...
	ids    map[string]string      // of the first tenant, by noun
	log    *lockedBuffer
}

// openHouse builds it on a fresh database.
func openHouse(t testing.TB, engine string) *house {
	t.Helper()
	return openHouseAt(t, engine, clock.System())
}

// openHouseAt does so by any clock.
func openHouseAt(t testing.TB, engine string, now clock.Now) *house {
	t.Helper()
	url := dbtest.URL(t, engine)
	cfg, err := config.Load([]string{"IW_PROFILE=test", "IW_LOAD_TEST=true", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + url, "IW_ARGON_MEMORY=8MiB", "IW_ARGON_TIME=1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, actors: map[string]actor.Actor{}, ids: map[string]string{}, log: &lockedBuffer{}}
	if h.services, err = newServicesAt(t.Context(), cfg, telemetry.NewLog(h.log, slog.LevelInfo), now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := demo.Make(t.Context(), h.demo(), demo.Options{Scale: 1, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if h.table, err = h.routes(); err != nil {
		t.Fatal(err)
	}
	server, err := httpd.New(h.httpConfig(h.know), h.table)
	if err != nil {
		t.Fatal(err)
	}
	h.door = server.Handler()
	h.meet("", "SAHYADRI")
	h.meet("B ", "MULA")
	if err := h.journal.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.collect()
	h.collectMore()
	return h
}

// know is the door: a word instead of a secret.
func (h *house) know(_ context.Context, c httpd.Credentials) (actor.Actor, error) {
	if who, ok := h.actors[strings.ReplaceAll(c.Bearer+c.Session, "_", " ")]; ok {
		return who, nil
	}
	return actor.Actor{}, fault.Anonymous()
}

// meet makes an actor of each built-in role of a tenant, as a token of a person with that role in the demo world.
func (h *house) meet(prefix, code string) {
	ctx := h.t.Context()
	tenant, err := h.org.FindTenant(ctx, code)
	if err != nil {
		h.t.Fatal(err)
	}
	who := operator(tenant)
	grants, err := h.org.ListGrants(ctx, who, org.GrantFilter{}, page.Request{Limit: page.Max})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, g := range grants.Items {
		role := strings.ToUpper(g.RoleName)
		if _, met := h.actors[prefix+role]; met {
			continue
		}
		_, secret, err := h.auth.IssueToken(ctx, who, g.Person, auth.TokenInput{Name: "house", Expires: h.now().AddDate(0, 1, 0)})
		if err != nil {
			h.t.Fatal(err)
		}
		if h.actors[prefix+role], err = h.auth.ByToken(ctx, secret, ""); err != nil {
			h.t.Fatal(err)
		}
	}
}

// collect finds one record of every noun of the first tenant.
func (h *house) collect() {
	ctx, must := h.t.Context(), func(err error) {
		if err != nil {
			h.t.Fatal(err)
		}
	}
	admin := h.actors["ADMINISTRATOR"]
	tree, err := h.org.Tree(ctx, admin)
	must(err)
	lookups, err := h.org.ListLookups(ctx, admin, org.Department, page.Request{})
	must(err)
	roles, err := h.org.ListRoles(ctx, admin, page.Request{})
	must(err)
	grants, err := h.org.ListGrants(ctx, admin, org.GrantFilter{}, page.Request{})
	must(err)
	staff, err := h.people.ListPeople(ctx, admin, people.PersonFilter{}, page.Request{})
	must(err)
	groups, err := h.people.ListGroups(ctx, admin, people.GroupFilter{}, page.Request{})
	must(err)
	entries, err := h.journal.List(ctx, admin, journal.Filter{}, page.Request{})
	must(err)
	tokens, err := h.auth.ListTokens(ctx, admin)
	must(err)
	_, err = h.auth.SignIn(ctx, auth.SignIn{Tenant: "SAHYADRI", Login: "farah.s", Password: demo.Password})
	must(err)
	sessions, err := h.auth.ListSessions(ctx, admin, admin.Person())
	must(err)
	h.ids = map[string]string{
		"unit": tree.Units[0].ID.String(), "site": tree.Sites[0].ID.String(), "lookup": lookups.Items[0].ID.String(),
		"role": roles.Items[0].ID.String(), "grant": grants.Items[0].ID.String(), "person": staff.Items[0].ID.String(),
		"group": groups.Items[0].ID.String(), "entry": entries.Items[0].ID.String(), "token": tokens[0].ID.String(),
		"session": sessions[0].ID.String(), "tenant": admin.Tenant().String(),
	}
}

// ask sends a request as an actor, "" for nobody, and gives the answer with its body read.
func (h *house) ask(who, method, path, contentType, body string) (*http.Response, string) {
	ctx, cancel := context.WithCancel(h.t.Context())
	defer cancel()
	if strings.HasSuffix(path, "/stream") { // it would go on for an hour
		time.AfterFunc(100*time.Millisecond, cancel)
	}
	r := httptest.NewRequestWithContext(ctx, method, "http://localhost"+path, strings.NewReader(body))
	word := strings.ReplaceAll(who, " ", "_")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	switch {
	case who == "":
	case reply.IsAPI(path):
		r.Header.Set("Authorization", "Bearer "+word)
	default:
		r.AddCookie(&http.Cookie{Name: "iw", Value: word})
	}
	if !reply.IsAPI(path) {
		r.Header.Set("Accept", "text/html")
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	answer := w.Result()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer, string(raw)
}

// unknown is an id that names nothing.
func unknown() string { return id.New[id.Any]().String() }
