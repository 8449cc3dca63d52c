package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"intelliwiz/internal/id"
)

// MarshalAny writes an id of whatever noun.
func MarshalAny(x id.Any) graphql.Marshaler { return text(x) }

// UnmarshalAny reads an id of whatever noun.
func UnmarshalAny(v any) (id.Any, error) { return parse[id.Any](v) }

// MarshalTenant writes a tenant's id.
func MarshalTenant(x id.Tenant) graphql.Marshaler { return text(x) }

// UnmarshalTenant reads a tenant's id.
func UnmarshalTenant(v any) (id.Tenant, error) { return parse[id.Tenant](v) }

// MarshalUnit writes a unit's id.
func MarshalUnit(x id.Unit) graphql.Marshaler { return text(x) }

// UnmarshalUnit reads a unit's id.
func UnmarshalUnit(v any) (id.Unit, error) { return parse[id.Unit](v) }

// MarshalSite writes a site's id.
func MarshalSite(x id.Site) graphql.Marshaler { return text(x) }

// UnmarshalSite reads a site's id.
func UnmarshalSite(v any) (id.Site, error) { return parse[id.Site](v) }

// MarshalLookup writes a lookup's id.
func MarshalLookup(x id.Lookup) graphql.Marshaler { return text(x) }

// UnmarshalLookup reads a lookup's id.
func UnmarshalLookup(v any) (id.Lookup, error) { return parse[id.Lookup](v) }

// MarshalRole writes a role's id.
func MarshalRole(x id.Role) graphql.Marshaler { return text(x) }

// UnmarshalRole reads a role's id.
func UnmarshalRole(v any) (id.Role, error) { return parse[id.Role](v) }

// MarshalGrant writes a grant's id.
func MarshalGrant(x id.Grant) graphql.Marshaler { return text(x) }

// UnmarshalGrant reads a grant's id.
func UnmarshalGrant(v any) (id.Grant, error) { return parse[id.Grant](v) }

// MarshalPerson writes a person's id.
func MarshalPerson(x id.Person) graphql.Marshaler { return text(x) }

// UnmarshalPerson reads a person's id.
func UnmarshalPerson(v any) (id.Person, error) { return parse[id.Person](v) }

// MarshalGroup writes a group's id.
func MarshalGroup(x id.Group) graphql.Marshaler { return text(x) }

// UnmarshalGroup reads a group's id.
func UnmarshalGroup(v any) (id.Group, error) { return parse[id.Group](v) }

// MarshalSession writes a session's id.
func MarshalSession(x id.Session) graphql.Marshaler { return text(x) }

// UnmarshalSession reads a session's id.
func UnmarshalSession(v any) (id.Session, error) { return parse[id.Session](v) }

// MarshalToken writes a token's id.
func MarshalToken(x id.Token) graphql.Marshaler { return text(x) }

// UnmarshalToken reads a token's id.
func UnmarshalToken(v any) (id.Token, error) { return parse[id.Token](v) }

// MarshalEntry writes an entry's id.
func MarshalEntry(x id.Entry) graphql.Marshaler { return text(x) }

// UnmarshalEntry reads an entry's id.
func UnmarshalEntry(v any) (id.Entry, error) { return parse[id.Entry](v) }

// MarshalLocation writes a location's id.
func MarshalLocation(x id.Location) graphql.Marshaler { return text(x) }

// UnmarshalLocation reads a location's id.
func UnmarshalLocation(v any) (id.Location, error) { return parse[id.Location](v) }

// MarshalAsset writes an asset's id.
func MarshalAsset(x id.Asset) graphql.Marshaler { return text(x) }

// UnmarshalAsset reads an asset's id.
func UnmarshalAsset(v any) (id.Asset, error) { return parse[id.Asset](v) }

// MarshalStatusChange writes the id of a change of status.
func MarshalStatusChange(x id.StatusChange) graphql.Marshaler { return text(x) }

// UnmarshalStatusChange reads the id of a change of status.
func UnmarshalStatusChange(v any) (id.StatusChange, error) { return parse[id.StatusChange](v) }

// MarshalNotice writes a notice's id.
func MarshalNotice(x id.Notice) graphql.Marshaler { return text(x) }

// UnmarshalNotice reads a notice's id.
func UnmarshalNotice(v any) (id.Notice, error) { return parse[id.Notice](v) }

// MarshalDevice writes a phone's id.
func MarshalDevice(x id.Device) graphql.Marshaler { return text(x) }

// UnmarshalDevice reads a phone's id.
func UnmarshalDevice(v any) (id.Device, error) { return parse[id.Device](v) }

// MarshalProgram writes a service's id.
func MarshalProgram(x id.Program) graphql.Marshaler { return text(x) }

// UnmarshalProgram reads a service's id.
func UnmarshalProgram(v any) (id.Program, error) { return parse[id.Program](v) }

// MarshalProvider writes a provider's id.
func MarshalProvider(x id.Provider) graphql.Marshaler { return text(x) }

// UnmarshalProvider reads a provider's id.
func UnmarshalProvider(v any) (id.Provider, error) { return parse[id.Provider](v) }

// MarshalWebhook writes a webhook's id.
func MarshalWebhook(x id.Webhook) graphql.Marshaler { return text(x) }

// UnmarshalWebhook reads a webhook's id.
func UnmarshalWebhook(v any) (id.Webhook, error) { return parse[id.Webhook](v) }

