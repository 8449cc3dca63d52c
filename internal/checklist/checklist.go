// Package checklist keeps what is asked when work is done: a library of questions, and checklists that place them in sections, with rules of
// their own, conditions and alerts. What is published never changes, so that an answer can be read for ever by the form that it was given to.
// One pure evaluator judges answers, wherever they come from. It knows no tasks and sends nothing.
package checklist

import (
	"fmt"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// What may be done here; each holds in the whole tenant, for questions and checklists belong to no site.
const (
	CanRead   actor.Permission = "checklist.read"
	CanCreate actor.Permission = "checklist.create"
	CanUpdate actor.Permission = "checklist.update"
	CanDelete actor.Permission = "checklist.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanRead, Label: "See checklists and questions", Area: "Checklists"},
		{Name: CanCreate, Label: "Add a checklist or question", Area: "Checklists", Whole: true},
		{Name: CanUpdate, Label: "Change and publish a checklist, change a question", Area: "Checklists", Whole: true},
		{Name: CanDelete, Label: "Delete a checklist or question", Area: "Checklists", Whole: true},
	}
}

// Kind is what a checklist is for (domain/ops.md 1.5); it never changes.
type Kind string

// The kinds of checklist.
const (
	ForTask        Kind = "TASK"        // tasks and tours
	ForRoute       Kind = "ROUTE"       // tours over sites
	ForMaintenance Kind = "MAINTENANCE" // of an asset
	SiteReport     Kind = "SITEREPORT"
	IncidentReport Kind = "INCIDENTREPORT"
	AssetAudit     Kind = "ASSETAUDIT"
)

// Kinds gives the kinds in the order of the form.
func Kinds() []Kind {
	return []Kind{ForTask, ForRoute, ForMaintenance, SiteReport, IncidentReport, AssetAudit}
}

// Valid says that there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Checklist is what is asked when a task is done.
type Checklist struct {
	ID      id.Checklist `json:"id"`
	Kind    Kind         `json:"kind"`
	Name    string       `json:"name"`
	Draft   Form         `json:"draft"`            // what is being worked on, with the library's present texts and rules
	Form    *id.Form     `json:"form_id,omitzero"` // what is published; nil before the first time
	Places  Places       `json:"places"`
	Active  bool         `json:"active"` // an inactive one stays where it is used and is no longer offered
	Version int64        `json:"version"`
	Updated time.Time    `json:"-"` // when it was last changed

	Number int64 `json:"-"` // of the published form, 0 for none
	Items  int64 `json:"-"` // how many the draft has
}

// Places say where a checklist applies.
type Places struct {
	Everywhere bool        `json:"everywhere"`
	Sites      []id.Site   `json:"site_ids,omitempty"`
	Groups     []id.Group  `json:"group_ids,omitempty"` // of sites
	Types      []id.Lookup `json:"type_ids,omitempty"`  // of site
	Assets     []id.Asset  `json:"asset_ids,omitempty"`
}

func (p Places) count() int { return len(p.Sites) + len(p.Groups) + len(p.Types) + len(p.Assets) }

const maxPlaces = 500

// Input is what one says about a checklist, new or changed: all of it. Of an item, text and rule are the library's unless the rule is the
// item's own.
type Input struct {
	ID     id.Checklist `json:"-"` // of a new one, made by the caller; zero: made here
	Kind   Kind         // of a new one; another has it for good
	Name   string
	Draft  Form
	Places Places
	Active bool
}

// Check folds the input into its stored form and gives every violation at its field; those of the form's items are found when the library
// has been read.
func (in *Input) Check() error {
	var c fault.Check
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 200)
	c.That(in.Kind.Valid(), "kind", "unknown", "Choose what the checklist is for.")
	if in.Places.Everywhere {
		in.Places = Places{Everywhere: true}
	} else {
		c.That(in.Places.count() > 0, "places", "required", "Say where the checklist applies, or that it applies everywhere.")
	}
	c.That(in.Places.count() <= maxPlaces, "places", "too_many", fmt.Sprintf("Name at most %d places; a group or a type of site stands for many.", maxPlaces))
	return c.Err()
}

// Filter narrows a list of checklists.
type Filter struct {
	Kind         Kind // "" = every one
	Search       string
	Inactive     bool      // inactive ones too
	Offered      bool      // only what may be chosen: active and published
	Site         *id.Site  // only those that apply at this site
	Asset        *id.Asset // only those that apply to this asset, or to its site when Site is given too
	ChangedAfter time.Time
}

// Published is a version of a checklist, which never changes.
type Published struct {
	ID        id.Form      `json:"id"`
	Checklist id.Checklist `json:"checklist_id"`
	Number    int64        `json:"number"` // 1 for the first
	At        time.Time    `json:"published_at"`
	Person    *id.Person   `json:"person_id,omitzero"`
	Form      Form         `json:"form"`

	Name       string `json:"-"` // the checklist's
	Kind       Kind   `json:"-"` // the checklist's
	PersonName string `json:"-"`
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	now     clock.Now
	forms   *cache.Of[Published]
}

// New makes the service. Published forms are kept in memory: they never change.
func New(d *db.DB, j *journal.Journal, c *cache.Store, now clock.Now) *Service {
	return &Service{db: d, journal: j, now: now, forms: cache.Named[Published](c, "forms", cache.Options{Local: true})}
}
