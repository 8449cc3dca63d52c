package checklist

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
)

// Number is a decimal with at most four places, kept exactly, in ten-thousandths: 12.5 is 125000. Readings and bounds are Numbers, so that
// 0.1 + 0.2 is 0.3 and a bound means the same on a phone, in the database and on a page.
type Number int64

const (
	places = 4
	unit   = 10_000
)

// Bounds of a Number: fifteen digits, which every program that reads JSON keeps exactly.
const (
	leastNumber    Number = -100_000_000_000*unit + 1
	greatestNumber Number = 100_000_000_000*unit - 1
)

// grammar is a sign, at most eleven digits, and at most four decimals with zeros behind.
var grammar = regexp.MustCompile(`^([+-]?)(\d{1,11})(?:\.(\d{1,4})0*)?$`)

// ParseNumber reads a decimal as people and programs write it: 12, -0.5, +3.1400. Invalid for anything else, for more than four places, and
// beyond 99,999,999,999.
func ParseNumber(text string) (Number, error) {
	parts := grammar.FindStringSubmatch(text)
	if parts == nil {
		return 0, fault.Of(fault.Invalid, "Write a number with at most four decimals, as 12.5.")
	}
	n, err := strconv.ParseInt(parts[1]+parts[2]+parts[3]+strings.Repeat("0", places-len(parts[3])), 10, 64)
	if err != nil {
		return 0, fault.Of(fault.Invalid, "This number is too long.").Because(err)
	}
	return Number(n), nil
}

// NaN is what a text that is no number is read as; a rule with it is refused at its field.
const NaN Number = math.MinInt64

// ReadNumber reads a bound as a form or program gives it: nil for no text, NaN for one that is no number.
func ReadNumber(text string) *Number {
	if text == "" {
		return nil
	}
	n, err := ParseNumber(text)
	if err != nil {
		n = NaN
	}
	return &n
}

// String gives the shortest text of the number: 12.5, not 12.5000.
func (n Number) String() string {
	sign, abs := "", uint64(n)
	if n < 0 {
		sign, abs = "-", uint64(-n)
	}
	out := sign + strconv.FormatUint(abs/unit, 10)
	if rest := abs % unit; rest != 0 {
		part := strconv.FormatUint(rest, 10)
		out += "." + strings.TrimRight(strings.Repeat("0", places-len(part))+part, "0")
	}
	return out
}

// MarshalText is String; a number is a text in JSON, for a float would not be exact.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText is ParseNumber.
func (n *Number) UnmarshalText(text []byte) (err error) {
	*n, err = ParseNumber(string(text))
	return err
}

// Whole says that the number has no decimals.
func (n Number) Whole() bool { return n%unit == 0 }

// Times multiplies with a factor, as a reading with that of its meter, rounded to four places; ok is false when it would be too great.
func (n Number) Times(factor float64) (out Number, ok bool) {
	v := math.Round(float64(n) * factor)
	return Number(v), v >= float64(leastNumber) && v <= float64(greatestNumber)
}
