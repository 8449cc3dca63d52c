package app

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/config"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/people"
)

// TestTheRetentionSetsMonthsAside of answers and of the trail, once, and says so; the operator lists them and brings them back.
func TestTheRetentionSetsMonthsAside(t *testing.T) {
	url := dbtest.URL(t, "postgres")
	environ := []string{"IW_PROFILE=test", "IW_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + url, "IW_RETAIN_ANSWERS=24", "IW_RETAIN_TRAIL=12"}
	now := time.Now().UTC()
	month := func(n int) string {
		return time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC).Format("200601")
	}
	dbtest.Exec(t, url, "select make_partitions(clock_timestamp() - interval '13 months')", "select make_partitions(clock_timestamp() - interval '25 months')")
	if _, complaint, code := commanded(t, environ, "tenant", "create", "--code", "ACME", "--name", "Acme Guarding"); code != exitOK {
		t.Fatal(complaint)
	}
	cfg, err := config.Load(environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, cfg)
	aside := func() (names []string) {
		t.Helper()
		all, err := s.db.Asides(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			names = append(names, a.Name)
		}
		return names
	}
	dbtest.Exec(t, url, "update journal set after = '{}' where verb = 'tenant.created'")
	if err := s.retain(t.Context()); err == nil || !strings.Contains(err.Error(), "not whole") {
		t.Errorf("with a trail that is not whole: %v", err)
	}
	for _, name := range aside() {
		if strings.HasPrefix(name, "journal") {
			t.Errorf("%s is set aside although the trail is not whole", name)
		}
	}
	dbtest.Exec(t, url, "delete from journal", "delete from sys_journal_heads")
	for range 2 { // the second finds nothing to do
		if err := s.retain(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(aside(), " ")
		if !strings.HasPrefix(got, "answers_"+month(26)+" answers_"+month(25)+" journal_"+month(26)) || !strings.HasSuffix(got, " journal_"+month(13)) || strings.Count(got, "journal_") != 14 {
			t.Errorf("set aside: %s", got)
		}
	}
	says := func(want string, args ...string) {
		t.Helper()
		if out, complaint, code := commanded(t, environ, args...); code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%v: %d, says %q and not %q; %s", args, code, out, want, complaint)
		}
	}
	says(`"engine":"postgres"`, "backup", "--json")
	says("are whole", "backup", "verify") // restores it
	name := "answers_" + month(26)
	says("set_aside."+name, "partitions", "list")
	who, err := s.operators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.people.CreatePerson(t.Context(), who[0], people.PersonInput{Code: "ravi", Name: "Ravi Shinde", Login: "ravi"}); err != nil {
		t.Fatal(err)
	}
	says("journal_"+month(14)+", journal_"+month(13)+". Their name and record cannot be read there either, but free text that others wrote can. Bring each back", "erase", "person", "--tenant", "ACME", "--person", "ravi")
	says("back in its live table", "partitions", "attach", name)
	if out, _, _ := commanded(t, environ, "partitions", "list"); strings.Contains(out, name) {
		t.Errorf("still listed: %s", out)
	}
	if _, complaint, code := commanded(t, environ, "partitions", "attach", name); code != exitFailed || !strings.Contains(complaint, "There is no "+name) {
		t.Errorf("twice: %d %s", code, complaint)
	}
	says("whole", "audit", "verify")
	if out, _, code := commanded(t, []string{"IW_PROFILE=test", "IW_DATA_DIR=" + t.TempDir()}, "partitions", "list"); code != exitOK || !strings.Contains(out, "nothing is partitioned") {
		t.Errorf("on SQLite: %d %s", code, out)
	}
}
