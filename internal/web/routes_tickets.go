package web

import (
	"net/http"

	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
)

// ticketRoutes are the pages of tickets. What may be done with one depends on who has it and who reported it, too; the use cases decide that.
func (p *pages) ticketRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/tickets", Permission: ticket.CanRead, Handler: p.listTickets, Name: "ticket.list"},
		{
			Method: post, Path: "/tickets", Permission: ticket.CanCreate, Handler: p.createTicket, Name: "ticket.create", Changes: true,
			MaxBody: uploadBody, Timeout: uploadTime,
		},
		{Method: get, Path: "/tickets/new", Permission: ticket.CanCreate, Handler: p.newTicket, Name: "ticket.new"},
		{Method: get, Path: "/tickets/board", Permission: ticket.CanRead, Handler: p.ticketBoard, Name: "ticket.board"},
		{Method: post, Path: "/tickets/assign", Permission: ticket.CanAssign, Handler: p.assignTickets, Name: "ticket.assign.many", Changes: true},
		{Method: get, Path: "/tickets/{id}", Permission: ticket.CanRead, Handler: p.getTicket, Name: "ticket.get"},
		{Method: post, Path: "/tickets/{id}", Permission: ticket.CanUpdate, Handler: p.updateTicket, Name: "ticket.update", Changes: true},
		{Method: get, Path: "/tickets/{id}/edit", Permission: ticket.CanUpdate, Handler: p.editTicket, Name: "ticket.edit"},
		{Method: post, Path: "/tickets/{id}/comment", Permission: ticket.CanComment, Handler: p.commentTicket, Name: "ticket.comment", Changes: true},
		{Method: post, Path: "/tickets/{id}/move", Permission: ticket.CanRead, Handler: p.moveTicket, Name: "ticket.move", Changes: true},
		{Method: post, Path: "/tickets/{id}/assign", Permission: ticket.CanRead, Handler: p.assignTicket, Name: "ticket.assign", Changes: true},

		{Method: post, Path: "/views", Permission: reply.SignedIn, Handler: p.saveView, Name: "view.save", Changes: true},
		{Method: post, Path: "/views/{id}/delete", Permission: reply.SignedIn, Handler: p.deleteView, Name: "view.delete", Changes: true},
	}
}
