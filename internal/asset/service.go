package asset

import (
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
)

// What may be done here. All of it holds where the grant does: at the site of the location or asset.
const (
	CanReadLocation   actor.Permission = "location.read"
	CanCreateLocation actor.Permission = "location.create"
	CanUpdateLocation actor.Permission = "location.update"
	CanDeleteLocation actor.Permission = "location.delete"
	CanRead           actor.Permission = "asset.read"
	CanCreate         actor.Permission = "asset.create"
	CanUpdate         actor.Permission = "asset.update"
	CanSetStatus      actor.Permission = "asset.status"
	CanDelete         actor.Permission = "asset.delete"
)

// Permissions declares what this package guards.
func Permissions() []actor.Declared {
	return []actor.Declared{
		{Name: CanReadLocation, Label: "See locations", Area: "Locations"},
		{Name: CanCreateLocation, Label: "Add a location", Area: "Locations"},
		{Name: CanUpdateLocation, Label: "Change a location", Area: "Locations"},
		{Name: CanDeleteLocation, Label: "Delete a location", Area: "Locations"},
		{Name: CanRead, Label: "See assets", Area: "Assets"},
		{Name: CanCreate, Label: "Add an asset", Area: "Assets"},
		{Name: CanUpdate, Label: "Change an asset", Area: "Assets"},
		{Name: CanSetStatus, Label: "Change the status of an asset", Area: "Assets"},
		{Name: CanDelete, Label: "Delete an asset", Area: "Assets"},
	}
}

// Service holds the use cases.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	now     clock.Now
}

// New makes the service.
func New(d *db.DB, j *journal.Journal, now clock.Now) *Service {
	return &Service{db: d, journal: j, now: now}
}

// maxDepth is how many locations, or assets, may stand above one another.
const maxDepth = 12

// checkCodeName folds a code and a name and gives their violations.
func checkCodeName(c *fault.Check, code, name string) (string, string) {
	folded := fold.Code(code)
	if c.Text("code", fold.Line(code), 1, 30) {
		c.That(fold.ValidCode(folded), "code", "grammar", "Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30.")
	}
	name = fold.Line(name)
	c.Text("name", name, 1, 200)
	return folded, name
}

// checkPoint gives the violations of a place on earth.
func checkPoint(c *fault.Check, p *org.Point) {
	if p == nil {
		return
	}
	c.That(p.Latitude >= -90 && p.Latitude <= 90, "latitude", "range", "A latitude is between -90 and 90 degrees.")
	c.That(p.Longitude >= -180 && p.Longitude <= 180, "longitude", "range", "A longitude is between -180 and 180 degrees.")
}

// columns gives the two columns of a point, both NULL for none.
func columns(p *org.Point) (latitude, longitude *float64) {
	if p == nil {
		return nil, nil
	}
	return &p.Latitude, &p.Longitude
}

func point(latitude, longitude *float64) *org.Point {
	if latitude == nil || longitude == nil {
		return nil
	}
	return &org.Point{Latitude: *latitude, Longitude: *longitude}
}

// checkAbove adds what is wrong with standing below something: above are the ids from the parent up, height how many stand above one
// another from the thing down, itself with them.
func checkAbove[T comparable](c *fault.Check, above []T, height int64, self T, thing string) {
	for _, x := range above {
		if x == self {
			c.Add("parent_id", "cycle", "A "+thing+" cannot stand below itself.")
			return
		}
	}
	c.That(int64(len(above))+height <= maxDepth, "parent_id", "too_deep", fmt.Sprintf("They stand at most %d deep.", maxDepth))
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func scanInt(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }
