package dbtest

import (
	"regexp"
	"strings"
)

var (
	named   = regexp.MustCompile(`^-- [a-z]+\.[A-Za-z][A-Za-z0-9]*\n`)
	literal = regexp.MustCompile(`'[^']*'`)
	cast    = regexp.MustCompile(`\bas\s+(\w+)(?:\s+\w+)?\s*\)`)
)

// rule is what a statement must not contain, for both engines to run it and to mean the same by it.
type rule struct {
	has *regexp.Regexp
	why string
}

func no(pattern, why string) rule { return rule{regexp.MustCompile(pattern), why} }

// The rules stand for what was tried on both engines; a word that is missing here fails when the engines compile the statement.
var ruleList = []rule{
	no(`\bnow\s*\(|\bcurrent_\w+|\blocaltime(stamp)?\b|\b(clock|statement|transaction)_timestamp\b`, "time is a parameter: SQLite's is a text, and less than nothing"),
	no(`\b(date|time|datetime|julianday|unixepoch|strftime|date_trunc|date_part|extract|to_char|age)\s*\(|\binterval\b`, "time is computed in Go"),
	no(`\b(lower|upper|initcap)\s*\(`, "keys are folded in Go: SQLite folds ASCII only, and the index goes unused under a policy"),
	no(`\bilike\b|\bsimilar\s+to\b|\bregexp\b|\bglob\b|[^<>|]~`, "like on a folded key is what both engines have"),
	no(`::`, "cast(x as text) is what both engines have"),
	no(`\b(any|some)\s*\(`, "in_list($n) is what both engines have"),
	no(`\bdistinct\s+on\b`, "SQLite has no distinct on"),
	no(`\b(greatest|least|ifnull|iif|nvl)\s*\(`, "case, coalesce and nullif are what both engines have"),
	no(`\bfor\s+(no\s+key\s+)?(update|key\s+share|share)\b|\bskip\s+locked\b`, "SQLite has no row locks: update the row to lock it"),
	no(`\blateral\b`, "SQLite has no lateral"),
	no(`\b(bool_or|bool_and|every|array_agg|group_concat|total|unnest|generate_series)\s*\(|\barray\b`, "not on both engines"),
	no(`\b(random|gen_random_uuid|uuid\w*|setseed|randomblob|nextval|last_insert_rowid|changes)\s*\(`, "ids and chance come from Go"),
	no(`\(\s*(insert|update|delete)\b`, "SQLite has no changes in a common table expression"),
	no(`\bdelete\s+from\s+\w+(\s+(as\s+)?\w+)?\s+using\b`, "SQLite has no delete using"),
	no(`\binsert\s+or\b|\breplace\s+into\b|\bupdate\s+or\b`, "PostgreSQL has on conflict instead"),
	no(`\browid\b|\bctid\b|\boid\b|\bxmin\b`, "rows have ids of ours"),
	no(`@>|<@|@@|#>|&&|\?`, "operators of PostgreSQL only"),
	no(`\bselect\s+(\w+\.)?\*|,\s*\w+\.\*`, "columns are named: a migration may add one"),
	no(`\btruncate\b|\bcreate\b|\balter\b|\bdrop\b|\bgrant\b|\bpragma\b|\battach\b`, "the schema is changed by migrations"),
	no(`==`, "equal is ="),
}

// Rules says what is wrong with a statement, besides what a transaction itself refuses.
func Rules(text string) (wrong []string) {
	bare := strings.ToLower(literal.ReplaceAllString(named.ReplaceAllString(text, ""), "''"))
	for _, r := range ruleList {
		if m := r.has.FindString(bare); m != "" {
			wrong = append(wrong, "`"+strings.TrimSpace(m)+"`: "+r.why)
		}
	}
	wrong = append(wrong, typeless(bare)...)
	for rest := bare; ; {
		_, after, found := strings.Cut(rest, "cast(")
		if !found {
			return wrong
		}
		if m := cast.FindStringSubmatch(after); m == nil || m[1] != "text" && m[1] != "integer" && m[1] != "bigint" {
			wrong = append(wrong, "a cast is to text, integer or bigint: SQLite takes the first digits of anything else")
		}
		rest = after
	}
}

var (
	parameter = regexp.MustCompile(`\$\d+`)
	isNull    = regexp.MustCompile(`^\$\d+\s+is\s+(not\s+)?null\b`)
)

// typeless finds parameters that are first asked whether they are null: PostgreSQL takes the type from the first use.
func typeless(bare string) (wrong []string) {
	seen := map[string]bool{}
	for _, at := range parameter.FindAllStringIndex(bare, -1) {
		name := bare[at[0]:at[1]]
		if !seen[name] && isNull.MatchString(bare[at[0]:]) {
			wrong = append(wrong, "`"+name+" is null` is its first use: write (x = "+name+" or "+name+" is null), for PostgreSQL takes the type from the first")
		}
		seen[name] = true
	}
	return wrong
}
