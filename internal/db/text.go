package db

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// text is a statement that was checked.
type text struct {
	name, body string
	verb       string // select, insert, update, delete
	params     int    // the highest $n
	journal    bool   // writes a journal row
	byValue    bool   // planned anew for the values of each call
}

type textKey struct {
	q     SQL
	scope scope
}

// scope is whose tables a statement may name.
type scope int

const (
	tenantScope scope = iota
	systemScope
	sealScope
)

func (m mode) scope() scope {
	switch m {
	case system:
		return systemScope
	case seal:
		return sealScope
	}
	return tenantScope
}

var commitText = &text{name: "db.commit", verb: "commit"}

var named = regexp.MustCompile(`^-- ([a-z]+\.[A-Za-z][A-Za-z0-9]*)( by value)?\n`)

// name is what stands in the first line, "?" when that is no name.
func (q SQL) name() string {
	if m := named.FindStringSubmatch(string(q)); m != nil {
		return m[1]
	}
	return "?"
}

func (q SQL) system() bool { return strings.Contains(string(q), "sys_") }

// text gives the checked form of a statement; the check is made once a constant and scope.
func (d *DB) text(q SQL, m mode) (*text, error) {
	key := textKey{q, m.scope()}
	v, ok := d.texts.Load(key)
	if !ok {
		x, err := newText(q, key.scope)
		if v = x; err != nil {
			v = fmt.Errorf("%s: %w", q.name(), err)
		} else {
			x.body = d.e.expand(x.body)
		}
		d.texts.Store(key, v)
	}
	if err, bad := v.(error); bad {
		return nil, err
	}
	return v.(*text), nil
}

// newText holds a statement to what keeps tenants apart. It need not understand SQL: what it does not know it refuses.
func newText(q SQL, s scope) (*text, error) {
	line := named.FindString(string(q))
	if line == "" {
		return nil, errors.New("a statement's first line is its name: -- package.constant")
	}
	x := &text{name: q.name(), body: string(q)[len(line):], byValue: strings.HasSuffix(line, " by value\n")}
	bare, err := bareOf(x.body)
	if err != nil {
		return nil, err
	}
	words := wordsOf(bare)
	if x.params, err = paramsOf(bare); err != nil {
		return nil, err
	}
	if x.verb, err = verbOf(words); err != nil {
		return nil, err
	}
	x.journal = x.verb == "insert" && strings.HasPrefix(x.name, "journal.")
	return x, s.allows(x.name, words, bare)
}

// bareOf is the text in lower case without what stands between quotes. Comments, second statements, quoted names, dollar quotes,
// and literals with a prefix are refused.
func bareOf(body string) (string, error) {
	var b strings.Builder
	for rest := body; ; {
		before, after, quoted := strings.Cut(rest, "'")
		b.WriteString(strings.ToLower(before))
		if !quoted {
			break
		}
		if before != "" && isWord(before[len(before)-1]) || strings.HasSuffix(before, "&") {
			return "", errors.New("a literal with a prefix")
		}
		_, after, closed := strings.Cut(after, "'")
		if !closed {
			return "", errors.New("a literal without an end")
		}
		b.WriteString("''")
		rest = after
	}
	bare := b.String()
	for _, no := range []string{";", "--", "/*", "?", `"`, "`", "$$", "::", "\\", "[", "\x00"} {
		if strings.Contains(bare, no) {
			return "", fmt.Errorf("%q is not allowed", no)
		}
	}
	return bare, nil
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// word is an identifier or keyword and how many parentheses stand open before it.
type word struct {
	text  string
	depth int
	next  byte // the first character after it that is no space, 0 at the end
}

func wordsOf(bare string) (words []word) {
	depth := 0
	for i := 0; i < len(bare); i++ {
		switch c := bare[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '$': // a parameter is no word
			for i+1 < len(bare) && isWord(bare[i+1]) {
				i++
			}
		case isWord(c):
			from := i
			for i+1 < len(bare) && (isWord(bare[i+1])) {
				i++
			}
			w := word{text: bare[from : i+1], depth: depth}
			if rest := strings.TrimLeft(bare[i+1:], " \t\r\n"); rest != "" {
				w.next = rest[0]
			}
			words = append(words, w)
		}
	}
	return words
}

var param = regexp.MustCompile(`\$([A-Za-z0-9_]*)`)

func paramsOf(bare string) (highest int, err error) {
	seen := map[int]bool{}
	for _, m := range param.FindAllStringSubmatch(bare, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 {
			return 0, fmt.Errorf("%q is no parameter", m[0])
		}
		seen[n] = true
		highest = max(highest, n)
	}
	if len(seen) != highest {
		return 0, errors.New("its parameters have a gap")
	}
	return highest, nil
}

// verbOf finds what the statement does; behind "with" it stands outside of all parentheses.
func verbOf(words []word) (string, error) {
	verbs := []string{"select", "insert", "update", "delete"}
	if len(words) == 0 {
		return "", errors.New("it is empty")
	}
	if first := words[0].text; slices.Contains(verbs, first) {
		return first, nil
	} else if first != "with" {
		return "", fmt.Errorf("a statement does not begin with %q", first)
	}
	for _, w := range words {
		if w.depth == 0 && slices.Contains(verbs, w.text) {
			return w.text, nil
		}
	}
	return "", errors.New("it has no verb")
}

// allows refuses what would leave the scope: tables of others, settings of the session, catalogues.
func (s scope) allows(name string, words []word, bare string) error {
	for _, w := range words {
		switch {
		case w.text == "set_config" || w.text == "current_setting" || strings.HasPrefix(w.text, "pg_") ||
			strings.HasPrefix(w.text, "sqlite_") || strings.HasPrefix(w.text, "goose_") || w.text == "information_schema":
			return fmt.Errorf("%q is not allowed", w.text)
		case s == tenantScope && (strings.HasPrefix(w.text, "sys_") || strings.HasPrefix(w.text, "river_")):
			return fmt.Errorf("a tenant statement does not name %q", w.text)
		}
	}
	journal := strings.HasPrefix(name, "journal.")
	if s == sealScope && !journal {
		return errors.New("only package journal seals")
	}
	if s == tenantScope && !slices.Contains(paramNames(bare), "$1") {
		return errors.New("a tenant statement needs its tenant, $1")
	}
	for _, t := range tablesOf(words) {
		switch {
		case t == "journal" && !journal:
			return errors.New("only package journal reads and writes the journal")
		case s == tenantScope || strings.HasPrefix(t, "sys_") || strings.HasPrefix(t, "river_"):
		case s == sealScope && t == "journal":
		default:
			return fmt.Errorf("a statement without a tenant does not name %q", t)
		}
	}
	return nil
}

func paramNames(bare string) []string { return param.FindAllString(bare, -1) }

// tablesOf gives the names behind from, join, into and update that are no common table expression of the same statement.
func tablesOf(words []word) (tables []string) {
	local := map[string]bool{}
	for i, w := range words {
		if i+1 < len(words) && words[i+1].text == "as" && words[i+1].next == '(' && w.depth == words[i+1].depth {
			local[w.text] = true
		}
		if i > 0 && (words[i-1].text == "with" || words[i-1].text == "recursive") && w.next == '(' {
			local[w.text] = true
		}
	}
	for i, w := range words[:max(0, len(words)-1)] {
		next := words[i+1]
		switch w.text {
		case "from", "join", "into", "update":
			direct := w.depth == next.depth && w.next == next.text[0]
			if direct && next.text != "set" && !local[next.text] {
				tables = append(tables, next.text)
			}
		}
	}
	return tables
}
