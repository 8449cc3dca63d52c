package ticket

import (
	"context"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// bareColumns are a ticket's own, in the order of bareTargets.
const bareColumns = `t.id, t.site_id, t.number, t.kind, t.source, t.title, t.description, t.status, t.priority, t.category_id, t.location_id,
  t.asset_id, t.creator_id, t.person_id, t.group_id, t.reporter, t.level, t.opened_at, t.held_at, t.held_micros, t.due_at,
  t.next_escalation_at, t.resolved_at, t.comments, t.version, t.created_at, t.updated_at`

// ticketColumns are those with the names for people, in the order of targets.
const ticketColumns = bareColumns + `,
  s.code, s.name, c.name, coalesce(l.name, ''), coalesce(a.code, ''), coalesce(a.name, ''), coalesce(r.name, ''), coalesce(p.name, ''), coalesce(g.name, '')`

// ticketNames joins what a ticket's names come from.
const ticketNames = `
join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
join ticket_categories c on c.tenant_id = t.tenant_id and c.id = t.category_id
left join locations l on l.tenant_id = t.tenant_id and l.id = t.location_id
left join assets a on a.tenant_id = t.tenant_id and a.id = t.asset_id
left join persons r on r.tenant_id = t.tenant_id and r.id = t.creator_id
left join persons p on p.tenant_id = t.tenant_id and p.id = t.person_id
left join member_groups g on g.tenant_id = t.tenant_id and g.id = t.group_id `

const ticketFrom = ` from tickets t` + ticketNames

// bareTargets gives where a ticket's own columns go, in their order.
func (t *Ticket) bareTargets() []any {
	return []any{
		&t.ID, &t.Site, &t.Number, &t.Kind, &t.Source, &t.Title, &t.Description, &t.Status, &t.Priority, &t.Category, db.Null(&t.Location),
		db.Null(&t.Asset), db.Null(&t.Creator), db.Null(&t.Person), db.Null(&t.Group), &t.Reporter, &t.Level, &t.Opened, db.Null(&t.Held), &t.HeldMicros, db.Null(&t.Due),
		db.Null(&t.Next), db.Null(&t.Resolved), &t.Comments, &t.Version, &t.Created, &t.Updated,
	}
}

// targets gives where the columns of a ticket with its names go, in their order.
func (t *Ticket) targets() []any {
	return append(t.bareTargets(), &t.SiteCode, &t.SiteName, &t.CategoryName, &t.LocationName, &t.AssetCode, &t.AssetName, &t.CreatorName, &t.PersonName, &t.GroupName)
}

// scanBare reads a ticket without the names, which Service.name gives it.
func scanBare(r db.Row) (t Ticket, err error) {
	err = r.Scan(t.bareTargets()...)
	return t, err
}

func scanTicket(r db.Row) (t Ticket, err error) {
	err = r.Scan(t.targets()...)
	return t, err
}

func scanBareOwn(r db.Row) (t Ticket, err error) {
	err = r.Scan(append(t.bareTargets(), &t.Mine)...)
	return t, err
}

func scanOwn(r db.Row) (t Ticket, err error) {
	err = r.Scan(append(t.targets(), &t.Mine)...)
	return t, err
}

// mine says that a ticket is assigned to a person ($5), as a person or through a group.
const mine = `,
  coalesce(t.person_id = $5, false) or exists (select 1 from members m where m.tenant_id = $1 and m.group_id = t.group_id and m.person_id = $5)
`

const bareGet db.SQL = `-- ticket.bareGet
select ` + bareColumns + mine + `from tickets t
where t.tenant_id = $1 and t.id = $2 and ($3 or t.site_id in_list($4))`

// getBare is getTicket without the names, which Service.name gives.
func getBare(ctx context.Context, tx *db.Tx, ticket id.Ticket) (Ticket, error) {
	who := tx.Who()
	sites, all := who.Sites(CanRead)
	t, err := db.One(ctx, tx, scanBareOwn, bareGet, ticket, all, sites, who.Person())
	return t, fault.Named(err, "ticket")
}

const ticketGet db.SQL = `-- ticket.ticketGet
select ` + ticketColumns + mine + ticketFrom + `
where t.tenant_id = $1 and t.id = $2 and ($3 or t.site_id in_list($4))`

// getTicket reads a ticket that the actor of the transaction sees.
func getTicket(ctx context.Context, tx *db.Tx, ticket id.Ticket) (Ticket, error) {
	who := tx.Who()
	sites, all := who.Sites(CanRead)
	t, err := db.One(ctx, tx, scanOwn, ticketGet, ticket, all, sites, who.Person())
	return t, fault.Named(err, "ticket")
}

// bareByID reads tickets for who gives them their names afterwards, ticketsByID with the names, inside a transaction.
const bareByID db.SQL = `-- ticket.bareByID
select ` + bareColumns + ` from tickets t
where t.tenant_id = $1 and t.id in_list($2) and ($3 or t.site_id in_list($4))`

const ticketsByID db.SQL = `-- ticket.ticketsByID
select ` + ticketColumns + ticketFrom + `
where t.tenant_id = $1 and t.id in_list($2) and ($3 or t.site_id in_list($4))`

// counterTake gives an active site its next number; it waits for others who take one there, and a rollback gives it back (D-59).
const counterTake db.SQL = `-- ticket.counterTake
insert into ticket_counters (tenant_id, id, last) select s.tenant_id, s.id, 1 from sites s where s.tenant_id = $1 and s.id = $2 and s.active
on conflict (tenant_id, id) do update set last = ticket_counters.last + 1 returning last`

// counterNext is counterTake at a site that has given numbers and is known to be active.
const counterNext db.SQL = `-- ticket.counterNext
update ticket_counters set last = last + 1 where tenant_id = $1 and id = $2 returning last`

// counterExpect is counterNext when the last number is the one that was expected, and fails otherwise, for there is always a last number.
const counterExpect db.SQL = `-- ticket.counterExpect
update ticket_counters set last = case when last = $3 then last + 1 end where tenant_id = $1 and id = $2`

func scanNumber(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

const ticketInsert db.SQL = `-- ticket.ticketInsert
insert into tickets (tenant_id, id, site_id, number, kind, source, title, description, search_key, status, priority, category_id, location_id,
  asset_id, creator_id, person_id, group_id, reporter, level, opened_at, held_at, held_micros, due_at, next_escalation_at, resolved_at,
  version, updated_at, created_at, secret_hash, comments)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, 0)`

// insert puts off the row of a new ticket; hash is that of the secret by which a visitor comes back, or nil.
func (t Ticket) insert(tx *db.Tx, hash []byte) {
	tx.Later(ticketInsert, t.ID, t.Site, t.Number, t.Kind, t.Source, t.Title, t.Description, t.searchKey(), t.Status, t.Priority, t.Category,
		t.Location, t.Asset, t.Creator, t.Person, t.Group, t.Reporter, t.Level, t.Opened, t.Held, t.HeldMicros, t.Due, t.Next, t.Resolved,
		t.Version, t.Updated, t.Created, hash)
}

// ticketUpdate changes a ticket that still has the version that was read. Its times are left alone when the change is not about them: a
// recount may have set them anew meanwhile.
const ticketUpdate db.SQL = `-- ticket.ticketUpdate
update tickets set kind = $3, title = $4, description = $5, search_key = $6, status = $7, priority = $8, category_id = $9, location_id = $10,
  asset_id = $11, person_id = $12, group_id = $13, level = $14, opened_at = $15,
  held_at = case when $24 then held_at else $16 end, held_micros = case when $24 then held_micros else $17 end,
  due_at = case when $24 then due_at else $18 end, next_escalation_at = case when $24 then next_escalation_at else $19 end, resolved_at = $20, version = $21, updated_at = $22
where tenant_id = $1 and id = $2 and version = $23`

// update writes a changed ticket over the version before it, and says whether that was still there.
func (t Ticket) update(ctx context.Context, tx *db.Tx, old Ticket) (bool, error) {
	timely := same(t.Held, old.Held) && t.HeldMicros == old.HeldMicros && same(t.Due, old.Due) && same(t.Next, old.Next)
	n, err := tx.Exec(ctx, ticketUpdate, t.ID, t.Kind, t.Title, t.Description, t.searchKey(), t.Status, t.Priority, t.Category, t.Location,
		t.Asset, t.Person, t.Group, t.Level, t.Opened, t.Held, t.HeldMicros, t.Due, t.Next, t.Resolved, t.Version, t.Updated, old.Version, timely)
	return n == 1, err
}

const commentInsert db.SQL = `-- ticket.commentInsert
insert into ticket_comments (tenant_id, id, ticket_id, person_id, body, status, at) values ($1, $2, $3, $4, $5, $6, $7)`

const commentCount db.SQL = `-- ticket.commentCount
update tickets set comments = comments + 1, updated_at = $3 where tenant_id = $1 and id = $2`
