package demo

import (
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/people"
	"intelliwiz/internal/ticket"
)

// plot is a tale being made up.
type plot struct {
	*teller
	tale  *tale
	m     matter
	crew  *crew
	thing *asset.Asset
	by    people.Person // who reported it
	at    time.Time
	stood bool // the asset is under maintenance
}

// add puts a deed at the plot's moment.
func (p *plot) add(v verb, by people.Person, text string) *deed {
	p.tale.deeds = append(p.tale.deeds, deed{at: p.at, tale: p.tale, verb: v, by: by, text: text})
	return &p.tale.deeds[len(p.tale.deeds)-1]
}

// pass lets some minutes pass, and at times many more; work waits for the morning.
func (p *plot) pass(from, until int) {
	d := time.Duration(from+p.rnd.IntN(until-from)) * time.Minute
	if p.rnd.IntN(8) == 0 {
		d *= 4
	}
	d += time.Duration(p.rnd.IntN(60_000_000)) * time.Microsecond
	p.at = p.at.Add(d)
	if hour := p.at.Add(5*time.Hour + 30*time.Minute).Hour(); hour < 6 && p.rnd.IntN(4) > 0 { // at night, most of the time
		p.at = p.at.Add(time.Duration(6-hour) * time.Hour)
	}
}

func (p *plot) move(by people.Person, to ticket.Status, text string) {
	p.add(move, by, text).status = to
}

// run goes on from the report.
func (p *plot) run() {
	head, worker := p.crew.heads[0], pick(p.rnd, p.crew.technicians)
	if p.m.subject == "SEC" || p.m.subject == "HOUSE" {
		worker = head
	}
	p.pass(4, 70)
	switch n := p.rnd.IntN(100); {
	case n < 4: // never mind
		p.move(head, ticket.Cancelled, pick(p.rnd, drops()))
		return
	case n < 7: // nobody looks at it: it climbs
		p.pass(400, 3000)
	case n < 60:
		p.add(give, head, "").to = ticket.Assignee{Person: &worker.ID}
		p.pass(5, 90)
	case n < 72:
		group := p.groups[engineers]
		if worker.ID == head.ID {
			group = p.groups[managers]
		}
		p.add(give, head, "").to = ticket.Assignee{Group: &group}
		p.pass(10, 120)
	case n < 80:
		p.add(give, worker, "").to = ticket.Assignee{Person: &worker.ID}
	}
	p.pass(1, 30)
	p.move(worker, ticket.Open, "")
	p.work(worker)
	p.end(worker, head)
}

// work is from taking a ticket to resolving it.
func (p *plot) work(worker people.Person) {
	if p.thing != nil && p.m.stops && p.rnd.IntN(2) == 0 && !p.thing.Critical {
		p.pass(1, 10)
		p.add(turn, worker, "Out of service for").asset = asset.Maintenance
		p.stood = true
	}
	for range p.rnd.IntN(3) {
		p.pass(10, 150)
		by := worker
		if p.rnd.IntN(3) == 0 {
			by = p.by
		}
		p.add(say, by, pick(p.rnd, remarks()))
	}
	p.pass(15, 200)
	if p.rnd.IntN(100) < 25 { // a long one
		p.pass(900, 5000)
	}
	if p.m.waits != "" && p.rnd.IntN(100) < 40 {
		p.move(worker, ticket.OnHold, p.m.waits)
		p.pass(600, 4500)
		p.move(worker, ticket.Open, "")
		p.pass(20, 240)
	}
	p.move(worker, ticket.Resolved, p.m.done)
	if p.stood {
		p.pass(1, 10)
		p.add(turn, worker, "Back in service after").asset = asset.Working
		p.stood = false
	}
}

// end is what follows when a ticket was resolved.
func (p *plot) end(worker, head people.Person) {
	p.pass(60, 1400)
	if p.rnd.IntN(100) < 6 {
		p.move(head, ticket.Open, pick(p.rnd, returns()))
		p.work(worker)
		p.pass(60, 1400)
	}
	switch n := p.rnd.IntN(100); {
	case n < 45:
		p.move(p.by, ticket.Closed, "")
	case n < 96:
		p.move(head, ticket.Closed, "")
	}
}
