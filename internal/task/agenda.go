package task

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/plan"
)

// Agenda is what is to be done in a time: tasks that are made, and beyond them what plans will bring, reckoned by the code that makes the tasks.
type Agenda struct {
	From, Until time.Time
	Entries     []Entry // by the time from which they may be done
	More        bool    // there is more than is given: ask for a shorter time or fewer sites
}

// Entry is one thing to be done, made or to come.
type Entry struct {
	ID      id.Task // of the task; of one to come that it will have
	Made    bool
	Plan    *id.Plan
	Kind    plan.Kind
	Name    string
	Site    id.Site
	Place   string // the site's name
	Zone    string // the site's
	Person  *id.Person
	Group   *id.Group
	Post    *id.Post
	Whose   string    // the person's, group's or post's name
	Begins  time.Time // from when it may be done
	Due     time.Time // by when it is done
	Start   time.Time // when the work is meant to begin: Begins without what one may begin early
	End     time.Time // and when to end: Due without what one may be late
	Status  Status    // of one that is made
	Skipped bool      // it does not come
	Why     string    // why it was moved or does not come
	Bare    bool      // nobody is there to do it: it is nobody's, a person's who has left, an empty group's, or of a post at which nobody is rostered
}

// Off says that nothing is to be done: it does not come, or was called off.
func (e Entry) Off() bool { return e.Skipped || e.Status == Cancelled }

// AgendaFilter narrows an agenda.
type AgendaFilter struct {
	From, Until time.Time
	Site        *id.Site
	Kind        plan.Kind // "" = every one
	Person      *id.Person
	Group       *id.Group
}

// agendaTasks is how many tasks an agenda has at most.
const agendaTasks = 3000

// Agenda gives what is to be done in a time at the sites where the actor may see plans: what is made as far as the actor may see tasks, and
// what is to come. Needs plan.read. Invalid for more than 400 days. What is told is told again for a few seconds while nothing changes, and is not to be
// changed.
func (s *Service) Agenda(ctx context.Context, who actor.Actor, f AgendaFilter) (Agenda, error) {
	if err := who.Require(plan.CanRead); err != nil {
		return Agenda{}, err
	}
	return told(ctx, s.kept.agendas, who, true, func(ctx context.Context) (Agenda, error) { return s.agenda(ctx, who, f) }, f)
}

// agenda is Agenda, from the database.
func (s *Service) agenda(ctx context.Context, who actor.Actor, f AgendaFilter) (a Agenda, err error) {
	const about = 48 * time.Hour // a firing lies not farther from the time from which it may be done
	coming, more, err := s.plans.Look(ctx, who, plan.Filter{Site: f.Site, Kind: f.Kind, Person: f.Person, Group: f.Group}, f.From.Add(-about), f.Until.Add(about))
	if err != nil {
		return Agenda{}, err
	}
	a = Agenda{From: f.From, Until: f.Until, More: more}
	if err := s.agendaMade(ctx, who, f, &a); err != nil {
		return Agenda{}, err
	}
	a.join(coming, who.Tenant(), s.now())
	slices.SortFunc(a.Entries, func(x, y Entry) int {
		return cmp.Or(x.Begins.Compare(y.Begins), strings.Compare(x.Name, y.Name), strings.Compare(x.ID.String(), y.ID.String()))
	})
	return a, s.agendaHands(ctx, who, &a)
}

// agendaMade reads the tasks that are made.
func (s *Service) agendaMade(ctx context.Context, who actor.Actor, f AgendaFilter, a *Agenda) error {
	if !who.Can(CanRead) {
		return nil
	}
	see, err := sightOf(who)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		a.Entries, err = db.All(ctx, tx, scanEntry, agendaSQL, see.all, see.sites, f.Site, f.Kind, f.Person, f.Group, f.From, f.Until, agendaTasks+1)
		if len(a.Entries) > agendaTasks {
			a.Entries, a.More = a.Entries[:agendaTasks], true
		}
		return err
	})
}

// join adds what is to come to the tasks that are made. It is pure.
func (a *Agenda) join(coming []plan.Coming, tenant id.Tenant, now time.Time) {
	made := map[id.Task]*Entry{}
	for i := range a.Entries {
		made[a.Entries[i].ID] = &a.Entries[i]
	}
	var more []Entry
	for _, c := range coming {
		e := entryOf(c, tenant)
		if x := made[e.ID]; x != nil {
			x.Start, x.End, x.Why = e.Start, e.End, e.Why
			continue
		}
		done := !c.Estimate && c.Plan.Generated != nil && !c.Fires.After(*c.Plan.Generated) // it had its chance: it belongs elsewhere, or to nobody
		if in := !e.Begins.Before(a.From) && e.Begins.Before(a.Until); in && (c.Skipped || !done && c.Fires.After(now)) {
			more = append(more, e)
		}
	}
	a.Entries = append(a.Entries, more...)
}

// entryOf is a time at which a plan comes, as an agenda has it.
func entryOf(c plan.Coming, tenant id.Tenant) Entry {
	p := c.Plan
	e := Entry{
		ID: headerID(tenant, c), Plan: &p.ID, Kind: p.Kind, Name: p.Name, Site: p.Site, Place: p.SiteName, Zone: p.Zone, Person: p.Person, Group: p.Group, Post: p.Post,
		Whose: p.PersonName + p.GroupName + p.PostName, Begins: c.Begins, Due: c.Due, Skipped: c.Skipped, Why: c.Why,
	}
	e.Start, e.End = c.Begins.Add(minutes(p.Before)), c.Due.Add(-minutes(p.After))
	if c.Skipped {
		e.Begins, e.Due, e.Start, e.End = c.At, c.At, c.At, c.At
	}
	if n := len(c.Visits); n > 0 {
		e.End = c.Visits[n-1].Due
	}
	return e
}

