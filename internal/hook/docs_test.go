package hook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/testworld"
)

func genuine(secret string, h http.Header, body []byte, now time.Time) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	stamp := h.Get("webhook-timestamp")
	at, bad := strconv.ParseInt(stamp, 10, 64)
	if err != nil || bad != nil || now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", h.Get("webhook-id"), stamp, body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, got := range strings.Fields(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(got), []byte(want)) {
			return true
		}
	}
	return false
}

// printed gives a block of code of docs/webhooks.md.
func printed(t *testing.T, language string) string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begun := strings.Cut(string(raw), "```"+language+"\n")
	block, _, ended := strings.Cut(rest, "```\n")
	if !begun || !ended {
		t.Fatalf("docs/webhooks.md has no block of %s", language)
	}
	return block
}

// harness feeds the printed function what came, and says what it thinks of each.
const harness = `
import json, sys
print(json.dumps([genuine(c["secret"], c["headers"], c["body"].encode()) for c in json.load(sys.stdin)]))
`

// arrival is a message in somebody's hands.
type arrival struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`

	want bool
	what string
}

// TestTheDocumentedChecksWork runs the code of docs/webhooks.md, in both languages, on a message that was really sent, and on what is wrong with
// one: what it prints is this file's own function, and what Python's says is asked of Python.
func TestTheDocumentedChecksWork(t *testing.T) {
	own, err := os.ReadFile("docs_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(own), printed(t, "go")) {
		t.Error("the Go of docs/webhooks.md is not the function that this test runs")
	}
	all := arrivals(t)
	in, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	python := exec.CommandContext(t.Context(), "python3", "-c", printed(t, "python")+harness)
	python.Stdin = strings.NewReader(string(in))
	out, err := python.Output()
	if err != nil {
		t.Fatalf("the documentation's Python needs python3: %v", err)
	}
	var said []bool
	if err := json.Unmarshal(out, &said); err != nil || len(said) != len(all) {
		t.Fatalf("python said %q: %v", out, err)
	}
	for i, a := range all {
		h := http.Header{}
		for name, value := range a.Headers {
			h.Set(name, value)
		}
		if got := genuine(a.Secret, h, []byte(a.Body), time.Now()); got != a.want {
			t.Errorf("Go: %s is genuine: %v", a.what, got)
		}
		if said[i] != a.want {
			t.Errorf("Python: %s is genuine: %v", a.what, said[i])
		}
	}
}

// arrivals sends a message while two secrets hold, and spoils it in every way.
func arrivals(t *testing.T) (all []arrival) {
	t.Helper()
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		y := yardOf(t, w)
		y.Clock.Advance(time.Since(y.Clock.Now())) // Python asks the real clock
		r := y.Receiver()
		old := y.hook("House", r.URL, "site.updated")
		fresh, err := y.Hooks.Rotate(t.Context(), y.admin, old.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		y.Start()
		if _, err := y.Hooks.Ping(t.Context(), y.admin, old.ID); err != nil {
			t.Fatal(err)
		}
		y.settled(old.ID, 1)
		c := r.Calls()[0]
		stamp, err := strconv.ParseInt(c.Header.Get("webhook-timestamp"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		add := func(what string, want bool, change func(a *arrival)) {
			a := arrival{Secret: fresh.Secret.Reveal(), Body: c.Body, what: y.DB.Engine() + ": " + what, want: want, Headers: map[string]string{}}
			for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
				a.Headers[name] = c.Header.Get(name)
			}
			change(&a)
			all = append(all, a)
		}
		add("what was sent, by the new secret", true, func(*arrival) {})
		add("what was sent, by the old secret", true, func(a *arrival) { a.Secret = old.Secret.Reveal() })
		add("one signed by a stranger", false, func(a *arrival) { a.Secret = "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32)) })
		add("another body", false, func(a *arrival) { a.Body += " " })
		add("another id", false, func(a *arrival) { a.Headers["webhook-id"] += "x" })
		add("a moment later", false, func(a *arrival) { a.Headers["webhook-timestamp"] = fmt.Sprint(stamp + 1) })
		add("no signature", false, func(a *arrival) { a.Headers["webhook-signature"] = "" })
		add("a signature of another sort", false, func(a *arrival) {
			a.Headers["webhook-signature"] = strings.ReplaceAll(c.Header.Get("webhook-signature"), "v1,", "v2,")
		})
		for _, age := range []int64{301, -330} { // signed, and not of now
			was := arrival{Secret: fresh.Secret.Reveal(), Body: "{}", Headers: map[string]string{"webhook-id": "msg_1", "webhook-timestamp": fmt.Sprint(stamp - age)}}
			call := testworld.Call{Header: http.Header{}, Body: was.Body}
			for name, value := range was.Headers {
				call.Header.Set(name, value)
			}
			was.Headers["webhook-signature"], was.what = signature(t, was.Secret, call), fmt.Sprintf("a message of %d seconds ago", age)
			all = append(all, was)
		}
	})
	return all
}