// MarshalDelivery writes a delivery's id.
func MarshalDelivery(x id.Delivery) graphql.Marshaler { return text(x) }

// UnmarshalDelivery reads a delivery's id.
func UnmarshalDelivery(v any) (id.Delivery, error) { return parse[id.Delivery](v) }

// MarshalTicket writes a ticket's id.
func MarshalTicket(x id.Ticket) graphql.Marshaler { return text(x) }

// UnmarshalTicket reads a ticket's id.
func UnmarshalTicket(v any) (id.Ticket, error) { return parse[id.Ticket](v) }

// MarshalCategory writes a ticket category's id.
func MarshalCategory(x id.Category) graphql.Marshaler { return text(x) }

// UnmarshalCategory reads a ticket category's id.
func UnmarshalCategory(v any) (id.Category, error) { return parse[id.Category](v) }

// MarshalComment writes a comment's id.
func MarshalComment(x id.Comment) graphql.Marshaler { return text(x) }

// UnmarshalComment reads a comment's id.
func UnmarshalComment(v any) (id.Comment, error) { return parse[id.Comment](v) }

// MarshalLadder writes a ladder's id.
func MarshalLadder(x id.Ladder) graphql.Marshaler { return text(x) }

// UnmarshalLadder reads a ladder's id.
func UnmarshalLadder(v any) (id.Ladder, error) { return parse[id.Ladder](v) }

// MarshalCalendar writes a calendar's id, null for the built-in one, which has none.
func MarshalCalendar(x id.Calendar) graphql.Marshaler {
	if x.IsZero() {
		return graphql.Null
	}
	return text(x)
}

// UnmarshalCalendar reads a calendar's id.
func UnmarshalCalendar(v any) (id.Calendar, error) { return parse[id.Calendar](v) }

// MarshalFile writes a file's id.
func MarshalFile(x id.File) graphql.Marshaler { return text(x) }

// UnmarshalFile reads a file's id.
func UnmarshalFile(v any) (id.File, error) { return parse[id.File](v) }

// MarshalView writes a saved view's id.
func MarshalView(x id.View) graphql.Marshaler { return text(x) }

// UnmarshalView reads a saved view's id.
func UnmarshalView(v any) (id.View, error) { return parse[id.View](v) }

// MarshalImport writes an import's id.
func MarshalImport(x id.Import) graphql.Marshaler { return text(x) }

// UnmarshalImport reads an import's id.
func UnmarshalImport(v any) (id.Import, error) { return parse[id.Import](v) }

// MarshalQuestion writes a question's id.
func MarshalQuestion(x id.Question) graphql.Marshaler { return text(x) }

// UnmarshalQuestion reads a question's id.
func UnmarshalQuestion(v any) (id.Question, error) { return parse[id.Question](v) }

// MarshalChecklist writes a checklist's id.
func MarshalChecklist(x id.Checklist) graphql.Marshaler { return text(x) }

// UnmarshalChecklist reads a checklist's id.
func UnmarshalChecklist(v any) (id.Checklist, error) { return parse[id.Checklist](v) }

// MarshalForm writes a form's id.
func MarshalForm(x id.Form) graphql.Marshaler { return text(x) }

// UnmarshalForm reads a form's id.
func UnmarshalForm(v any) (id.Form, error) { return parse[id.Form](v) }

// MarshalItem writes an item's id.
func MarshalItem(x id.Item) graphql.Marshaler { return text(x) }

// UnmarshalItem reads an item's id.
func UnmarshalItem(v any) (id.Item, error) { return parse[id.Item](v) }

// MarshalPlan writes a plan's id.
func MarshalPlan(x id.Plan) graphql.Marshaler { return text(x) }

// UnmarshalPlan reads a plan's id.
func UnmarshalPlan(v any) (id.Plan, error) { return parse[id.Plan](v) }

// MarshalStop writes a stop's id.
func MarshalStop(x id.Stop) graphql.Marshaler { return text(x) }

// UnmarshalStop reads a stop's id.
func UnmarshalStop(v any) (id.Stop, error) { return parse[id.Stop](v) }

// MarshalPost writes a post's id.
func MarshalPost(x id.Post) graphql.Marshaler { return text(x) }

// UnmarshalPost reads a post's id.
func UnmarshalPost(v any) (id.Post, error) { return parse[id.Post](v) }

// MarshalAssignment writes the id of a time on a roster.
func MarshalAssignment(x id.Assignment) graphql.Marshaler { return text(x) }

// UnmarshalAssignment reads the id of a time on a roster.
func UnmarshalAssignment(v any) (id.Assignment, error) { return parse[id.Assignment](v) }

// MarshalBlackout writes a blackout's id.
func MarshalBlackout(x id.Blackout) graphql.Marshaler { return text(x) }

// UnmarshalBlackout reads a blackout's id.
func UnmarshalBlackout(v any) (id.Blackout, error) { return parse[id.Blackout](v) }

// MarshalTask writes a task's id.
func MarshalTask(x id.Task) graphql.Marshaler { return text(x) }

// UnmarshalTask reads a task's id.
func UnmarshalTask(v any) (id.Task, error) { return parse[id.Task](v) }

// MarshalReport writes a report's id.
func MarshalReport(x id.Report) graphql.Marshaler { return text(x) }

// UnmarshalReport reads a report's id.
func UnmarshalReport(v any) (id.Report, error) { return parse[id.Report](v) }
