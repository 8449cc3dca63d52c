package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/exchange"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

func TestTicketsGoOutAsTheyAreNarrowed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		openDesk(h)
		b := h.as(org.Administrator)
		for query, want := range map[string][]string{
			"":                           {"boiler", "cabin", "doors", "fan"}, // what is to do, as the page without parameters has it
			"status=all&q=valve":         {"valve"},
			"priority=HIGH&with=nobody":  {"doors"},
			"status=ONHOLD":              {"fan"},
			"status=all&with=me&q=cabin": {"cabin"},
		} {
			link := `href="/exports/tickets?` + strings.TrimPrefix(strings.Join(sorted(query, "format=xlsx"), "&amp;"), "&amp;") + `"`
			if !strings.Contains(b.get("/tickets?"+query).body, link) {
				t.Errorf("/tickets?%s does not offer what it shows: %s", query, link)
			}
			a := b.get("/exports/tickets?format=csv&"+query).is(http.StatusOK, "Ticket,Title,Status", "Opened (Asia/Kolkata)")
			var got []string
			for line := range strings.Lines(a.body) {
				if cells := strings.Split(line, ","); strings.Contains(cells[0], "#") {
					got = append(got, cells[1])
				}
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%q gives %q, want %q", query, got, want)
			}
		}
		b.get("/exports/tickets?site=nonsense").is(http.StatusUnprocessableEntity)
		b.get("/exports/tickets?priority=URGENT").is(http.StatusUnprocessableEntity)
		if a := b.get("/exports/tickets?format=xlsx").is(http.StatusOK); !strings.HasPrefix(a.body, "PK") || !strings.Contains(a.header.Get("Content-Disposition"), "tickets.xlsx") {
			t.Error("no workbook")
		}
		if a := h.as(org.Guard).get("/tickets").is(http.StatusOK); strings.Contains(a.body, "/exports/") {
			t.Error("a guard is offered an export that he may not run")
		}
		h.as(org.Guard).get("/exports/tickets").is(http.StatusForbidden)
		h.signedIn(h.Someone(nil, ticket.CanRead, exchange.CanExport)).get("/exports/categories").is(http.StatusForbidden)
		if a := b.get("/categories?q=lift"); !strings.Contains(a.body, `href="/exports/categories?format=xlsx&amp;q=lift"`) {
			t.Error("the list of categories does not offer what it shows")
		}
	})
}

// sorted gives the parameters of a query and one more in the order in which an address has them.
func sorted(query, more string) []string {
	all := append(strings.Split(query, "&"), more)
	slices.Sort(all)
	return all
}
