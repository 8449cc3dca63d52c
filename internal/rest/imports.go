package rest

import (
	"context"
	"io"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/id"
)

// Import is a file of records on its way in.
type Import struct {
	ID        id.Import      `json:"id" format:"uuid"`
	Table     exchange.Kind  `json:"table" enum:"workbook,lookups,units,sites,people,groups,locations,assets,categories,plans" doc:"What its rows are; the sheets of a workbook say so by their names."`
	FileName  string         `json:"file_name" example:"sites.xlsx"`
	State     exchange.State `json:"state" enum:"checked,applied,dropped" doc:"Tried and waiting, done, or given up."`
	Total     int64          `json:"total" doc:"Rows." example:"40"`
	Wrong     int64          `json:"wrong" doc:"Of them, rows that are left out." example:"2"`
	Version   int64          `json:"version" example:"1"`
	CreatedAt time.Time      `json:"created_at" doc:"When it was tried."`
	AppliedAt *time.Time     `json:"applied_at" doc:"Null: nothing of it was imported."`
}

func importOf(x exchange.Import) Import {
	return Import{
		ID: x.ID, Table: x.Kind, FileName: x.FileName, State: x.State, Total: x.Total, Wrong: x.Wrong, Version: x.Version, CreatedAt: x.Created, AppliedAt: x.Applied,
	}
}

// ImportCounted is an import with its rows counted.
type ImportCounted struct {
	Import
	Counts ImportCounts `json:"counts"`
}

// ImportCounts is how many rows of an import become what.
type ImportCounts struct {
	Create int `json:"create" example:"30"`
	Update int `json:"update" example:"5"`
	Same   int `json:"same" doc:"They are stored already as they stand in the file." example:"3"`
	Wrong  int `json:"wrong" example:"2"`
}

func importCountedOf(x exchange.Import) ImportCounted {
	n := exchange.Counts(x.Rows)
	return ImportCounted{importOf(x), ImportCounts{n[exchange.Create], n[exchange.Update], n[exchange.Same], n[exchange.Wrong]}}
}

// ImportRow is what becomes of a row of a file.
type ImportRow struct {
	Sheet   string          `json:"sheet" example:"Sites"`
	Row     int             `json:"row" doc:"As the spreadsheet counts: the headings are row 1." example:"2"`
	Action  exchange.Action `json:"action" enum:"create,update,same,wrong"`
	Name    string          `json:"name" doc:"What the record is called." example:"Mula Tech Park"`
	Changes []ImportChange  `json:"changes" nullable:"false" doc:"Of a row that changes a record, or does more than it shows."`
	Faults  []ImportFault   `json:"faults" nullable:"false" doc:"Of a wrong row."`
}

