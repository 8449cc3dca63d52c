package exchange

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/sheet"
)

// table is what this package knows of a kind of record.
type table interface {
	about() heading
	// load reads what is stored under the keys of the rows, and what those point to.
	load(ctx context.Context, r *run, keys []string) error
	// apply does what a row says.
	apply(ctx context.Context, r *run, c *cells) (Outcome, error)
}

// heading describes a table.
type heading struct {
	kind    Kind
	title   string   // of its sheet
	key     []string // columns that together name the record
	parent  string   // column that names another record of the table, which must come first
	columns []Column
}

// run is one walk over the rows of a file. What it learns of codes holds for all tables of the file.
type run struct {
	s          *Service
	who        actor.Actor
	lookups    map[org.List]map[string]id.Lookup
	units      map[string]id.Unit
	sites      map[string]id.Site
	people     map[string]id.Person
	locations  map[string]id.Location // by their site's id, "/" and their code
	assets     map[string]id.Asset
	roles      map[string]id.Role
	groups     map[string]id.Group     // of people, by their names
	checklists map[string]id.Checklist // that plans may ask, by their names
	categories map[string]id.Category
	posts      map[string]id.Post
	codes      map[id.Any]string // the other way round
	stored     map[Kind]map[string]any
	coming     map[Kind]map[string]bool          // keys of the rows of the file
	rows       []*cells                          // of the table at hand
	later      []func(ctx context.Context) error // what points to records of later tables
}

func newRun(s *Service, who actor.Actor) *run {
	return &run{
		s: s, who: who, lookups: map[org.List]map[string]id.Lookup{}, units: map[string]id.Unit{}, sites: map[string]id.Site{},
		people: map[string]id.Person{}, locations: map[string]id.Location{}, assets: map[string]id.Asset{}, coming: map[Kind]map[string]bool{}, codes: map[id.Any]string{}, stored: map[Kind]map[string]any{},
		groups: map[string]id.Group{}, checklists: map[string]id.Checklist{}, categories: map[string]id.Category{}, posts: map[string]id.Post{},
	}
}

// sheetIn is a table of a file with its rows.
type sheetIn struct {
	t     table
	at    map[string]int
	lines []sheet.Line
}

// all walks the tables in their order. Only a fault that is no row's ends it.
func (r *run) all(ctx context.Context, in []sheetIn) ([]Outcome, error) {
	for _, s := range in {
		h := s.t.about()
		r.coming[h.kind] = map[string]bool{}
		for _, l := range s.lines {
			r.coming[h.kind][h.keyOf(&cells{line: l, at: s.at})] = true
		}
	}
	var out []Outcome
	for _, s := range in {
		rows, err := r.one(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	for _, f := range r.later {
		if err := f(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *run) one(ctx context.Context, s sheetIn) ([]Outcome, error) {
	h := s.t.about()
	rows := make([]*cells, len(s.lines))
	keys := make([]string, len(s.lines))
	first := map[string]int{} // key -> row
	for i, l := range s.lines {
		rows[i] = &cells{line: l, at: s.at}
		keys[i] = h.keyOf(rows[i])
		if _, twice := first[keys[i]]; !twice {
			first[keys[i]] = i
		}
	}
	r.rows = rows
	if err := s.t.load(ctx, r, keys); err != nil {
		return nil, fmt.Errorf("read what is stored of %s: %w", h.kind, err)
	}
	out := make([]Outcome, len(rows))
	for _, i := range order(h, rows, keys) {
		c := rows[i]
		var err error
		if first[keys[i]] != i && keys[i] != "" {
			out[i], err = Outcome{}, twice(h, rows[first[keys[i]]].line.Number)
		} else {
			out[i], err = s.t.apply(ctx, r, c)
		}
		if err != nil && !ofTheRow(err) {
			return nil, fmt.Errorf("row %d of %s: %w", c.line.Number, h.title, err)
		}
		out[i].Sheet, out[i].Row = h.title, c.line.Number
		if out[i].Name == "" {
			out[i].Name = keys[i]
		}
		if err != nil {
			out[i].Action, out[i].Changes, out[i].Faults = Wrong, nil, h.faults(err)
		}
	}
	return out, nil
}

func twice(h heading, row int) error {
	f := fault.Of(fault.Invalid, "")
	f.Fields = []fault.Field{{Path: h.key[0], Code: "twice", Message: fmt.Sprintf("Row %d is about the same.", row)}}
	return f
}

// ofTheRow tells what is wrong with a row from what is wrong with everything.
func ofTheRow(err error) bool {
	return slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.NotFound, fault.Forbidden}, fault.KindOf(err))
}

// faults names the columns by their headings.
func (h heading) faults(err error) []Fault {
	f := fault.As(err)
	var out []Fault
	for _, x := range f.Fields {
		title := ""
		for _, c := range h.columns {
			if c.Key == x.Path {
				title = c.Title
			}
		}
		out = append(out, Fault{Column: title, Message: x.Message})
	}
	if len(out) == 0 {
		out = []Fault{{Message: f.Message}}
	}
	return out
}

func (h heading) keyOf(c *cells) string {
	key := ""
	for i, k := range h.key {
		if i > 0 {
			key += "/"
		}
		key += fold.Code(c.raw(k))
	}
	return key
}

// order puts rows whose parent is a row of the same table behind it; those that hang in a circle come last and are refused by the use case.
func order(h heading, rows []*cells, keys []string) []int {
	var out, wait []int
	mine, done := map[string]bool{}, map[string]bool{}
	for i, k := range keys {
		mine[k] = true
		wait = append(wait, i)
	}
	for len(wait) > 0 {
		var left []int
		for _, i := range wait {
			parent := ""
			if h.parent != "" {
				parent = h.parentOf(rows[i])
			}
			if mine[parent] && !done[parent] && parent != keys[i] {
				left = append(left, i)
				continue
			}
			done[keys[i]] = true
			out = append(out, i)
		}
		if len(left) == len(wait) {
			return append(out, left...)
		}
		wait = left
	}
	return out
}

// parentOf is the key that the row's parent has: in the same place as the row when the key has several columns.
func (h heading) parentOf(c *cells) string {
	code := fold.Code(c.raw(h.parent))
	if code == "" {
		return ""
	}
	key := ""
	for _, k := range h.key[:len(h.key)-1] {
		key += fold.Code(c.raw(k)) + "/"
	}
	return key + code
}

// put learns a record: what it is stored as, and its code.
func (r *run) put(k Kind, key string, record any) {
	if r.stored[k] == nil {
		r.stored[k] = map[string]any{}
	}
	r.stored[k][key] = record
}

// anyID is an id without its noun.
func anyID(x interface{ Bytes() [16]byte }) id.Any { return id.Of[id.Any](x.Bytes()) }

// code gives the code of a record that something points to; "" for none.
func code[T interface{ Bytes() [16]byte }](r *run, x *T) string {
	if x == nil {
		return ""
	}
	return r.codes[anyID(*x)]
}

// column gives the codes in a column of the table at hand, those in lists too.
func (r *run) column(key string) []string {
	var out []string
	for _, c := range r.rows {
		for _, x := range c.list(key) {
			out = append(out, fold.Code(x))
		}
	}
	return out
}
