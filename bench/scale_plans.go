package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/plan"
)

// generated is what a process that makes tasks says of itself.
type generated struct {
	Took time.Duration
	Peak int64 // most memory that it held, bytes
}

// generate has the tasks of ten thousand plans made, two days ahead (of maintenance four hundred), by a process that does nothing else.
func (w *scaled) generate(ctx context.Context) (m measure, err error) {
	number := w.part(10_000)
	m = measure{name: fmt.Sprintf("%d plans, 48 hours ahead", number), limit: "60 s, 200 MiB"}
	err = w.d.open(ctx, func(d *db.DB, b *builder) error {
		for _, c := range w.world {
			if err := b.makePlans(ctx, c, number/len(w.world)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	cmd := exec.CommandContext(ctx, self, "generate")
	cmd.Env, cmd.Stderr = append(os.Environ(), "BENCH_DATABASE="+w.d.url), os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		return m, err
	}
	var g generated
	if err := json.Unmarshal(raw, &g); err != nil {
		return m, err
	}
	tasks, err := w.d.count(ctx, "select count(*) from tasks")
	if err != nil {
		return m, err
	}
	m.found = fmt.Sprintf("%d tasks in %.1f s, %d MiB", tasks, g.Took.Seconds(), g.Peak>>20)
	m.held = tasks > int64(number) && g.Took < time.Minute && g.Peak < 200<<20
	return m, nil
}

// makePlans makes plans of a customer: of ten, six come daily, two at every change of shift, one is a tour of six stops three times a day, and one
// is maintenance every month.
func (b *builder) makePlans(ctx context.Context, c customer, number int) error {
	who := job.Actor(c.ID)
	return b.db.Together(ctx, who, func(ctx context.Context) error {
		list, err := b.makeChecklist(ctx, who)
		if err != nil {
			return err
		}
		for n := range number {
			site, guard := c.Sites[n%len(c.Sites)].ID, c.People[n%len(c.People)].ID
			in := plan.Input{Kind: plan.Task, Site: site, Name: fmt.Sprintf("Round of the plant rooms %d", n), Checklist: &list, Person: &guard, Active: true}
			in.Schedule = plan.Schedule{Rule: fmt.Sprintf("%d %d * * *", n%60, n%24), From: clock.DateIn(clock.System()(), time.UTC), Duration: 45, After: 15}
			switch n % 10 {
			case 6, 7:
				in.Rule = fmt.Sprintf("%d 6,14,22 * * *", n%60)
			case 8:
				in.Kind, in.Rule = plan.Tour, fmt.Sprintf("%d 1,9,17 * * *", n%60)
				for s := range 4 {
					in.Stops = append(in.Stops, plan.Stop{Asset: &c.Assets[(n%len(c.Sites)+s*len(c.Sites))%len(c.Assets)].ID, Travel: 5})
				}
			case 9:
				in.Kind, in.Rule, in.Asset = plan.Maintenance, fmt.Sprintf("0 9 %d * *", 1+n%28), &c.Assets[n%len(c.Sites)].ID
			}
			if _, err := b.plans.Create(ctx, who, in); err != nil {
				return fmt.Errorf("plan %d: %w", n, err)
			}
		}
		return nil
	})
}

func (b *builder) makeChecklist(ctx context.Context, who actor.Actor) (id.Checklist, error) {
	var s checklist.Section
	for n := range 12 {
		q, err := b.lists.CreateQuestion(ctx, who, checklist.QuestionInput{
			Text: fmt.Sprintf("Is valve %d shut?", n+1), Rule: checklist.Rule{Type: checklist.Checkbox, Options: []string{"Yes", "No"}, AlertOn: []string{"No"}}, Active: true,
		})
		if err != nil {
			return id.Checklist{}, err
		}
		s.Items = append(s.Items, checklist.Item{ID: id.New[id.Item](), Question: q.ID, Mandatory: true})
	}
	list, err := b.lists.Create(ctx, who, checklist.Input{
		Kind: checklist.ForTask, Name: "Plant rooms", Active: true, Places: checklist.Places{Everywhere: true}, Draft: checklist.Form{Sections: []checklist.Section{s}},
	})
	if err != nil {
		return id.Checklist{}, err
	}
	list, err = b.lists.Publish(ctx, who, list.ID, list.Version)
	return list.ID, err
}

// serveGenerate is the process that makes the tasks.
func serveGenerate() error {
	d := &database{url: os.Getenv("BENCH_DATABASE")}
	var g generated
	err := d.open(context.Background(), func(_ *db.DB, b *builder) error {
		tenants, err := b.org.Tenants(context.Background())
		if err != nil {
			return err
		}
		start := time.Now()
		for _, t := range tenants {
			if err := b.tasks.GenerateAll(context.Background(), job.Actor(t)); err != nil {
				return err
			}
		}
		g.Took = time.Since(start)
		return nil
	})
	if err != nil {
		return err
	}
	if g.Peak, err = peak(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(g)
}

// peak is the most memory that this process held, in bytes.
func peak() (int64, error) {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil {
			return kib << 10, nil
		}
	}
	return 0, errors.New("/proc/self/status does not say VmHWM")
}
