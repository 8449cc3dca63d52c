package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ticket"
)

// busy is how many tickets of a customer have ten rows of history, delta how many have changed lately.
const (
	busy  = 200
	delta = 500
)

// table is rows for one table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// rowsOf makes the tickets of a customer, each with its row in the journal and some with ten, spread over the last year.
func rowsOf(c *customer, number int, now time.Time, r *rand.Rand) []table {
	tickets := table{name: "tickets", columns: strings.Fields(`tenant_id id site_id number kind source title description search_key status priority
		category_id asset_id creator_id person_id reporter level opened_at held_micros due_at next_escalation_at resolved_at comments version created_at updated_at`)}
	rows := table{name: "journal", columns: strings.Fields("tenant_id id at who_kind who_id who_name verb noun subject_id site_id request_id before after mac seq hash")}
	counters := table{name: "ticket_counters", columns: strings.Fields("tenant_id id last")}
	heads := table{name: "sys_journal_heads", columns: strings.Fields("tenant_id seq hash sealed_at")}
	c.Mark = now.Add(-time.Minute)
	seq := int64(0)
	for n := range number {
		t := ticketOf(c, n, number, now, r)
		tickets.rows = append(tickets.rows, []any{
			c.ID.String(), t.ID.String(), t.Site.String(), t.Number, t.Kind, t.Source, t.Title, t.Description, fold.Key(t.Ref() + " " + t.Title + " " + t.Description),
			t.Status, t.Priority, t.Category.String(), t.Asset.String(), t.Creator.String(), t.Person.String(), "", t.Level, t.Opened, int64(0), t.Due, t.Next,
			t.Resolved, int64(0), t.Version, t.Created, t.Updated,
		})
		history := 1
		if n%max(number/busy, 1) == 0 && len(c.Busy) < busy {
			history = 10
			c.Busy = append(c.Busy, t.ID)
		}
		after, err := json.Marshal(t)
		if err != nil {
			panic(err) // a ticket is always JSON
		}
		for h := range history {
			seq++
			at, verb, before := t.Created.Add(time.Duration(h)*time.Minute), "ticket.updated", string(after)
			if h == 0 {
				verb, before = "ticket.created", ""
			}
			rows.rows = append(rows.rows, []any{
				c.ID.String(), id.NewAt[id.Entry](at).String(), at, actor.Person, t.Creator.String(), t.CreatorName, verb, "ticket", t.ID.String(), t.Site.String(),
				"bench", before, string(after), make([]byte, 32), seq + 1_000_000, make([]byte, 32),
			})
		}
	}
	for _, s := range c.Sites {
		counters.rows = append(counters.rows, []any{c.ID.String(), s.ID.String(), int64(number)})
	}
	heads.rows = append(heads.rows, []any{c.ID.String(), seq + 1_000_000, make([]byte, 32), now})
	return []table{tickets, rows, counters, heads}
}

// ticketOf makes the n-th ticket: the last five hundred changed within the last minute, one in twenty is open.
func ticketOf(c *customer, n, number int, now time.Time, r *rand.Rand) ticket.Ticket {
	at := now.Add(-time.Duration(number-n) * (365 * 24 * time.Hour / time.Duration(number+1))).Truncate(time.Microsecond)
	s, category, a := c.Sites[n%len(c.Sites)], c.Categories[r.IntN(len(c.Categories))], c.Assets[n%len(c.Assets)]
	creator, person := c.People[r.IntN(len(c.People))], c.People[r.IntN(len(c.People))]
	due := at.Add(24 * time.Hour)
	t := ticket.Ticket{
		ID: id.NewAt[id.Ticket](at), Site: s.ID, SiteCode: s.Code, SiteName: s.Name, Number: int64(n/len(c.Sites) + 1), Kind: ticket.Incident, Source: ticket.FromPerson,
		Title: fmt.Sprintf("Lift %d stops between floors", n%40+1), Description: "Nobody inside. Doors open half way at the third floor, light is on.",
		Status: ticket.Closed, Priority: ticket.High, Category: category.ID, CategoryName: category.Name, Asset: &a.ID, AssetName: a.Name, AssetCode: a.Code,
		Creator: &creator.ID, CreatorName: creator.Name, Person: &person.ID, PersonName: person.Name, Opened: at, Due: &due, Version: 3, Created: at, Updated: at.Add(time.Hour),
	}
	if n%20 == 0 {
		next := now.Add(time.Duration(24+r.IntN(1000)) * time.Hour)
		t.Status, t.Next = ticket.Open, &next
	} else {
		done := at.Add(time.Hour)
		t.Resolved = &done
	}
	if number-n <= delta {
		t.Updated = now.Add(-30 * time.Second)
	}
	return t
}

// loadPostgres copies tables into PostgreSQL, past policies and foreign keys.
func loadPostgres(ctx context.Context, c *pgx.Conn, tables []table) error {
	for _, t := range tables {
		if t.name == "ticket_counters" || t.name == "sys_journal_heads" { // the use cases may have made some
			if _, err := c.Exec(ctx, "delete from "+t.name+" where tenant_id = $1", t.rows[0][0]); err != nil {
				return err
			}
		}
		if _, err := c.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	return nil
}

// loadSQLite inserts tables into SQLite in one transaction.
func loadSQLite(ctx context.Context, d *sql.DB, tables []table) error {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, t := range tables {
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ")
		insert, err := tx.PrepareContext(ctx, "insert or replace into "+t.name+" ("+strings.Join(t.columns, ", ")+") values ("+marks+")")
		if err != nil {
			return err
		}
		for _, row := range t.rows {
			if _, err := insert.ExecContext(ctx, plain(row)...); err != nil {
				return fmt.Errorf("insert into %s: %w", t.name, err)
			}
		}
		if err := insert.Close(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// plain gives values as SQLite keeps them: moments are microseconds.
func plain(row []any) []any {
	out := make([]any, len(row))
	for i, v := range row {
		switch x := v.(type) {
		case time.Time:
			v = x.UnixMicro()
		case *time.Time:
			if v = nil; x != nil {
				v = x.UnixMicro()
			}
		case ticket.Status, ticket.Priority, ticket.Kind, ticket.Source, actor.Kind:
			v = fmt.Sprint(x)
		}
		out[i] = v
	}
	return out
}
