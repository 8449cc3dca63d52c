package upgrade

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Step is a migration, read as it is written.
type Step struct {
	Number    int64    `json:"number"`
	Name      string   `json:"name"`                // of the file, without its number
	Title     string   `json:"title"`               // its first remark
	Narrows   []string `json:"narrows,omitempty"`   // what a program of before may not survive
	Contracts string   `json:"contracts,omitempty"` // since when nothing uses what it takes away, as it says itself
	Minimum   int64    `json:"minimum,omitempty"`   // from which schema on programs may run afterwards, as it says itself; 0 = all that could
	Work      []Work   `json:"work,omitempty"`      // what tables that are there go through
}

// Work is what a migration does to a table that is there.
type Work struct {
	Table  string `json:"table"`
	Effect Effect `json:"effect"`
}

// Effect is what a table goes through.
type Effect string

// The effects.
const (
	AtOnce   Effect = "AT_ONCE"  // its rows are not looked at
	Indexed  Effect = "INDEXED"  // its rows are read, and nobody writes to it meanwhile
	Examined Effect = "EXAMINED" // its rows are read, and nobody uses it meanwhile
	Written  Effect = "WRITTEN"  // its rows are written anew, and nobody writes to it meanwhile
)

// rates are how many rows of a table a second an effect takes, on a slow disk. They are estimates, good for an order of magnitude.
var rates = map[Effect]int64{Indexed: 200_000, Examined: 500_000, Written: 50_000}

// Seconds estimates how long the work takes on so many rows; 0 = at once.
func (w Work) Seconds(rows int64) int64 {
	if rates[w.Effect] == 0 {
		return 0
	}
	return rows / rates[w.Effect]
}

// Steps reads the migrations with numbers above after, in their order.
func Steps(all fs.FS, after int64) ([]Step, error) {
	names, err := fs.Glob(all, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, name := range names {
		digits, rest, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the number of %s: %w", name, err)
		}
		if number <= after {
			continue
		}
		text, err := fs.ReadFile(all, name)
		if err != nil {
			return nil, err
		}
		out = append(out, read(Step{Number: number, Name: rest}, string(text)))
	}
	return out, nil
}

var (
	titleOf     = regexp.MustCompile(`(?m)^-- [^+\n].*\n(?:-- [^+\n].*\n)*`)
	contractsOf = regexp.MustCompile(`(?m)^-- contracts: (\S.*)$`)
	minimumOf   = regexp.MustCompile(`'schema\.minimum',\s*'(\d+)'`)
	// aside is what is no word of a statement: remarks, texts, bodies of functions.
	aside = regexp.MustCompile(`(?s)--[^\n]*|'(?:[^']|'')*'|\$\w*\$.*?\$\w*\$`)
)

func read(s Step, text string) Step {
	s.Title = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(titleOf.FindString(text), "\n-- ", " "), "-- ", ""))
	if m := contractsOf.FindStringSubmatch(text); m != nil {
		s.Contracts = strings.TrimSpace(m[1])
	}
	if m := minimumOf.FindStringSubmatch(text); m != nil {
		s.Minimum, _ = strconv.ParseInt(m[1], 10, 64) // digits; a number too large is caught as zero by Fault
	}
	plain := aside.ReplaceAllStringFunc(text, func(x string) string {
		if strings.HasPrefix(x, "--") {
			return " "
		}
		return "''"
	})
	r := reader{step: &s, fresh: map[string]bool{}, optional: map[string]bool{}, plain: strings.ToLower(plain)}
	for _, statement := range strings.Split(r.plain, ";") {
		if statement = strings.Join(strings.Fields(statement), " "); statement != "" {
			r.statement(statement)
		}
	}
	return s
}

// Fault says why a migration may not be released after a release whose schema was before; "" = it may: what a program of that release uses
// stays, or the migration says since when nothing uses it, and from which schema on programs may still run.
func (s Step) Fault(before int64) string {
	switch {
	case len(s.Narrows) == 0 && s.Contracts == "" && s.Minimum == 0:
		return ""
	case s.Contracts == "":
		return "it " + strings.Join(s.Narrows, ", ") + ", and does not say since which release nothing uses that (-- contracts: ...)"
	case s.Minimum == 0:
		return "it contracts, and does not write the fact schema.minimum: programs that need what it takes away would start on it"
	case s.Minimum > before:
		return fmt.Sprintf("programs of the release before, of schema %d, could not run beside it: it asks for %d", before, s.Minimum)
	}
	return ""
}

// Beside says whether a program of schema before may run while and after the steps are taken.
func Beside(steps []Step, before int64) bool {
	return !slices.ContainsFunc(steps, func(s Step) bool { return s.Fault(before) != "" })
}
