package cache

import (
	"context"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

func TestWhatMayBeTakenBackIsNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNode(t, "")
		who := dbtest.Actor(dbtest.Tenant(t, d))
		load := func(value string) func(context.Context) (thing, error) {
			return func(context.Context) (thing, error) { return thing{value, 1}, nil }
		}
		err := d.Together(t.Context(), who, func(ctx context.Context) error {
			v, err := n.things.Get(ctx, who.Tenant(), "x", nil, load("inside"))
			if v.Name != "inside" {
				t.Errorf("inside: %q", v.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := n.get(t, who.Tenant(), "x", "outside"); got != "outside" {
			t.Errorf("outside: %q, want what was loaded there", got)
		}
	})
}
