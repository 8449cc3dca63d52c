package web

import (
	"net/http"
	"slices"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/ticket"
)

// setupRoutes are the pages on which an organisation is set up: its tree, people, groups, code lists, roles and grants,
// ticket categories and ladders.
func (p *pages) setupRoutes() []reply.Route {
	return slices.Concat(p.placeRoutes(), p.peopleRoutes(), p.groupRoutes(), p.listRoutes(), p.roleRoutes(), p.categoryRoutes(), p.importRoutes(), p.exportRoutes())
}

// placeRoutes are the pages of the tree.
func (p *pages) placeRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/sites", Permission: org.CanReadSite, Handler: p.listSites, Name: "site.list"},
		{Method: post, Path: "/sites", Permission: org.CanCreateSite, Handler: p.createSite, Name: "site.create", Changes: true},
		{Method: get, Path: "/sites/new", Permission: org.CanCreateSite, Handler: p.newSite, Name: "site.new"},
		{Method: get, Path: "/sites/{id}", Permission: org.CanReadSite, Handler: p.getSite, Name: "site.get"},
		{Method: post, Path: "/sites/{id}", Permission: org.CanUpdateSite, Handler: p.updateSite, Name: "site.update", Changes: true},
		{Method: get, Path: "/sites/{id}/edit", Permission: org.CanUpdateSite, Handler: p.editSite, Name: "site.edit"},
		{Method: post, Path: "/sites/{id}/delete", Permission: org.CanDeleteSite, Handler: p.deleteSite, Name: "site.delete", Changes: true},

		{Method: post, Path: "/units", Permission: org.CanCreateUnit, Handler: p.createUnit, Name: "unit.create", Changes: true},
		{Method: get, Path: "/units/new", Permission: org.CanCreateUnit, Handler: p.newUnit, Name: "unit.new"},
		{Method: get, Path: "/units/{id}", Permission: org.CanReadUnit, Handler: p.getUnit, Name: "unit.get"},
		{Method: post, Path: "/units/{id}", Permission: org.CanUpdateUnit, Handler: p.updateUnit, Name: "unit.update", Changes: true},
		{Method: get, Path: "/units/{id}/edit", Permission: org.CanUpdateUnit, Handler: p.editUnit, Name: "unit.edit"},
		{Method: post, Path: "/units/{id}/delete", Permission: org.CanDeleteUnit, Handler: p.deleteUnit, Name: "unit.delete", Changes: true},
	}
}

// peopleRoutes are the pages of members of staff. Everybody may see the page about themselves.
func (p *pages) peopleRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/people", Permission: people.CanReadPerson, Handler: p.listPeople, Name: "person.list"},
		{Method: post, Path: "/people", Permission: people.CanCreatePerson, Handler: p.createPerson, Name: "person.create", Changes: true},
		{Method: get, Path: "/people/new", Permission: people.CanCreatePerson, Handler: p.newPerson, Name: "person.new"},
		{Method: get, Path: "/people/{id}", Permission: reply.SignedIn, Handler: p.getPerson, Name: "person.get"},
		{Method: post, Path: "/people/{id}", Permission: people.CanUpdatePerson, Handler: p.updatePerson, Name: "person.update", Proof: reply.ProofEntry, Changes: true},
		{Method: get, Path: "/people/{id}/edit", Permission: people.CanUpdatePerson, Handler: p.editPerson, Name: "person.edit"},
		{Method: get, Path: "/people/{id}/why", Permission: org.CanReadGrant, Handler: p.explainPerson, Name: "person.why"},
		{Method: get, Path: "/people/{id}/password", Permission: auth.CanSetPassword, Handler: p.newPassword, Name: "person.password.page", Proof: reply.ProofAlways},
		{Method: post, Path: "/people/{id}/password", Permission: auth.CanSetPassword, Handler: p.setPassword, Name: "person.password", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: "/people/{id}/impersonate", Permission: auth.CanImpersonate, Handler: p.newActing, Name: "person.impersonate.page", Proof: reply.ProofAlways},
		{Method: post, Path: "/people/{id}/impersonate", Permission: auth.CanImpersonate, Handler: p.beginActing, Name: "person.impersonate", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: "/people/{id}/invite", Permission: auth.CanSetPassword, Handler: p.invite, Name: "person.invite", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: "/people/{id}/factors/reset", Permission: auth.CanResetFactor, Handler: p.resetFactors, Name: "person.factors.reset", Proof: reply.ProofAlways, Changes: true},
		{Method: post, Path: "/people/{id}/sessions/end", Permission: auth.CanEndSession, Handler: p.endPersonSessions, Name: "person.sessions.end", Changes: true, Always: true},
		{Method: post, Path: "/people/{id}/sessions/{session}/end", Permission: auth.CanEndSession, Handler: p.endPersonSession, Name: "person.session.end", Changes: true, Always: true},
	}
}

// groupRoutes are the pages of groups.
func (p *pages) groupRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/groups", Permission: people.CanReadGroup, Handler: p.listGroups, Name: "group.list"},
		{Method: post, Path: "/groups", Permission: people.CanCreateGroup, Handler: p.createGroup, Name: "group.create", Changes: true},
		{Method: get, Path: "/groups/new", Permission: people.CanCreateGroup, Handler: p.newGroup, Name: "group.new"},
		{Method: get, Path: "/groups/{id}", Permission: people.CanReadGroup, Handler: p.getGroup, Name: "group.get"},
		{Method: post, Path: "/groups/{id}", Permission: people.CanUpdateGroup, Handler: p.updateGroup, Name: "group.update", Changes: true},
		{Method: get, Path: "/groups/{id}/edit", Permission: people.CanUpdateGroup, Handler: p.editGroup, Name: "group.edit"},
		{Method: post, Path: "/groups/{id}/delete", Permission: people.CanDeleteGroup, Handler: p.deleteGroup, Name: "group.delete", Changes: true},
	}
}

