package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
)

// spareStops is how many empty rows for stops a form has; mostStops is how many rows it may have.
const (
	spareStops = 3
	mostStops  = 100
)

// stopKeys are the rows of stops in a form's order, each once: a number of at most three digits, as the form and its script write them.
func stopKeys(sent []string) (out []string) {
	for _, key := range sent {
		if n, err := strconv.Atoi(key); err == nil && n >= 0 && n < 1000 && strconv.Itoa(n) == key && !slices.Contains(out, key) && len(out) < mostStops {
			out = append(out, key)
		}
	}
	return out
}

// spare puts empty rows for stops at the end of the form.
func (f *form) spare() {
	most := -1
	for _, key := range f.all(rowField) {
		if n, err := strconv.Atoi(key); err == nil {
			most = max(most, n)
		}
	}
	for range min(spareStops, mostStops-len(f.all(rowField)), 999-most) {
		most++
		f.values.Add(rowField, strconv.Itoa(most))
	}
}

// readStops reads the rows of stops, in their order.
func (p *pages) readStops(ctx context.Context, who actor.Actor, f *form, in *plan.Input, was plan.Plan) (rows []string, err error) {
	kept := map[string]plan.Stop{}
	for _, s := range was.Stops {
		kept[s.ID.String()] = s
	}
	for _, key := range f.all(rowField) {
		if strings.TrimSpace(f.text(stopName("place", key))) == "" {
			continue
		}
		s := kept[f.text(stopName("id", key))]
		s.Travel = f.whole(stopName("travel", key))
		if in.Kind == plan.Route {
			s.Site = ref[id.Site](f, stopName("place", key))
		} else if s.Asset, err = p.readAssetRef(ctx, who, f, stopName("place", key)); err != nil {
			return nil, err
		}
		in.Stops, rows = append(in.Stops, s), append(rows, key)
	}
	if in.Kind == plan.Route {
		forgetLegs(in.Stops, was.Stops)
	}
	return rows, nil
}

// forgetLegs forgets what was known of the way to a stop that comes after another place than before: it is reckoned anew, unless another time
// was typed.
func forgetLegs(stops, was []plan.Stop) {
	before, legs := map[id.Stop]id.Site{}, map[id.Stop]plan.Stop{}
	var last id.Site
	for _, s := range was {
		before[s.ID], legs[s.ID] = last, s
		last = *s.Site
	}
	last = id.Site{}
	for i := range stops {
		s := &stops[i]
		old, known := legs[s.ID]
		if s.Site == nil {
			continue // said at its field
		}
		if known && (before[s.ID] != last || *old.Site != *s.Site) {
			if s.Metres = 0; s.Travel == old.Travel {
				s.Travel = 0
			}
		}
		last = *s.Site
	}
}
