package floor

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"intelliwiz/internal/id"
)

// firstNumber is above every number that was loaded.
const firstNumber = 1_000_000_000

type postgres struct {
	pool   *pgxpool.Pool
	number atomic.Int64
}

func openPostgres(ctx context.Context, url string) (store, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	c.MaxConns = 16
	c.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan" // as the product
	c.ConnConfig.RuntimeParams["enable_seqscan"] = "off"                 // as the product
	pool, err := pgxpool.NewWithConfig(ctx, c)
	s := &postgres{pool: pool}
	s.number.Store(firstNumber + time.Now().UnixMilli()%firstNumber*1000)
	return s, err
}

func (s *postgres) close() { s.pool.Close() }

func (s *postgres) list(ctx context.Context, tenant id.Tenant, limit int, out []byte) ([]byte, error) {
	rows, err := s.pool.Query(ctx, listSQL, tenant.Bytes(), limit)
	if err != nil {
		return nil, err
	}
	return items(rows, out)
}

func (s *postgres) changed(ctx context.Context, tenant id.Tenant, after time.Time, limit int, out []byte) ([]byte, error) {
	rows, err := s.pool.Query(ctx, changedSQL, tenant.Bytes(), after, limit)
	if err != nil {
		return nil, err
	}
	return items(rows, out)
}

// items appends all rows.
func items(rows pgx.Rows, out []byte) ([]byte, error) {
	defer rows.Close()
	out = append(out, `{"items":[`...)
	var t row
	var raw raw
	for n := 0; rows.Next(); n++ {
		if err := raw.scan(rows, &t); err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = t.json(out)
	}
	return append(out, `]}`...), rows.Err()
}

// raw is what the driver reads into.
type raw struct {
	ticket, site, category [16]byte
	person                 pgtype.UUID
	name                   *string
}

func (r *raw) scan(rows pgx.Rows, t *row) error {
	t.due, r.name, t.personName, t.person = nil, nil, "", id.Person{}
	err := rows.Scan(&r.ticket, &r.site, &r.category, &r.person, &t.number, &t.level, &t.version, &t.kind, &t.title, &t.status, &t.priority,
		&t.siteName, &t.categoryName, &r.name, &t.due, &t.created, &t.updated)
	t.id, t.site, t.category = id.Of[id.Ticket](r.ticket), id.Of[id.Site](r.site), id.Of[id.Category](r.category)
	if r.person.Valid {
		t.person = id.Of[id.Person](r.person.Bytes)
	}
	if r.name != nil {
		t.personName = *r.name
	}
	return err
}

func (s *postgres) one(ctx context.Context, tenant id.Tenant, ticket id.Ticket, out []byte) ([]byte, error) {
	b := &pgx.Batch{}
	b.Queue(oneSQL, tenant.Bytes(), ticket.Bytes())
	b.Queue(historySQL, tenant.Bytes(), ticket.Bytes())
	r := s.pool.SendBatch(ctx, b)
	defer func() { _ = r.Close() }()
	rows, err := r.Query()
	if err != nil {
		return nil, err
	}
	if out, err = items(rows, append(out, `{"ticket":`...)); err != nil {
		return nil, err
	}
	if rows, err = r.Query(); err != nil {
		return nil, err
	}
	defer rows.Close()
	out = append(out, `,"history":[`...)
	for n := 0; rows.Next(); n++ {
		var at time.Time
		var who, what string
		if err := rows.Scan(&at, &who, &what); err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = past(out, at, who, what)
	}
	return append(out, `]}`...), rows.Err()
}

func (s *postgres) create(ctx context.Context, c claim, in newTicket, out []byte) ([]byte, error) {
	t := newRow(in, s.number.Add(1))
	b := &pgx.Batch{}
	b.Queue("begin")
	b.Queue(insertSQL, c.tenant.Bytes(), t.id.Bytes(), t.site.Bytes(), t.number, t.title, in.Description, t.category.Bytes(), c.person.Bytes(), t.created)
	b.Queue(historyInsertSQL, c.tenant.Bytes(), id.New[id.Any]().Bytes(), t.id.Bytes(), t.created, "somebody", "created")
	b.Queue("commit")
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return nil, err
	}
	return t.json(out), nil
}

func newRow(in newTicket, number int64) row {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return row{
		id: id.New[id.Ticket](), site: in.Site, category: in.Category, number: number, version: 1, kind: "INCIDENT", title: in.Title, status: "NEW",
		priority: "MEDIUM", created: now, updated: now,
	}
}
