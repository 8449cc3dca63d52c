package testworld

import (
	"context"
	"log/slog"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hold"
	"intelliwiz/internal/id"
)

// openSwitches makes what is switched while the product runs. Nothing reads how it stands but what changes it; a test calls Refresh.
func (w *World) openSwitches(log *slog.Logger) {
	var err error
	w.Flags, err = flag.New(w.t.Context(), flag.Config{DB: w.DB, Journal: w.Journal, Now: w.Clock.Now, Log: log, Person: func(ctx context.Context, who actor.Actor, person id.Person) error {
		_, err := w.People.GetPerson(ctx, who, person)
		return err
	}})
	w.must(err)
	w.t.Cleanup(func() { _ = w.Flags.Close() }) // nothing is lost
	w.Holds = hold.New(hold.Config{DB: w.DB, Journal: w.Journal, Now: w.Clock.Now, Log: log})
}
