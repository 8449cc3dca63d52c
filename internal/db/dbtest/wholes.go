package dbtest

import (
	"regexp"
	"slices"
	"strings"

	"intelliwiz/internal/db"
)

// wholeReads says why a statement may read a table from one end to the other; all others must have an index with a condition on it.
var wholeReads = map[string]string{
	"flag.rulesAll":       "rules of flags: a few for the installation, followed by every node",
	"hold.holdsAll":       "holds: a few for the installation, followed by every node",
	"journal.asideOpen":   "along the index of what is not sealed, which is short",
	"journal.asideRanges": "a month of the trail, once, when it is set aside: its partition is read and no other",
	"journal.headsAll":    "a row a tenant: every node hears of all of them",
	"journal.sealAny":     "along the index of what is not sealed, which is short",
	"journal.sealRows":    "the same",
	"journal.sealTenants": "the same",
	"org.tenantIDs":       "a row a tenant: all of them are meant",
}

var (
	postgresRead = regexp.MustCompile(`(?:Seq Scan|Index Scan|Index Only Scan|Bitmap Index Scan)(?: Backward)?(?: using \w+)? on (\w+)`)
	sqliteWhole  = regexp.MustCompile(`^SCAN (\w+)`)
	withName     = regexp.MustCompile(`(?:\bwith recursive|\bwith|\),)\s+(\w+)\s*(?:\([^)]*\))?\s*as\s*\(`)
)

// wholes gives the tables that a plan reads from one end to the other, as far as the engine could do no better: without an index, or along
// one without a condition on it. On PostgreSQL the plan must have been made with enable_seqscan off, so that it says what the indexes allow,
// whatever the tables hold.
func wholes(engine string, q db.SQL, plan string) (tables []string) {
	lines := strings.Split(plan, "\n")
	for i, line := range lines {
		var table string
		if engine == "sqlite" {
			if m := sqliteWhole.FindStringSubmatch(line); m != nil {
				table = tableOf(string(q), m[1])
			}
		} else if m := postgresRead.FindStringSubmatch(line); m != nil && (i+1 == len(lines) || !strings.Contains(lines[i+1], "Index Cond:")) {
			table = m[1]
		}
		if table != "" && !slices.Contains(tables, table) {
			tables = append(tables, table)
		}
	}
	return tables
}

// tableOf gives the table that a statement calls by a name; none for a part of the statement itself.
func tableOf(q, name string) string {
	table := name
	if m := regexp.MustCompile(`\b(?:from|join|update|into)\s+(\w+)\s+(?:as\s+)?` + name + `\b`).FindStringSubmatch(q); m != nil {
		table = m[1]
	} else if !regexp.MustCompile(`\b(?:from|join|update|into)\s+` + name + `\b`).MatchString(q) {
		return "" // what stands in brackets
	}
	for _, m := range withName.FindAllStringSubmatch(q, -1) {
		if m[1] == table {
			return ""
		}
	}
	return table
}