// ImportChange is a cell that differs from what is stored.
type ImportChange struct {
	Column string `json:"column" doc:"Its heading." example:"Name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ImportFault is what is wrong with a row.
type ImportFault struct {
	Column  string `json:"column" doc:"Its heading; empty: the whole row." example:"Radius (m)"`
	Message string `json:"message" example:"Write a whole number."`
}

func importRowOf(o exchange.Outcome) ImportRow {
	r := ImportRow{Sheet: o.Sheet, Row: o.Row, Action: o.Action, Name: o.Name, Changes: make([]ImportChange, len(o.Changes)), Faults: make([]ImportFault, len(o.Faults))}
	for i, c := range o.Changes {
		r.Changes[i] = ImportChange(c)
	}
	for i, f := range o.Faults {
		r.Faults[i] = ImportFault(f)
	}
	return r
}

// ImportVersion says which state of an import is meant.
type ImportVersion struct {
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

// The types of files, as headers and the document name them.
const (
	csvType  = "text/csv"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// importTime is how long a file may take: its rows are tried one by one.
const importTime = 5 * time.Minute

func importRows() []Operation {
	const may, one = exchange.CanImport, "/imports/{id}"
	return []Operation{
		{Name: "import.list", Method: get, Path: "/imports", Permission: may, Summary: "List one's own imports, the newest first"},
		{Name: "import.try", Method: post, Path: "/imports", Permission: may, Summary: "Try a file: see what importing it would do, row by row, without doing it",
			Takes: []string{csvType, xlsxType}, Body: "Code,Name,Belongs to\nPUNE,Pune region,WEST\n", status: http.StatusCreated, maxBody: exchange.MaxBytes + 1, timeout: importTime},
		{Name: "import.template", Method: get, Path: "/imports/template", Permission: may, Summary: "Get an empty workbook that says what belongs into its columns",
			content: []string{xlsxType}, status: http.StatusOK},
		{Name: "import.get", Method: get, Path: one, Permission: may, Noun: "import", Summary: "Get one of one's own imports"},
		{Name: "import.rows", Method: get, Path: one + "/rows", Permission: may, Noun: "import", Summary: "List the rows of an import with what becomes of them, in the order of the file"},
		{Name: "import.leftover", Method: get, Path: one + "/leftover", Permission: may, Noun: "import", Summary: "Get the rows that are left out, each with what is wrong with it, to be mended and tried again",
			content: []string{xlsxType}, status: http.StatusOK},
		{Name: "import.apply", Method: post, Path: one + "/apply", Permission: may, Noun: "import", Summary: "Do exactly what a trial showed, or nothing", timeout: importTime},
		{Name: "import.drop", Method: post, Path: one + "/drop", Permission: may, Noun: "import", Summary: "Give an import up", status: http.StatusNoContent},
	}
}

// importPath names an import.
type importPath struct {
	ID id.Import `path:"id" format:"uuid"`
}

// ImportTable says what the rows of a file are. It is exported for huma, which looks into exported fields only.
type ImportTable struct {
	Table exchange.Kind `query:"table" required:"true" enum:"workbook,lookups,units,sites,people,groups,locations,assets,categories,plans" doc:"What the rows are; a workbook has a sheet for each of the others." example:"units"`
}

func (a *api) imports() {
	s := a.c.Exchange
	register(a, "import.list", func(ctx context.Context, in *struct{ Paging }) (*many[Import], error) {
		p, err := s.List(ctx, actor.From(ctx), in.request())
		return listed(p, err, importOf)
	})
	register(a, "import.try", func(ctx context.Context, in *struct {
		ImportTable
		FileName string `query:"file_name" maxLength:"200" doc:"What the file is called, for people." example:"units.csv"`
	}) (*made[ImportCounted], error) {
		x, err := s.Try(ctx, actor.From(ctx), in.Table, in.FileName, sent(ctx))
		return created(x, err, importCountedOf, "imports", func(x exchange.Import) string { return x.ID.String() })
	})
	register(a, "import.template", func(ctx context.Context, in *ImportTable) (*flowing, error) {
		who := actor.From(ctx)
		return &flowing{string(in.Table) + "-template.xlsx", xlsxType, func(_ context.Context, w io.Writer) error { return s.Template(who, in.Table, w) }}, nil
	})
	register(a, "import.get", func(ctx context.Context, in *importPath) (*one[ImportCounted], error) {
		x, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(x, err, importCountedOf)
	})
	register(a, "import.rows", func(ctx context.Context, in *struct {
		ID id.Import `path:"id" format:"uuid"`
		Paging
		Action exchange.Action `query:"action" enum:"create,update,same,wrong" doc:"Only rows that become this."`
	}) (*many[ImportRow], error) {
		p, err := s.ListRows(ctx, actor.From(ctx), in.ID, in.Action, in.request())
		return listed(p, err, importRowOf)
	})
	register(a, "import.leftover", func(ctx context.Context, in *importPath) (*flowing, error) {
		who := actor.From(ctx)
		return &flowing{"rows-to-mend.xlsx", xlsxType, func(ctx context.Context, w io.Writer) error { return s.Leftover(ctx, who, in.ID, w) }}, nil
	})
	register(a, "import.apply", func(ctx context.Context, in *struct {
		ID   id.Import `path:"id" format:"uuid"`
		Body ImportVersion
	}) (*one[ImportCounted], error) {
		x, err := s.Apply(ctx, actor.From(ctx), in.ID, in.Body.Version)
		return single(x, err, importCountedOf)
	})
	register(a, "import.drop", func(ctx context.Context, in *struct {
		ID   id.Import `path:"id" format:"uuid"`
		Body ImportVersion
	}) (*nothing, error) {
		return done(s.Drop(ctx, actor.From(ctx), in.ID, in.Body.Version))
	})
}
