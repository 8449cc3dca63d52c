package upgrade

import (
	"regexp"
	"slices"
	"strings"
)

// reader goes through the statements of one migration, in lower case, one blank between words, texts emptied.
type reader struct {
	step     *Step
	fresh    map[string]bool // tables that this migration makes
	optional map[string]bool // columns that it adds and that programs of before leave empty
	plain    string
}

var (
	createTable = regexp.MustCompile(`^create table (?:if not exists )?(\w+)`)
	createIndex = regexp.MustCompile(`^create (unique )?index (?:concurrently )?(?:if not exists )?(\w+) on (?:only )?(\w+)(.*)`)
	dropIndex   = regexp.MustCompile(`^drop index (?:concurrently )?(?:if exists )?(\w+)`)
	alterTable  = regexp.MustCompile(`^alter table (?:if exists )?(?:only )?(\w+) (.*)`)
	update      = regexp.MustCompile(`^update (?:only )?(\w+) `)
	takesAway   = regexp.MustCompile(`^(drop|truncate|delete|revoke|alter index|alter view|alter type) ?(.{0,60})`)
	// A function that is replaced keeps its arguments and what it gives: PostgreSQL refuses others.
	adds = regexp.MustCompile(`^(create policy|create schema|create sequence|create (or replace )?function|comment on|grant|insert into|select|analyze)\b`)
)

// statement notes what one does. What is not known is taken for the worst.
func (r *reader) statement(text string) {
	if m := createTable.FindStringSubmatch(text); m != nil {
		r.fresh[m[1]] = true
		return
	}
	if m := createIndex.FindStringSubmatch(text); m != nil {
		if !r.fresh[m[3]] {
			r.work(m[3], Indexed)
			if m[1] != "" && !r.ofOptional(m[4]) {
				r.narrows("refuses with the index " + m[2] + " what " + m[3] + " could hold")
			}
		}
		return
	}
	if m := dropIndex.FindStringSubmatch(text); m != nil {
		if !regexp.MustCompile(`create (unique )?index ` + m[1] + `\b`).MatchString(r.plain) { // it is made anew otherwise
			r.narrows("takes the index " + m[1] + " away")
		}
		return
	}
	if m := alterTable.FindStringSubmatch(text); m != nil {
		for _, action := range actions(m[2]) {
			r.action(m[1], action)
		}
		return
	}
	if m := update.FindStringSubmatch(text); m != nil {
		r.work(m[1], Written)
		return
	}
	if m := takesAway.FindStringSubmatch(text); m != nil {
		r.narrows("does " + strings.TrimSpace(m[0]))
		return
	}
	if !adds.MatchString(text) {
		r.narrows("has a statement that this check does not know (" + text[:min(len(text), 40)] + ")")
	}
}

// actions cuts what is done to a table at the commas that are in no parentheses.
func actions(text string) (out []string) {
	depth, from := 0, 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out, from = append(out, strings.TrimSpace(text[from:i])), i+1
			}
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

var (
	addRule   = regexp.MustCompile(`^add (?:constraint \w+ )?(check|unique|foreign key|primary key|exclude)\b(.*)`)
	addColumn = regexp.MustCompile(`^add (?:column )?(?:if not exists )?(\w+)(.*)`)
	setType   = regexp.MustCompile(`^alter (?:column )?(\w+) (?:set data )?type\b`)
	setNull   = regexp.MustCompile(`^alter (?:column )?(\w+) (set not null|drop default)`)
	loosens   = regexp.MustCompile(`^(alter (?:column )?\w+ (drop not null|set default|set statistics)|(no )?force row level|enable row level)`)
)

func (r *reader) action(table, text string) {
	if r.fresh[table] {
		return
	}
	if m := addRule.FindStringSubmatch(text); m != nil {
		r.work(table, Examined)
		if !r.ofOptional(m[2]) {
			r.narrows("refuses with a " + m[1] + " what " + table + " could hold")
		}
		return
	}
	if m := addColumn.FindStringSubmatch(text); m != nil {
		has := func(word string) bool { return strings.Contains(m[2], word) }
		if has("not null") && !has("default") {
			r.narrows("adds " + table + "." + m[1] + ", which programs of before would have to fill")
		}
		r.optional[m[1]] = !has("default")
		r.work(table, AtOnce)
		return
	}
	if m := setType.FindStringSubmatch(text); m != nil {
		r.work(table, Written)
		r.narrows("changes the type of " + table + "." + m[1])
		return
	}
	if m := setNull.FindStringSubmatch(text); m != nil {
		r.work(table, Examined)
		r.narrows("asks programs of before for " + table + "." + m[1] + " (" + m[2] + ")")
		return
	}
	r.work(table, AtOnce)
	if !loosens.MatchString(text) {
		r.narrows("changes " + table + ": " + text[:min(len(text), 40)])
	}
}

var word = regexp.MustCompile(`\w+`)

// ofOptional says that a rule asks for a column that programs of before leave empty, where it refuses nothing.
func (r *reader) ofOptional(rule string) bool {
	return slices.ContainsFunc(word.FindAllString(rule, -1), func(w string) bool { return r.optional[w] })
}

func (r *reader) narrows(what string) { r.step.Narrows = append(r.step.Narrows, what) }

// work notes the heaviest that a table goes through.
func (r *reader) work(table string, e Effect) {
	for i, w := range r.step.Work {
		if w.Table == table {
			if rates[w.Effect] == 0 || rates[e] != 0 && rates[e] < rates[w.Effect] {
				r.step.Work[i].Effect = e
			}
			return
		}
	}
	r.step.Work = append(r.step.Work, Work{table, e})
}
