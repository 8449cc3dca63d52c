package task

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/db"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
)

// kept is what was told of tasks, and is told again until a record that stands in it changes. What plans bring ahead of its time has no row of the
// journal: whoever makes it says so, and a node that does not hear of it is so much behind at most.
type kept struct {
	store   *cache.Store
	lists   *cache.Of[piece]
	counts  *cache.Of[map[Status]int64]
	days    *cache.Of[Live]
	agendas *cache.Of[Agenda]
}

func newKept(store *cache.Store) kept {
	o := cache.Options{Followed: true, TTL: 5 * time.Second}
	return kept{
		store, cache.Named[piece](store, "task.lists", o), cache.Named[map[Status]int64](store, "task.counts", o),
		cache.Named[Live](store, "task.days", o), cache.Named[Agenda](store, "task.agendas", o),
	}
}

// Bounds of what is kept: of how many sites an actor is, and how many tasks a piece of a list has. An export or a phone that reads everything passes once.
const (
	maxKeyed = 100
	maxKept  = 100
)

// shown are the records that stand in what is told of tasks; a change of one ends it.
func shown() []string {
	return []string{"task", "plan", "blackout", "calendar", "site", "asset", "person", "group", "post"}
}

// keyOf names what is told to an actor: tasks are their own or not, and at the sites that they see.
func keyOf(ctx context.Context, who actor.Actor, parts ...any) (key string, steady bool) {
	tasks, allTasks := who.Sites(CanRead)
	plans, allPlans := who.Sites(plan.CanRead)
	if len(tasks) > maxKeyed || len(plans) > maxKeyed || db.Joined(ctx) || cache.IsAnew(ctx) {
		return "", false
	}
	raw, err := json.Marshal(parts)
	return fmt.Sprint(who.Person(), allTasks, tasks, allPlans, plans, string(raw)), err == nil
}

// steady says that a filter will be asked again as it is: what moves with every moment or is typed by hand is not worth keeping.
func (f Filter) steady() bool {
	return f.Search == "" && f.ChangedAfter.IsZero() && f.DueBefore.Equal(f.DueBefore.Truncate(time.Minute)) && f.DueFrom.Equal(f.DueFrom.Truncate(time.Minute))
}

// told gives what is kept under these parts of a name, or finds it out.
func told[T any](ctx context.Context, of *cache.Of[T], who actor.Actor, worth bool, load func(context.Context) (T, error), parts ...any) (T, error) {
	key, steady := keyOf(ctx, who, parts...)
	if !worth || !steady {
		return load(ctx)
	}
	return of.Get(ctx, who.Tenant(), key, shown(), load)
}

// piece is a part of a list.
type piece struct{ page.Of[Task] }

// Size is for the cache: about how many bytes.
func (l piece) Size() int { return len(l.Items) << 10 }

// Size is for the cache: about how many bytes.
func (l Live) Size() int { return (len(l.Sites) + len(l.Runs)*8 + len(l.Alarms) + len(l.Next)) << 8 }

// Size is for the cache: about how many bytes.
func (a Agenda) Size() int { return len(a.Entries) << 8 }
