package demo

import (
	"context"
	"fmt"
	"slices"

	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/people"
)

// site is a place that was made.
type site struct {
	id     id.Site
	region string
}

func (b *builder) makeLookups(ctx context.Context) error {
	for _, list := range org.Lists() {
		for _, k := range kinds[string(list)] {
			l, err := b.Org.CreateLookup(ctx, b.who, org.LookupInput{List: list, Code: k[0], Name: k[1], Active: true})
			if err != nil {
				return err
			}
			b.lookups[string(list)+"/"+k[0]] = l.ID
		}
	}
	return nil
}

func (b *builder) lookup(list, code string) *id.Lookup {
	l := b.lookups[list+"/"+code]
	return &l
}

func (b *builder) makeUnits(ctx context.Context) error {
	for _, r := range b.t.regions {
		u, err := b.Org.CreateUnit(ctx, b.who, org.UnitInput{Code: r.code, Name: r.name, Kind: b.lookup("unit_kind", "REGION"), Active: true})
		if err != nil {
			return err
		}
		b.units[r.code] = u.ID
	}
	return nil
}

// makeSites makes every place once, and at a larger scale copies of it some kilometres away.
func (b *builder) makeSites(ctx context.Context) error {
	for n := range b.scale {
		for _, r := range b.t.regions {
			for _, p := range r.sites {
				unit := b.units[r.code]
				in := org.SiteInput{
					Unit: &unit, Type: b.lookup("site_type", p.kind), Code: p.code, Name: p.name, Zone: p.zone, Radius: p.radius,
					Address: p.address, Active: true, Point: &org.Point{Latitude: p.latitude, Longitude: p.longitude},
				}
				if n > 0 {
					in.Code, in.Name = fmt.Sprintf("%s-%d", p.code, n+1), fmt.Sprintf("%s %d", p.name, n+1)
					in.Point.Latitude += b.rnd.Float64()/5 - 0.1
					in.Point.Longitude += b.rnd.Float64()/5 - 0.1
				}
				x, err := b.Org.CreateSite(ctx, b.who, in)
				if err != nil {
					return err
				}
				b.sites = append(b.sites, site{x.ID, r.code})
			}
		}
	}
	return nil
}

func (b *builder) readRoles(ctx context.Context) error {
	roles, err := b.Org.ListRoles(ctx, b.who, page.Request{Limit: page.Max})
	for _, r := range roles.Items {
		b.roles[r.Code] = r.ID
	}
	return err
}

// post is what somebody of the staff does.
type post struct {
	role, designation, department string
	region                        bool // the role holds in the whole region
	everywhere                    bool // the role holds in the whole tenant
}

// jobOf gives the job of the n-th of the staff: the head office first, then guards with a technician now and then.
func (b *builder) jobOf(n int) post {
	regions := len(b.t.regions)
	switch {
	case n == 0:
		return post{role: org.Administrator, designation: "MANAGER", department: "OPERATIONS", everywhere: true}
	case n <= regions:
		return post{role: org.Supervisor, designation: "MANAGER", department: "OPERATIONS", region: true}
	case n == regions+1:
		return post{role: org.Auditor, designation: "AUDITOR", department: "QUALITY", everywhere: true}
	case n == regions+2:
		return post{role: org.Viewer, designation: "MANAGER", department: "QUALITY", everywhere: true}
	case n%9 == 0:
		return post{role: org.Technician, designation: "TECHNICIAN", department: "ENGINEERING", region: true}
	case n%7 == 0:
		return post{role: org.Supervisor, designation: "SITE_INCHARGE", department: "SECURITY"}
	}
	return post{role: org.Guard, designation: "GUARD", department: "SECURITY"}
}

