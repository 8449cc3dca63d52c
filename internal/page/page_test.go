package page_test

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

func TestSizeIsClamped(t *testing.T) {
	for asked, want := range map[int]int{-1 << 62: 50, -1: 50, 0: 50, 1: 1, 50: 50, 199: 199, 200: 200, 201: 200, 1 << 62: 200} {
		if got := (page.Request{Limit: asked}).Size(); got != want {
			t.Errorf("limit %d gives %d rows, want %d", asked, got, want)
		}
	}
}

type row struct{ name, id string }

func key(r row) (string, string) { return r.name, r.id }

func TestWalkingAListByCursorGivesEveryRowOnce(t *testing.T) {
	var all []row
	for i := range 23 {
		all = append(all, row{"name <&> \x00\"ü\u2028" + strconv.Itoa(100+i), "id" + strconv.Itoa(i)})
	}
	for _, limit := range []int{1, 5, 22, 23, 24} {
		var got []row
		request := page.Request{Limit: limit}
		for turn := 0; ; turn++ {
			name, last, err := request.Key()
			if err != nil {
				t.Fatal(err)
			}
			rest := all
			for len(rest) > 0 && rest[0].name <= name {
				rest = rest[1:]
			}
			if turn > 0 && got[len(got)-1] != (row{name, last}) {
				t.Fatalf("cursor names %q %q after %q", name, last, got[len(got)-1])
			}
			p := page.Cut(append([]row(nil), rest[:min(len(rest), request.Size()+1)]...), request, key)
			if len(p.Items) > limit {
				t.Fatalf("%d rows, limit %d", len(p.Items), limit)
			}
			got = append(got, p.Items...)
			if p.Next == "" {
				break
			}
			request.After = p.Next
		}
		if diff := cmp.Diff(all, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
}

func TestAnEmptyListIsAnEmptyArray(t *testing.T) {
	raw, err := json.Marshal(page.Cut(nil, page.Request{}, func(int) (string, string) { return "", "" }))
	if err != nil || string(raw) != `{"items":[]}` {
		t.Errorf("got %s, %v", raw, err)
	}
}

func TestACursorOfOursIsReadAndAnythingElseIsInvalid(t *testing.T) {
	b64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	next := page.Cut([]row{{"a", "1"}, {"b", "2"}}, page.Request{Limit: 1}, key).Next
	if next != b64(`["a","1"]`) {
		t.Fatalf("cursor %q", next)
	}
	if name, last, err := (page.Request{After: next}).Key(); name != "a" || last != "1" || err != nil {
		t.Errorf("%q %q %v", name, last, err)
	}
	for what, bad := range map[string]string{
		"no base64": "%%%", "padded": next + "==", "stray bits": next[:len(next)-1] + "R", "not JSON": b64("a,1"), "null": b64("null"),
		"one": b64(`["a"]`), "three": b64(`["a","1","x"]`), "numbers": b64(`[1,2]`), "object": b64(`{"a":"1"}`), "blanks": b64(`["a", "1"]`),
		"bad UTF-8": b64("[\"\xff\",\"1\"]"), "half a surrogate": b64(`["\ud800","1"]`), "blank": " ", "NUL": "\x00",
	} {
		name, last, err := page.Request{After: bad}.Key()
		if fault.KindOf(err) != fault.Invalid || name != "" || last != "" {
			t.Errorf("%s: %q %q %v, want Invalid", what, name, last, err)
			continue
		}
		if f := fault.As(err).Fields; len(f) != 1 || f[0].Path != "after" || f[0].Code != "cursor" {
			t.Errorf("%s: fields %v", what, f)
		}
	}
}

func TestACursorMayEndInAnId(t *testing.T) {
	p := id.New[id.Person]()
	cursor := func(last string) string {
		return page.Cut([]row{{"asha", last}, {}}, page.Request{Limit: 1}, key).Next
	}
	name, last, err := page.Last[id.Person](page.Request{After: cursor(p.String())})
	if name != "asha" || last != p || err != nil {
		t.Errorf("%q %s %v", name, last, err)
	}
	if name, last, err = page.Last[id.Person](page.Request{}); name != "" || !last.IsZero() || err != nil {
		t.Errorf("at the start: %q %s %v", name, last, err)
	}
	for _, bad := range []string{"%", cursor("7"), cursor("")} {
		name, last, err := page.Last[id.Person](page.Request{After: bad})
		if fault.KindOf(err) != fault.Invalid || name != "" || !last.IsZero() {
			t.Errorf("%q: %q %s %v", bad, name, last, err)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, seed := range []string{"", "W10", "bnVsbA", "WyJhIiwiMSJd", "WyJhIiwiMSJe", "WyJcdWQ4MDAiLCIxIl0", "%", "\x00", "WyJhIl0", "W1siYSJdLCIxIl0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, after string) {
		name, last, err := page.Request{After: after}.Key()
		switch {
		case err != nil:
			if fault.KindOf(err) != fault.Invalid || name != "" || last != "" {
				t.Errorf("%q: %q %q %v", after, name, last, err)
			}
		case after != "":
			rows := []row{{name, last}, {}}
			if next := page.Cut(rows, page.Request{Limit: 1}, key).Next; next != after {
				t.Errorf("%q was read as a cursor; it would have been written as %q", after, next)
			}
		}
	})
}
