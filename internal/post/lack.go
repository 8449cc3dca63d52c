package post

import (
	"slices"
	"time"

	"intelliwiz/internal/id"
)

// Duty is a time in which a person held a post.
type Duty struct {
	ID     id.Duty    `json:"id"`
	Post   id.Post    `json:"post_id"`
	Person id.Person  `json:"person_id"`
	Began  time.Time  `json:"began_at"`
	Ended  *time.Time `json:"ended_at,omitzero"` // nil: they hold it
	Remark string     `json:"remark"`

	PersonName string `json:"person_name"` // read with it
}

func (d Duty) at(t time.Time) bool {
	return !t.Before(d.Began) && (d.Ended == nil || t.Before(*d.Ended))
}

// holding counts who held the post at an instant.
func holding(duties []Duty, at time.Time) (n int64) {
	for _, d := range duties {
		if d.at(at) {
			n++
		}
	}
	return n
}

// Standing is whether a post is held as it is to be.
type Standing string

// The standings.
const (
	Quiet     Standing = "QUIET" // nobody is expected
	Covered   Standing = "COVERED"
	Uncovered Standing = "UNCOVERED"
)

// Label is the standing for people.
func (s Standing) Label() string {
	return map[Standing]string{Quiet: "Nobody expected", Covered: "Covered", Uncovered: "Uncovered"}[s]
}

// stand finds out whether the post is held as it is to be at this moment.
func (p *Post) stand(now time.Time) error {
	zone, err := p.zone()
	if err != nil {
		return err
	}
	switch _, expected := p.expects(zone, now); {
	case !expected:
		p.Standing = Quiet
	case int64(len(p.Held)) < p.Needed:
		p.Standing = Uncovered
	default:
		p.Standing = Covered
	}
	return nil
}

// expects gives the span in which people are expected at an instant.
func (p Post) expects(zone *time.Location, at time.Time) (window, bool) {
	if !p.Active || !p.open {
		return window{}, false
	}
	return Hours(p.Hours).current(zone, at)
}

// lack is a time in which too few people hold a post.
type lack struct {
	since time.Time // its beginning: of the hours, of what is expected as it stands, or when somebody left
	held  int64     // how many do
}

// lacks says whether too few people hold a post at an instant, and since when. duties are those that reach into the span of the instant. It is
// pure: asked later of the same instant, it answers the same.
func (p Post) lacks(zone *time.Location, duties []Duty, at time.Time) (lack, bool) {
	w, expected := p.expects(zone, at)
	if !expected || at.Before(p.Expected) {
		return lack{}, false
	}
	l := lack{since: w.from}
	if p.Expected.After(l.since) {
		l.since = p.Expected
	}
	var edges []time.Time
	for _, d := range duties {
		for _, e := range []*time.Time{&d.Began, d.Ended} {
			if e != nil && e.After(l.since) && !e.After(at) {
				edges = append(edges, *e)
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	lacking := holding(duties, l.since) < p.Needed
	for _, e := range edges {
		few := holding(duties, e) < p.Needed
		if few && !lacking {
			l.since = e
		}
		lacking = few
	}
	l.held = holding(duties, at)
	return l, lacking
}

// Gap is a time to come in which fewer people are rostered at a post than are to be there.
type Gap struct {
	Post     id.Post
	Code     string
	Name     string
	Site     id.Site
	SiteName string
	Zone     string // the site's
	From     time.Time
	Until    time.Time
	Needed   int64
	Rostered int64
}

// gaps gives the gaps of a post in a time, in order; neighbours with as many people are one. It is pure.
func (p Post) gaps(zone *time.Location, roster []Assignment, from, until time.Time) (out []Gap) {
	if !p.Active || !p.open {
		return nil
	}
	for _, w := range Hours(p.Hours).windows(zone, from, until) {
		w.from, w.until = later(w.from, from), earlier(w.until, until)
		cuts := []time.Time{w.from, w.until}
		for _, a := range roster {
			for _, c := range []time.Time{a.From, a.Until} {
				if w.holds(c) {
					cuts = append(cuts, c)
				}
			}
		}
		slices.SortFunc(cuts, time.Time.Compare)
		cuts = slices.CompactFunc(cuts, time.Time.Equal)
		for i, c := range cuts[:len(cuts)-1] {
			n := rostered(roster, c)
			if n >= p.Needed {
				continue
			}
			if k := len(out) - 1; k >= 0 && !out[k].Until.Before(c) && out[k].Rostered == n {
				out[k].Until = later(out[k].Until, cuts[i+1])
				continue
			}
			out = append(out, Gap{p.ID, p.Code, p.Name, p.Site, p.SiteName, p.Zone, c, cuts[i+1], p.Needed, n})
		}
	}
	return out
}

// rostered counts the people who are rostered at an instant.
func rostered(roster []Assignment, at time.Time) int64 {
	people := map[id.Person]bool{}
	for _, a := range roster {
		if !at.Before(a.From) && at.Before(a.Until) {
			people[a.Person] = true
		}
	}
	return int64(len(people))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