// hand is who is to do something: a person, a group or a post.
type hand struct {
	id   id.Any
	name string
	gone bool // a person who has left, a group that has nobody
}

func scanHand(r db.Row) (h hand, err error) {
	err = r.Scan(&h.id, &h.name, &h.gone)
	return h, err
}

// hand gives the id of who is to do it; false where nobody is.
func (e Entry) hand() (id.Any, bool) {
	switch {
	case e.Person != nil:
		return id.Of[id.Any](e.Person.Bytes()), true
	case e.Group != nil:
		return id.Of[id.Any](e.Group.Bytes()), true
	case e.Post != nil:
		return id.Of[id.Any](e.Post.Bytes()), true
	}
	return id.Any{}, false
}

// agendaHands names who is to do what, each read once however much it is, and finds what nobody is there to do.
func (s *Service) agendaHands(ctx context.Context, who actor.Actor, a *Agenda) error {
	people, groups, posts := map[id.Any]bool{}, map[id.Any]bool{}, map[id.Any]bool{}
	for _, e := range a.Entries {
		key, _ := e.hand()
		switch {
		case e.Person != nil:
			people[key] = true
		case e.Group != nil:
			groups[key] = true
		case e.Post != nil:
			posts[key] = true
		}
	}
	hands := map[id.Any]hand{}
	var roster []manned
	if len(people)+len(groups)+len(posts) > 0 {
		err := s.db.Read(ctx, who, func(tx *db.Tx) error {
			if len(posts) > 0 {
				db.Soon(tx, &roster, scanManned, agendaRoster, keys(posts), a.From, agendaRostered)
			}
			rows, err := db.All(ctx, tx, scanHand, agendaHands, keys(people), keys(groups), keys(posts))
			for _, h := range rows {
				hands[h.id] = h
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for i := range a.Entries {
		e := &a.Entries[i]
		key, somebody := e.hand()
		if e.Made {
			e.Whose = hands[key].name
		}
		switch {
		case e.Off() || e.Made && !e.Status.Open():
		case somebody && e.Post == nil:
			e.Bare = hands[key].gone
		case somebody:
			e.Bare = !slices.ContainsFunc(roster, func(m manned) bool { return m.post == *e.Post && m.from.Before(e.Due) && m.until.After(e.Begins) })
		default:
			e.Bare = true
		}
	}
	return nil
}

// agendaRostered is how many times of rosters an agenda looks at.
const agendaRostered = 5000

// manned is a time for which somebody is rostered at a post.
type manned struct {
	post        id.Post
	from, until time.Time
}

func scanManned(r db.Row) (m manned, err error) {
	err = r.Scan(&m.post, &m.from, &m.until)
	return m, err
}

func keys(of map[id.Any]bool) []id.Any {
	out := make([]id.Any, 0, len(of))
	for k := range of {
		out = append(out, k)
	}
	return out
}

func scanEntry(r db.Row) (e Entry, err error) {
	err = r.Scan(&e.ID, db.Null(&e.Plan), &e.Kind, &e.Name, &e.Site, &e.Place, &e.Zone, db.Null(&e.Person), db.Null(&e.Group), db.Null(&e.Post), &e.Begins, &e.Due, &e.Status)
	e.Made, e.Start, e.End = true, e.Begins, e.Due
	return e, err
}

const agendaSQL db.SQL = `-- task.agenda
select t.id, t.plan_id, t.kind, t.name, t.site_id, s.name, s.zone, t.person_id, t.group_id, t.post_id, t.begins_at, t.due_at, t.status
from tasks t join sites s on s.tenant_id = t.tenant_id and s.id = t.site_id
where t.tenant_id = $1 and t.parent_id is null and ($2 or t.site_id in_list($3)) and (t.site_id = $4 or $4 is null) and ($5 = '' or t.kind = $5)
  and (t.person_id = $6 or $6 is null) and (t.group_id = $7 or $7 is null) and t.begins_at >= $8 and t.begins_at < $9
order by t.begins_at, t.id limit $10`

const agendaRoster db.SQL = `-- task.agendaRoster
select r.post_id, r.from_at, r.until_at from post_assignments r where r.tenant_id = $1 and r.post_id in_list($2) and r.until_at > $3
order by r.from_at limit $4`

// agendaHands gives people ($2), groups ($3) and posts ($4), and says of people that they have left, and of groups that they have nobody.
const agendaHands db.SQL = `-- task.agendaHands
select p.id, p.name, not p.active from persons p where p.tenant_id = $1 and p.id in_list($2)
union all
select g.id, g.name, not g.active or not exists (
  select 1 from members m join persons p on p.tenant_id = m.tenant_id and p.id = m.person_id where m.tenant_id = g.tenant_id and m.group_id = g.id and p.active)
from member_groups g where g.tenant_id = $1 and g.id in_list($3)
union all
select o.id, o.name, false from posts o where o.tenant_id = $1 and o.id in_list($4)`