// listRoutes are the pages of code lists, and of the organisation itself.
func (p *pages) listRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/lookups", Permission: org.CanReadLookup, Handler: p.listLookups, Name: "lookup.lists"},
		{Method: get, Path: "/lookups/{list}", Permission: org.CanReadLookup, Handler: p.listLookups, Name: "lookup.list"},
		{Method: post, Path: "/lookups/{list}", Permission: org.CanCreateLookup, Handler: p.createLookup, Name: "lookup.create", Changes: true},
		{Method: get, Path: "/lookups/{list}/{id}", Permission: org.CanReadLookup, Handler: p.getLookup, Name: "lookup.get"},
		{Method: post, Path: "/lookups/{list}/{id}", Permission: org.CanUpdateLookup, Handler: p.updateLookup, Name: "lookup.update", Changes: true},
		{Method: post, Path: "/lookups/{list}/{id}/delete", Permission: org.CanDeleteLookup, Handler: p.deleteLookup, Name: "lookup.delete", Changes: true},

		{Method: get, Path: "/settings", Permission: org.CanUpdateTenant, Handler: p.settings, Name: "tenant.edit"},
		{Method: post, Path: "/settings", Permission: org.CanUpdateTenant, Handler: p.updateSettings, Name: "tenant.update", Changes: true},
		{Method: get, Path: rulesPath, Permission: org.CanUpdateTenant, Handler: p.secondStepRules, Name: "tenant.factors.page"},
		{Method: post, Path: rulesPath, Permission: org.CanUpdateTenant, Handler: p.setSecondStepRules, Name: "tenant.factors", Proof: reply.ProofAlways, Changes: true},
	}
}

// roleRoutes are the pages of roles, and of who has them.
func (p *pages) roleRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/roles", Permission: org.CanReadRole, Handler: p.listRoles, Name: "role.list"},
		{Method: post, Path: "/roles", Permission: org.CanCreateRole, Handler: p.createRole, Name: "role.create", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: "/roles/new", Permission: org.CanCreateRole, Handler: p.newRole, Name: "role.new", Proof: reply.ProofAlways},
		{Method: get, Path: "/roles/{id}", Permission: org.CanReadRole, Handler: p.getRole, Name: "role.get"},
		{Method: post, Path: "/roles/{id}", Permission: org.CanUpdateRole, Handler: p.updateRole, Name: "role.update", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: "/roles/{id}/edit", Permission: org.CanUpdateRole, Handler: p.editRole, Name: "role.edit", Proof: reply.ProofAlways},
		{Method: post, Path: "/roles/{id}/delete", Permission: org.CanDeleteRole, Handler: p.deleteRole, Name: "role.delete", Proof: reply.ProofAlways, Changes: true},

		{Method: get, Path: "/grants", Permission: org.CanReadGrant, Handler: p.listGrants, Name: "grant.list"},
		{Method: post, Path: "/grants", Permission: org.CanCreateGrant, Handler: p.createGrant, Name: "grant.create", Proof: reply.ProofAlways, Changes: true},
		{Method: get, Path: "/grants/new", Permission: org.CanCreateGrant, Handler: p.newGrant, Name: "grant.new", Proof: reply.ProofAlways},
		{Method: post, Path: "/grants/{id}/delete", Permission: org.CanDeleteGrant, Handler: p.deleteGrant, Name: "grant.delete", Proof: reply.ProofAlways, Changes: true},
	}
}

// categoryRoutes are the pages of ticket categories, and of the ladders that their tickets climb.
func (p *pages) categoryRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/categories", Permission: ticket.CanReadCategory, Handler: p.listCategories, Name: "category.list"},
		{Method: post, Path: "/categories", Permission: ticket.CanCreateCategory, Handler: p.createCategory, Name: "category.create", Changes: true},
		{Method: get, Path: "/categories/new", Permission: ticket.CanCreateCategory, Handler: p.newCategory, Name: "category.new"},
		{Method: get, Path: "/categories/{id}", Permission: ticket.CanReadCategory, Handler: p.getCategory, Name: "category.get"},
		{Method: post, Path: "/categories/{id}", Permission: ticket.CanUpdateCategory, Handler: p.updateCategory, Name: "category.update", Changes: true},
		{Method: get, Path: "/categories/{id}/edit", Permission: ticket.CanUpdateCategory, Handler: p.editCategory, Name: "category.edit"},
		{Method: post, Path: "/categories/{id}/delete", Permission: ticket.CanDeleteCategory, Handler: p.deleteCategory, Name: "category.delete", Changes: true},
		{Method: get, Path: "/categories/{id}/ladder", Permission: ticket.CanReadCategory, Handler: p.getLadder, Name: "ladder.get"},
		{Method: post, Path: "/categories/{id}/ladder", Permission: ticket.CanUpdateCategory, Handler: p.putLadder, Name: "ladder.put", Changes: true},
		{Method: post, Path: "/categories/{id}/ladder/delete", Permission: ticket.CanUpdateCategory, Handler: p.deleteLadder, Name: "ladder.delete", Changes: true},
	}
}
