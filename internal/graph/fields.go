package graph

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/graph/gen"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Permissions says of every field that a resolver answers what one must be allowed to get it: "Query.sites". The use case behind it asks.
func Permissions() map[string]actor.Permission {
	all := ticketPermissions()
	maps.Copy(all, workPermissions())
	maps.Copy(all, map[string]actor.Permission{
		"Query.tenant": reply.SignedIn, "Mutation.updateTenant": org.CanUpdateTenant,
		"Query.unit": org.CanReadUnit, "Query.units": org.CanReadUnit, "Unit.parent": org.CanReadUnit, "Unit.kind": org.CanReadLookup,
		"Mutation.createUnit": org.CanCreateUnit, "Mutation.updateUnit": org.CanUpdateUnit, "Mutation.deleteUnit": org.CanDeleteUnit,

		"Query.site": org.CanReadSite, "Query.sites": org.CanReadSite,
		"Site.unit": org.CanReadUnit, "Site.type": org.CanReadLookup, "Site.manager": people.CanReadPerson,
		"Mutation.createSite": org.CanCreateSite, "Mutation.updateSite": org.CanUpdateSite, "Mutation.deleteSite": org.CanDeleteSite,

		"Query.lookup": org.CanReadLookup, "Query.lookups": org.CanReadLookup,
		"Mutation.createLookup": org.CanCreateLookup, "Mutation.updateLookup": org.CanUpdateLookup, "Mutation.deleteLookup": org.CanDeleteLookup,

		"Query.role": org.CanReadRole, "Query.roles": org.CanReadRole, "Query.permissions": reply.SignedIn,
		"Mutation.createRole": org.CanCreateRole, "Mutation.updateRole": org.CanUpdateRole, "Mutation.deleteRole": org.CanDeleteRole,

		"Query.grant": org.CanReadGrant, "Query.grants": org.CanReadGrant, "Query.holders": org.CanReadGrant, "Query.why": org.CanReadGrant,
		"Grant.person": people.CanReadPerson, "Grant.role": org.CanReadRole, "Grant.unit": org.CanReadUnit, "Grant.site": org.CanReadSite,
		"Mutation.createGrant": org.CanCreateGrant, "Mutation.deleteGrant": org.CanDeleteGrant,

		"Query.person": people.CanReadPerson, "Query.people": people.CanReadPerson,
		"Person.homeSite": org.CanReadSite, "Person.manager": people.CanReadPerson, "Person.department": org.CanReadLookup, "Person.designation": org.CanReadLookup,
		"Mutation.createPerson": people.CanCreatePerson, "Mutation.updatePerson": people.CanUpdatePerson, "Mutation.invitePerson": auth.CanSetPassword,

		"Query.group": people.CanReadGroup, "Query.groups": people.CanReadGroup, "Group.members": people.CanReadGroup,
		"Group.lead": people.CanReadPerson, "Member.person": people.CanReadPerson, "Member.site": org.CanReadSite,
		"Mutation.createGroup": people.CanCreateGroup, "Mutation.updateGroup": people.CanUpdateGroup, "Mutation.deleteGroup": people.CanDeleteGroup,

		"Query.location": asset.CanReadLocation, "Query.locations": asset.CanReadLocation,
		"Location.site": org.CanReadSite, "Location.parent": asset.CanReadLocation, "Location.type": org.CanReadLookup,
		"Mutation.createLocation": asset.CanCreateLocation, "Mutation.updateLocation": asset.CanUpdateLocation, "Mutation.deleteLocation": asset.CanDeleteLocation,

		"Query.asset": asset.CanRead, "Query.assets": asset.CanRead, "Query.assetCounts": asset.CanRead, "Query.assetStatuses": asset.CanRead,
		"Query.assetSpent": asset.CanRead, "Asset.site": org.CanReadSite, "Asset.location": asset.CanReadLocation, "Asset.parent": asset.CanRead,
		"Asset.type": org.CanReadLookup, "Asset.category": org.CanReadLookup, "Asset.brand": org.CanReadLookup, "Asset.provider": org.CanReadLookup,
		"Asset.unit": org.CanReadLookup, "Asset.meter": org.CanReadLookup, "StatusChange.person": people.CanReadPerson,
		"Mutation.createAsset": asset.CanCreate, "Mutation.updateAsset": asset.CanUpdate, "Mutation.setAssetStatus": asset.CanSetStatus,
		"Mutation.deleteAsset": asset.CanDelete,

		"Query.account": reply.SignedIn, "Query.tokens": reply.SignedIn, "Mutation.deleteToken": reply.SignedIn,
		"Query.devices": auth.CanReadSession, "Mutation.deleteDevice": reply.SignedIn, "Query.services": auth.CanReadProgram, "Mutation.deleteService": auth.CanDeleteProgram, "Query.ssoProviders": auth.CanReadSSO, "Query.ssoProvider": auth.CanReadSSO, "Query.ssoOnlySince": auth.CanReadSSO, "Mutation.createSsoProvider": auth.CanUpdateSSO, "Mutation.updateSsoProvider": auth.CanUpdateSSO, "Mutation.deleteSsoProvider": auth.CanUpdateSSO, "Mutation.trySsoProvider": auth.CanUpdateSSO, "Mutation.setSsoOnly": auth.CanUpdateSSO,
		"Query.sessions": auth.CanReadSession, "Session.person": people.CanReadPerson, // of others; one's own are always shown
		"Mutation.deleteSession": reply.SignedIn, "Mutation.deleteSessions": auth.CanEndSession,

		"Query.notice": reply.SignedIn, "Query.notices": reply.SignedIn, "Query.unreadNotices": reply.SignedIn, "Query.noticeSettings": reply.SignedIn,
		"Query.mutes": reply.SignedIn, "Mutation.readNotice": reply.SignedIn, "Mutation.readNotices": reply.SignedIn,
		"Mutation.updateNoticeSettings": reply.SignedIn, "Mutation.muteRecord": reply.SignedIn, "Mutation.unmuteRecord": reply.SignedIn,

		"Query.webhook": hook.CanRead, "Query.webhooks": hook.CanRead, "Query.webhookEvents": hook.CanRead,
		"Query.delivery": hook.CanRead, "Query.webhookDeliveries": hook.CanRead,
		"Mutation.createWebhook": hook.CanCreate, "Mutation.updateWebhook": hook.CanUpdate, "Mutation.deleteWebhook": hook.CanDelete,
		"Mutation.changeWebhookSecret": hook.CanUpdate, "Mutation.pingWebhook": hook.CanUpdate, "Mutation.replayDelivery": hook.CanUpdate,

		"Query.entry": journal.CanRead, "Query.entries": journal.CanRead, "Query.feed": journal.CanRead,
		"Entry.who": people.CanReadPerson, "Entry.site": org.CanReadSite, "Mutation.verifyAudit": journal.CanVerify,
	})
	return all
}

