package journal

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
)

// Filter narrows the audit trail.
type Filter struct {
	Noun    string     // "site"; "" = all
	Verb    string     // "site.updated"; "" = all
	Who     *id.Person // what this person did
	Subject *id.Any    // what happened to this record
	From    time.Time  // not before; zero = no bound
	To      time.Time  // before; zero = no bound
}

// statement is the one whose index leads to the rows of the filter: a plan is made without the values, so what may be null narrows none.
func (f Filter) statement() db.SQL {
	switch {
	case f.Subject != nil:
		return listAbout
	case f.Who != nil:
		return listBy
	}
	return list
}

// List gives the audit trail, newest first, of the sites that the actor's audit.read reaches; rows without a site need it everywhere.
// Needs audit.read.
func (j *Journal) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Entry], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Entry]{}, err
	}
	_, last, err := page.Last[id.Entry](p)
	if err != nil {
		return page.Of[Entry]{}, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Entry
	err = j.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = j.opened(ctx, tx, f.statement(), all, sites, f.Noun, f.Verb, f.Who, f.Subject, db.Moment(f.From), db.Moment(f.To), before(last), p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(e Entry) (string, string) { return "", e.ID.String() }), err
}

// Get gives one row. Needs audit.read at its site; NotFound otherwise.
func (j *Journal) Get(ctx context.Context, who actor.Actor, entry id.Entry) (e Entry, err error) {
	if err := who.Require(CanRead); err != nil {
		return Entry{}, err
	}
	sites, all := who.Sites(CanRead)
	err = j.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err := j.opened(ctx, tx, get, entry, all, sites)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.Missing("entry")
		}
		e = rows[0]
		return nil
	})
	return e, err
}

// Feed gives what happened after a number, oldest first and without gaps, at most limit rows (1 to 500): the cursor of phones and other
// followers is the last number that they have seen. Rows of sites beyond the actor's audit.read are left out. Needs audit.read.
func (j *Journal) Feed(ctx context.Context, who actor.Actor, after int64, limit int) ([]Entry, error) {
	if err := who.Require(CanRead); err != nil {
		return nil, err
	}
	sites, all := who.Sites(CanRead)
	var rows []Entry
	err := j.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		rows, err = j.opened(ctx, tx, feed, after, all, sites, int64(min(max(limit, 1), 500)), before(id.Entry{}))
		return err
	})
	return rows, err
}

const narrowed = `
select ` + columns + ` from journal j
where j.tenant_id = $1 and ($2 or j.site_id in_list($3)) and ($4 = '' or j.noun = $4) and ($5 = '' or j.verb = $5)
  and (j.at >= $8 or $8 is null) and (j.at < $9 or $9 is null) and j.id < $10`

const list db.SQL = `-- journal.list` + narrowed + `
  and (j.who_id = $6 or $6 is null) and (j.subject_id = $7 or $7 is null)
order by j.id desc limit $11`

const listBy db.SQL = `-- journal.listBy` + narrowed + `
  and j.who_id = $6 and (j.subject_id = $7 or $7 is null)
order by j.id desc limit $11`

const listAbout db.SQL = `-- journal.listAbout` + narrowed + `
  and j.subject_id = $7 and (j.who_id = $6 or $6 is null)
order by j.id desc limit $11`

const get db.SQL = `-- journal.get
select ` + columns + ` from journal j where j.tenant_id = $1 and j.id = $2 and ($3 or j.site_id in_list($4))`

const feed db.SQL = `-- journal.feed
select ` + columns + ` from journal j
where j.tenant_id = $1 and j.seq > $2 and j.id < $6 and ($3 or j.site_id in_list($4)) order by j.seq limit $5`
