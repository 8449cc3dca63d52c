package reply

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// faultsOf lists "path code" of every field of an error.
func faultsOf(err error) []string {
	var out []string
	for _, f := range fault.As(err).Fields {
		out = append(out, strings.TrimSpace(f.Path+" "+f.Code))
	}
	return out
}

func TestCheckJSON(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	var many strings.Builder
	for i := range 40 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	for name, c := range map[string]struct {
		raw  string
		want []string
	}{
		"object":                      {` {"a": [1, -2.5e3, true, null, "x\n\"\\"], "b": {}, "c": [ ] } `, nil},
		"scalar":                      {`17`, nil},
		"depth 32 is fine":            {deep(32), nil},
		"depth 33":                    {deep(33), []string{strings.Repeat("[0]", 32) + " depth"}},
		"depth in objects":            {strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), []string{strings.Repeat("a.", 31) + "a depth"}},
		"duplicate at the top":        {`{"a":1,"b":2,"a":3}`, []string{"a duplicate"}},
		"duplicate written otherwise": {`{"a":1,"\u0061":2}`, []string{"a duplicate"}},
		"all duplicates, with paths":  {`{"x":{"a":1,"a":2},"l":[0,{"b":1,"b":2,"b":3}]}`, []string{"x.a duplicate", "l[1].b duplicate", "l[1].b duplicate"}},
		"same key in two objects":     {`[{"a":1},{"a":1}]`, nil},
		"duplicate among many":        {`{` + many.String() + `"k3":1,"k39":2,"z":1}`, []string{"k3 duplicate", "k39 duplicate"}},
		"not UTF-8":                   {"{\"a\":\"\xff\"}", []string{"encoding"}},
		"overlong UTF-8":              {"\"\xc0\x80\"", []string{"encoding"}},
		"NUL escaped":                 {`{"a":"x\u0000y","b":["\u0000"]}`, []string{"a nul", "b[0] nul"}},
		"NUL raw":                     {"{\"a\":\"x\x00\"}", []string{"nul"}},
		"NUL in a key":                {`{"a\u0000":1}`, []string{"nul"}},
		"a pair is fine":              {`"\ud83d\ude00"`, nil},
		"half a pair":                 {`{"a":"\ud83d","b":"\ude00x","c":"\ud83d\u0041"}`, []string{"a encoding", "b encoding", "c encoding"}},
		"written replacement":         {`"\ufffd \\ufffd` + "\uFFFD" + `"`, nil},
		"escaped backslash":           {`"\\u0000"`, nil},
		"empty":                       {" \n", []string{"syntax"}},
		"broken":                      {`{"a":}`, []string{"syntax"}},
		"two texts":                   {`{} {}`, []string{"syntax"}},
		"cut":                         {`{"a":"`, []string{"syntax"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckJSON([]byte(c.raw), MaxDepth)
			if diff := cmp.Diff(c.want, faultsOf(errOr(err))); diff != "" {
				t.Errorf("%s: %s", c.raw, diff)
			}
			if err != nil && fault.KindOf(err) != fault.Malformed {
				t.Errorf("kind %s", fault.KindOf(err))
			}
		})
	}
}

func errOr(err error) error {
	if err == nil {
		return fault.Of(fault.Invalid, "")
	}
	return err
}

func TestCheckJSONBoundsItsAnswer(t *testing.T) {
	raw := "[" + strings.Repeat(`{"a":1,"a":2},`, 5000) + "0]"
	if n := len(faultsOf(CheckJSON([]byte(raw), MaxDepth))); n != maxFaults {
		t.Errorf("%d faults, want %d", n, maxFaults)
	}
	bomb := []byte(strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000))
	if err := CheckJSON(bomb, MaxDepth); fault.KindOf(err) != fault.Malformed {
		t.Errorf("9 000 levels gave %v", err)
	}
}

type inner struct {
	Name string `json:"name"`
}

type embedded struct {
	Note *string `json:"note"`
}

type body struct {
	embedded
	Code    string           `json:"code"`
	Count   int8             `json:"count,omitempty"`
	Size    uint             `json:"size"`
	Ratio   float64          `json:"ratio"`
	On      bool             `json:"on"`
	At      time.Time        `json:"at"`
	Site    id.Site          `json:"site"`
	Inner   inner            `json:"inner"`
	List    []inner          `json:"list"`
	Labels  map[string]int   `json:"labels"`
	Free    any              `json:"free"`
	Raw     json.RawMessage  `json:"raw"`
	Bytes   []byte           `json:"bytes"`
	Pointer *inner           `json:"pointer"`
	Skipped string           `json:"-"`
	Plain   map[string]inner // no tag
	hidden  int
}

