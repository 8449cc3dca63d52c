package floor

import (
	"strconv"
	"time"
	"unicode/utf8"

	"intelliwiz/internal/id"
)

// row is a ticket of a list, with three names.
type row struct {
	id                                 id.Ticket
	site                               id.Site
	category                           id.Category
	person                             id.Person // zero = nobody
	number, level, version             int64
	kind, title, status, priority      string
	siteName, categoryName, personName string
	due                                *time.Time
	created, updated                   time.Time
}

// columns of a row, in the order of targets.
const columns = `t.id, t.site_id, t.category_id, t.person_id, t.number, t.level, t.version, t.kind, t.title, t.status, t.priority,
  s.name, c.name, p.name, t.due_at, t.created_at, t.updated_at`

const joined = ` from tickets t
join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
join ticket_categories c on c.tenant_id = t.tenant_id and c.id = t.category_id
left join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id `

const (
	listSQL    = `select ` + columns + joined + `where t.tenant_id = $1 order by t.id desc limit $2`
	changedSQL = `select ` + columns + joined + `where t.tenant_id = $1 and t.updated_at > $2 order by t.updated_at, t.id limit $3`
	oneSQL     = `select ` + columns + joined + `where t.tenant_id = $1 and t.id = $2`
	historySQL = `select at, who, what from floor_history where tenant_id = $1 and ticket_id = $2 order by at desc limit 50`
	insertSQL  = `insert into tickets (tenant_id, id, site_id, number, kind, source, title, description, search_key, status, priority, category_id, creator_id,
  level, opened_at, held_micros, comments, version, created_at, updated_at)
values ($1, $2, $3, $4, 'INCIDENT', 'PERSON', $5, $6, $5, 'NEW', 'MEDIUM', $7, $8, 0, $9, 0, 0, 1, $9, $9)`
	historyInsertSQL = `insert into floor_history (tenant_id, id, ticket_id, at, who, what) values ($1, $2, $3, $4, $5, $6)`
)

// Schema is the floor's own table of what happened.
func Schema(postgres bool) string {
	if postgres {
		return `create table floor_history (tenant_id uuid, id uuid, ticket_id uuid, at timestamptz, who text, what text, primary key (tenant_id, id));
create index floor_history_ticket on floor_history (tenant_id, ticket_id, at)`
	}
	return `create table floor_history (tenant_id text, id text, ticket_id text, at integer, who text, what text, primary key (tenant_id, id)) strict;
create index floor_history_ticket on floor_history (tenant_id, ticket_id, at)`
}

// json appends the row.
func (t *row) json(out []byte) []byte {
	out = append(out, `{"id":"`...)
	out = append(out, t.id.String()...)
	out = append(out, `","site_id":"`...)
	out = append(out, t.site.String()...)
	out = append(out, `","category_id":"`...)
	out = append(out, t.category.String()...)
	out = append(out, `","person_id":`...)
	if t.person.IsZero() {
		out = append(out, `null`...)
	} else {
		out = append(append(append(out, '"'), t.person.String()...), '"')
	}
	out = strconv.AppendInt(append(out, `,"number":`...), t.number, 10)
	out = strconv.AppendInt(append(out, `,"level":`...), t.level, 10)
	out = strconv.AppendInt(append(out, `,"version":`...), t.version, 10)
	for _, x := range [...][2]string{
		{`,"kind":`, t.kind}, {`,"title":`, t.title}, {`,"status":`, t.status}, {`,"priority":`, t.priority}, {`,"site_name":`, t.siteName},
		{`,"category_name":`, t.categoryName}, {`,"person_name":`, t.personName},
	} {
		out = quote(append(out, x[0]...), x[1])
	}
	if t.due != nil {
		out = moment(append(out, `,"due_at":`...), *t.due)
	}
	out = moment(append(out, `,"created_at":`...), t.created)
	out = moment(append(out, `,"updated_at":`...), t.updated)
	return append(out, '}')
}

func moment(out []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(out, '"'), time.RFC3339Nano), '"')
}

// quote appends a text as JSON.
func quote(out []byte, s string) []byte {
	out = append(out, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		case c < utf8.RuneSelf:
			out = append(out, c)
		default:
			return strconv.AppendQuote(out[:len(out)-i-1], s) // rare here
		}
	}
	return append(out, '"')
}

// past appends what happened once.
func past(out []byte, at time.Time, who, what string) []byte {
	out = moment(append(out, `{"at":`...), at)
	out = quote(append(out, `,"who":`...), who)
	out = quote(append(out, `,"what":`...), what)
	return append(out, '}')
}
