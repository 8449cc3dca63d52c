package rest

import (
	"context"
	"io"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
)

// exportTime is how long a list may take to go out.
const exportTime = 5 * time.Minute

// ExportFormat is how a list is written. It is exported for huma, which looks into exported fields only.
type ExportFormat struct {
	Format exchange.Format `query:"format" enum:"csv,xlsx" doc:"csv unless told."`
}

func exportRows() []Operation {
	var rows []Operation
	for _, x := range []struct {
		kind exchange.Kind
		what string
	}{
		{exchange.Lookups, "the values of one list or of all"}, {exchange.Units, "the units"}, {exchange.Sites, "the sites"}, {exchange.People, "the people"},
		{exchange.Groups, "the groups with their members"}, {exchange.Locations, "the locations"}, {exchange.Assets, "the assets"},
		{exchange.Categories, "the ticket categories"}, {exchange.Plans, "the plans with their stops"}, {exchange.Tickets, "the tickets that one sees, with times in UTC"},
	} {
		rows = append(rows, Operation{
			Name: "export." + string(x.kind), Method: get, Path: "/exports/" + string(x.kind), Permission: exchange.CanExport, Summary: "Get " + x.what + " as a file",
			status: http.StatusOK, content: []string{csvType, xlsxType}, timeout: exportTime,
		})
	}
	return rows
}

// as is the format that is asked for.
func (f ExportFormat) as() exchange.Format {
	if f.Format == "" {
		return exchange.CSV
	}
	return f.Format
}

// exports give out lists whole, narrowed by the parameters that narrow the lists.
func (a *api) exports() {
	s := a.c.Exchange
	goesOut(a, exchange.Lookups, func(who actor.Actor, in *struct {
		ExportFormat
		LookupFilter
	}) (exchange.Export, error) {
		return s.ExportLookups(who, in.List)
	})
	goesOut(a, exchange.Units, func(who actor.Actor, in *struct {
		ExportFormat
		UnitFilter
	}) (exchange.Export, error) {
		return s.ExportUnits(who, in.filter())
	})
	goesOut(a, exchange.Sites, func(who actor.Actor, in *struct {
		ExportFormat
		SiteFilter
	}) (exchange.Export, error) {
		return s.ExportSites(who, in.filter())
	})
	goesOut(a, exchange.People, func(who actor.Actor, in *struct {
		ExportFormat
		PersonFilter
	}) (exchange.Export, error) {
		return s.ExportPeople(who, in.filter())
	})
	goesOut(a, exchange.Groups, func(who actor.Actor, in *struct {
		ExportFormat
		GroupFilter
	}) (exchange.Export, error) {
		return s.ExportGroups(who, in.filter())
	})
	a.exportsOfWork()
}

func (a *api) exportsOfWork() {
	s := a.c.Exchange
	goesOut(a, exchange.Locations, func(who actor.Actor, in *struct {
		ExportFormat
		LocationFilter
	}) (exchange.Export, error) {
		return s.ExportLocations(who, in.filter())
	})
	goesOut(a, exchange.Assets, func(who actor.Actor, in *struct {
		ExportFormat
		AssetFilter
	}) (exchange.Export, error) {
		return s.ExportAssets(who, in.filter())
	})
	goesOut(a, exchange.Categories, func(who actor.Actor, in *struct {
		ExportFormat
		CategoryFilter
	}) (exchange.Export, error) {
		return s.ExportCategories(who, in.filter())
	})
	goesOut(a, exchange.Plans, func(who actor.Actor, in *struct {
		ExportFormat
		PlanFilter
	}) (exchange.Export, error) {
		return s.ExportPlans(who, in.filter())
	})
	goesOut(a, exchange.Tickets, func(who actor.Actor, in *struct {
		ExportFormat
		TicketFilter
	}) (exchange.Export, error) {
		return s.ExportTickets(who, in.filter(), time.UTC)
	})
}

// goesOut registers the operation that gives a list out.
func goesOut[I any, P interface {
	*I
	as() exchange.Format
}](a *api, k exchange.Kind, open func(who actor.Actor, in P) (exchange.Export, error)) {
	register(a, "export."+string(k), func(ctx context.Context, in *I) (*flowing, error) {
		x, err := open(actor.From(ctx), in)
		if err != nil {
			return nil, err
		}
		format := P(in).as()
		return &flowing{x.Name + "." + string(format), format.MediaType(), func(ctx context.Context, w io.Writer) error { return x.Write(ctx, w, format) }}, nil
	})
}
