package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/clock"
)

// TestAClockThatJumps is set forward and back while people work, over changes of daylight saving too: changes are made and seen, nobody is
// refused, and the trail is whole.
func TestAClockThatJumps(t *testing.T) {
	hand := clock.At(time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)) // half an hour before Europe changes its clocks
	h := openHouseAt(t, "sqlite", hand.Now)
	made := map[string]bool{}
	for n, jump := range []time.Duration{0, time.Hour, -2 * time.Hour, 3 * 24 * time.Hour, -24 * time.Hour, -72 * time.Hour, 217 * 24 * time.Hour, time.Second} {
		hand.Advance(jump)
		code := fmt.Sprintf("J%d", n)
		answer, body := h.ask("ADMINISTRATOR", http.MethodPost, "/api/v1/people", "application/json", fmt.Sprintf(`{"code":%q,"name":"Jump %s","login_id":"jump%d","active":true}`, code, code, n))
		if answer.StatusCode != http.StatusCreated {
			t.Fatalf("after %s a change answers %d %s", jump, answer.StatusCode, body)
		}
		made[code] = true
		if answer, body = h.ask("ADMINISTRATOR", http.MethodGet, "/api/v1/people?search="+code, "", ""); answer.StatusCode != http.StatusOK {
			t.Errorf("after %s a list answers %d %s", jump, answer.StatusCode, body)
		}
		if err := h.journal.Seal(t.Context()); err != nil {
			t.Errorf("after %s: %v", jump, err)
		}
	}
	admin := h.actors["ADMINISTRATOR"]
	if answer, body := h.ask("ADMINISTRATOR", http.MethodPost, "/api/v1/audit/verify", "", ""); answer.StatusCode != http.StatusOK || !strings.Contains(body, `"whole":true`) {
		t.Errorf("the trail of %s: %d %s", admin.Tenant(), answer.StatusCode, body)
	}
	var list struct {
		Items []struct{ Code string }
	}
	_, body := h.ask("ADMINISTRATOR", http.MethodGet, "/api/v1/people?search=Jump&limit=200", "", "")
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	for _, x := range list.Items {
		delete(made, x.Code)
	}
	if len(made) > 0 {
		t.Errorf("%v are not there", made)
	}
}
