package id_test

import (
	"testing"
	"time"

	"intelliwiz/internal/id"
)

func TestADerivedIDIsTheSameForTheSameParts(t *testing.T) {
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	a := id.Derive[id.Task](at, "plan", "2026-11-26T08:00", "")
	if b := id.Derive[id.Task](at, "plan", "2026-11-26T08:00", ""); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if got := a.Time(); !got.Equal(at) {
		t.Errorf("its time is %v", got)
	}
	if text := a.String(); text[14] != '7' || text[19] < '8' || text[19] > 'b' {
		t.Errorf("%s is not of version 7", text)
	}
	seen := map[id.Task]bool{a: true}
	for _, other := range []id.Task{
		id.Derive[id.Task](at.Add(time.Millisecond), "plan", "2026-11-26T08:00", ""), id.Derive[id.Task](at, "plan", "2026-11-26T08:00"),
		id.Derive[id.Task](at, "plan2", "026-11-26T08:00", ""), id.Derive[id.Task](at, "", "plan", "2026-11-26T08:00"),
	} {
		if seen[other] {
			t.Errorf("%s stands for two", other)
		}
		seen[other] = true
	}
}
