package exchange

import (
	"context"
	"slices"

	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

func peopleTable() kind[people.Person, people.PersonInput] {
	return kind[people.Person, people.PersonInput]{
		heading: heading{kind: People, title: "People", key: []string{"code"}, parent: "manager_id", columns: []Column{
			codeColumn("E0042"), nameColumn("Asha Kulkarni"),
			{Key: "login_id", Title: "Login", Required: true, Help: "What the person signs in with.", Example: "asha.k"},
			{Key: "email", Title: "E-mail", Example: "asha@example.com"},
			{Key: "mobile", Title: "Mobile", Help: "With the country code.", Example: "+919876543210"},
			{Key: "home_site_id", Title: "Home site", Help: "Code of a site.", Example: "PUN-TP1"},
			{Key: "manager_id", Title: "Reports to", Help: "Code of a person.", Example: "E0001"},
			{Key: "department_id", Title: "Department", Help: "Code from the list department.", Example: "SECURITY"},
			{Key: "designation_id", Title: "Designation", Help: "Code from the list designation.", Example: "GUARD"},
			{Key: "role_id", Title: "Role", Help: "Code of a role, given in addition to those held.", Example: "GUARD", later: true},
			{Key: "place", Title: "Role holds at", Help: "Code of a site or unit, or EVERYWHERE; blank: the home site.", Example: "PUN-TP1", later: true},
			activeColumn,
		}},
		fetch: fetchPeople, point: pointPeople, learn: (*run).learnPerson, build: buildPerson, check: (*people.PersonInput).Check, save: savePerson,
		show: showPerson, more: giveRole,
	}
}

func fetchPeople(ctx context.Context, r *run, keys []string) ([]people.Person, error) {
	if err := r.knowRoles(ctx); err != nil {
		return nil, err
	}
	if _, err := r.knowUnits(ctx); err != nil {
		return nil, err
	}
	if _, err := r.knowSites(ctx, slices.Concat(r.column("home_site_id"), r.column("place"))); err != nil {
		return nil, err
	}
	if _, err := r.knowLookups(ctx); err != nil {
		return nil, err
	}
	clear(r.people) // those known from elsewhere must be stored too
	return r.knowPeople(ctx, slices.Concat(keys, r.column("manager_id")))
}

func pointPeople(ctx context.Context, r *run, all []people.Person) error {
	if _, err := r.knowLookups(ctx); err != nil {
		return err
	}
	managers, sites := make([]*id.Person, len(all)), make([]*id.Site, len(all))
	for i, p := range all {
		managers[i], sites[i] = p.Manager, p.HomeSite
	}
	if err := r.nameSites(ctx, sites); err != nil {
		return err
	}
	return r.namePeople(ctx, managers)
}

func buildPerson(r *run, c *cells, old *people.Person) people.PersonInput {
	if old == nil {
		old = &people.Person{Active: true}
	}
	return people.PersonInput{
		Code: c.text("code", old.Code), Name: c.text("name", old.Name), Login: c.text("login_id", old.Login), Email: c.text("email", old.Email),
		Mobile: c.text("mobile", old.Mobile), HomeSite: ref(c, "home_site_id", old.HomeSite, r.sites, "site"),
		Manager:     ref(c, "manager_id", old.Manager, r.people, "person"),
		Department:  ref(c, "department_id", old.Department, r.lookups[org.Department], "department"),
		Designation: ref(c, "designation_id", old.Designation, r.lookups[org.Designation], "designation"), Active: c.yes("active", old.Active),
	}
}

func savePerson(ctx context.Context, r *run, in people.PersonInput, old *people.Person) (people.Person, error) {
	if old == nil {
		return r.s.People.CreatePerson(ctx, r.who, in)
	}
	return r.s.People.UpdatePerson(ctx, r.who, old.ID, old.Version, in)
}

func showPerson(r *run, p people.Person) map[string]string {
	return map[string]string{
		"code": p.Code, "name": p.Name, "login_id": p.Login, "email": p.Email, "mobile": p.Mobile, "home_site_id": code(r, p.HomeSite),
		"manager_id": code(r, p.Manager), "department_id": code(r, p.Department), "designation_id": code(r, p.Designation), "active": yesNo(p.Active),
	}
}

// knowRoles reads the roles that may be given, once.
func (r *run) knowRoles(ctx context.Context) error {
	if r.roles != nil || !r.who.Can(org.CanReadRole) {
		return nil
	}
	all, err := pages(func(p page.Request) (page.Of[org.Role], error) { return r.s.Org.ListRoles(ctx, r.who, p) })
	r.roles = map[string]id.Role{}
	for _, x := range all {
		r.roles[x.Code] = x.ID
	}
	return err
}

const everywhere = "EVERYWHERE"

// giveRole gives the role of the row, unless the person has it there.
func giveRole(ctx context.Context, r *run, c *cells, p people.Person) ([]Change, error) {
	role := ref(c, "role_id", nil, r.roles, "role")
	in := org.GrantInput{Person: p.ID}
	place := fold.Code(c.raw("place"))
	switch site, atSite := r.sites[place]; {
	case c.raw("role_id") == "":
		return nil, nil
	case place == everywhere:
	case place == "" && p.HomeSite == nil:
		c.check.Add("place", "required", "Say where the role holds, or give the person a home site.")
	case place == "":
		in.Site = p.HomeSite
		place = code(r, p.HomeSite)
	case atSite:
		in.Site = &site
	default:
		in.Unit = ref(c, "place", nil, r.units, "site or unit")
	}
	if err := c.check.Err(); err != nil {
		return nil, err
	}
	in.Role = *role
	held, err := r.s.Org.GrantsOf(ctx, r.who, []id.Person{p.ID})
	if err != nil {
		return nil, err
	}
	for _, g := range held[p.ID] {
		if g.Role == in.Role && equal(g.Unit, in.Unit) && equal(g.Site, in.Site) {
			return nil, nil
		}
	}
	_, err = r.s.Org.CreateGrant(ctx, r.who, in)
	return []Change{{Column: "Role", After: fold.Code(c.raw("role_id")) + " at " + place}}, err
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
