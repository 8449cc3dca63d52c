package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// hostileTexts are those that break what is careless.
var hostileTexts = []string{"", " ", "\x00", "a\x00b", "'", `"`, `\`, "' or 1=1 --", "'; drop table x; --", "%", "_", "%00", "%s%s%n", "../../../../etc/passwd", "..\\..\\boot.ini", "/", "//evil.example/",
	"javascript:alert(1)", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "`id`", "$(id)", "\r\nSet-Cookie: a=b", "\n", "\t", "\u202eabc", "\u200b", "\ufeff", "\ufffd", "\xff\xfe", "\xc0\x80", "\xed\xa0\x80",
	"😀👩‍👩‍👧‍👦", "Ω≈ç√", "İıſK", "e\u0301", "ﷺ", "٣", "１２", "NaN", "Infinity", "-0", "1e999", "0x10", "007", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.7976931348623157e309",
	"true", "null", "undefined", "[]", "{}", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-02-30T25:61:00Z", "-2026-01-01T00:00:00Z", "292277026597-01-01T00:00:00Z", "2026-03-29T02:30:00+14:00",
	"0000-00-00", "2026-02-29", "24:00", "99:99", "Asia/Kolkata", "Europe/Nowhere", "../UTC", "local", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
	"0190C3A4-7B1E-7C3D-9A5F-2B1C4D5E6F70", "{0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70}", "0190c3a47b1e7c3d9a5f2b1c4d5e6f70", "urn:uuid:0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70", "bnVsbA==", "eyJhIjoxfQ",
	"http://127.0.0.1:1/", "https://x.invalid/", "file:///dev/null", "a@b", "@", "a@b\nc@d", "+", "+99999999999999999999", "FREQ=YEARLY;COUNT=1", "* * * * *", "*/0 * * * *", "0 0 30 2 *", "DESC", "-name", "name,name"}

// hostileText gives one of them, or a long, or a random one.
func hostileText(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0:
		return strings.Repeat(hostileTexts[r.IntN(len(hostileTexts))], 1+r.IntN(300))
	case 1:
		raw := make([]byte, r.IntN(40))
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		return string(raw)
	case 2:
		return strings.Repeat("x", 1<<r.IntN(15))
	}
	return hostileTexts[r.IntN(len(hostileTexts))]
}

// rawJSON are values that no encoder would write.
var rawJSON = []string{`1e400`, `-1e400`, `-0`, `0x10`, `01`, `1.`, `.5`, `+1`, `NaN`, `Infinity`, `"\ud800"`, `"\udead\ud800"`, `"\u0000"`, "\"\xff\xfe\"", "\"\x01\"", `"`, `'a'`, `undefined`, `{"a":1,"a":2}`,
	`99999999999999999999999999999999`, `1.00000000000000000000000000000000000001`, `1e-400`, `/* */ 1`, `[1,]`, `{"a":}`, strings.Repeat("[", 33) + strings.Repeat("]", 33),
	strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "1 2", "\ufeff1", ""}

// rawMark stands in a tree for a text of rawJSON.
func rawMark(i int) string { return fmt.Sprintf("@@raw%d@@", i) }

// hostile gives a value of any type.
func (f *fuzzer) hostile(r *rand.Rand) any {
	switch r.IntN(16) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return []int64{0, -1, 1, 1 << 31, -(1 << 31) - 1, 1 << 53, 1<<63 - 1, -1 << 63}[r.IntN(8)]
	case 3:
		return []float64{0.5, -0.5, 1e308, 5e-324, 90.0000001, -180.5, 1e15, 3.1415926535}[r.IntN(8)]
	case 4:
		return f.id(r)
	case 5:
		return []any{}
	case 6:
		return map[string]any{"__proto__": map[string]any{"a": 1}, "": nil, "$ref": "#/"}
	case 7:
		return slices.Repeat([]any{f.id(r)}, 1+r.IntN(300))
	case 8:
		return slices.Repeat([]any{nil, "a", 1}, r.IntN(10))
	case 9, 10:
		return rawMark(r.IntN(len(rawJSON)))
	}
	return hostileText(r)
}

// spoilTree puts hostile values in some places of a tree, takes some away and adds some.
func (f *fuzzer) spoilTree(r *rand.Rand, tree any) any {
	for range []int{0, 0, 0, 1, 1, 2, 4}[r.IntN(7)] {
		tree = f.spoilPlace(r, tree, 0)
	}
	return tree
}

func (f *fuzzer) spoilPlace(r *rand.Rand, tree any, depth int) any {
	stop := depth > 0 && r.IntN(3) == 0
	switch x := tree.(type) {
	case map[string]any:
		if stop || len(x) == 0 {
			break
		}
		keys := slices.Sorted(maps.Keys(x))
		key := keys[r.IntN(len(keys))]
		switch r.IntN(10) {
		case 0:
			delete(x, key)
		case 1:
			x[hostileText(r)] = f.hostile(r)
		case 2:
			x[key+" "], x[strings.ToUpper(key)] = x[key], x[key]
		default:
			x[key] = f.spoilPlace(r, x[key], depth+1)
		}
		return x
	case []any:
		if stop || len(x) == 0 {
			break
		}
		i := r.IntN(len(x))
		x[i] = f.spoilPlace(r, x[i], depth+1)
		return x
	}
	return f.hostile(r)
}

// encode writes a tree with the texts that no encoder writes.
func encodeTree(tree any) string {
	raw, err := json.Marshal(tree)
	if err != nil {
		return "{}" // a number that JSON has no word for
	}
	text := string(raw)
	if strings.Contains(text, `"@@raw`) {
		for i, x := range rawJSON {
			text = strings.ReplaceAll(text, `"`+rawMark(i)+`"`, x)
		}
	}
	return text
}

// spoilBody breaks a few bodies as a whole.
func spoilBody(r *rand.Rand, body string) string {
	switch r.IntN(40) {
	case 0:
		return ""
	case 1:
		return rawJSON[r.IntN(len(rawJSON))]
	case 2:
		return body[:r.IntN(len(body)+1)]
	case 3:
		return body + body
	case 4:
		return strings.Repeat(" ", 1<<r.IntN(18)) + body
	case 5:
		return "\x1f\x8b" + body
	case 6:
		if len(body) > 0 {
			raw := []byte(body)
			for range 1 + r.IntN(4) {
				raw[r.IntN(len(raw))] = byte(r.Uint32())
			}
			return string(raw)
		}
	}
	return body
}
