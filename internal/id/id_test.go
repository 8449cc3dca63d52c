package id_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"intelliwiz/internal/id"
)

func TestNewIdsOfOneProcessAreInOrderAndDistinct(t *testing.T) {
	const many = 20_000 // far more than a millisecond holds apart by its clock
	made := make([]string, many)
	for i := range made {
		made[i] = id.New[id.Site]().String()
	}
	if !slices.IsSorted(made) {
		t.Error("ids do not sort in the order in which they were made")
	}
	if left := len(slices.Compact(made)); left != many {
		t.Errorf("%d ids are doubled", many-left)
	}
}

func TestNewIdsOfManyGoroutinesAreDistinct(t *testing.T) {
	var mu sync.Mutex
	seen := map[id.Entry]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			last := ""
			for range 1000 {
				e := id.New[id.Entry]()
				if e.String() <= last {
					t.Errorf("%s was made after %s", e, last)
				}
				last = e.String()
				mu.Lock()
				seen[e] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 8000 {
		t.Errorf("%d distinct ids, want 8000", len(seen))
	}
}

func TestIdIsAVersion7UUIDOfItsMoment(t *testing.T) {
	moment := time.Date(2026, 3, 29, 1, 59, 59, 123_456_000, time.UTC)
	for range 100 {
		p := id.NewAt[id.Person](moment)
		if s := p.String(); s[14] != '7' || !strings.ContainsRune("89ab", rune(s[19])) {
			t.Fatalf("%s is not version 7, variant 10 (RFC 9562)", s)
		}
		if got, want := p.Time(), moment.Truncate(time.Millisecond); !got.Equal(want) || got.Location() != time.UTC {
			t.Fatalf("time of %s is %v, want %v", p, got, want)
		}
	}
}

func TestIdsWithinAMillisecondSortByMicrosecond(t *testing.T) {
	start := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	var made []string
	for us := range 2000 { // over the edge of a millisecond
		made = append(made, id.NewAt[id.Any](start.Add(time.Duration(us)*time.Microsecond)).String())
	}
	if !slices.IsSorted(made) {
		t.Error("ids of later microseconds do not sort after earlier ones")
	}
}

func TestParse(t *testing.T) {
	const text = "0192f7a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b"
	good, err := id.Parse[id.Site](text)
	if err != nil {
		t.Fatal(err)
	}
	want := [16]byte{0x01, 0x92, 0xf7, 0xa0, 0x1c, 0x2d, 0x7e, 0x3f, 0x8a, 0x4b, 0x5c, 0x6d, 0x7e, 0x8f, 0x9a, 0x0b}
	if diff := cmp.Diff(want, good.Bytes()); diff != "" {
		t.Error(diff)
	}
	upper, err := id.Parse[id.Site](strings.ToUpper(text))
	if err != nil || upper != good {
		t.Errorf("upper case: %v, %v", upper, err)
	}
	if id.Of[id.Site](want) != good {
		t.Error("Of gives another id for the same bytes")
	}
	for _, bad := range []string{
		"", " ", text + " ", " " + text[1:], text[:35], text + "0", strings.ReplaceAll(text, "-", ""), "{" + text[2:] + "}",
		strings.Replace(text, "a", "g", 1), strings.Replace(text, "-", "_", 1), "urn:uuid:" + text, strings.Repeat("-", 36),
		text[:34] + "é", strings.Repeat("\x00", 36),
	} {
		if got, err := id.Parse[id.Site](bad); !errors.Is(err, id.ErrSyntax) || !got.IsZero() {
			t.Errorf("Parse(%q) = %v, %v; want ErrSyntax", bad, got, err)
		}
	}
}

func TestTextSortsAsBytesDo(t *testing.T) {
	var all []id.Any
	for b := range 256 {
		all = append(all, id.Of[id.Any]([16]byte{0: byte(b), 15: byte(255 - b)}))
	}
	byText := slices.Clone(all)
	slices.SortFunc(byText, func(a, b id.Any) int { return strings.Compare(a.String(), b.String()) })
	slices.SortFunc(all, func(a, b id.Any) int {
		x, y := a.Bytes(), b.Bytes()
		return bytes.Compare(x[:], y[:])
	})
	if !slices.Equal(all, byText) {
		t.Error("the order of texts is not that of bytes")
	}
}

func TestIdsInJSONAndAsKeys(t *testing.T) {
	type record struct {
		Site  id.Site            `json:"site"`
		Unit  *id.Unit           `json:"unit,omitzero"`
		Count map[id.Person]int  `json:"count"`
		Roles []id.Role          `json:"roles"`
		None  id.Tenant          `json:"none,omitzero"`
		Sites map[string]id.Site `json:"sites"`
	}
	in := record{
		Site: id.New[id.Site](), Count: map[id.Person]int{id.New[id.Person](): 3}, Roles: []id.Role{id.New[id.Role]()},
		Sites: map[string]id.Site{"a": id.New[id.Site]()},
	}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("none")) || bytes.Contains(raw, []byte("unit")) {
		t.Errorf("zero ids are written: %s", raw)
	}
	var out record
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out, cmp.Comparer(func(a, b id.UUID) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"site":"no id"}`), &out); err == nil {
		t.Error("a text that is no id was read")
	}
}

func TestZeroIdNamesNothing(t *testing.T) {
	var none id.Grant
	if !none.IsZero() || none.String() != "00000000-0000-0000-0000-000000000000" {
		t.Errorf("zero id: %v %s", none.IsZero(), none)
	}
	if id.New[id.Grant]().IsZero() {
		t.Error("a new id is zero")
	}
}
