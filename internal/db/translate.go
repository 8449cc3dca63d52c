package db

import (
	"embed"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The words of a migration that SQLite says otherwise. None of them may be a column's name.
var sqliteWords = map[string]string{
	"uuid": "text", "timestamptz": "integer", "date": "text", "boolean": "integer", "jsonb": "text",
	"bigint": "integer", "bytea": "blob", "double precision": "real",
}

var (
	typeWord = regexp.MustCompile(`\b(uuid|timestamptz|date|boolean|jsonb|bigint|bytea|double\s+precision)\b`)
	pgPart   = regexp.MustCompile(`(?ms)^\s*-- \+pg begin\s*$.*?^\s*-- \+pg end\s*$\n?`)
	pgMark   = regexp.MustCompile(`(?m)^\s*-- \+pg (begin|end)\s*$\n?`)
	comment  = regexp.MustCompile(`--[^\n]*`)
	create   = regexp.MustCompile(`(?is)\bcreate\s+table\b`)
)

// forPostgres takes a migration as it is written.
func forPostgres(text string) string { return pgMark.ReplaceAllString(text, "") }

// forSQLite cuts PostgreSQL's parts, replaces the type words, and makes every table strict: a loose one takes 'uuid' for a number.
func forSQLite(text string) string {
	text = pgPart.ReplaceAllString(text, "")
	var b strings.Builder
	for text != "" { // comments and literals stay as they are
		code, rest := splitCode(text)
		b.WriteString(typeWord.ReplaceAllStringFunc(code, func(w string) string {
			return sqliteWords[strings.Join(strings.Fields(w), " ")]
		}))
		quoted, rest2 := splitQuoted(rest)
		b.WriteString(quoted)
		text = rest2
	}
	return strict(b.String())
}

// splitCode cuts before the next comment or literal.
func splitCode(s string) (code, rest string) {
	at := len(s)
	for _, mark := range []string{"--", "'"} {
		if i := strings.Index(s, mark); i >= 0 {
			at = min(at, i)
		}
	}
	return s[:at], s[at:]
}

// splitQuoted cuts behind the comment or literal that s begins with.
func splitQuoted(s string) (quoted, rest string) {
	end := "\n"
	if strings.HasPrefix(s, "'") {
		end = "'"
	}
	if s == "" {
		return "", ""
	}
	if i := strings.Index(s[1:], end); i >= 0 {
		return s[:i+2], s[i+2:]
	}
	return s, ""
}

// strict adds the word behind the parenthesis that closes each create table.
func strict(s string) string {
	plain := comment.ReplaceAllStringFunc(s, func(c string) string { return strings.Repeat(" ", len(c)) })
	var b strings.Builder
	done := 0
	for _, m := range create.FindAllStringIndex(plain, -1) {
		depth := 0
		for i := m[1]; i < len(plain); i++ {
			if plain[i] == '(' {
				depth++
			} else if plain[i] == ')' {
				if depth--; depth == 0 {
					b.WriteString(s[done:i+1] + " strict")
					done = i + 1
					break
				}
			}
		}
	}
	b.WriteString(s[done:])
	return b.String()
}

// translated is a folder of migrations whose files read as one engine wants them.
type translated struct {
	fs.FS
	to func(string) string
}

// Open implements fs.FS.
func (t translated) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(t.FS, name)
	if err != nil {
		return nil, err
	}
	return textFile{strings.NewReader(t.to(string(raw))), info}, nil
}

type textFile struct {
	io.Reader
	info fs.FileInfo // of the file as it is written
}

func (f textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f textFile) Close() error               { return nil }