func ticketPermissions() map[string]actor.Permission {
	return map[string]actor.Permission{
		"Query.ticket": ticket.CanRead, "Query.tickets": ticket.CanRead, "Query.ticketCounts": ticket.CanRead, "Query.ticketComments": ticket.CanRead,
		"Query.ticketHistory": ticket.CanRead, "Ticket.site": org.CanReadSite, "Ticket.category": ticket.CanReadCategory, "Ticket.location": asset.CanReadLocation,
		"Ticket.asset": asset.CanRead, "Ticket.creator": people.CanReadPerson, "Ticket.person": people.CanReadPerson, "Comment.person": people.CanReadPerson,
		"Comment.status": ticket.CanRead, "TicketLine.person": people.CanReadPerson,
		"Mutation.createTicket": ticket.CanCreate, "Mutation.updateTicket": ticket.CanUpdate, "Mutation.commentTicket": ticket.CanComment,
		"Mutation.moveTicket": ticket.CanRead, "Mutation.assignTicket": ticket.CanRead, // what more is needed depends on the ticket

		"Query.category": ticket.CanReadCategory, "Query.categories": ticket.CanReadCategory,
		"Mutation.createCategory": ticket.CanCreateCategory, "Mutation.updateCategory": ticket.CanUpdateCategory, "Mutation.deleteCategory": ticket.CanDeleteCategory,
		"Query.categoryLadders": ticket.CanReadCategory, "Query.ladderPreview": ticket.CanReadCategory, "Query.ticketExplanation": ticket.CanRead,
		"Mutation.putLadder": ticket.CanUpdateCategory, "Mutation.deleteLadder": ticket.CanUpdateCategory, "Mutation.assignTickets": ticket.CanAssign,
		"Query.siteFiles": org.CanReadSite, "Query.locationFiles": asset.CanReadLocation, "Query.assetFiles": asset.CanRead, "Query.ticketFiles": ticket.CanRead, "Query.taskFiles": task.CanRead,
		"Query.file": reply.SignedIn, "Query.fileLink": reply.SignedIn, "Mutation.deleteFile": reply.SignedIn, "File.person": people.CanReadPerson, // as the record says
		"Query.calendar": calendar.CanRead, "Query.siteCalendar": calendar.CanRead, "Query.calendarOwners": calendar.CanRead, "Calendar.trial": calendar.CanRead,
		"Mutation.putCalendar": calendar.CanUpdate, "Mutation.putSiteCalendar": calendar.CanUpdate,
		"Mutation.deleteCalendar": calendar.CanUpdate, "Mutation.deleteSiteCalendar": calendar.CanUpdate,
		"Query.import": exchange.CanImport, "Query.imports": exchange.CanImport, "Query.importRows": exchange.CanImport, "Import.counts": exchange.CanImport,
		"Mutation.applyImport": exchange.CanImport, "Mutation.dropImport": exchange.CanImport,
		"Query.savedViews": reply.SignedIn, "Mutation.saveView": reply.SignedIn, "Mutation.deleteView": reply.SignedIn,
	}
}

