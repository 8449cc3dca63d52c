package rest

import (
	"net/http"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/reply"
)

// Operation is one thing that the API does.
type Operation struct {
	Name       string // "site.get"; the operationId of the document
	Method     string
	Path       string // a ServeMux pattern without its method
	Permission actor.Permission
	Noun       string   // what {id} in the path names: "site"; "" when there is none
	Tag        string   // the heading that it stands under
	Summary    string   // one line
	Body       string   // an example of the body, "" when it takes none
	Takes      []string // the types of a body that is read as it comes; nil = JSON

	status  int           // of a success; 0 = 200
	content []string      // the types that it answers with; nil = JSON
	told    bool          // of a form: its first part is JSON, and files of other names follow
	maxBody int64         // bytes that it takes; 0 = the server's limit
	always  bool          // it goes on while nothing may be changed: see reply.Route
	reads   bool          // it changes nothing, although it is no GET
	timeout time.Duration // 0 = the server's

	// steady says that its answer stays the same as long as no record of the tenant changes. It is not so where the clock, a use of
	// something, or what somebody has read is part of the answer.
	steady bool
}

// table says of every operation what one must be allowed to come in; the use case asks again, with the scope.
func table() []Operation {
	const root = "/api/v1"
	var all []Operation
	add := func(tag string, rows ...Operation) {
		for _, o := range rows {
			o.Tag, o.Path = tag, root+o.Path
			all = append(all, o)
		}
	}
	add("Organisation",
		Operation{Name: "tenant.get", Method: get, Path: "/tenant", Permission: reply.SignedIn, Summary: "Get the organisation"},
		Operation{Name: "tenant.update", Method: put, Path: "/tenant", Permission: org.CanUpdateTenant, Summary: "Change the organisation"})
	add("Units", crud("unit", "/units", "a unit", "the units, by code", org.CanReadUnit, org.CanCreateUnit, org.CanUpdateUnit, org.CanDeleteUnit)...)
	add("Sites", crud("site", "/sites", "a site", "the sites, by code", org.CanReadSite, org.CanCreateSite, org.CanUpdateSite, org.CanDeleteSite)...)
	add("Lookups", crud("lookup", "/lookups", "a value of a list", "the values of one list or of all, by code",
		org.CanReadLookup, org.CanCreateLookup, org.CanUpdateLookup, org.CanDeleteLookup)...)
	add("People", append(crud("person", "/people", "a person", "the people, by name", people.CanReadPerson, people.CanCreatePerson, people.CanUpdatePerson, ""),
		Operation{Name: "person.password", Method: post, Path: "/people/{id}/password", Permission: auth.CanSetPassword, Noun: "person",
			Summary: "Give another person a password", status: http.StatusNoContent},
		Operation{Name: "person.sessions", Method: get, Path: "/people/{id}/sessions", Permission: auth.CanReadSession, Noun: "person",
			Summary: "List a person's sessions, the last used first"},
		Operation{Name: "person.sessions.end", Method: del, Path: "/people/{id}/sessions", Permission: auth.CanEndSession, Noun: "person",
			Summary: "End all sessions of a person", status: http.StatusNoContent, always: true})...)
	add("People", inviteRows()...)
	add("Groups", crud("group", "/groups", "a group", "the groups, by name", people.CanReadGroup, people.CanCreateGroup, people.CanUpdateGroup, people.CanDeleteGroup)...)
	add("Locations", crud("location", "/locations", "a location", "the locations, by name",
		asset.CanReadLocation, asset.CanCreateLocation, asset.CanUpdateLocation, asset.CanDeleteLocation)...)
	add("Assets", assetRows()...)
	add("Tickets", ticketRows()...)
	add("Ticket categories", categoryRows()...)
	add("Files", fileRows()...)
	add("Checklists", checklistRows()...)
	add("Plans", planRows()...)
	add("Posts", postRows()...)
	add("Tasks", taskRows()...)
	add("Calendars", calendarRows()...)
	add("Roles", append(crud("role", "/roles", "a role", "the roles, by code", org.CanReadRole, org.CanCreateRole, org.CanUpdateRole, org.CanDeleteRole),
		Operation{Name: "permission.list", Method: get, Path: "/permissions", Permission: reply.SignedIn, Summary: "List the permissions that a role may hold"})...)
	add("Grants", append(crud("grant", "/grants", "a grant", "who has which role where, the oldest first", org.CanReadGrant, org.CanCreateGrant, "", org.CanDeleteGrant), whyRows()...)...)
	add("Account",
		Operation{Name: "account.get", Method: get, Path: "/account", Permission: reply.SignedIn, Summary: "Get one's own account"},
		Operation{Name: "account.sessions", Method: get, Path: "/account/sessions", Permission: reply.SignedIn, Summary: "List one's own sessions"},
		Operation{Name: "account.sessions.end", Method: del, Path: "/account/sessions", Permission: reply.SignedIn,
			Summary: "End all one's own sessions", status: http.StatusNoContent, always: true},
		Operation{Name: "session.delete", Method: del, Path: "/sessions/{id}", Permission: reply.SignedIn, Noun: "session", Summary: "End one session", status: http.StatusNoContent, always: true},
		Operation{Name: "account.tokens", Method: get, Path: "/account/tokens", Permission: reply.SignedIn, Summary: "List one's own API tokens"},
		Operation{Name: "account.token.delete", Method: del, Path: "/account/tokens/{id}", Permission: reply.SignedIn, Noun: "token",
			Summary: "Revoke one of one's own API tokens", status: http.StatusNoContent})
	add("Account", viewRows()...)
	add("Phones", phoneRows()...)
	add("Imports", importRows()...)
	add("Exports", exportRows()...)
	add("Single sign-on", ssoRows()...)
	add("Features", flagRows()...)
	add("Services", serviceRows()...)
	add("Webhooks", webhookRows()...)
	add("Notices", noticeRows()...)
	add("Audit", auditRows()...)
	return all
}

