// Command intelliwiz is the product: see intelliwiz help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"intelliwiz/internal/app"
)

func main() { os.Exit(run()) }

// run ends when the work is done, or in an orderly way at the first SIGINT or SIGTERM; the second one ends the process at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return app.Main(ctx, app.System())
}
