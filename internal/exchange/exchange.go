// Package exchange brings records in from spreadsheets and gives lists out as such. An import is tried first, row by row, through the very
// use cases that pages call, in a transaction that is taken back; what it would do and what is wrong is kept with it. Confirming does exactly
// that or nothing. The columns of an export are those of the import, so a list can be given out, changed and brought back.
package exchange

import (
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
)

// What may be done here, beside what the use cases ask for themselves.
const (
	CanImport actor.Permission = "import.run"
	CanExport actor.Permission = "export.run"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanImport, Label: "Import workbooks", Area: "Import and export", Alone: true},
		{Name: CanExport, Label: "Export lists", Area: "Import and export", Alone: true},
	}
}

// Kind is what the rows of a table are.
type Kind string

// The kinds of table. Workbook is all of them in one file, a sheet each.
const (
	Workbook   Kind = "workbook"
	Lookups    Kind = "lookups"
	Units      Kind = "units"
	Sites      Kind = "sites"
	People     Kind = "people"
	Groups     Kind = "groups"
	Locations  Kind = "locations"
	Assets     Kind = "assets"
	Categories Kind = "categories"
	Plans      Kind = "plans"
	Tickets    Kind = "tickets" // goes out only
)

// Column is one column of a table.
type Column struct {
	Key      string // the name of the field that it fills
	Title    string // the heading
	Required bool   // of a new record
	Help     string
	Example  string
	Choices  []string

	later bool // filled after the other tables of the file, or by something beside the record itself
}

// Action is what an import does with a row.
type Action string

// The actions. A wrong row is left out.
const (
	Create Action = "create"
	Update Action = "update"
	Same   Action = "same"
	Wrong  Action = "wrong"
)

// State is where an import is.
type State string

// The states of an import: tried and waiting, done, given up.
const (
	Checked State = "checked"
	Applied State = "applied"
	Dropped State = "dropped"
)

// Import is a file on its way into the database.
type Import struct {
	ID       id.Import  `json:"id"`
	Person   id.Person  `json:"person_id"` // whose it is; nobody else sees it
	Kind     Kind       `json:"kind"`
	FileName string     `json:"file_name"`
	State    State      `json:"state"`
	Total    int64      `json:"total"` // rows
	Wrong    int64      `json:"wrong"` // of them, rows that are left out
	Version  int64      `json:"version"`
	Created  time.Time  `json:"created_at"`
	Applied  *time.Time `json:"applied_at,omitzero"`
	Rows     []Outcome  `json:"rows,omitzero"` // absent in lists
}

// Outcome is what becomes of one row.
type Outcome struct {
	Sheet   string   `json:"sheet"` // the table's title
	Row     int      `json:"row"`   // as the spreadsheet counts
	Action  Action   `json:"action"`
	Name    string   `json:"name"` // what the record is called
	Changes []Change `json:"changes,omitzero"`
	Faults  []Fault  `json:"faults,omitzero"`
}

// Change is one cell that differs from what is stored.
type Change struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Fault is what is wrong with a row; Column is "" for the whole of it.
type Fault struct {
	Column  string `json:"column"`
	Message string `json:"message"`
}

// Counts says how many rows have which action.
func Counts(rows []Outcome) map[Action]int {
	n := map[Action]int{}
	for _, r := range rows {
		n[r.Action]++
	}
	return n
}
