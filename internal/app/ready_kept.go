package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/readiness"
	"intelliwiz/internal/sbom"
)

// kept are the probes that look at what is kept: database, trail, backups, disk, the build itself.
func (x *installation) kept() map[string]readiness.Probe {
	return map[string]readiness.Probe{
		"R-1.3.1": x.role, "R-1.3.3": x.role, "R-3.1.5": x.databaseWell, "R-4.2.1": x.shared, "R-5.1.1": coverage, "R-S2": coverage, "R-5.1.5": carried,
		"R-6.1.3": x.trail, "R-6.1.4": x.told, "R-6.2.1": x.backedUp, "R-6.2.2": x.schema, "R-6.2.3": x.features,
	}
}

func (x *installation) role(ctx context.Context) readiness.Answer {
	if x.db.Engine() == "sqlite" {
		return met("SQLite has no roles: the process alone reads its file. Every statement names its tenant.", "a statement may take "+x.cfg.Database.Statement.String())
	}
	if err := x.db.CheckProduction(ctx); err != nil {
		return notMet("The role of the database may do more than it should.", "Give DATABASE_URL a role that owns nothing and DATABASE_MIGRATE_URL the owner's: see docs/operations/install.md.", err.Error())
	}
	return met("The role owns nothing, changes no schema and bypasses no policy; every table of tenants forces its own.", "a statement may take "+x.cfg.Database.Statement.String())
}

func (x *installation) databaseWell(ctx context.Context) readiness.Answer {
	began := x.now()
	if err := x.db.Ping(ctx); err != nil {
		return notMet("The database does not answer.", "See the runbook.", err.Error())
	}
	took := x.now().Sub(began).Round(10 * time.Microsecond)
	d := disk(x.cfg.Data)
	free, size := d.Bavail*uint64(d.Bsize), d.Blocks*uint64(d.Bsize)
	seen := []string{"answers in " + took.String(), fmt.Sprintf("%d of %d MiB are free", free>>20, size>>20)}
	if free*20 < size {
		return notMet("Less than a twentieth of the disk is free.", "Make room, or move the data folder: see the runbook DiskFilling.", seen...)
	}
	return met("The database answers and the disk has room.", seen...)
}

func (x *installation) shared(ctx context.Context) readiness.Answer {
	if x.redis == nil {
		return notApplicable("There is no Redis: one process keeps its cache and counts its limits itself. Several need REDIS_URL to share them.")
	}
	if err := x.redis.Ping(ctx).Err(); err != nil {
		return notMet("Redis does not answer; meanwhile each process counts for itself.", "See the runbook.", err.Error())
	}
	return met("Redis answers.")
}

func coverage(context.Context) readiness.Answer {
	s, ok := readiness.ReadShipped()
	if !ok {
		return notChecked("This build carries no results of its tests: it is no release.")
	}
	if s.Coverage < 90 {
		return notMet(fmt.Sprintf("%.1f of 100 statements are covered.", s.Coverage), "Do not release below 90.")
	}
	return met(fmt.Sprintf("%.1f of 100 statements outside generated code are covered.", s.Coverage))
}

func carried(context.Context) readiness.Answer {
	s, ok := readiness.ReadShipped()
	if !ok {
		return notChecked("This build carries no results of its tests: it is no release.")
	}
	passed := 0
	for _, result := range s.Tests {
		if result == "pass" {
			passed++
		}
	}
	seen := []string{fmt.Sprintf("%d of %d tests passed", passed, len(s.Tests)), "commit " + s.Commit, s.At.Format(time.DateOnly)}
	if passed < len(s.Tests) {
		return notMet("Not all tests passed when this build was released.", "Do not run it in production.", seen...)
	}
	return met("All tests passed when this build was released.", seen...)
}

