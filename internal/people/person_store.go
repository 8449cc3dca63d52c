package people

import (
	"context"
	"slices"

	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const personColumns = `p.id, p.code, p.name, p.login_id, p.email, p.mobile, p.home_site_id, p.manager_id, p.department_id, p.designation_id,
  p.active, p.version, coalesce(s.name, '')`

const personFrom = ` from persons p left join sites s on s.tenant_id = p.tenant_id and s.id = p.home_site_id `

func scanPerson(r db.Row) (p Person, err error) {
	err = r.Scan(&p.ID, &p.Code, &p.Name, &p.Login, &p.Email, &p.Mobile, db.Null(&p.HomeSite), db.Null(&p.Manager), db.Null(&p.Department),
		db.Null(&p.Designation), &p.Active, &p.Version, &p.SiteName)
	return p, err
}

const personGet db.SQL = `-- people.personGet
select ` + personColumns + personFrom + `
where p.tenant_id = $1 and p.id = $2 and ($3 or p.home_site_id in_list($4) or p.id = $5)`

// getPerson reads a person for a use case that has asked for the right already.
func getPerson(ctx context.Context, tx *db.Tx, person id.Person) (Person, error) {
	p, err := db.One(ctx, tx, scanPerson, personGet, person, true, []id.Site{}, person)
	return p, fault.Named(err, "person")
}

const personList db.SQL = `-- people.personList
select ` + personColumns + personFrom + `
where p.tenant_id = $1 and ($2 or p.home_site_id in_list($3)) and ($4 or p.home_site_id = $5)
  and ($6 = '' or p.search_key like $7 escape '\') and ($8 or p.active) and (p.name_key, p.id) > ($9, $10)
order by p.name_key, p.id limit $11`

const personInsert db.SQL = `-- people.personInsert
insert into persons (tenant_id, id, code, name, name_key, search_key, login_id, email, mobile, home_site_id, manager_id, department_id,
  designation_id, active, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`

const personUpdate db.SQL = `-- people.personUpdate
update persons set code = $3, name = $4, name_key = $5, search_key = $6, login_id = $7, email = $8, mobile = $9, home_site_id = $10,
  manager_id = $11, department_id = $12, designation_id = $13, active = $14, version = $15, updated_at = $16
where tenant_id = $1 and id = $2 and version = $17`

// epochBump is org's lock over roles and grants.
const epochBump db.SQL = `-- people.epochBump
update access_epochs set epoch = epoch + 1 where tenant_id = $1`

// administrators are the active people who may do everything in the whole tenant; two are enough to know that one may go.
const administrators db.SQL = `-- people.administrators
select distinct p.id from grants g
join roles r on r.tenant_id = g.tenant_id and r.id = g.role_id
join persons p on p.tenant_id = g.tenant_id and p.id = g.person_id
where g.tenant_id = $1 and g.unit_id is null and g.site_id is null and r.builtin and r.code = 'ADMINISTRATOR' and p.active
limit 2`

const sessionsEnd db.SQL = `-- people.sessionsEnd
delete from sessions where tenant_id = $1 and person_id = $2 and (id <> $3 or $3 is null)`

const identifierInsert db.SQL = `-- people.identifierInsert
insert into person_identifiers (tenant_id, id, person_id, kind, key) values ($1, $2, $3, $4, $5)`

const identifiersDelete db.SQL = `-- people.identifiersDelete
delete from person_identifiers where tenant_id = $1 and person_id = $2`

// ofOthers gives what somebody else has of a code and some identifiers.
const ofOthers db.SQL = `-- people.ofOthers
select 'code', p.code from persons p where p.tenant_id = $1 and p.code = $2 and p.id <> $3
union all select 'key', i.key from person_identifiers i where i.tenant_id = $1 and i.key in_list($4) and i.person_id <> $3`

// personRefs answers about everything that a person points to in one statement, one row a thing that exists.
const personRefs db.SQL = `-- people.personRefs
select 'home_site_id', s.name from sites s where s.tenant_id = $1 and s.id = $2
union all select 'manager_id', p.name from persons p where p.tenant_id = $1 and p.id = $3 and p.id <> $4
union all select 'department_id', l.name from lookups l where l.tenant_id = $1 and l.id = $5 and l.list = 'department'
union all select 'designation_id', l.name from lookups l where l.tenant_id = $1 and l.id = $6 and l.list = 'designation'`

// ref is a thing that a person points to and that exists.
type ref struct{ field, name string }

func scanRef(r db.Row) (x ref, err error) { err = r.Scan(&x.field, &x.name); return x, err }

// checkPerson finds out what only the database knows: that what the person points to exists, and that nobody else has an identifier.
// It fills in the site's name.
func checkPerson(ctx context.Context, tx *db.Tx, p *Person, in PersonInput) error {
	var c fault.Check
	refs, err := db.All(ctx, tx, scanRef, personRefs, p.HomeSite, p.Manager, p.ID, p.Department, p.Designation)
	if err != nil {
		return err
	}
	found := map[string]string{}
	for _, r := range refs {
		found[r.field] = r.name
	}
	p.SiteName = found["home_site_id"]
	for _, want := range []struct {
		asked         bool
		field, remark string
	}{
		{p.HomeSite != nil, "home_site_id", "There is no such site."},
		{p.Manager != nil, "manager_id", "There is no such other person."},
		{p.Department != nil, "department_id", "There is no such department."},
		{p.Designation != nil, "designation_id", "There is no such designation."},
	} {
		_, exists := found[want.field]
		c.That(exists || !want.asked, want.field, "unknown", want.remark)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return checkUnique(ctx, tx, p.ID, in)
}

// checkUnique names everything at once that somebody else has.
func checkUnique(ctx context.Context, tx *db.Tx, person id.Person, in PersonInput) error {
	own := in.identifiers()
	keys := make([]string, len(own))
	for i, x := range own {
		keys[i] = x.key
	}
	taken, err := db.All(ctx, tx, scanRef, ofOthers, in.Code, person, keys)
	if err != nil || len(taken) == 0 {
		return err
	}
	f := fault.Of(fault.Conflict, "Check what is marked below.")
	if slices.Contains(taken, ref{"code", in.Code}) {
		f.Fields = append(f.Fields, personTaken["persons_code"])
	}
	for _, x := range own {
		if slices.Contains(taken, ref{"key", x.key}) {
			f.Fields = append(f.Fields, fault.Field{Path: x.field, Code: "taken", Message: "Somebody else signs in with this."})
		}
	}
	return f
}
