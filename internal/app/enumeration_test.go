package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/demo"
)

// TestEnumerationTellsNothing signs in two hundred times with a wrong password, at accounts that are there and at some that are not, in turns: status,
// headers and body are the same, and so is the time, by the median, within 15 %.
func TestEnumerationTellsNothing(t *testing.T) {
	h := openHouse(t, "sqlite")
	server, err := h.newServer()
	if err != nil {
		t.Fatal(err)
	}
	h.door = server.Handler()
	names := map[bool]string{true: "farah.s", false: "zarah.q"} // of one length
	try := func(known bool) (status int, header http.Header, body string, took time.Duration) {
		in := url.Values{"tenant": {"SAHYADRI"}, "login": {names[known]}, "password": {"not the password at all"}}
		start := time.Now()
		answer, text := h.ask("", http.MethodPost, "/login", "application/x-www-form-urlencoded", in.Encode())
		took = time.Since(start)
		header = answer.Header.Clone()
		for _, x := range []string{"Date", "X-Request-Id", "Content-Security-Policy", "Server-Timing"} { // differ at every answer
			header.Del(x)
		}
		for x := range header {
			if strings.HasPrefix(strings.ToLower(x), "ratelimit") {
				header.Del(x)
			}
		}
		return answer.StatusCode, header, strings.ReplaceAll(h.neutral(text, "-"), names[known], "LOGIN"), took
	}
	if in, err := h.auth.SignIn(t.Context(), auth.SignIn{Tenant: "SAHYADRI", Login: names[true], Password: demo.Password}); err != nil || in.Secret == "" {
		t.Fatal("the account that is there cannot sign in:", err)
	}
	ratio := 0.0
	for range 3 { // a machine that is busy is not the door's fault, a difference shows each time
		times := map[bool][]time.Duration{}
		for i := range 200 {
			known := i%2 == 0
			status, header, body, took := try(known)
			other, otherHeader, otherBody, _ := http.StatusUnauthorized, header, body, took
			if i < 20 {
				other, otherHeader, otherBody, _ = try(!known)
			}
			if status != other || body != otherBody || !sameHeader(header, otherHeader) {
				t.Fatalf("known %v: %d and %d\n%v\n%v\n%s\n%s", known, status, other, header, otherHeader, body, otherBody)
			}
			times[known] = append(times[known], took)
		}
		median := func(known bool) float64 {
			slices.Sort(times[known])
			return times[known][len(times[known])/2].Seconds()
		}
		if ratio = median(true) / median(false); ratio > 0.85 && ratio < 1.15 {
			return
		}
	}
	t.Errorf("an account that is there takes %.2f times as long as one that is not", ratio)
}

func sameHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for x := range a {
		if !slices.Equal(a[x], b[x]) {
			return false
		}
	}
	return true
}
