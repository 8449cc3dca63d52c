package web

import (
	"net/http"

	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web/ui"
)

// boardDepth is how many tickets a lane shows.
const boardDepth = 20

// boardPath is where tickets stand in lanes.
const boardPath = ticketsPath + "/board"

// boardView is the tickets by status, as lanes.
type boardView struct {
	Chips []ui.Chip
	Back  string // the board's address
	Lanes []lane
}

// lane is the tickets of one status.
type lane struct {
	Status ticket.Status
	Count  ui.Count
	Cards  []card
	More   string // how many more, "" = none
	All    string // the list of exactly these
}

// card is a ticket on the board.
type card struct {
	Ticket ticket.Ticket
	With   ui.Cell
	Climb  climb
	Late   bool
	Moves  []ticket.Transition
}

// ticketBoard shows the tickets by status. What is narrowed on the list is narrowed here.
func (p *pages) ticketBoard(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Tickets")
	if err != nil {
		return err
	}
	q, err := readTicketQuery(r.URL.Query(), v.now)
	if err != nil {
		return err
	}
	q.values.Del("status")
	board, err := p.Ticket.Board(r.Context(), v.who, q.filter, boardDepth)
	if err != nil {
		return err
	}
	filters, chips, err := p.ticketFilters(r.Context(), v.who, q)
	if err != nil {
		return err
	}
	filters.Action, filters.List = boardPath, "board"
	for i, c := range chips {
		chips[i].Href = boardPath + c.Href[len(ticketsPath):]
	}
	view := boardView{Chips: chips, Back: q.with(boardPath, "status", "")}
	for _, s := range ticket.Statuses() {
		of := board[s]
		if s == ticket.Cancelled && of.Count == 0 {
			continue
		}
		view.Lanes = append(view.Lanes, laneOf(v, q, s, of))
	}
	head := ui.Head{Title: "Tickets", Sub: zoneLine(v.zone), Acts: []ui.Action{{Text: "List", Icon: "list", Href: q.address("status", "")}}}
	if v.who.Can(ticket.CanCreate) {
		head.Acts = append(head.Acts, ui.Action{Text: "New ticket", Icon: "plus", Href: ticketsPath + "/new", Primary: true})
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Narrowed(filters), boardPart(view))
}

func laneOf(v visit, q ticketQuery, s ticket.Status, of ticket.Lane) lane {
	l := lane{Status: s, Count: ui.Count{N: int(of.Count)}, All: q.address("status", string(s))}
	for _, t := range of.Tickets {
		t.Mine = t.Person != nil && *t.Person == v.who.Person()
		c := card{Ticket: t, With: withCell(t), Climb: climbOf(v, t), Late: t.Overdue(v.now)}
		c.Late = c.Late || c.Climb.Soon
		c.Moves = ticket.Moves(v.who, t)
		l.Cards = append(l.Cards, c)
	}
	if more := of.Count - int64(len(of.Tickets)); more > 0 {
		l.More = grouped(more) + " more"
	}
	return l
}
