package exchange

import (
	"context"
	"slices"
	"strconv"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// ListRows gives the rows of an import that have an action, or all for "", in the order of the file. Needs import.run, and the import is one's own;
// NotFound otherwise, Invalid for an action or a cursor that there is not.
func (s *Service) ListRows(ctx context.Context, who actor.Actor, imported id.Import, a Action, p page.Request) (page.Of[Outcome], error) {
	if a != "" && !slices.Contains([]Action{Create, Update, Same, Wrong}, a) {
		return page.Of[Outcome]{}, fieldFault("action", "unknown", "A row is to create, update or leave the same, or it is wrong.")
	}
	x, err := s.own(ctx, who, imported)
	if err != nil {
		return page.Of[Outcome]{}, err
	}
	title, row, err := p.Key()
	if err != nil {
		return page.Of[Outcome]{}, err
	}
	rows := slices.DeleteFunc(x.Rows, func(o Outcome) bool { return a != "" && o.Action != a })
	if p.After != "" {
		i := slices.IndexFunc(rows, func(o Outcome) bool { return o.Sheet == title && strconv.Itoa(o.Row) == row })
		if i < 0 {
			return page.Of[Outcome]{}, fieldFault("after", "cursor", "This place in the list is not known. Start from the beginning.")
		}
		rows = rows[i+1:]
	}
	return page.Cut(rows[:min(len(rows), p.Size()+1)], p, Outcome.Cursor), nil
}

// Cursor gives the sort key and id by which a list of rows goes on after a row.
func (o Outcome) Cursor() (sort, last string) { return o.Sheet, strconv.Itoa(o.Row) }

func fieldFault(path, code, message string) error {
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	f.Fields = []fault.Field{{Path: path, Code: code, Message: message}}
	return f
}
