package demo

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// verb is what a deed is.
type verb int

const (
	report verb = iota // begins the tale
	give               // assigns the ticket
	say                // comments
	move               // takes it to another status
	turn               // changes the status of the asset
)

// deed is one thing that somebody does about a ticket.
type deed struct {
	at     time.Time
	tale   *tale
	verb   verb
	by     people.Person
	text   string
	to     ticket.Assignee // of give
	status ticket.Status   // of move
	asset  asset.Status    // of turn
}

// tale is the life of one ticket as it is meant to go, while nobody else has a hand in it.
type tale struct {
	id    id.Ticket
	in    ticket.Input
	begun time.Time
	deeds []deed
	left  int // deeds to come
}

// teller makes tales.
type teller struct {
	*scene
	rnd     *rand.Rand
	matters []matter
	weights int
}

func newTeller(x *scene, r *rand.Rand) *teller {
	t := &teller{scene: x, rnd: r, matters: matters()}
	for _, m := range t.matters {
		t.weights += m.often
	}
	return t
}

// tell makes up a tale that begins at a moment; salt makes its id.
func (t *teller) tell(begun time.Time, salt uint64) *tale {
	out := &tale{id: idAt(begun, salt), begun: begun}
	s := pick(t.rnd, t.sites)
	m, thing := t.matter(s)
	c := t.crews[s.ID]
	category := t.categories[m.subject]
	out.in = ticket.Input{ID: out.id, Site: s.ID, Category: category.ID, Description: m.detail, Kind: ticket.Incident}
	if m.request {
		out.in.Kind = ticket.Request
	}
	out.in.Priority = t.priority(category.Priority)
	name := t.where(&out.in, s, thing)
	out.in.Title = m.title
	if strings.Contains(m.title, "%s") {
		out.in.Title = fmt.Sprintf(m.title, name)
	}
	by := pick(t.rnd, c.guards)
	switch n := t.rnd.IntN(10); {
	case n == 0:
		by = pick(t.rnd, c.technicians)
	case n <= 2:
		by = c.heads[0]
	}
	p := plot{teller: t, tale: out, m: m, crew: c, at: begun, by: by, thing: thing}
	p.add(report, by, "")
	p.run()
	return out
}

// matter finds what may happen at a site, and the asset that it happens to.
func (t *teller) matter(s org.Site) (matter, *asset.Asset) {
	for {
		n := t.rnd.IntN(t.weights)
		i := slices.IndexFunc(t.matters, func(m matter) bool { n -= m.often; return n < 0 })
		m := t.matters[i]
		if m.thing == "" {
			return m, nil
		}
		var fit []asset.Asset
		for _, a := range t.things[s.ID] {
			if a.Status != asset.Scrapped && t.typeOf(a) == m.thing {
				fit = append(fit, a)
			}
		}
		if len(fit) > 0 {
			a := pick(t.rnd, fit)
			return m, &a
		}
	}
}

// where gives the ticket its asset or location, and what that is called.
func (t *teller) where(in *ticket.Input, s org.Site, thing *asset.Asset) string {
	if thing != nil {
		in.Asset = &thing.ID
		return thing.Name
	}
	places := t.places[s.ID]
	if len(places) == 0 {
		return s.Name
	}
	p := pick(t.rnd, places)
	in.Location = &p.ID
	if strings.HasPrefix(p.Name, "ATM") {
		return p.Name
	}
	return strings.ToLower(p.Name[:1]) + p.Name[1:]
}

func (t *teller) priority(usual ticket.Priority) ticket.Priority {
	switch n := t.rnd.IntN(10); {
	case n == 0:
		return ticket.High
	case n == 1:
		return ticket.Low
	case n <= 3:
		return ticket.Medium
	}
	return usual
}

// idAt makes the id of a tale's ticket: it sorts by the moment, and the same tale has the same id.
func idAt(at time.Time, salt uint64) id.Ticket {
	b := id.NewAt[id.Ticket](at).Bytes()
	var tail [8]byte
	binary.BigEndian.PutUint64(tail[:], salt)
	copy(b[9:], tail[1:])
	b[8] = 0x80 | tail[0]&0x3f
	return id.Of[id.Ticket](b)
}
