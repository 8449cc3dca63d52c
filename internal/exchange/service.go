package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/sheet"
	"intelliwiz/internal/ticket"
)

// Service holds the use cases.
type Service struct {
	Config
	tables []table
}

// Config is what the service is built from.
type Config struct {
	DB         *db.DB
	Journal    *journal.Journal
	Org        *org.Service
	People     *people.Service
	Assets     *asset.Service
	Tickets    *ticket.Service
	Plans      *plan.Service
	Posts      *post.Service
	Checklists *checklist.Service
	Now        clock.Now
}

// New makes the service. The order of the tables is that of a workbook: what others point to comes first.
func New(c Config) *Service {
	return &Service{Config: c, tables: []table{lookupsTable(), unitsTable(), sitesTable(), peopleTable(), groupsTable(), locationsTable(), assetsTable(), categoriesTable(), plansTable()}}
}

// errTakeBack ends a trial.
var errTakeBack = errors.New("a trial is taken back")

// Try reads a file and finds out what importing it would do, row by row, without doing it. kind says what the rows of its first table
// are; the sheets of a Workbook say so by their names. Needs import.run, and of every row what the use case needs. Invalid, at "file", when it
// cannot be read or lacks a column; what is wrong with single rows stands in the import.
func (s *Service) Try(ctx context.Context, who actor.Actor, kind Kind, fileName string, file io.Reader) (Import, error) {
	if err := errors.Join(who.Require(CanImport), who.RequirePerson()); err != nil {
		return Import{}, fault.As(err)
	}
	tables, err := sheet.Read(file)
	if err != nil {
		return Import{}, err
	}
	in, err := s.match(kind, tables)
	if err != nil {
		return Import{}, err
	}
	rows, err := s.run(ctx, who, in, false)
	if err != nil {
		return Import{}, err
	}
	x := Import{
		ID: id.New[id.Import](), Person: who.Person(), Kind: kind, FileName: cleanName(fileName), State: Checked, Total: int64(len(rows)),
		Wrong: int64(Counts(rows)[Wrong]), Version: 1, Created: s.Now(), Rows: rows,
	}
	return x, s.keep(ctx, who, x, tables)
}

// run walks the rows in one transaction, and keeps what it did when asked.
func (s *Service) run(ctx context.Context, who actor.Actor, in []sheetIn, keep bool) ([]Outcome, error) {
	var rows []Outcome
	err := s.DB.Together(ctx, who, func(ctx context.Context) (err error) {
		if rows, err = newRun(s, who).all(ctx, in); err == nil && !keep {
			err = errTakeBack
		}
		return err
	})
	if errors.Is(err, errTakeBack) {
		err = nil
	}
	return rows, err
}

// Apply does what a trial showed: the rows that were right, in one transaction, or nothing. Needs import.run, and the import is one's own.
// Conflict when it is not waiting any more, or when something has changed so that another thing would happen now: try the file again.
func (s *Service) Apply(ctx context.Context, who actor.Actor, imported id.Import, version int64) (Import, error) {
	x, tables, err := s.read(ctx, who, imported)
	if err != nil {
		return Import{}, err
	}
	if x.State != Checked || x.Version != version {
		return Import{}, fault.Stale("import", x)
	}
	in, err := s.match(x.Kind, tables)
	if err != nil {
		return Import{}, err
	}
	want := right(x.Rows)
	err = s.DB.Together(ctx, who, func(ctx context.Context) error {
		rows, err := newRun(s, who).all(ctx, only(in, want))
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(rows, want) {
			return fault.Of(fault.Conflict, "Something has changed since this file was tried, so that another thing would happen now. Nothing was imported: try the file again.")
		}
		return s.finish(ctx, who, &x, Applied)
	})
	if err != nil {
		return Import{}, fmt.Errorf("apply import %s: %w", imported, err)
	}
	return x, nil
}

// right leaves the rows that are done.
func right(rows []Outcome) []Outcome {
	out := []Outcome{}
	for _, r := range rows {
		if r.Action != Wrong {
			out = append(out, r)
		}
	}
	return out
}

// only leaves the lines of the rows that are done.
func only(in []sheetIn, rows []Outcome) []sheetIn {
	keep := map[string]bool{}
	at := func(title string, row int) string { return fmt.Sprintf("%s/%d", title, row) }
	for _, r := range rows {
		keep[at(r.Sheet, r.Row)] = true
	}
	var out []sheetIn
	for _, s := range in {
		var lines []sheet.Line
		for _, l := range s.lines {
			if keep[at(s.t.about().title, l.Number)] {
				lines = append(lines, l)
			}
		}
		out = append(out, sheetIn{s.t, s.at, lines})
	}
	return out
}

// Drop gives an import up. Needs import.run, and the import is one's own; Conflict when it is not waiting any more.
func (s *Service) Drop(ctx context.Context, who actor.Actor, imported id.Import, version int64) error {
	x, _, err := s.read(ctx, who, imported)
	if err != nil {
		return err
	}
	if x.State != Checked || x.Version != version {
		return fault.Stale("import", x)
	}
	return s.finish(ctx, who, &x, Dropped)
}

// finish ends an import. Two who apply it at once do it once.
func (s *Service) finish(ctx context.Context, who actor.Actor, x *Import, state State) error {
	var at *time.Time
	if state == Applied {
		now := s.Now()
		at = &now
	}
	return s.DB.Write(ctx, who, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, importFinish, x.ID, state, x.Version+1, at, x.Version, x.Person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("import", *x)
		}
		x.State, x.Version = state, x.Version+1
		if state != Applied {
			tx.Unjournaled("nothing was imported")
			return nil
		}
		x.Applied = at
		told := *x
		told.Rows = nil
		return s.Journal.Record(ctx, tx, journal.Change{Verb: "import.applied", Subject: x.ID, After: told})
	})
}

// Get gives an import with its rows. Needs import.run, and the import is one's own; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, imported id.Import) (Import, error) {
	x, err := s.own(ctx, who, imported)
	return x.Import, err
}

// List gives one's own imports without their rows, newest first. Needs import.run.
func (s *Service) List(ctx context.Context, who actor.Actor, p page.Request) (page.Of[Import], error) {
	if err := errors.Join(who.Require(CanImport), who.RequirePerson()); err != nil {
		return page.Of[Import]{}, fault.As(err)
	}
	_, last, err := page.Last[id.Import](p)
	if err != nil {
		return page.Of[Import]{}, err
	}
	var rows []Import
	err = s.DB.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanImport, importList, who.Person(), last, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(x Import) (string, string) { return "", x.ID.String() }), err
}

// keep stores a trial with the rows that it was made of.
func (s *Service) keep(ctx context.Context, who actor.Actor, x Import, tables []sheet.Table) error {
	lines, err := json.Marshal(tables)
	if err != nil {
		return fmt.Errorf("keep the rows of an import: %w", err)
	}
	report, err := json.Marshal(x.Rows)
	if err != nil {
		return fmt.Errorf("keep the report of an import: %w", err)
	}
	return s.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("a trial changes nothing")
		tx.Later(importInsert, x.ID, x.Person, x.Kind, x.FileName, x.State, x.Total, x.Wrong, string(lines), string(report), x.Version, x.Created)
		return nil
	})
}
