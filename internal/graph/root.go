package graph

import "intelliwiz/internal/graph/gen"

// root gives the resolvers of every type; each holds the services.
type root struct{ c Config }

type (
	query                root
	mutation             root
	unitResolver         struct{}
	siteResolver         struct{}
	personResolver       struct{}
	groupResolver        struct{}
	memberResolver       struct{}
	grantResolver        struct{}
	sessionResolver      struct{}
	entryResolver        struct{}
	locationResolver     struct{}
	assetResolver        struct{}
	statusChangeResolver struct{}
	ticketResolver       struct{}
	commentResolver      struct{}
	ticketLineResolver   struct{}
	calendarResolver     root
	importResolver       struct{}
	fileResolver         struct{}
	questionResolver     struct{}
	checklistResolver    struct{}
	formResolver         struct{}
	planResolver         struct{}
	taskResolver         struct{}
	postResolver         struct{}
)

// Query answers the fields of Query.
func (r root) Query() gen.QueryResolver { return query(r) }

// Mutation answers the fields of Mutation.
func (r root) Mutation() gen.MutationResolver { return mutation(r) }

// Unit answers the fields of Unit that lead elsewhere.
func (r root) Unit() gen.UnitResolver { return unitResolver{} }

// Site answers the fields of Site that lead elsewhere.
func (r root) Site() gen.SiteResolver { return siteResolver{} }

// Person answers the fields of Person that lead elsewhere.
func (r root) Person() gen.PersonResolver { return personResolver{} }

// Group answers the fields of Group that lead elsewhere.
func (r root) Group() gen.GroupResolver { return groupResolver{} }

// Member answers the fields of Member that lead elsewhere.
func (r root) Member() gen.MemberResolver { return memberResolver{} }

// Grant answers the fields of Grant that lead elsewhere.
func (r root) Grant() gen.GrantResolver { return grantResolver{} }

// Session answers the fields of Session that lead elsewhere.
func (r root) Session() gen.SessionResolver { return sessionResolver{} }

// Entry answers the fields of Entry that lead elsewhere.
func (r root) Entry() gen.EntryResolver { return entryResolver{} }

// Calendar answers the fields of Calendar that are reckoned.
func (r root) Calendar() gen.CalendarResolver { return calendarResolver(r) }

// Import answers the fields of Import that are counted.
func (r root) Import() gen.ImportResolver { return importResolver{} }

// File answers the fields of File that lead elsewhere.
func (r root) File() gen.FileResolver { return fileResolver{} }

// Location answers the fields of Location that lead elsewhere.
func (r root) Location() gen.LocationResolver { return locationResolver{} }

// Asset answers the fields of Asset that lead elsewhere.
func (r root) Asset() gen.AssetResolver { return assetResolver{} }

// StatusChange answers the fields of StatusChange that lead elsewhere.
func (r root) StatusChange() gen.StatusChangeResolver { return statusChangeResolver{} }

// Ticket answers the fields of Ticket that lead elsewhere.
func (r root) Ticket() gen.TicketResolver { return ticketResolver{} }

// Comment answers the fields of Comment that lead elsewhere.
func (r root) Comment() gen.CommentResolver { return commentResolver{} }

// TicketLine answers the fields of TicketLine that lead elsewhere.
func (r root) TicketLine() gen.TicketLineResolver { return ticketLineResolver{} }

// Question answers the fields of Question that lead elsewhere.
func (r root) Question() gen.QuestionResolver { return questionResolver{} }

// Checklist answers the fields of Checklist that lead elsewhere.
func (r root) Checklist() gen.ChecklistResolver { return checklistResolver{} }

// Form answers the fields of Form that lead elsewhere.
func (r root) Form() gen.FormResolver { return formResolver{} }

// Plan answers the fields of Plan that lead elsewhere.
func (r root) Plan() gen.PlanResolver { return planResolver{} }

// Task answers the fields of Task that lead elsewhere.
func (r root) Task() gen.TaskResolver { return taskResolver{} }

// Post answers the fields of Post that lead elsewhere.
func (r root) Post() gen.PostResolver { return postResolver{} }