func inviteRows() []Operation {
	return []Operation{
		{Name: "person.invite", Method: post, Path: "/people/{id}/invitation", Permission: auth.CanSetPassword, Noun: "person",
			Summary: "Mail a person a link by which they choose their first password", status: http.StatusNoContent},
		{Name: "person.invitation", Method: get, Path: "/people/{id}/invitation", Permission: auth.CanSetPassword, Noun: "person",
			Summary: "Get how far a person is on the way to their first password"},
	}
}

func whyRows() []Operation {
	return []Operation{
		{Name: "grant.holders", Method: get, Path: "/grants/holders", Permission: org.CanReadGrant, Summary: "List who may do something, with the role that gives it", steady: true},
		{Name: "person.why", Method: get, Path: "/people/{id}/why", Permission: org.CanReadGrant, Noun: "person",
			Summary: "Explain whether a person may do something, and by which role", steady: true},
	}
}

func auditRows() []Operation {
	return []Operation{
		{Name: "audit.list", Method: get, Path: "/audit", Permission: journal.CanRead, Summary: "List what happened, the newest first"},
		{Name: "audit.get", Method: get, Path: "/audit/{id}", Permission: journal.CanRead, Noun: "entry", Summary: "Get one entry"},
		{Name: "audit.feed", Method: get, Path: "/audit/feed", Permission: journal.CanRead, Summary: "Follow what happens, the oldest first and without gaps"},
		{Name: "audit.verify", Method: post, Path: "/audit/verify", Permission: journal.CanVerify,
			Summary: "Check that the audit trail is whole", reads: true, timeout: time.Minute},
	}
}

func assetRows() []Operation {
	return append(crud("asset", "/assets", "an asset", "the assets, by name", asset.CanRead, asset.CanCreate, asset.CanUpdate, asset.CanDelete),
		Operation{Name: "asset.status", Method: post, Path: "/assets/{id}/status", Permission: asset.CanSetStatus, Noun: "asset",
			Summary: "Change the status of an asset"},
		Operation{Name: "asset.statuses", Method: get, Path: "/assets/{id}/statuses", Permission: asset.CanRead, Noun: "asset",
			Summary: "List the changes of an asset's status, the newest first"},
		Operation{Name: "asset.spent", Method: get, Path: "/assets/{id}/spent", Permission: asset.CanRead, Noun: "asset",
			Summary: "Get how long an asset was in each status"},
		Operation{Name: "asset.qr", Method: get, Path: "/assets/{id}/qr.svg", Permission: asset.CanRead, Noun: "asset",
			Summary: "Get the code for an asset's label, as a drawing", content: []string{"image/svg+xml"}})
}

const (
	get  = http.MethodGet
	post = http.MethodPost
	put  = http.MethodPut
	del  = http.MethodDelete
)

// crud gives the five rows of a noun; those whose permission is "" do not exist.
func crud(noun, path, one, many string, read, create, update, remove actor.Permission) []Operation {
	rows := []Operation{
		{Name: noun + ".list", Method: get, Path: path, Permission: read, Summary: "List " + many, steady: true},
		{Name: noun + ".create", Method: post, Path: path, Permission: create, Summary: "Add " + one, status: http.StatusCreated},
		{Name: noun + ".get", Method: get, Path: path + "/{id}", Permission: read, Noun: noun, Summary: "Get " + one, steady: true},
		{Name: noun + ".update", Method: put, Path: path + "/{id}", Permission: update, Noun: noun, Summary: "Replace " + one},
		{Name: noun + ".delete", Method: del, Path: path + "/{id}", Permission: remove, Noun: noun, Summary: "Delete " + one, status: http.StatusNoContent},
	}
	return slices.DeleteFunc(rows, func(o Operation) bool { return o.Permission == "" })
}

// restless are rows of a noun whose records change by background work too, which no journal row tells of.
func restless(rows []Operation) []Operation {
	for i := range rows {
		rows[i].steady = false
	}
	return rows
}

func find(table []Operation, name string) (Operation, bool) {
	i := slices.IndexFunc(table, func(o Operation) bool { return o.Name == name && o.Permission != "" })
	if i < 0 {
		return Operation{}, false
	}
	return table[i], true
}