func TestDecodeJSONNamesEveryViolation(t *testing.T) {
	raw := `{"code":1,"count":300,"size":-1,"ratio":"x","on":"yes","at":"yesterday","site":"nope","inner":{"name":false,"x":1},
		"list":[{"name":"a"},{"nam":"b"},7],"labels":{"a":"b","c":1.5},"free":{"any":["thing",1e700]},"raw":{"x":1},"bytes":"!!","pointer":[],
		"Skipped":"x","hidden":1,"CODE":"x","note":3,"Plain":{"k":{"z":1}},"-":1}`
	var b body
	err := DecodeJSON([]byte(raw), &b)
	want := []string{"- unknown", "CODE unknown", "Plain.k.z unknown", "Skipped unknown", "at type", "code type", "count range", "free.any[1] range", "hidden unknown", "inner.name type",
		"inner.x unknown", "labels.a type", "labels.c type", "list[1].nam unknown", "list[2] type", "note type", "on type", "pointer type", "ratio type", "site type", "size range"}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Error(diff)
	}
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("kind %s", fault.KindOf(err))
	}
	if b.Code != "" {
		t.Error("dst was written to")
	}
	err = DecodeJSON([]byte(`{"code":null,"note":null,"list":null,"labels":[1],"list":[]}`), &b)
	if fault.KindOf(err) != fault.Malformed {
		t.Errorf("a duplicate key gave %v", err)
	}
	if diff := cmp.Diff([]string{"code type", "labels type"}, faultsOf(DecodeJSON([]byte(`{"code":null,"note":null,"list":null,"labels":[1]}`), &b))); diff != "" {
		t.Error(diff)
	}
	if err := DecodeJSON([]byte(`{"bytes":"!!"}`), &b); fault.KindOf(err) != fault.Invalid {
		t.Errorf("bad base64 gave %v", err)
	}
}

func TestDecodeJSONReads(t *testing.T) {
	site := id.New[id.Site]()
	raw := fmt.Sprintf(`{"code":"PUN","count":-5,"size":7,"ratio":1e3,"on":true,"at":"2026-01-02T03:04:05Z","site":"%s","note":"n",
		"inner":{"name":"i"},"list":[{"name":"a"}],"labels":{"x":1},"free":[1],"raw":{"q":1},"bytes":"aGk=","pointer":{"name":"p"}}`, site)
	var b body
	if err := DecodeJSON([]byte(raw), &b); err != nil {
		t.Fatal(err)
	}
	if b.Code != "PUN" || b.Count != -5 || b.Site != site || *b.Note != "n" || b.List[0].Name != "a" || b.Pointer.Name != "p" || string(b.Bytes) != "hi" || b.hidden != 0 {
		t.Errorf("got %+v", b)
	}
}

func TestReadJSON(t *testing.T) {
	post := func(kind, text string, limit int64) error {
		r := httptest.NewRequest("POST", "/api/v1/x", strings.NewReader(text))
		r.Header.Set("Content-Type", kind)
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, limit)
		var v inner
		return ReadJSON(r, &v)
	}
	for _, c := range []struct {
		kind, text string
		limit      int64
		want       int
	}{
		{"application/json; charset=utf-8", `{"name":"x"}`, 100, 0},
		{"application/merge-patch+json", `{"name":"x"}`, 100, 0},
		{"text/plain", `{"name":"x"}`, 100, 415},
		{"", `{"name":"x"}`, 100, 415},
		{"application/json", `{"name":"` + strings.Repeat("x", 200) + `"}`, 100, 413},
		{"application/json", `{"name":`, 100, 400},
		{"application/json", `{"nme":1}`, 100, 422},
	} {
		got := 0
		if err := post(c.kind, c.text, c.limit); err != nil {
			got = ProblemOf(t.Context(), err).Status
		}
		if got != c.want {
			t.Errorf("%s %s: status %d, want %d", c.kind, c.text, got, c.want)
		}
	}
	r := httptest.NewRequest("POST", "/", bytes.NewReader(nil))
	r.Header.Set("Content-Type", "application/json")
	r.Body = http.NoBody
	if err := ReadJSON(r, &inner{}); fault.KindOf(err) != fault.Malformed {
		t.Errorf("no body gave %v", err)
	}
	r.Body = broken{}
	if err := ReadJSON(r, &inner{}); fault.KindOf(err) != fault.Malformed {
		t.Errorf("a broken body gave %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, fmt.Errorf("cut") }
func (broken) Close() error             { return nil }

func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\ud83d\ude00"}]}`, `[[[]]]`, `"\u0000"`, `{"a":1,"a":2}`, ` `, "\xff", "1e700"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := CheckJSON(raw, 8); err == nil {
			d := json.NewDecoder(bytes.NewReader(raw))
			d.UseNumber() // whether a number can be kept is asked of the type that it is for
			var v any
			if d.Decode(&v) != nil {
				t.Errorf("%q passed and does not decode", raw)
			}
		}
	})
}
