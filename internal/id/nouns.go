package id

// Every record of the product has its noun here, so that a reference needs no import of the noun's package.
type (
	// Tenant is a customer organisation; nothing crosses it.
	Tenant struct{ UUID }
	// Unit is a node of the tenant's tree: a region, branch, zone.
	Unit struct{ UUID }
	// Site is a place where work happens.
	Site struct{ UUID }
	// Lookup is a value of a code list that the tenant may extend.
	Lookup struct{ UUID }
	// Role is a named set of permissions.
	Role struct{ UUID }
	// Grant gives a person a role within a scope.
	Grant struct{ UUID }
	// Person is a member of staff.
	Person struct{ UUID }
	// Group is a group of people.
	Group struct{ UUID }
	// Session is a sign-in of a person in one browser.
	Session struct{ UUID }
	// Token is a personal API token.
	Token struct{ UUID }
	// Program is a service that acts for the tenant with a token of its own.
	Program struct{ UUID }
	// Device is a phone on which a person signed in.
	Device struct{ UUID }
	// Factor is what a person proves who they are with beside the password.
	Factor struct{ UUID }
	// RecoveryCode is what opens once when a factor is lost.
	RecoveryCode struct{ UUID }
	// SecondStep is a sign-in between its password and its second factor.
	SecondStep struct{ UUID }
	// Browser is one that its owner signed in with.
	Browser struct{ UUID }
	// DeviceLink lets a device try to sign in.
	DeviceLink struct{ UUID }
	// Impersonation is somebody acting as another person.
	Impersonation struct{ UUID }
	// Plea asks that the second steps be taken away of somebody who lost them.
	Plea struct{ UUID }
	// Entry is a row of the journal.
	Entry struct{ UUID }
	// Location is a place inside a site.
	Location struct{ UUID }
	// Asset is equipment, a checkpoint or another thing that is kept account of.
	Asset struct{ UUID }
	// StatusChange is a row of an asset's status log.
	StatusChange struct{ UUID }
	// Calendar is when work is done.
	Calendar struct{ UUID }
	// Category is what a ticket is about.
	Category struct{ UUID }
	// Ladder is the levels that a category's tickets climb.
	Ladder struct{ UUID }
	// Ticket is a request or an incident.
	Ticket struct{ UUID }
	// Comment is what somebody said of a ticket.
	Comment struct{ UUID }
	// View is a list with its filters under a name.
	View struct{ UUID }
	// File is something added to a record.
	File struct{ UUID }
	// Notice is what one person is told of a change.
	Notice struct{ UUID }
	// Subscription is a browser in which a person is told.
	Subscription struct{ UUID }
	// Webhook is an address that is told of changes.
	Webhook struct{ UUID }
	// Delivery is one message to a webhook.
	Delivery struct{ UUID }
	// Import is a workbook on its way into the database.
	Import struct{ UUID }
	// Question is an entry of the library that checklists ask from.
	Question struct{ UUID }
	// Checklist is what is asked when a task is done.
	Checklist struct{ UUID }
	// Form is a published version of a checklist.
	Form struct{ UUID }
	// Item is a question placed in a checklist.
	Item struct{ UUID }
	// Plan is what comes again: a task, a tour, maintenance.
	Plan struct{ UUID }
	// Stop is a point of a tour or route, in its order.
	Stop struct{ UUID }
	// Blackout is a time in which plans do not come as usual.
	Blackout struct{ UUID }
	// Task is one occurrence of a plan, or ad hoc.
	Task struct{ UUID }
	// Report is what somebody says of a task, under the id that their phone gave it.
	Report struct{ UUID }
	// Answer is what somebody answered to an item of a task.
	Answer struct{ UUID }
	// Deadline is something that is expected by a time.
	Deadline struct{ UUID }
	// Post is a place that somebody has to be at.
	Post struct{ UUID }
	// Assignment is a time for which a person is rostered at a post.
	Assignment struct{ UUID }
	// Duty is a time in which a person holds a post.
	Duty struct{ UUID }
	// Provider is where people are proven who sign in with what their organisation gave them.
	Provider struct{ UUID }
	// Flag is what an operator or an administrator said about a feature that can be switched.
	Flag struct{ UUID }
	// Hold is something that is stopped for a while: changes, or an address, an organisation or a person.
	Hold struct{ UUID }
	// Any is a record of whatever noun, as the journal names its subjects.
	Any struct{ UUID }
)
