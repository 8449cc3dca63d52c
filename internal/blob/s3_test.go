package blob_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/blob"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/testworld"
)

func TestTroubleOfTheServerIsUnavailableAndARefusalIsOurs(t *testing.T) {
	b := testworld.NewBucket(t)
	s, err := blob.Open(b.Address(), "")
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]fault.Kind{503: fault.Unavailable, 403: fault.Internal} {
		b.Fail(status)
		_, open := s.Open(t.Context(), "a")
		for what, err := range map[string]error{"put": s.Put(t.Context(), "a", strings.NewReader("x"), 1), "open": open, "delete": s.Delete(t.Context(), "a"), "each": s.Each(t.Context(), func(blob.Info) error { return nil })} {
			if fault.KindOf(err) != want {
				t.Errorf("%s at %d: %v", what, status, err)
			}
		}
	}
	b.Close()
	if _, err := s.Open(t.Context(), "a"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("nobody answers: %v", err)
	}
}
