package exchange

import (
	"context"
	"strings"

	"intelliwiz/internal/ticket"
)

func categoriesTable() kind[ticket.Category, ticket.CategoryInput] {
	return kind[ticket.Category, ticket.CategoryInput]{
		heading: heading{kind: Categories, title: "Ticket categories", key: []string{"code"}, columns: []Column{
			codeColumn("HVAC"), nameColumn("Heating and cooling"),
			{Key: "priority", Title: "Priority", Help: "Of a new ticket that says none; MEDIUM when left blank.", Example: "MEDIUM", Choices: []string{"LOW", "MEDIUM", "HIGH"}},
			{Key: "clock", Title: "Clock", Help: "Which minutes count: every one, or those of business hours; ELAPSED when left blank.", Example: "BUSINESS", Choices: []string{"ELAPSED", "BUSINESS"}},
			{Key: "pause_on_hold", Title: "Pause on hold", Help: "The clock of a ticket on hold stands still. No when left blank.", Example: "yes", Choices: []string{"yes", "no"}},
			{Key: "resolve_minutes", Title: "To be resolved in (min)", Help: "Minutes of the clock until the deadline; blank for a new one: there is none.", Example: "240"},
			activeColumn,
		}},
		fetch: fetchCategories, point: func(context.Context, *run, []ticket.Category) error { return nil },
		learn: func(_ *run, c ticket.Category) string { return c.Code },
		build: buildCategory, check: (*ticket.CategoryInput).Check, save: saveCategory, show: showCategory,
	}
}

func fetchCategories(ctx context.Context, r *run, keys []string) ([]ticket.Category, error) {
	return chunks(unknown(keys, map[string]bool{}), func(part []string) (map[string]ticket.Category, error) {
		return r.s.Tickets.CategoriesByCode(ctx, r.who, part)
	})
}

func buildCategory(_ *run, c *cells, old *ticket.Category) ticket.CategoryInput {
	if old == nil {
		old = &ticket.Category{Active: true}
	}
	in := ticket.CategoryInput{
		Code: c.text("code", old.Code), Name: c.text("name", old.Name), Priority: ticket.Priority(strings.ToUpper(c.text("priority", string(old.Priority)))),
		Clock: ticket.Clock(strings.ToUpper(c.text("clock", string(old.Clock)))), Pause: c.yes("pause_on_hold", old.Pause), Resolve: old.Resolve,
		Active: c.yes("active", old.Active),
	}
	if c.raw("resolve_minutes") != "" {
		minutes := c.whole("resolve_minutes", 0)
		in.Resolve = &minutes
	}
	return in
}

func saveCategory(ctx context.Context, r *run, in ticket.CategoryInput, old *ticket.Category) (ticket.Category, error) {
	if old == nil {
		return r.s.Tickets.CreateCategory(ctx, r.who, in)
	}
	return r.s.Tickets.UpdateCategory(ctx, r.who, old.ID, old.Version, in)
}

func showCategory(_ *run, c ticket.Category) map[string]string {
	cells := map[string]string{
		"code": c.Code, "name": c.Name, "priority": string(c.Priority), "clock": string(c.Clock), "pause_on_hold": yesNo(c.Pause), "active": yesNo(c.Active),
	}
	if c.Resolve != nil {
		cells["resolve_minutes"] = whole(*c.Resolve)
	}
	return cells
}
