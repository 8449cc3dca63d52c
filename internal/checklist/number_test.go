package checklist_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"intelliwiz/internal/checklist"
)

func TestNumbersAreExact(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12", "-0.5": "-0.5", "+3.1400": "3.14", "0.0001": "0.0001", "-0": "0", "007": "7", "99999999999.9999": "99999999999.9999", "1.50000": "1.5",
	} {
		n, err := checklist.ParseNumber(text)
		if err != nil || n.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, n, err, want)
		}
	}
	for _, text := range []string{"", "-", "+", ".", ".5", "5.", "1,5", "1e3", "0x10", "--1", "+-1", "-+1", "1.00001", "123456789012", "NaN", "1 2", "١"} {
		if n, err := checklist.ParseNumber(text); err == nil {
			t.Errorf("%q is taken for %v", text, n)
		}
	}
}

func TestANumberComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := checklist.Number(rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "number"))
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var back checklist.Number
		if err := json.Unmarshal(text, &back); err != nil || back != n {
			t.Fatalf("%d came back from %s as %d, %v", n, text, back, err)
		}
	})
}

func TestAReadingTimesTheFactorOfItsMeter(t *testing.T) {
	n, err := checklist.ParseNumber("12.5")
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := n.Times(40); !ok || got.String() != "500" {
		t.Errorf("12.5 times 40 is %v, %v", got, ok)
	}
	if got, ok := n.Times(1e12); ok {
		t.Errorf("a number that is too great is %v", got)
	}
}
