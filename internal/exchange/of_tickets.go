package exchange

import (
	"time"

	"intelliwiz/internal/ticket"
)

// ticketsList is how tickets go out. They do not come in: what is reported has a life that a row cannot tell.
func ticketsList(zone *time.Location) listing[ticket.Ticket] {
	times := func(title string) string { return title + " (" + zone.String() + ")" }
	return listing[ticket.Ticket]{
		heading: heading{kind: Tickets, title: "Tickets", columns: []Column{
			{Key: "ref", Title: "Ticket"}, {Key: "title", Title: "Title"}, {Key: "status", Title: "Status"}, {Key: "priority", Title: "Priority"}, {Key: "kind", Title: "Kind"},
			{Key: "category", Title: "Category"}, {Key: "site", Title: "Site"}, {Key: "site_name", Title: "Name of the site"}, {Key: "location", Title: "Location"},
			{Key: "asset", Title: "Asset"}, {Key: "asset_name", Title: "Name of the asset"}, {Key: "assignee", Title: "With"}, {Key: "creator", Title: "Reported by"},
			{Key: "reporter", Title: "Contact"}, {Key: "level", Title: "Level"}, {Key: "created", Title: times("Reported")}, {Key: "opened", Title: times("Opened")},
			{Key: "due", Title: times("Due")}, {Key: "next", Title: times("Escalates next")}, {Key: "resolved", Title: times("Resolved")}, {Key: "updated", Title: times("Changed")},
			{Key: "comments", Title: "Comments"}, {Key: "description", Title: "Description"},
		}},
		show: func(_ *run, t ticket.Ticket) map[string]string {
			return map[string]string{
				"ref": t.Ref(), "title": t.Title, "status": string(t.Status), "priority": string(t.Priority), "kind": string(t.Kind), "category": t.CategoryName,
				"site": t.SiteCode, "site_name": t.SiteName, "location": t.LocationName, "asset": t.AssetCode, "asset_name": t.AssetName,
				"assignee": t.AssigneeName(), "creator": t.CreatorName, "reporter": t.Reporter, "level": whole(t.Level), "created": moment(&t.Created, zone),
				"opened": moment(&t.Opened, zone), "due": moment(t.Due, zone), "next": moment(t.Next, zone), "resolved": moment(t.Resolved, zone),
				"updated": moment(&t.Updated, zone), "comments": whole(t.Comments), "description": t.Description,
			}
		},
	}
}

// moment writes a time as spreadsheets read it.
func moment(t *time.Time, zone *time.Location) string {
	if t == nil {
		return ""
	}
	return t.In(zone).Format(time.DateTime)
}
