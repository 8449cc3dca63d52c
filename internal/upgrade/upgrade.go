// Package upgrade says what a version of the product will do to an installation before it does it: it reads migrations as they are written and
// finds what each does to tables that are there, what it takes away from programs of before, and how long it may take. It remembers, in the database,
// which version served last, with its permissions and settings, so that the next one can say what is new. It changes nothing else, and decides
// nothing about who may do what.
package upgrade

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"intelliwiz/internal/db"
)

// Served is the version that served last, as it said itself.
type Served struct {
	Version     string   `json:"version"`
	Schema      int64    `json:"schema"`
	Permissions []string `json:"permissions"`
	Settings    []string `json:"settings"`
}

const servedGet db.SQL = `-- upgrade.servedGet
select f.value from sys_facts f where f.name = 'product.served'`

const servedSet db.SQL = `-- upgrade.servedSet
insert into sys_facts (name, value) values ('product.served', $1) on conflict (name) do update set value = excluded.value`

// Remember writes down which version serves. With two versions side by side it is the one that started last.
func Remember(ctx context.Context, d *db.DB, s Served) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	err = d.System(ctx, func(tx *db.Tx) error {
		tx.Later(servedSet, string(text))
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember the version: %w", err)
	}
	return nil
}

// Recall gives the version that served last; false = none has said so.
func Recall(ctx context.Context, d *db.DB) (s Served, known bool, err error) {
	var texts []string
	err = d.System(ctx, func(tx *db.Tx) error {
		texts, err = db.All(ctx, tx, func(r db.Row) (x string, err error) { err = r.Scan(&x); return x, err }, servedGet)
		return err
	})
	if err != nil || len(texts) == 0 {
		return Served{}, false, err
	}
	if err := json.Unmarshal([]byte(texts[0]), &s); err != nil {
		return Served{}, false, fmt.Errorf("the version that served last: %w", err)
	}
	return s, true, nil
}

// New gives the words that were not there before, in their order.
func New[T comparable](before, now []T) (out []T) {
	for _, x := range now {
		if !slices.Contains(before, x) {
			out = append(out, x)
		}
	}
	return out
}
