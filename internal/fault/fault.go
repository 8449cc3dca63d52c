// Package fault is the one error model of the product: a kind, a message that the user may see, the faults of single fields,
// and the cause that only the log sees. It knows no status number and no transport: package reply turns a kind into one.
package fault

import (
	"errors"
	"strings"
	"time"
)

// Kind says what sort of thing went wrong; the zero value is Internal.
type Kind string

// The kinds, from the user's mistakes to ours.
const (
	Internal        Kind = "internal"        // a defect of ours
	Malformed       Kind = "malformed"       // the request cannot be read: syntax, encoding, depth
	Invalid         Kind = "invalid"         // read, and against the rules; Fields says where
	TooLarge        Kind = "too_large"       // over a stated limit of size
	Unauthenticated Kind = "unauthenticated" // nobody is signed in
	Forbidden       Kind = "forbidden"       // signed in and not allowed
	NotFound        Kind = "not_found"       // unknown, or of another tenant, or out of the actor's sites
	Conflict        Kind = "conflict"        // stale version, or in the way of another record
	TooMany         Kind = "too_many"        // a limit of rate; RetryAfter says how long
	Unavailable     Kind = "unavailable"     // something we need is away; RetryAfter says how long
	Full            Kind = "storage_full"    // the disk or the quota is full
)

// Field is a fault at one input field.
type Field struct {
	Path    string `json:"path"`    // the field's name as the user's request has it: "code", "members[2]"
	Code    string `json:"code"`    // a stable word for programs: "required", "too_long", "taken"
	Message string `json:"message"` // a sentence for people
}

// Fault is an error with a kind. Make one with the functions of this package.
type Fault struct {
	Kind       Kind
	Message    string        // safe for the user
	Fields     []Field       // every violation at once
	RetryAfter time.Duration // for TooMany and Unavailable; 0 = unknown
	Current    any           // for a stale version: the record as it is now
	cause      error
}

// Error gives the kind, the safe message, the fields at fault and the cause, for the log.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	b.WriteString(": ")
	b.WriteString(f.Message)
	for _, x := range f.Fields {
		b.WriteString("; " + x.Path + " " + x.Code)
	}
	if f.cause != nil {
		b.WriteString(": " + f.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Because adds the cause, which only the log sees.
func (f *Fault) Because(cause error) *Fault { f.cause = cause; return f }

// Of makes a fault of a kind with a message for the user.
func Of(k Kind, message string) *Fault { return &Fault{Kind: k, Message: message} }

// Missing is NotFound for a thing: Missing("site") says "There is no such site." An id of another tenant gets the same words.
func Missing(thing string) *Fault { return Of(NotFound, "There is no such "+thing+".") }

// Named says which thing was not found, where a store found nothing: NotFound becomes Missing(thing); other errors pass.
func Named(err error, thing string) error {
	if KindOf(err) == NotFound {
		return Missing(thing)
	}
	return err
}

// InUse says in the user's words that other records point to a thing that was to be deleted: for the Conflict of a foreign key, with what to
// do instead; other errors pass.
func InUse(err error, thing, advice string) error {
	if KindOf(err) != Conflict {
		return err
	}
	f := Of(Conflict, "This "+thing+" is in use. "+advice).Because(err)
	f.Fields = []Field{{Path: "id", Code: "referenced", Message: "Other records point to it."}}
	return f
}

// Denied is Forbidden: the actor lacks the permission, whose name programs may read from the field "permission".
func Denied(permission string) *Fault {
	f := Of(Forbidden, "You are not allowed to do this. An administrator can give you a role that is.")
	f.Fields = []Field{{Path: "permission", Code: permission, Message: "This needs the permission " + permission + "."}}
	return f
}

// Anonymous is Unauthenticated.
func Anonymous() *Fault { return Of(Unauthenticated, "Sign in to go on.") }

// Stale is Conflict for an update that was made on an older version; current is the record as it is now.
func Stale(thing string, current any) *Fault {
	f := Of(Conflict, "Somebody changed this "+thing+" while you were editing it.")
	f.Fields = []Field{{Path: "version", Code: "stale", Message: "The " + thing + " has a newer version."}}
	f.Current = current
	return f
}

// KindOf reads the kind of any error; one that is no Fault is Internal, and nil is "".
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Kind
	}
	return Internal
}

// As gives the Fault in err, or an Internal one around it.
func As(err error) *Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return Of(Internal, "Something went wrong on our side.").Because(err)
}

// Place moves a conflict that the database named by a constraint to the input field that caused it: an error that carries a field
// whose path is a key of at is answered with at's field instead. Other errors pass unchanged.
func Place(err error, at map[string]Field) error {
	f, ok := errors.AsType[*Fault](err)
	if !ok {
		return err
	}
	for _, x := range f.Fields {
		if field, known := at[x.Path]; known {
			placed := Of(f.Kind, field.Message).Because(err)
			placed.Fields = []Field{field}
			return placed
		}
	}
	return err
}