func workPermissions() map[string]actor.Permission {
	return map[string]actor.Permission{
		"Query.question": checklist.CanRead, "Query.questions": checklist.CanRead, "Question.unit": org.CanReadLookup, "Question.category": org.CanReadLookup,
		"Query.checklist": checklist.CanRead, "Query.checklists": checklist.CanRead, "Checklist.sections": checklist.CanRead,
		"Query.checklistForms": checklist.CanRead, "Query.form": checklist.CanRead, "Query.formVerdict": checklist.CanRead, "Form.sections": checklist.CanRead,
		"Form.person": people.CanReadPerson, "Mutation.createQuestion": checklist.CanCreate, "Mutation.updateQuestion": checklist.CanUpdate,
		"Mutation.deleteQuestion": checklist.CanDelete, "Mutation.createChecklist": checklist.CanCreate, "Mutation.updateChecklist": checklist.CanUpdate,
		"Mutation.deleteChecklist": checklist.CanDelete, "Mutation.publishChecklist": checklist.CanUpdate,

		"Query.plan": plan.CanRead, "Query.plans": plan.CanRead, "Query.planComing": plan.CanRead, "Query.planPreview": plan.CanRead, "Query.coming": plan.CanRead,
		"Query.blackouts": plan.CanRead, "Plan.site": org.CanReadSite, "Plan.checklist": checklist.CanRead, "Plan.asset": asset.CanRead,
		"Plan.person": people.CanReadPerson, "Plan.category": ticket.CanReadCategory, "Mutation.createPlan": plan.CanCreate, "Mutation.updatePlan": plan.CanUpdate,
		"Mutation.deletePlan": plan.CanDelete, "Mutation.createBlackout": plan.CanUpdate, "Mutation.deleteBlackout": plan.CanUpdate,

		"Query.post": post.CanRead, "Query.postWhole": post.CanRead, "Query.posts": post.CanRead, "Query.uncoveredPosts": post.CanRead,
		"Post.site": org.CanReadSite, "Post.location": asset.CanReadLocation, "Post.category": ticket.CanReadCategory,
		"Mutation.createPost": post.CanCreate, "Mutation.updatePost": post.CanUpdate, "Mutation.deletePost": post.CanDelete,
		"Mutation.takePost": post.CanHold, "Mutation.leavePost": post.CanHold, "Mutation.rosterPost": post.CanUpdate, "Mutation.deleteAssignment": post.CanUpdate,

		"Query.task": task.CanRead, "Query.tasks": task.CanRead, "Query.taskCounts": task.CanRead, "Query.taskWhole": task.CanRead, "Task.plan": plan.CanRead,
		"Task.site": org.CanReadSite, "Task.asset": asset.CanRead, "Task.person": people.CanReadPerson, "Task.performer": people.CanReadPerson,
		"Query.flags": flag.CanRead, "Mutation.setFlag": flag.CanUpdate,
		"Query.liveBoard": task.CanRead, "Query.maintenanceKept": task.CanRead, "Query.agenda": plan.CanRead,
		"Mutation.reportTasks": task.CanDo, "Mutation.assignTask": task.CanUpdate, "Mutation.callOffTask": task.CanUpdate,
	}
}

// resolved lists the fields that a resolver answers, as the generated code wants them.
func resolved() []string {
	var out []string
	root := reflect.TypeFor[gen.ResolverRoot]()
	for i := range root.NumMethod() {
		of := root.Method(i)
		fields := of.Type.Out(0)
		for j := range fields.NumMethod() {
			name := fields.Method(j).Name
			out = append(out, of.Name+"."+strings.ToLower(name[:1])+name[1:])
		}
	}
	slices.Sort(out)
	return out
}
