package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/people"
)

// jobSituation is whose work it is, and about what. Work is done as the system of its tenant, so roles are no column here.
type jobSituation string

const (
	ownRecords   jobSituation = "of its own tenant's records"
	theirRecords jobSituation = "of another tenant's records"
	noRecords    jobSituation = "of records that are not there"
	noTenant     jobSituation = "of a tenant that is not there"
	unreadable   jobSituation = "of what cannot be read"
	goneAuthor   jobSituation = "of a person who is not active any more"
)

// jobCells are the outcomes that the declaration of the work (payloads) allows: never a panic, never done with what is another's.
var jobCells = map[jobSituation][]job.Outcome{
	ownRecords: {job.Done, job.Given, job.Retried}, theirRecords: {job.Given}, noRecords: {job.Given}, noTenant: {job.Given}, unreadable: {job.Given}, goneAuthor: {job.Done, job.Given},
}

// TestMatrixOfJobs runs every kind of background work in every situation, and holds how it ends to the declaration. Work that no record is told to
// goes through its own tenant's, whoever put it there, and is always done.
func TestMatrixOfJobs(t *testing.T) {
	h := openHouse(t, "sqlite")
	a, b := h.actors["ADMINISTRATOR"].Tenant(), h.actors["B ADMINISTRATOR"].Tenant()
	gone, err := h.people.CreatePerson(t.Context(), operator(a), people.PersonInput{Code: "GONE", Name: "Gone", Login: "gone", Email: "gone@lantern.example"})
	if err != nil {
		t.Fatal(err)
	}
	own := with(h.ids, "tenant", a.String())
	nothing := map[string]string{"tenant": a.String()}
	for noun := range h.ids {
		nothing[noun] = unknown()
	}
	if err := h.jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		limited, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := h.jobs.Stop(limited); err != nil {
			t.Error(err)
		}
	}()
	cells := 0
	for _, s := range []struct {
		situation jobSituation
		tenant    id.Tenant
		ids       map[string]string
	}{{theirRecords, b, own}, {noRecords, a, nothing}, {noTenant, id.New[id.Tenant](), own}, {unreadable, a, own}, {goneAuthor, a, with(own, "person", gone.ID.String())}, {ownRecords, a, own}} {
		args := h.payloads(s.tenant, s.ids)
		before := h.settled()
		h.enqueue(s.tenant, s.situation, args)
		for _, kind := range h.jobs.Kinds() {
			text, known := args[kind]
			if !known {
				t.Errorf("add %s to the work that is declared", kind)
			}
			want := jobCells[s.situation]
			if text == "" && s.situation != unreadable {
				want = []job.Outcome{job.Done}
			}
			cells++
			got := h.ended(kind, before[kind])
			if len(got) == 0 || slices.ContainsFunc(got, func(o job.Outcome) bool {
				return !slices.Contains(want, o) && o != job.Done || !slices.Contains(want, o) && text != ""
			}) {
				t.Errorf("%s, %s: %v, want %v", kind, s.situation, got, want)
			}
		}
	}
	if t.Logf("%d cells", cells); cells < 120 {
		t.Errorf("only %d cells", cells)
	}
}

// enqueue puts one job of every kind there.
func (h *house) enqueue(tenant id.Tenant, s jobSituation, args map[string]string) {
	h.t.Helper()
	err := h.db.Write(h.t.Context(), operator(h.actors["ADMINISTRATOR"].Tenant()), func(tx *db.Tx) error {
		for kind, text := range args {
			attempts := 18
			switch {
			case s == unreadable: // it is tried again otherwise: another version may read it
				text, attempts = `"x"`, 1
			case text == "":
				text = "{}"
			}
			tx.Enqueue(db.JobRow{Kind: kind, Args: fmt.Appendf(nil, `{"tenant":%q,"args":%s}`, tenant, text), MaxAttempts: attempts})
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

var jobCount = regexp.MustCompile(`job_seconds_count\{kind="([a-z_.]+)",outcome="([a-z_]+)"[^}]*\} (\d+)`)

// outcomes gives how often work of a kind has ended how.
func (h *house) outcomes() map[string]map[job.Outcome]int {
	w := httptest.NewRecorder()
	h.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	out := map[string]map[job.Outcome]int{}
	for _, m := range jobCount.FindAllStringSubmatch(w.Body.String(), -1) {
		n, err := strconv.Atoi(m[3])
		if err != nil {
			h.t.Fatal(err)
		}
		if out[m[1]] == nil {
			out[m[1]] = map[job.Outcome]int{}
		}
		out[m[1]][job.Outcome(m[2])] = n
	}
	return out
}

// settled gives it when nothing has ended for a while: what the world that was made left behind is done.
func (h *house) settled() map[string]map[job.Outcome]int {
	last := h.outcomes()
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); {
		time.Sleep(1500 * time.Millisecond)
		now := h.outcomes()
		if reflect.DeepEqual(now, last) {
			break
		}
		last = now
	}
	return last
}

// ended waits until work of a kind has ended since, and gives how.
func (h *house) ended(kind string, before map[job.Outcome]int) (all []job.Outcome) {
	for until := time.Now().Add(20 * time.Second); len(all) == 0 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		for o, n := range h.outcomes()[kind] {
			if n > before[o] {
				all = append(all, o)
			}
		}
	}
	return all
}