// makePeople makes the head office first, so that its passwords are hashed while the others are made.
func (b *builder) makePeople(ctx context.Context) error {
	total := b.t.people * b.scale
	for from, until := 0, min(8, total); from < total; from, until = until, min(until+500, total) {
		err := b.DB.Together(ctx, b.who, func(ctx context.Context) error {
			for n := from; n < until; n++ {
				if err := b.makePerson(ctx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for n := from; n < until; n++ {
			if i := slices.Index(b.t.ways, b.jobOf(n).role); i >= 0 && b.accounts[i].Login == "" {
				b.openAccount(ctx, &b.accounts[i], b.staff[n])
			}
		}
	}
	return nil
}

func (b *builder) makePerson(ctx context.Context, n int) error {
	j := b.jobOf(n)
	at := b.sites[n%len(b.sites)]
	if n >= 1 && n <= len(b.t.regions) {
		at = b.firstSite(b.t.regions[n-1].code) // a region's head sits in it
	}
	in := b.person(n, j, at)
	p, err := b.People.CreatePerson(ctx, b.who, in)
	if err != nil {
		return err
	}
	b.staff = append(b.staff, p)
	g := org.GrantInput{Person: p.ID, Role: b.roles[j.role]}
	switch {
	case j.everywhere:
	case j.region:
		unit := b.units[at.region]
		g.Unit = &unit
	default:
		g.Site = &at.id
	}
	if _, err := b.Org.CreateGrant(ctx, b.who, g); err != nil {
		return err
	}
	if n%41 == 40 { // some have left
		in.Active = false
		_, err = b.People.UpdatePerson(ctx, b.who, p.ID, p.Version, in)
	}
	return err
}

func (b *builder) firstSite(region string) site {
	for _, s := range b.sites {
		if s.region == region {
			return s
		}
	}
	return b.sites[0]
}

func (b *builder) person(n int, j post, at site) people.PersonInput {
	first, last := firstNames[0], lastNames[0] // who runs things has the same login everywhere
	if n > 0 {
		first, last = firstNames[(n+b.rnd.IntN(3))%len(firstNames)], lastNames[(n*7+b.rnd.IntN(5))%len(lastNames)]
	}
	login := plain(first) + "." + plain(last[:1])
	if b.logins[login]++; b.logins[login] > 1 {
		login = fmt.Sprintf("%s%d", login, b.logins[login])
	}
	in := people.PersonInput{
		Code: fmt.Sprintf("E%04d", n+1), Name: first + " " + last, Login: login, HomeSite: &at.id, Active: true,
		Department: b.lookup("department", j.department), Designation: b.lookup("designation", j.designation),
		Mobile: fmt.Sprintf("+9198%08d", 20_000_000+n*137),
	}
	if j.role != org.Guard {
		in.Email = login + "@" + plain(b.t.code) + ".example"
	}
	if n > len(b.t.regions) {
		manager := b.staff[1+n%len(b.t.regions)].ID
		in.Manager = &manager
	}
	return in
}

// plain keeps the ASCII letters of a name, in lower case.
func plain(s string) string {
	out := make([]byte, 0, len(s))
	for _, c := range []byte(s) {
		switch {
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z':
			out = append(out, c)
		}
	}
	return string(out)
}

// makeGroups makes a night shift, a rescue team and the banks.
func (b *builder) makeGroups(ctx context.Context) error {
	var night, rescue []id.Person
	for n, p := range b.staff {
		if n%5 == 3 && len(night) < 200 {
			night = append(night, p.ID)
		}
		if n%11 == 4 && len(rescue) < 60 {
			rescue = append(rescue, p.ID)
		}
	}
	banks := []id.Site{b.sites[0].id}
	if len(b.sites) > 4 {
		banks = []id.Site{b.sites[2].id, b.sites[4].id}
	}
	for _, in := range []people.GroupInput{
		{Kind: people.OfPeople, Name: "Night shift", Lead: &b.staff[1].ID, People: night, Active: true},
		{Kind: people.OfPeople, Name: "First aid and rescue", Lead: &b.staff[0].ID, People: rescue, Active: true},
		{Kind: people.OfSites, Name: "Konkan Bank", Lead: &b.staff[1].ID, Sites: banks, Active: true},
	} {
		if _, err := b.People.CreateGroup(ctx, b.who, in); err != nil {
			return err
		}
	}
	return nil
}

// makeHistory has people in charge take over their sites, so that pages of history show something.
func (b *builder) makeHistory(ctx context.Context) error {
	for n, s := range b.sites {
		x, err := b.Org.GetSite(ctx, b.who, s.id)
		if err != nil {
			return err
		}
		manager := b.staff[1+n%len(b.t.regions)].ID
		_, err = b.Org.UpdateSite(ctx, b.who, s.id, x.Version, org.SiteInput{
			Unit: x.Unit, Type: x.Type, Manager: &manager, Code: x.Code, Name: x.Name, Zone: x.Zone, Point: x.Point, Radius: x.Radius,
			Address: x.Address, Active: true,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
