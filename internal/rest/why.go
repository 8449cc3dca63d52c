package rest

import (
	"cmp"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// question asks about a permission at a site.
type question struct {
	Permission string  `query:"permission" doc:"What one would do: the name of a permission; site.read unless told." example:"ticket.update"`
	SiteID     id.Site `query:"site_id" format:"uuid" doc:"Where; in the whole organisation unless told."`
}

func (q question) ask() org.Question {
	return org.Question{May: actor.Permission(cmp.Or(q.Permission, string(org.CanReadSite))), Site: given(q.SiteID)}
}

// Why explains whether somebody may do something.
type Why struct {
	PersonID   id.Person  `json:"person_id" format:"uuid"`
	PersonName string     `json:"person_name" example:"Asha Rao"`
	Active     bool       `json:"active" doc:"Who is not may do nothing, whatever their roles."`
	Permission Permission `json:"permission"`
	SiteID     *id.Site   `json:"site_id" format:"uuid" doc:"Where it is asked about; null is the whole organisation."`
	SiteName   string     `json:"site_name" example:"Delhi plant"`
	May        bool       `json:"may"`
	Reasons    []Reason   `json:"reasons" doc:"What each of their roles says to it, those that give it first."`
	Roles      []RoleHint `json:"roles" doc:"The roles that hold the permission, by code."`
}

// Reason is what a role that somebody has says to a question.
type Reason struct {
	Grant   Grant `json:"grant"`
	Holds   bool  `json:"holds" doc:"The role allows it."`
	Reaches bool  `json:"reaches" doc:"It is given where it is asked about."`
}

// RoleHint names a role.
type RoleHint struct {
	ID   id.Role `json:"id" format:"uuid"`
	Code string  `json:"code" example:"SUPERVISOR"`
	Name string  `json:"name" example:"Supervisor"`
}

func whyOf(w org.Why) Why {
	out := Why{
		PersonID: w.Person, PersonName: w.PersonName, Active: w.Active, Permission: permissionOf(w.Asked), SiteID: w.Site, SiteName: w.SiteName, May: w.May,
		Reasons: make([]Reason, len(w.Reasons)), Roles: make([]RoleHint, len(w.Roles)),
	}
	for i, r := range w.Reasons {
		out.Reasons[i] = Reason{Grant: grantOf(r.Grant), Holds: r.Holds, Reaches: r.Reaches}
	}
	for i, r := range w.Roles {
		out.Roles[i] = RoleHint{ID: r.ID, Code: r.Code, Name: r.Name}
	}
	return out
}
