// Command ship writes what a release carries of its tests: it reads the lines of `go test -json` and prints them as package readiness
// embeds them. scripts/release calls it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/readiness"
)

func main() {
	commit := flag.String("commit", "", "the commit that was tested")
	coverage := flag.Float64("coverage", 0, "per cent of statements that its tests cover")
	flag.Parse()
	if err := ship(os.Stdin, os.Stdout, *commit, *coverage); err != nil {
		fmt.Fprintln(os.Stderr, "ship:", err)
		os.Exit(1)
	}
}

func ship(in io.Reader, out io.Writer, commit string, coverage float64) error {
	tests, err := readiness.Results(in)
	if err != nil {
		return err
	}
	s := readiness.Shipped{Commit: commit, Coverage: coverage, Tests: tests, At: clock.System()().UTC().Truncate(time.Second)}
	return json.NewEncoder(out).Encode(s)
}
