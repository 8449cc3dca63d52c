package testworld

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
)

// Each runs a test on every engine, each with a world of its own in which Exec works. change may alter what the auth service is built from.
func Each(t *testing.T, test func(t *testing.T, w *World), change ...func(*auth.Config)) {
	t.Helper()
	var url string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, change...)
		w.url = url
		test(t, w)
	}, func(o *db.Options) { url = o.URL })
}

// Exec runs statements as the database's owner, whom no policy and no journal holds: what an attacker or an operator might do.
func (w *World) Exec(statements ...string) {
	w.t.Helper()
	dbtest.Exec(w.t, w.url, statements...)
}

// Text asks for one text, as the database's owner.
func (w *World) Text(query string) (text string) {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context())
	if path, ok := strings.CutPrefix(w.url, "sqlite:"); ok {
		d, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
		w.must(err)
		defer func() { w.must(d.Close()) }()
		w.must(d.QueryRowContext(ctx, query).Scan(&text))
		return text
	}
	c, err := pgx.Connect(ctx, w.url)
	w.must(err)
	defer func() { w.must(c.Close(ctx)) }()
	w.must(c.QueryRow(ctx, query).Scan(&text))
	return text
}
