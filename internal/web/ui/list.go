package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// Slot says what a column is when the list gets narrow. Rows become cards under 704 px of the list's own width.
type Slot string

// The slots of a column. The zero value flows in the card's second line.
const (
	Flow    Slot = ""
	Subject Slot = "subj" // the name of the row, first in the card; its link opens the row
	Status  Slot = "c-st" // beside the subject
	Third   Slot = "c3"   // left out under 960 px
	Fourth  Slot = "c4"   // left out under 480 px
	Amount  Slot = "num"  // a number, at the end of its column
)

// List is a list of records: rows on a desk, cards on a phone. Empty lists are an Empty instead.
type List struct {
	ID      string // of the rows, unique on the page: "people"
	Caption string // for screen readers: what is listed, in which order
	Columns []Column
	Rows    []Row
	More    Pager
	Form    string   // the id of a form on the page whose boxes "pick" the rows have; "" = rows cannot be picked
	Picked  []string // the boxes that are ticked
}

// Column is the head of a column.
type Column struct {
	Label string
	Slot  Slot
	Sort  string // the address sorted by this column, "" = cannot be sorted
	Order string // "ascending" or "descending" when the list is sorted by it
}

// Row is one record. Cells stand in the order of the columns.
type Row struct {
	Href  string // what the row opens; the Subject cell gets the link
	Pick  string // what its box sends, in a list with a Form
	About string // what its box is for, for screen readers: "PUN-TP1#482"
	Cells []Cell
}

// Cell is what a record has in a column. The first of Body, Pill, Code, Who and Text that is set is shown, and Note below it.
type Cell struct {
	Text string
	Note string // second line, small
	Code string // a plate; beside Text it stands before it
	Who  string // a person's name, with a face
	Pill Pill
	Href string // a link of the cell's own
	Body templ.Component
}

func (l List) cellClass(i int) string {
	if i < len(l.Columns) {
		return string(l.Columns[i].Slot)
	}
	return ""
}

// label is the head of an amount's column, which its card shows beside the number; other cells speak for themselves.
func (l List) label(i int) string {
	if i < len(l.Columns) && l.Columns[i].Slot == Amount {
		return l.Columns[i].Label
	}
	return ""
}

// opens gives the address that a cell leads to: its own, or the row's for the subject.
func (l List) opens(r Row, i int) string {
	if l.cellClass(i) == string(Subject) && r.Href != "" {
		return r.Href
	}
	return r.Cells[i].Href
}

// Pager leads to the rest of a list by key. Following it without scripts shows the next piece alone; with them the rows are added.
type Pager struct {
	Shown int    // rows on the page
	Noun  string // "people"
	Next  string // the address of the next piece: the same address with after=; "" at the end
}

func (p Pager) words() string {
	s := strconv.Itoa(p.Shown) + " " + p.Noun
	if p.Next != "" {
		s += " shown"
	}
	return s
}

// Filters narrow a list: a search, selects, and the chips of what holds. They live in the address, so a view can be shared.
type Filters struct {
	Action string // the list's address
	List   string // the id of the List; its rows change as one types
	Search Search
	Fields []Field  // selects and dates; optional all
	Hidden []Hidden // what holds without a field of its own
	Chips  []Chip
	Clear  string // the address without any filter, "" when none holds
}

// Search is the text search of a list.
type Search struct {
	Name  string // "" = there is none
	Label string // "Search in these people"
	Value string
}

// Tree is units and sites, or anything that has parts.
type Tree struct {
	Label string
	Nodes []Node
}

// Node is a part of a Tree. Nodes with children open and close; what is open is the page's choice.
type Node struct {
	Icon     string
	Text     string
	Href     string
	Code     string
	Note     string // "3 sites"
	Pill     Pill
	Open     bool
	Here     bool
	Children []Node
}
