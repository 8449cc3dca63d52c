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
	// Entry is a row of the journal.
	Entry struct{ UUID }
	// Any is a record of whatever noun, as the journal names its subjects.
	Any struct{ UUID }
)
