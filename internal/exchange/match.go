package exchange

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/sheet"
)

// Kinds gives the kinds of table in the order of a workbook, Workbook first.
func (s *Service) Kinds() []Kind {
	out := []Kind{Workbook}
	for _, t := range s.tables {
		out = append(out, t.about().kind)
	}
	return out
}

// Title is what a kind is called, and the name of its sheet.
func (s *Service) Title(k Kind) string {
	for _, t := range s.tables {
		if h := t.about(); h.kind == k {
			return h.title
		}
	}
	return "Whole workbook"
}

// Columns gives the columns of a kind; none for a Workbook.
func (s *Service) Columns(k Kind) []Column {
	for _, t := range s.tables {
		if h := t.about(); h.kind == k {
			return h.columns
		}
	}
	return nil
}

// match finds the tables of a file: of a workbook every sheet that bears a table's title, of another kind the sheet with its title or the first.
func (s *Service) match(k Kind, tables []sheet.Table) ([]sheetIn, error) {
	if !slices.Contains(s.Kinds(), k) {
		return nil, fault.Of(fault.Invalid, "There is no such table.")
	}
	if k == Workbook && len(tables) == 1 && tables[0].Name == "" {
		return nil, atFile("table", "A CSV file holds one table. Say which.")
	}
	var out []sheetIn
	for _, t := range s.tables {
		h := t.about()
		if k != Workbook && h.kind != k {
			continue
		}
		i := slices.IndexFunc(tables, func(x sheet.Table) bool { return fold.Key(x.Name) == fold.Key(h.title) })
		if i < 0 && k != Workbook && len(tables) > 0 {
			i = 0
		}
		if i < 0 || len(tables[i].Lines) == 0 {
			continue
		}
		in, err := head(t, tables[i])
		if err != nil {
			return nil, err
		}
		if len(in.lines) > 0 {
			out = append(out, in)
		}
	}
	if len(out) == 0 {
		return nil, atFile("empty", "There are no rows in it. Fill in the template, and keep its headings and the names of its sheets.")
	}
	return out, nil
}

// head reads the first line as headings. A column that nobody knows is refused, for a spelling mistake would lose what stands in it.
func head(t table, in sheet.Table) (sheetIn, error) {
	h := t.about()
	at := map[string]int{}
	var strange []string
	for i, cell := range in.Lines[0].Cells {
		title := fold.Key(strings.TrimRight(strings.TrimSpace(cell), "* "))
		if title == "" || title == fold.Key(wrongTitle) {
			continue
		}
		n := slices.IndexFunc(h.columns, func(c Column) bool { return fold.Key(c.Title) == title || c.Key == title })
		switch _, twice := at[columnKey(h, n)]; {
		case n < 0:
			strange = append(strange, cell)
		case twice:
			return sheetIn{}, atFile("columns", "The column "+cell+" is there twice.")
		default:
			at[h.columns[n].Key] = i
		}
	}
	if len(strange) > 0 {
		return sheetIn{}, atFile("columns", fmt.Sprintf("%s has no column %s.", h.title, strings.Join(strange, ", ")))
	}
	for _, k := range h.key {
		if _, ok := at[k]; !ok {
			n := slices.IndexFunc(h.columns, func(c Column) bool { return c.Key == k })
			return sheetIn{}, atFile("columns", fmt.Sprintf("%s needs the column %s in its first row.", h.title, h.columns[n].Title))
		}
	}
	return sheetIn{t: t, at: at, lines: in.Lines[1:]}, nil
}

func columnKey(h heading, n int) string {
	if n < 0 {
		return ""
	}
	return h.columns[n].Key
}

func atFile(code, message string) error {
	f := fault.Of(fault.Invalid, message)
	f.Fields = []fault.Field{{Path: "file", Code: code, Message: message}}
	return f
}

// cleanName is a file's name as it may be shown.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	return string([]rune(name)[:min(len([]rune(name)), 120)])
}
