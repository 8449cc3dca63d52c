package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/plan"
)

// TestPlansComeIn: tasks and tours, new and changed; what a row does not say stays.
func TestPlansComeIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		list := d.Checklist("Gate", d.Question("All well?"))
		gate, yard := d.NewAsset(d.Harbour.ID, "GATE"), d.NewAsset(d.Harbour.ID, "YARD")
		d.Plan(d.Harbour.ID, "Kept", list)
		round := d.Plan(d.Harbour.ID, "Round", list, func(in *plan.Input) {
			in.Kind, in.Random, in.Stops = plan.Tour, true, []plan.Stop{{Asset: &gate.ID, Pause: 3}, {Asset: &yard.ID, Travel: 4}}
		})
		guard := d.Staff["GUARD"].Code
		watch, mill := d.Post(d.Harbour.ID, "WATCH"), d.Post(d.Tower.ID, "TOP")
		d.Plan(d.Harbour.ID, "Watched", list, func(in *plan.Input) { in.Person, in.Post = nil, &watch.ID })
		x := d.try(exchange.Plans, book(t, []string{"Plans", "Site *|Kind *|Name *|Checklist|Person|Group|Rule *|First day *|Done within (min) *|Stops|When missed|Post",
			"harbour|task|Lamps|gate|" + guard + "||0 20 * * *|2026-11-26|30||mail", // new
			"HARBOUR|TOUR|Night|Gate|" + guard + "||0 22 * * *|2026-11-26|10|gate, YARD 5|",
			"HARBOUR|TOUR|Round||||||15|YARD, GATE 7|",                        // changed: the other way round
			"HARBOUR|TASK|Kept|Gate|" + guard + "||0 8 * * *|2026-11-25|60||", // the same
			"HARBOUR|TASK|Bad|Nothing||Nobody|* * * * *|2026-11-26|x|MOON||NOWHERE",
			"HARBOUR|TASK|Filters|Gate|||after 3 days|2026-11-26|30|||watch",
			"HARBOUR|TOUR|Post round|Gate|||0 7 * * *|2026-11-26|30|GATE||WATCH",
			"HARBOUR|TASK|Watched|Gate|||0 8 * * *|2026-11-25|60|||WATCH",          // the same
			"HARBOUR|TASK|Watched 2|Gate|||0 8 * * *|2026-11-25|60|||" + mill.Code, // of another site
		}))
		got := said(x.Rows)
		want := []string{
			"Plans 2 create Lamps", "Plans 3 create Night", "Plans 4 update Round Done within (min):60>15 Stops:GATE, YARD 4>YARD, GATE 7", "Plans 5 same Kept",
		}
		want = append(want, got[4], "Plans 7 create Filters", "Plans 8 create Post round", "Plans 9 same Watched")
		if len(got) != 9 || !slices.Equal(got[:8], want) || !strings.Contains(got[8], "!Post:") || !strings.HasPrefix(got[4], "Plans 6 wrong HARBOUR/TASK/BAD") {
			t.Fatalf("got\n%s", strings.Join(got, "\n"))
		}
		for _, part := range []string{"!Checklist:", "!Group:", "!Rule:", "!Post:", "!Done within (min):", "!Stops:"} {
			if !strings.Contains(got[4], part) {
				t.Errorf("%q is not said of %s", part, got[4])
			}
		}
		if _, err := d.Apply(t.Context(), d.boss, x.ID, 1); err != nil {
			t.Fatal(err)
		}
		all, err := d.Plans.Named(t.Context(), d.boss, []string{"lamps", "Night", "Round", "Bad", "Filters"})
		if err != nil || len(all) != 4 {
			t.Fatalf("%d plans: %v", len(all), err)
		}
		now := all[slices.IndexFunc(all, func(p plan.Plan) bool { return p.ID == round.ID })]
		if !now.Random || len(now.Stops) != 2 || now.Stops[1].ID != round.Stops[0].ID || now.Stops[1].Pause != 3 || now.Stops[1].Travel != 7 || now.Duration != 15 || now.Rule != round.Rule {
			t.Errorf("changed: %+v", now)
		}
		for _, p := range all {
			if p.Name == "Lamps" && (p.Expiry != plan.MailIt || p.Person == nil || !p.Active || p.Rounds != 1 || p.Checklist == nil || *p.Checklist != list.ID) {
				t.Errorf("new: %+v", p)
			}
		}
		if n := slices.IndexFunc(all, func(p plan.Plan) bool {
			return p.Name == "Filters" && p.Person == nil && p.Post != nil && *p.Post == watch.ID && p.Rule == "AFTER 3 DAYS AT 08:00"
		}); n < 0 {
			t.Errorf("of a post, after three days: %+v", all)
		}
		_, err = d.Try(t.Context(), d.As(d.Someone(nil, exchange.CanImport)), exchange.Plans, "x", book(t, []string{"Plans", "Site|Kind|Name", "HARBOUR|TASK|A"}))
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who may not see plans: %v", err)
		}
	})
}
