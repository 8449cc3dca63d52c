package cache

import (
	"fmt"
	"testing"

	"intelliwiz/internal/id"
)

func TestInvalidationsAreBounded(t *testing.T) {
	g := newGenerations()
	tenant := id.New[id.Tenant]()
	st := g.stamp(tenant, []string{"x"})
	for i := range maxTags + 1 {
		g.bump(tenant, []string{fmt.Sprint(i)})
	}
	if len(g.of) > maxTags || g.current(st, tenant, []string{"x"}) {
		t.Errorf("%d tags are remembered", len(g.of))
	}
}
