package reply

import (
	"strings"
	"testing"
)

func TestRouteWords(t *testing.T) {
	for _, m := range []string{"GET", "HEAD", "OPTIONS"} {
		if !Safe(m) {
			t.Errorf("%s is safe", m)
		}
	}
	if Safe("POST") || Safe("DELETE") || Safe("") {
		t.Error("an unsafe method passed for safe")
	}
	if Status("never heard of") != 500 || Status("") != 500 {
		t.Error("an unknown kind is not internal")
	}
	if got := TooLarge(5 << 20).Message; !strings.Contains(got, "5 MiB") {
		t.Error(got)
	}
	if got := NoHost().Error(); got != "unknown_host: This address is not served here." {
		t.Error(got)
	}
}
