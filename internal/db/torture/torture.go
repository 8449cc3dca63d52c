// Package torture holds only a test: many goroutines of many tenants use one database for ten seconds while contexts are
// cancelled and server processes killed, and no tenant may ever see, or change, a row of another. It is by itself so that the
// race detector is cheap: make test runs it with -race.
package torture
