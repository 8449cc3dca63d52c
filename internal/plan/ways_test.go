package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

func TestStraightWays(t *testing.T) {
	pune, mumbai := org.Point{Latitude: 18.5204, Longitude: 73.8567}, org.Point{Latitude: 19.0760, Longitude: 72.8777}
	legs, err := plan.Straight{Speed: 60}.Legs(t.Context(), [][2]org.Point{{pune, mumbai}, {pune, pune}, {{Latitude: 90}, {Latitude: -90}}})
	if diff := cmp.Diff([]plan.Leg{{120152, 121}, {0, 0}, {20015114, 20016}}, legs); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// TestTheLegsOfARouteAreReckoned where nobody says them and both sites have a position; the same before it is saved.
func TestTheLegsOfARouteAreReckoned(t *testing.T) {
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		ctx, boss := t.Context(), w.Actor(org.Administrator)
		w.Exec("update sites set latitude = 18.6, longitude = 73.8 where code = 'MILL'")
		w.Exec("update sites set latitude = null, longitude = null where code = 'TOWER'")
		harbour, mill, tower := w.Harbour.ID, w.Mill.ID, w.Tower.ID
		in := w.PlanInput(harbour, "Patrol", w.Checklist("Gate", w.Question("Shut?")), func(in *plan.Input) {
			in.Kind, in.Stops = plan.Route, []plan.Stop{{Site: &harbour}, {Site: &mill}, {Site: &harbour, Travel: 5}, {Site: &tower}}
		})
		p := must(w.Plans.Create(ctx, boss, in))(t)
		var got [][2]int64
		for _, s := range p.Stops {
			got = append(got, [2]int64{s.Metres, s.Travel})
		}
		if diff := cmp.Diff([][2]int64{{0, 0}, {11120, 23}, {11120, 5}, {0, 0}}, got); diff != "" {
			t.Error(diff)
		}
		now := w.Clock.Now()
		saved, _, err := w.Plans.LookAt(ctx, boss, p.ID, now, now.AddDate(0, 0, 2))
		tried, _, err2 := w.Plans.Preview(ctx, boss, in, now, now.AddDate(0, 0, 2))
		if err != nil || err2 != nil || len(saved) == 0 || cmp.Diff(saved[0].Visits, tried[0].Visits) != "" {
			t.Errorf("%v %v %s", err, err2, cmp.Diff(saved, tried))
		}
		same := must(w.Plans.Update(ctx, boss, p.ID, p.Version, in))(t)
		if same.ScheduleVersion != p.ScheduleVersion {
			t.Error("sent as it was, the plan moves")
		}
	})
}
