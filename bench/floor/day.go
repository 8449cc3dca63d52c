package floor

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"intelliwiz/internal/id"
)

// line is a row of what a working day's page shows, whatever it is of.
type line struct {
	id                         id.Any
	name, status, place, whose string
	from, until                time.Time
	number                     int64
}

// look is a statement that gives lines, and which of its moments and names it needs, in their order: t the tenant, p the person, n now, f from,
// u until.
type look struct{ needs, sql string }

const (
	ofTask   = `from tasks t join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id left join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id `
	ofTicket = `from tickets t join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id left join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id `
	aTask    = `select t.id, t.name, t.status, s.name, coalesce(p.name, ''), t.begins_at, t.due_at, t.version `
	aTicket  = `select t.id, t.title, t.status, s.name, coalesce(p.name, ''), t.created_at, t.updated_at, t.number `
	aSite    = `select t.site_id, s.name, t.status, s.code, '', min(t.begins_at), max(t.due_at), count(*) `
	bySite   = `group by t.site_id, s.name, t.status, s.code`
	open     = `t.status in ('ASSIGNED', 'INPROGRESS') `
	active   = `t.status in ('NEW', 'OPEN', 'ONHOLD') `
)

// days are the pages of a working day, each with what it needs: the one right statement, or those that are sent together.
var days = map[string][]look{
	"mine":  {{"tpfu", aTask + ofTask + `where t.tenant_id = $1 and t.person_id = $2 and ` + open + `and t.begins_at >= $3 and t.begins_at < $4 order by t.begins_at, t.id limit 25`}},
	"month": {{"tfu", aTask + ofTask + `where t.tenant_id = $1 and t.parent_id is null and t.begins_at >= $2 and t.begins_at < $3 order by t.begins_at, t.id limit 3000`}},
	"board": {
		{"tfu", aSite + ofTask + `where t.tenant_id = $1 and t.parent_id is null and t.begins_at >= $2 and t.begins_at < $3 ` + bySite},
		{"tn", aSite + ofTask + `where t.tenant_id = $1 and t.parent_id is null and ` + open + `and t.due_at < $2 ` + bySite},
		{"tn", aTask + ofTask + `where t.tenant_id = $1 and t.parent_id is null and ` + open + `and t.begins_at <= $2 and t.kind in ('TOUR', 'ROUTE') order by t.due_at, t.id limit 40`},
		{"tn", aTicket + ofTicket + `where t.tenant_id = $1 and ` + active + `and t.next_escalation_at > $2 order by t.next_escalation_at, t.id limit 8`},
	},
	"home": {
		{"tn", aTicket + ofTicket + `where t.tenant_id = $1 and ` + active + `and t.next_escalation_at > $2 order by t.next_escalation_at, t.id limit 6`},
		{"tp", aTicket + ofTicket + `where t.tenant_id = $1 and t.person_id = $2 and ` + active + `order by t.id desc limit 6`},
		{"t", `select t.tenant_id, '', t.status, '', '', min(t.created_at), max(t.updated_at), count(*) from tickets t where t.tenant_id = $1 group by t.tenant_id, t.status`},
		{"t", `select s.id, s.name, '', s.code, '', s.created_at, s.updated_at, s.version from sites s where s.tenant_id = $1 and s.active order by s.code limit 100`},
		{"t", `select p.tenant_id, '', '', '', '', min(p.created_at), max(p.updated_at), count(*) from persons p where p.tenant_id = $1 and p.active group by p.tenant_id`},
		{"tpfu", aTask + ofTask + `where t.tenant_id = $1 and t.person_id = $2 and ` + open + `and t.begins_at >= $3 and t.begins_at < $4 order by t.begins_at, t.id limit 6`},
	},
}

// when is which time a look is at.
type when struct{ from, until time.Time }

// args gives what a look needs, each by the engine's own form.
func (l look) args(c claim, w when, key func(id.Any) any, moment func(time.Time) any) []any {
	var out []any
	for _, x := range l.needs {
		switch x {
		case 't':
			out = append(out, key(id.Of[id.Any](c.tenant.Bytes())))
		case 'p':
			out = append(out, key(id.Of[id.Any](c.person.Bytes())))
		case 'n':
			out = append(out, moment(time.Now()))
		case 'f':
			out = append(out, moment(w.from))
		case 'u':
			out = append(out, moment(w.until))
		}
	}
	return out
}

// newReport is what somebody says that they did.
type newReport struct {
	Task    id.Task     `json:"task_id"`
	Answers []newAnswer `json:"answers"`
}

type newAnswer struct {
	Item     id.Item     `json:"item_id"`
	Question id.Question `json:"question_id"`
	Value    string      `json:"value"`
}

const (
	answerSQL = `insert into answers (tenant_id, id, task_id, item_id, question_id, text, files, at) values ($1, $2, $3, $4, $5, $6, 0, $7)`
	reportSQL = `update tasks set status = 'COMPLETED', started_at = $3, ended_at = $3, performer_id = $4, received_at = $3, version = version + 1, updated_at = $3
where tenant_id = $1 and id = $2 and status in ('ASSIGNED', 'INPROGRESS')`
)

// day answers a page of a working day.
func (s *server) day(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func(c claim, out []byte) ([]byte, error) {
		from, err := time.Parse(time.RFC3339, r.URL.Query().Get("from"))
		if err != nil {
			return nil, err
		}
		until, err := time.Parse(time.RFC3339, r.URL.Query().Get("until"))
		if err != nil {
			return nil, err
		}
		return s.store.day(r.Context(), r.PathValue("name"), c, when{from, until}, out)
	})
}

// report takes what somebody says that they did.
func (s *server) report(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusCreated, func(c claim, out []byte) ([]byte, error) {
		var in newReport
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			return nil, err
		}
		if err := s.store.report(r.Context(), c, in); err != nil {
			return nil, err
		}
		return append(append(append(out, `{"id":"`...), in.Task.String()...), `","status":"COMPLETED"}`...), nil
	})
}

// json appends the line.
func (l *line) json(out []byte) []byte {
	out = append(append(append(out, `{"id":"`...), l.id.String()...), `","name":`...)
	out = quote(out, l.name)
	out = quote(append(out, `,"status":`...), l.status)
	out = quote(append(out, `,"place":`...), l.place)
	out = quote(append(out, `,"whose":`...), l.whose)
	out = moment(append(out, `,"from":`...), l.from)
	out = moment(append(out, `,"until":`...), l.until)
	return append(strconv.AppendInt(append(out, `,"number":`...), l.number, 10), '}')
}
