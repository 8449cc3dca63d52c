package graph

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/ticket"
)

// Plan answers with a plan and its stops.
func (q query) Plan(ctx context.Context, p id.Any) (*plan.Plan, error) {
	return pointer(q.c.Plans.Get(ctx, actor.From(ctx), as[id.Plan](p)))
}

// Plans answers with a piece of the plans.
func (q query) Plans(ctx context.Context, filter gen.PlanFilter, first int64, after string) (*gen.PlanConnection, error) {
	p, err := piece(first, after)
	if err != nil {
		return nil, err
	}
	list, err := q.c.Plans.List(ctx, actor.From(ctx), planFilter(filter), p)
	if err != nil {
		return nil, err
	}
	key := func(x *plan.Plan) (string, string) { return fold.Key(x.Name), x.ID.String() }
	all, info := edges(list, key, func(c string, x *plan.Plan) gen.PlanEdge { return gen.PlanEdge{Cursor: c, Node: x} })
	return &gen.PlanConnection{Edges: all, PageInfo: info}, nil
}

func planFilter(f gen.PlanFilter) plan.Filter {
	return plan.Filter{
		Site: maybe[id.Site](f.SiteID), Kind: given(f.Kind), Asset: maybe[id.Asset](f.AssetID), Person: maybe[id.Person](f.PersonID),
		Group: maybe[id.Group](f.GroupID), Post: maybe[id.Post](f.PostID), Search: f.Search, Inactive: f.Inactive, ChangedAfter: given(f.ChangedAfter),
	}
}

// PlanComing answers with when a plan comes.
func (q query) PlanComing(ctx context.Context, p id.Any, from, until *time.Time) (*gen.ComingList, error) {
	begin, end := q.window(from, until)
	return comingList(q.c.Plans.LookAt(ctx, actor.From(ctx), as[id.Plan](p), begin, end))
}

// PlanPreview answers with when a plan would come.
func (q query) PlanPreview(ctx context.Context, input plan.Input, from, until *time.Time) (*gen.ComingList, error) {
	begin, end := q.window(from, until)
	return comingList(q.c.Plans.Preview(ctx, actor.From(ctx), input, begin, end))
}

// Coming answers with what comes of all plans.
func (q query) Coming(ctx context.Context, filter gen.PlanFilter, from, until *time.Time) (*gen.ComingList, error) {
	begin, end := q.window(from, until)
	return comingList(q.c.Plans.Look(ctx, actor.From(ctx), planFilter(filter), begin, end))
}

// window is a time that is looked at, with what was left out: from now, for 31 days.
func (q query) window(from, until *time.Time) (begin, end time.Time) {
	begin, end = given(from), given(until)
	if begin.IsZero() {
		begin = q.c.Now()
	}
	if end.IsZero() {
		end = begin.AddDate(0, 0, 31)
	}
	return begin, end
}

func comingList(rows []plan.Coming, more bool, err error) (*gen.ComingList, error) {
	if err != nil {
		return nil, err
	}
	out := &gen.ComingList{Items: make([]gen.Coming, len(rows)), More: more}
	for i, c := range rows {
		x := gen.Coming{
			PlanID: saved(c.Plan.ID), PlanName: c.Plan.Name, Kind: c.Plan.Kind, SiteID: id.Of[id.Any](c.Plan.Site.Bytes()), Nominal: c.Nominal, At: c.At,
			BeginsAt: c.Begins, DueAt: c.Due, Skipped: c.Skipped, Why: c.Why, Estimate: c.Estimate, Visits: make([]gen.ComingVisit, len(c.Visits)),
		}
		for j, v := range c.Visits {
			stop := c.Plan.Stops[v.Stop]
			x.Visits[j] = gen.ComingVisit{StopID: saved(stop.ID), Name: stop.Name, Round: int64(v.Round), BeginsAt: v.Begins, DueAt: v.Due}
		}
		out.Items[i] = x
	}
	return out, nil
}

// saved is the id of a record, nil for one that is not saved yet.
func saved(x interface {
	Bytes() [16]byte
	IsZero() bool
}) *id.Any {
	if x.IsZero() {
		return nil
	}
	out := id.Of[id.Any](x.Bytes())
	return &out
}

// Blackouts answers with the blackouts that are not over.
func (q query) Blackouts(ctx context.Context) ([]plan.Blackout, error) {
	return listOf(q.c.Plans.ListBlackouts(ctx, actor.From(ctx)))
}

// CreatePlan adds a plan.
func (m mutation) CreatePlan(ctx context.Context, input plan.Input) (*plan.Plan, error) {
	return pointer(m.c.Plans.Create(ctx, actor.From(ctx), input))
}

// UpdatePlan replaces a plan.
func (m mutation) UpdatePlan(ctx context.Context, p id.Any, version int64, input plan.Input) (*plan.Plan, error) {
	return pointer(m.c.Plans.Update(ctx, actor.From(ctx), as[id.Plan](p), version, input))
}

// DeletePlan removes a plan that brought nothing yet.
func (m mutation) DeletePlan(ctx context.Context, p id.Any, version int64) (*id.Any, error) {
	return pointer(p, m.c.Plans.Delete(ctx, actor.From(ctx), as[id.Plan](p), version))
}

// CreateBlackout adds a blackout.
func (m mutation) CreateBlackout(ctx context.Context, input plan.Blackout) (*plan.Blackout, error) {
	return pointer(m.c.Plans.CreateBlackout(ctx, actor.From(ctx), input))
}

// DeleteBlackout removes a blackout.
func (m mutation) DeleteBlackout(ctx context.Context, b id.Any, version int64) (*id.Any, error) {
	return pointer(b, m.c.Plans.DeleteBlackout(ctx, actor.From(ctx), as[id.Blackout](b), version))
}

// Site answers with the site of a plan.
func (planResolver) Site(ctx context.Context, p *plan.Plan) (*org.Site, error) {
	return load(ctx, loadersOf(ctx).sites, &p.Site)
}

// Checklist answers with what a plan asks.
func (planResolver) Checklist(ctx context.Context, p *plan.Plan) (*checklist.Checklist, error) {
	return load(ctx, loadersOf(ctx).checklists, p.Checklist)
}

// Asset answers with what a plan is about.
func (planResolver) Asset(ctx context.Context, p *plan.Plan) (*asset.Asset, error) {
	return load(ctx, loadersOf(ctx).assets, p.Asset)
}

// Person answers with who does a plan.
func (planResolver) Person(ctx context.Context, p *plan.Plan) (*people.Person, error) {
	return load(ctx, loadersOf(ctx).people, p.Person)
}

// Category answers with the category of the ticket that is raised.
func (planResolver) Category(ctx context.Context, p *plan.Plan) (*ticket.Category, error) {
	return load(ctx, loadersOf(ctx).categories, p.Category)
}
