package ticket

import (
	"slices"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
)

// narrowed is the filter of lists and counts, $2 to $22.
const narrowed = `
where t.tenant_id = $1 and ($2 or t.site_id in_list($3)) and ($4 or t.status in_list($5))
  and (t.site_id = $6 or $6 is null) and (t.category_id = $7 or $7 is null) and ($8 = '' or t.priority = $8) and ($9 = '' or t.kind = $9)
  and (not $10 or t.person_id = $11 or t.group_id in (select m.group_id from members m where m.tenant_id = $1 and m.person_id = $11))
  and (t.person_id = $12 or $12 is null) and (t.group_id = $13 or $13 is null)
  and (not $14 or t.person_id is null and t.group_id is null)
  and (t.creator_id = $15 or $15 is null) and (t.asset_id = $16 or $16 is null) and (t.location_id = $17 or $17 is null)
  and (not $18 or t.level > 0) and (t.due_at < $19 or $19 is null) and (t.updated_at >= $20 or $20 is null)
  and ($21 = '' or t.search_key like $22 escape '\')`

// listed reads tickets without names: a list of any length refers to few records, whose names are kept in memory.
const listed = `select ` + bareColumns + ` from tickets t`

// newest cuts a piece out of a list by id, which is made of the time.
const newest = ` and t.id < $23 order by t.id desc limit $24`

// The lists differ in nothing but what an index can find: a plan is made once for all arguments, so a filter that may be absent finds none.
const (
	ticketListAll db.SQL = `-- ticket.ticketListAll
` + listed + `
where t.tenant_id = $1 and ($2 or t.site_id in_list($3)) and ($4 or t.status in_list($5)) and t.id < $6 order by t.id desc limit $7`

	// ticketListActive names the statuses as the index of what is to do does: a parameter would not find it.
	ticketListActive db.SQL = `-- ticket.ticketListActive
` + listed + `
where t.tenant_id = $1 and ($2 or t.site_id in_list($3)) and t.status in ('NEW', 'OPEN', 'ONHOLD') and t.id < $4 order by t.id desc limit $5`

	ticketChangedAll db.SQL = `-- ticket.ticketChangedAll
` + listed + `
where t.tenant_id = $1 and ($2 or t.site_id in_list($3)) and ($4 or t.status in_list($5))
  and t.updated_at >= $7 and (t.updated_at > $7 or t.id > $6 or $6 is null)
order by t.updated_at, t.id limit $8`

	ticketList db.SQL = `-- ticket.ticketList
` + listed + narrowed + newest

	ticketListMine db.SQL = `-- ticket.ticketListMine
` + listed + narrowed + `
  and (t.person_id = $11 or t.group_id in (select m.group_id from members m where m.tenant_id = $1 and m.person_id = $11))` + newest

	ticketListPerson db.SQL = `-- ticket.ticketListPerson
` + listed + narrowed + ` and t.person_id = $12` + newest

	ticketListGroup db.SQL = `-- ticket.ticketListGroup
` + listed + narrowed + ` and t.group_id = $13` + newest

	ticketListCreator db.SQL = `-- ticket.ticketListCreator
` + listed + narrowed + ` and t.creator_id = $15` + newest

	ticketListAsset db.SQL = `-- ticket.ticketListAsset
` + listed + narrowed + ` and t.asset_id = $16` + newest

	ticketListLocation db.SQL = `-- ticket.ticketListLocation
` + listed + narrowed + ` and t.location_id = $17` + newest

	ticketListNext db.SQL = `-- ticket.ticketListNext
` + listed + narrowed + `
  and t.next_escalation_at >= $24 and (t.next_escalation_at > $24 or t.id > $23 or $23 is null)
order by t.next_escalation_at, t.id limit $25`

	ticketListChanged db.SQL = `-- ticket.ticketListChanged
` + listed + narrowed + `
  and t.updated_at >= $24 and (t.updated_at > $24 or t.id > $23 or $23 is null)
order by t.updated_at, t.id limit $25`
)

// plain gives the list of what no more than sites, statuses and the time of a change narrow, which binds and asks less for each row.
func (f Filter) plain(who actor.Actor) (db.SQL, []any) {
	reach := f.reach(who)
	switch {
	case f.order() == changes:
		return ticketChangedAll, reach
	case slices.Equal(f.Statuses, ActiveStatuses()):
		return ticketListActive, reach[:2]
	}
	return ticketListAll, reach
}

// statement is the list that finds most by an index.
func (f Filter) statement() db.SQL {
	switch {
	case f.order() == NextEscalation:
		return ticketListNext
	case f.order() == changes:
		return ticketListChanged
	case f.Asset != nil:
		return ticketListAsset
	case f.Location != nil:
		return ticketListLocation
	case f.Person != nil:
		return ticketListPerson
	case f.Mine:
		return ticketListMine
	case f.Group != nil:
		return ticketListGroup
	case f.Creator != nil:
		return ticketListCreator
	}
	return ticketList
}

const ticketCounts db.SQL = `-- ticket.ticketCounts
` + counting + narrowed + climbing

// countsMine counts by the indexes of both, what a person has and what their groups have, which is never the same: an "or" would read every ticket.
// A status may come twice.
const countsMine db.SQL = `-- ticket.countsMine
` + counting + narrowed + ` and t.person_id = $11` + climbing + `
union all
` + counting + narrowed + ` and t.group_id in (select m.group_id from members m where m.tenant_id = $1 and m.person_id = $11)` + climbing

// countsActive names the statuses as the index of what is to do does: it reads those and no others.
const countsActive db.SQL = `-- ticket.countsActive
` + counting + narrowed + ` and t.status in ('NEW', 'OPEN', 'ONHOLD')` + climbing

// countsAll is ticketCounts of all tickets at one's sites: an index answers it, where a filter that may be absent makes it read every row.
const countsAll db.SQL = `-- ticket.countsAll
` + counting + ` where t.tenant_id = $1 and ($2 or t.site_id in_list($3)) group by t.status`

const (
	counting = `select t.status, count(*) from tickets t`
	climbing = ` and (not $23 or t.next_escalation_at is not null) group by t.status`
)
