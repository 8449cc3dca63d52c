package app

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/fault"
)

// TestAProcessIsAskedUntilItIsReady: within the time that it is given, and once where it is given none.
func TestAProcessIsAskedUntilItIsReady(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	if err := readyWithin(t.Context(), s.URL, 0); fault.KindOf(err) != fault.Unavailable || asked.Load() != 1 {
		t.Errorf("asked %d times without waiting: %v", asked.Load(), err)
	}
	if err := readyWithin(t.Context(), s.URL, time.Minute); err != nil || asked.Load() != 3 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}