// trail verifies the audit trail of every tenant.
func (x *installation) trail(ctx context.Context) readiness.Answer {
	anchors, err := x.anchors.read()
	if err != nil {
		return notChecked("The signed heads cannot be read: " + err.Error())
	}
	tenants, err := x.org.Tenants(ctx)
	if err != nil {
		return notChecked("The tenants cannot be read: " + err.Error())
	}
	rows, found, aside, whole := 0, []string{}, []string{}, 0
	for _, t := range tenants {
		r, err := x.journal.Verify(ctx, operator(t), anchors)
		if err != nil {
			return notChecked("The trail cannot be read: " + err.Error())
		}
		rows += int(r.Rows)
		for _, f := range r.Findings {
			found = append(found, fmt.Sprintf("%s: %s", f.Kind, f.Words))
		}
		if words := r.SetAside(); words != "" {
			aside = append(aside, "tenant "+t.String()+": "+words)
		}
		if r.Whole() {
			whole++
		}
	}
	if whole < len(tenants) {
		return notMet(fmt.Sprintf("The audit trail of %d of %d tenants is not as it was written.", len(tenants)-whole, len(tenants)), "intelliwiz audit verify, then the runbook of the audit trail.", found...)
	}
	return met(fmt.Sprintf("%d rows of %d tenants are as they were written, and stand under %d signed heads.", rows, len(tenants), len(anchors)), aside...)
}

// told looks for the address that who finds a fault is to write to.
func (x *installation) told(ctx context.Context) readiness.Answer {
	got, err := x.ask(ctx, http.MethodGet, x.base()+"/.well-known/security.txt", "")
	if err != nil {
		return nobody(x.base(), err)
	}
	if got.StatusCode != http.StatusOK {
		return notMet("Nobody who finds a fault learns whom to tell.", "Set IW_SECURITY_CONTACT.", got.Status)
	}
	all, err := libraries()
	if err != nil {
		return notChecked("The libraries of the pages cannot be read: " + err.Error())
	}
	parts, err := sbom.Parts(all)
	if err != nil {
		return notMet("This build does not say what it is made of.", "Build it with make build.", err.Error())
	}
	return met("Who finds a fault learns whom to tell, and the build says what it is made of.", fmt.Sprintf("%d parts; intelliwiz sbom lists them", len(parts)))
}

// backupLate is after how long a backup is late, restoreLate after how long the proof of one.
const backupLate, restoreLate = 26 * time.Hour, 8 * 24 * time.Hour

func (x *installation) backedUp(ctx context.Context) readiness.Answer {
	last, restored := x.lastBackups(ctx)
	if last.IsZero() {
		return notMet("There is no backup.", "intelliwiz backup; see docs/operations/backups.md.")
	}
	seen := "the last is of " + last.UTC().Format(time.DateTime+" UTC")
	if x.now().Sub(last) > backupLate {
		return notMet("The last backup is older than a day.", "Look at the job in the log; see the runbook BackupOld.", seen)
	}
	if x.now().Sub(restored) > restoreLate {
		return notMet("No backup was proved by restoring it for more than eight days.", "intelliwiz backup verify; see the runbook RestoreOld.", seen)
	}
	return met("There is a backup of today, and one was proved by restoring it into a scratch store.", seen, "restored "+restored.UTC().Format(time.DateTime+" UTC"))
}

func (x *installation) features(context.Context) readiness.Answer {
	var seen []string
	for _, d := range flag.All() {
		seen = append(seen, fmt.Sprintf("%s, of %s, until %s", d.Key, d.Owner, d.Expires))
	}
	if over := overdueFlags(x.now()); len(over) > 0 {
		return notMet("The day of these flags is over: "+strings.Join(over, ", ")+".", "Take a newer version: there they are decided.", seen...)
	}
	return met(fmt.Sprintf("%d flags, and the day of none is over.", len(seen)), seen...)
}

// overdueFlags are the keys of those whose day is over.
func overdueFlags(now time.Time) (over []string) {
	today := clock.DateIn(now, time.UTC)
	for _, d := range flag.All() {
		if d.Expires < today {
			over = append(over, d.Key)
		}
	}
	return over
}

func (x *installation) schema(ctx context.Context) readiness.Answer {
	have, want, err := x.db.Version(ctx)
	switch {
	case err != nil:
		return notChecked("The database does not say its schema: " + err.Error())
	case have < want:
		return notMet(fmt.Sprintf("The schema is of version %d, this binary needs %d.", have, want), "intelliwiz migrate.")
	case have > want:
		return met(fmt.Sprintf("The schema is of version %d, newer than this binary's %d: another version is on its way in.", have, want))
	}
	return met(fmt.Sprintf("The schema is of version %d, that of this binary.", have))
}
