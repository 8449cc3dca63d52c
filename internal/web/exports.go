package web

import (
	"net/http"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// exportTime is how long a list may take to go out.
const exportTime = 5 * time.Minute

// exportRoutes give out lists as files, narrowed by the same parameters as the pages that show them.
func (p *pages) exportRoutes() []reply.Route {
	var routes []reply.Route
	for name, open := range map[string]func(r *http.Request) (exchange.Export, error){
		"sites": p.exportSites, "units": p.exportUnits, "lookups": p.exportLookups, "people": p.exportPeople, "groups": p.exportGroups,
		"locations": p.exportLocations, "assets": p.exportAssets, "categories": p.exportCategories, "tickets": p.exportTickets, "planner": p.exportPlanner, "plans": p.exportPlans,
	} {
		routes = append(routes, reply.Route{
			Method: http.MethodGet, Path: "/exports/" + name, Permission: exchange.CanExport, Handler: exporting(open), Name: "export." + name, Proof: reply.ProofAlways, Timeout: exportTime,
		})
	}
	return routes
}

// exporting streams an export. A fault after the first row cuts the answer off, so that half a file is not taken for a whole one.
func exporting(open func(r *http.Request) (exchange.Export, error)) reply.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		format := exchange.CSV
		if f := r.URL.Query().Get("format"); f != "" {
			format = exchange.Format(f)
		}
		if format != exchange.CSV && format != exchange.XLSX {
			return fault.Of(fault.Invalid, "The format is csv or xlsx.")
		}
		x, err := open(r)
		if err != nil {
			return err
		}
		fileHead(w, x.Name+"."+string(format), format)
		return x.Write(r.Context(), w, format)
	}
}

func (p *pages) exportSites(r *http.Request) (exchange.Export, error) {
	q := r.URL.Query()
	return p.Exchange.ExportSites(actor.From(r.Context()), org.SiteFilter{Search: strings.TrimSpace(q.Get("q")), Inactive: q.Get("state") == "all"})
}

func (p *pages) exportUnits(r *http.Request) (exchange.Export, error) {
	return p.Exchange.ExportUnits(actor.From(r.Context()), org.UnitFilter{Search: strings.TrimSpace(r.URL.Query().Get("q"))})
}

func (p *pages) exportLookups(r *http.Request) (exchange.Export, error) {
	list := org.List(r.URL.Query().Get("list"))
	if list != "" && !list.Valid() {
		return exchange.Export{}, fault.Missing("list")
	}
	return p.Exchange.ExportLookups(actor.From(r.Context()), list)
}

func (p *pages) exportPeople(r *http.Request) (exchange.Export, error) {
	q, err := readPeopleQuery(r.URL.Query())
	if err != nil {
		return exchange.Export{}, err
	}
	return p.Exchange.ExportPeople(actor.From(r.Context()), q.filter)
}

func (p *pages) exportGroups(r *http.Request) (exchange.Export, error) {
	q := r.URL.Query()
	return p.Exchange.ExportGroups(actor.From(r.Context()), people.GroupFilter{Kind: people.GroupKind(q.Get("kind")), Search: strings.TrimSpace(q.Get("q"))})
}

// exportLocations gives inactive ones out, too, as the tree shows them.
func (p *pages) exportLocations(r *http.Request) (exchange.Export, error) {
	f := form{values: r.URL.Query()}
	filter := asset.LocationFilter{Site: ref[id.Site](&f, "site"), Search: f.text("q"), Inactive: true}
	if err := f.check.Err(); err != nil {
		return exchange.Export{}, err
	}
	return p.Exchange.ExportLocations(actor.From(r.Context()), filter)
}

func (p *pages) exportAssets(r *http.Request) (exchange.Export, error) {
	q, err := readAssetQuery(r.URL.Query())
	if err != nil {
		return exchange.Export{}, err
	}
	return p.Exchange.ExportAssets(actor.From(r.Context()), q.filter)
}

func (p *pages) exportCategories(r *http.Request) (exchange.Export, error) {
	return p.Exchange.ExportCategories(actor.From(r.Context()), readCategoryQuery(r.URL.Query()))
}

func (p *pages) exportPlans(r *http.Request) (exchange.Export, error) {
	_, filter, err := readPlanQuery(r.URL.Query())
	if err != nil {
		return exchange.Export{}, err
	}
	return p.Exchange.ExportPlans(actor.From(r.Context()), filter)
}

// exportTickets gives times in the zone of the page that lists them.
func (p *pages) exportTickets(r *http.Request) (exchange.Export, error) {
	who := actor.From(r.Context())
	q, err := readTicketQuery(r.URL.Query(), p.Now())
	if err != nil {
		return exchange.Export{}, err
	}
	tenant, err := p.Org.GetTenant(r.Context(), who)
	if err != nil {
		return exchange.Export{}, err
	}
	zone, err := clock.Zone(tenant.Zone)
	if err != nil {
		return exchange.Export{}, err
	}
	return p.Exchange.ExportTickets(who, q.filter, zone)
}

// exportActs adds what gives out the list that the page shows, with the filters of its address.
func exportActs(v visit, r *http.Request, table string, acts ...ui.Action) []ui.Action {
	if !v.who.Can(exchange.CanExport) {
		return acts
	}
	q := r.URL.Query()
	q.Del("after")
	q.Set("format", string(exchange.XLSX))
	return append([]ui.Action{{Text: "Export", Icon: "export", Href: "/exports/" + table + "?" + q.Encode()}}, acts...)
}
