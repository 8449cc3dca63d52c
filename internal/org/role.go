package org

import (
	"slices"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Role is a named set of permissions.
type Role struct {
	ID          id.Role            `json:"id"`
	Code        string             `json:"code"` // unique in the tenant
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Builtin     bool               `json:"builtin"` // came with the tenant; cannot be deleted, and the administrator's not changed
	Permissions []actor.Permission `json:"permissions"`
	Version     int64              `json:"version"`
}

// RoleInput is what one says about a role, new or changed.
type RoleInput struct {
	Code        string
	Name        string
	Description string
	Permissions []actor.Permission
}

// check folds the input into its stored form and gives every violation at its field.
func (in *RoleInput) check(declared []actor.Declared) error {
	var c fault.Check
	in.Code, in.Name = checkCodeName(&c, in.Code, in.Name)
	c.Text("description", in.Description, 0, 500)
	for i, p := range in.Permissions {
		known := slices.ContainsFunc(declared, func(d actor.Declared) bool { return d.Name == p })
		c.That(known, "permissions["+strconv.Itoa(i)+"]", "unknown", "There is no permission "+fold.Line(string(p))+".")
	}
	c.That(len(in.Permissions) > 0, "permissions", "required", "Choose at least one permission.")
	in.Permissions = slices.Compact(slices.Sorted(slices.Values(in.Permissions)))
	return c.Err()
}

// Grant gives a person a role in the whole tenant, in a unit with all below it, or at a site.
type Grant struct {
	ID      id.Grant  `json:"id"`
	Person  id.Person `json:"person_id"`
	Role    id.Role   `json:"role_id"`
	Unit    *id.Unit  `json:"unit_id,omitzero"`
	Site    *id.Site  `json:"site_id,omitzero"` // neither unit nor site: the whole tenant
	Created time.Time `json:"created_at"`

	// Names for people, read with the grant.
	PersonName string `json:"person_name"`
	RoleName   string `json:"role_name"`
	PlaceName  string `json:"place_name"` // the unit's or site's name; "" = the whole tenant
}

// GrantInput is what one says to give a role.
type GrantInput struct {
	Person id.Person
	Role   id.Role
	Unit   *id.Unit
	Site   *id.Site
}

// Check gives every violation at its field.
func (in *GrantInput) Check() error {
	var c fault.Check
	c.That(!in.Person.IsZero(), "person_id", "required", "Choose a person.")
	c.That(!in.Role.IsZero(), "role_id", "required", "Choose a role.")
	c.That(in.Unit == nil || in.Site == nil, "site_id", "both", "A role holds in a unit or at a site, not both.")
	return c.Err()
}

// GrantFilter narrows a list of grants.
type GrantFilter struct {
	Person *id.Person
	Role   *id.Role
}

// Codes of the built-in roles.
const (
	Administrator = "ADMINISTRATOR"
	Supervisor    = "SUPERVISOR"
	Technician    = "TECHNICIAN"
	Guard         = "GUARD"
	Viewer        = "VIEWER"
	Auditor       = "AUDITOR"
)

// Builtin gives the roles that every tenant starts with. The administrator holds every permission, those of later versions too.
func Builtin(declared []actor.Declared) []RoleInput {
	var all, reads, work []actor.Permission
	for _, d := range declared {
		all = append(all, d.Name)
		switch verb := verbOf(d.Name); {
		case d.Area == "Audit" || d.Area == "Roles" || d.Area == "Webhooks" || d.Area == "Services" || d.Area == "Single sign-on" || d.Area == "Operations": // a webhook sees everything, a service may do what its role says, a provider opens accounts, the installation is not of one's own work
		case verb == "read":
			reads = append(reads, d.Name)
			work = append(work, d.Name)
		case d.Area == "People" && verb != "password" && verb != "factors" && verb != "end" && verb != "impersonate", d.Area == "Locations", d.Area == "Assets", d.Area == "Tickets", d.Area == "Plans", d.Area == "Posts", d.Area == "Tasks":
			work = append(work, d.Name)
		}
	}
	audit := []actor.Permission{"audit.read", "audit.verify", CanReadRole, CanReadGrant}
	return []RoleInput{
		{Code: Administrator, Name: "Administrator", Description: "May do everything.", Permissions: all},
		{Code: Supervisor, Name: "Supervisor", Description: "Runs sites and their people.", Permissions: append(slices.Clone(work), CanUpdateSite, CanReadRole, CanReadGrant)},
		{Code: Technician, Name: "Technician", Description: "Works on assets at sites.", Permissions: []actor.Permission{CanReadSite, CanReadUnit, CanReadLookup, "person.read", "location.read", "asset.read", "asset.status",
			"category.read", "checklist.read", "task.read", "task.do", "ticket.read", "ticket.create", "ticket.comment", "ticket.update"}},
		{Code: Guard, Name: "Guard", Description: "Guards a site.", Permissions: []actor.Permission{CanReadSite, CanReadLookup, "location.read", "asset.read", "category.read", "checklist.read", "task.read", "task.do",
			"post.read", "post.hold", "ticket.read", "ticket.create", "ticket.comment"}},
		{Code: Viewer, Name: "Viewer", Description: "Sees everything, changes nothing.", Permissions: reads},
		{Code: Auditor, Name: "Auditor", Description: "Sees everything and the audit trail, changes nothing.", Permissions: append(slices.Clone(reads), audit...)},
	}
}

func verbOf(p actor.Permission) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] == '.' {
			return string(p[i+1:])
		}
	}
	return string(p)
}
