// Package whole handles databases as wholes, as their owner does: it takes a copy of one moment, puts a copy beside a database, counts, swaps, and
// moves all rows from SQLite to PostgreSQL. It sees the rows of all tenants and gives none of them out. It is for backups and for commands of
// the operator; nothing that answers a request has it.
package whole

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
)

// The engines, as a State names them.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// State is what a database holds at one moment.
type State struct {
	Engine  string           `json:"engine"`
	Schema  int64            `json:"schema"`  // number of the last migration
	Tenants int64            `json:"tenants"` // organisations
	Rows    map[string]int64 `json:"rows"`    // by table
}

// Differs names the first table whose number of rows is not that of other; "" = none.
func (s State) Differs(other State) string {
	for _, name := range slices.Sorted(maps.Keys(s.Rows)) {
		if n, there := other.Rows[name]; !there || n != s.Rows[name] {
			return name + ": " + strconv.FormatInt(s.Rows[name], 10) + " rows, and then " + strconv.FormatInt(n, 10)
		}
	}
	return ""
}

// ours says whether a table holds what people or the system wrote, rather than notes of the migrations or of who runs jobs at the moment.
func ours(table string) bool {
	return table != "goose_db_version" && !strings.HasPrefix(table, "river_") || table == "river_job"
}

// Size is how large a database is.
type Size struct {
	Schema  int64            // number of the last migration
	Minimum int64            // least schema of programs that may run on it; 0 = nothing was taken away yet
	Bytes   int64            // on its disk
	Rows    map[string]int64 // of the tables that were asked for and are there; an estimate on PostgreSQL
}

// noDatabase is the answer where there is nothing to look at.
func noDatabase(cause error) error {
	return fault.Of(fault.NotFound, "There is no database yet.").Because(cause)
}

func (s State) empty() bool {
	for name, n := range s.Rows {
		if ours(name) && n > 0 {
			return false
		}
	}
	return true
}

// Database is one database of either engine.
type Database interface {
	// Engine is SQLite or PostgreSQL.
	Engine() string
	// Dump writes the database, as it is at one moment, into a new file, while others write on; it says what is in it.
	Dump(ctx context.Context, path string) (State, error)
	// Empty says that there is no database, or that nobody has written into it.
	Empty(ctx context.Context) (bool, error)
	// Look says how large the database and some of its tables are, and changes nothing. NotFound when there is none, or none of ours.
	Look(ctx context.Context, tables []string) (Size, error)
	// Load makes another database beside this one from what Dump wrote. The caller drops it or swaps it in.
	Load(ctx context.Context, r io.Reader) (Beside, error)
}

// Beside is a database that was loaded and serves nobody.
type Beside interface {
	URL() string // of its owner
	State(ctx context.Context) (State, error)
	// Swap puts it in the place of the database beside which it is, which nobody may use meanwhile, and says where that is now; "" = there was none.
	Swap(ctx context.Context, stamp string) (aside string, err error)
	// Drop removes it. After Swap it does nothing.
	Drop(ctx context.Context) error
}

// Open gives the database of an owner's URL. read is the URL of a PostgreSQL role that may read everything past row-level security; "" = the
// owner's. Nothing is connected to yet.
func Open(url, read string) (Database, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return lite{path}, nil
	}
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, fault.Of(fault.Invalid, "The address of a database must start with sqlite: or postgres://")
	}
	if read == "" {
		read = url
	}
	return server{url, read}, nil
}

// ErrBusy is behind the refusal to work on two backups at a time.
var ErrBusy = errors.New("another backup or restore is at work")

// inUse refuses to swap under a running server.
func inUse(cause error) error {
	return fault.Of(fault.Conflict, "The database is in use: stop the server first. Nothing was changed.").Because(cause)
}

// mark is a part of a name that nobody else has.
func mark() string {
	raw := make([]byte, 4)
	_, _ = rand.Read(raw) // never fails: the runtime stops the process instead
	return hex.EncodeToString(raw)
}
