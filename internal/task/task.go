// Package task keeps what is to be done and what was done: one occurrence of a plan or work that nobody planned, the visits of a run, and the
// answers. Tasks of plans are made ahead by the generator, each once on any number of nodes. It asks the checklist's evaluator, never a phone,
// what an answer means. It plans nothing itself; see plan.
package task

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/id"
	"intelliwiz/internal/job"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/ticket"
)

// What may be done here; each holds at the site of the task. Who may see tasks sees their own, a person's or of their group, at every site.
const (
	CanRead   actor.Permission = "task.read"
	CanDo     actor.Permission = "task.do"
	CanUpdate actor.Permission = "task.update"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See tasks and answers", Area: "Tasks"},
		{Name: CanDo, Label: "Do one's own tasks", Area: "Tasks"},
		{Name: CanUpdate, Label: "Do and call off everybody's tasks", Area: "Tasks"},
	}
}

// Source is who made a task.
type Source string

// The sources.
const (
	FromPlan Source = "PLAN"
	AdHoc    Source = "ADHOC"
)

// Task is one thing to be done.
type Task struct {
	ID       id.Task       `json:"id"`
	Plan     *id.Plan      `json:"plan_id,omitzero"`   // nil: nobody planned it
	Parent   *id.Task      `json:"parent_id,omitzero"` // of a visit: its run
	Stop     *id.Stop      `json:"stop_id,omitzero"`   // of a visit: the plan's stop
	Kind     plan.Kind     `json:"kind"`
	Source   Source        `json:"source"`
	Site     id.Site       `json:"site_id"`
	Name     string        `json:"name"`
	Asset    *id.Asset     `json:"asset_id,omitzero"`
	Form     *id.Form      `json:"form_id,omitzero"` // what is asked, as it was published when the task was made
	Person   *id.Person    `json:"person_id,omitzero"`
	Group    *id.Group     `json:"group_id,omitzero"`
	Post     *id.Post      `json:"post_id,omitzero"` // whoever holds it does the task
	Priority plan.Priority `json:"priority"`
	Proof    plan.Proof    `json:"proof"`
	Ordered  bool          `json:"ordered"`
	Expiry   plan.Expiry   `json:"on_expiry"`
	Category *id.Category  `json:"category_id,omitzero"`
	Nominal  string        `json:"nominal"`          // the firing that it comes of, as the site's clock shows it
	Round    int64         `json:"round"`            // of a visit: from 1
	Seq      int64         `json:"seq"`              // of a visit: its place in the run, from 0
	Schedule int64         `json:"schedule_version"` // of the plan that it was made by
	Fires    time.Time     `json:"fires_at"`
	Begins   time.Time     `json:"begins_at"` // from when it may be done
	Due      time.Time     `json:"due_at"`    // by when it is done
	plan.Alarms
	Status    Status     `json:"status"`
	Started   *time.Time `json:"started_at,omitzero"`
	Ended     *time.Time `json:"ended_at,omitzero"`
	Performer *id.Person `json:"performer_id,omitzero"`
	Received  *time.Time `json:"received_at,omitzero"` // when its report came here
	Late      bool       `json:"late"`                 // its report came after it had been closed
	Deviation bool       `json:"deviation"`            // of a visit: out of order; of a run: one of them was
	Alerts    int64      `json:"alerts"`
	Remark    string     `json:"remark"`
	Ticket    *id.Ticket `json:"ticket_id,omitzero"`
	ByHand    bool       `json:"by_hand"` // somebody called it off or gave it to another, which the plan leaves as it is
	Version   int64      `json:"version"`
	Updated   time.Time  `json:"-"`

	// Names for people, read with the task.
	SiteName      string `json:"site_name"`
	Zone          string `json:"-"` // the site's
	AssetName     string `json:"asset_name"`
	PersonName    string `json:"person_name"`
	GroupName     string `json:"group_name"`
	PostName      string `json:"post_name"`
	PerformerName string `json:"performer_name"`
	Read          bool   `json:"meter_read,omitzero"` // only in the journal's row of its completion: its asset's meter was read
	Mine          bool   `json:"-"`                   // it is the actor's, of a group of theirs, or of a post that they hold
}

// Answer is what was answered to an item of a task's form.
type Answer struct {
	Item     id.Item           `json:"item_id"`
	Question id.Question       `json:"question_id"`
	Text     string            `json:"text"`
	Number   *checklist.Number `json:"number,omitzero"`
	Choices  []string          `json:"choices,omitempty"`
	Files    int64             `json:"files"`    // how many came with it when it was judged
	Sent     []id.File         `json:"file_ids"` // those that are there, the oldest first; only in Whole
	Alert    string            `json:"alert"`    // why it raises an alert, "" when it does not
	At       time.Time         `json:"at"`
}

// InCharge gives who holds a permission nearest to a site.
type InCharge func(ctx context.Context, who actor.Actor, p actor.Permission, site id.Site) ([]id.Person, error)

// Config is what the service needs.
type Config struct {
	DB         *db.DB
	Journal    *journal.Journal
	Jobs       *job.Runner // nil: nothing is done in the background
	Cache      *cache.Store
	Plans      *plan.Service
	Checklists *checklist.Service
	Deadlines  *deadline.Service
	Assets     *asset.Service
	Tickets    *ticket.Service                                // where those of missed tasks are raised
	InCharge   InCharge                                       // who is told of what was missed
	Tenants    func(ctx context.Context) ([]id.Tenant, error) // every tenant there is, for sweeps
	Grace      time.Duration                                  // for reports of phones without a signal, after a task's time is over and before it is closed
	Now        clock.Now
	Every      time.Duration // between two looks for plans that need tasks; 0: a minute
}

// Service holds the use cases.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	plans     *plan.Service
	lists     *checklist.Service
	deadlines *deadline.Service
	assets    *asset.Service
	tickets   *ticket.Service
	inCharge  InCharge
	kept      kept
	grace     time.Duration
	tenants   func(ctx context.Context) ([]id.Tenant, error)
	now       clock.Now
}

// New makes the service, and registers its work.
func New(c Config) *Service {
	s := &Service{
		db: c.DB, journal: c.Journal, plans: c.Plans, lists: c.Checklists, deadlines: c.Deadlines, assets: c.Assets, tickets: c.Tickets, inCharge: c.InCharge, grace: c.Grace,
		tenants: c.Tenants, now: c.Now, kept: newKept(c.Cache),
	}
	s.deadlines.Register(ToBeDone, s.expired)
	s.deadlines.Register(ToBeScanned, s.silent)
	s.deadlines.Register(ToBeBegun, s.reminded)
	if c.Jobs != nil {
		every := c.Every
		if every == 0 {
			every = time.Minute
		}
		s.registerJobs(c.Jobs, every)
		s.registerMoves(c.Jobs)
	}
	return s
}
