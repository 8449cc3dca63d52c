package people

import (
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
)

// Person is a member of staff.
type Person struct {
	ID          id.Person  `json:"id"`
	Code        string     `json:"code"` // the employee number, unique in the tenant
	Name        string     `json:"name"`
	Login       string     `json:"login_id"` // as typed; compared without case
	Email       string     `json:"email"`    // "" = none
	Mobile      string     `json:"mobile"`   // E.164, "" = none
	HomeSite    *id.Site   `json:"home_site_id,omitzero"`
	Manager     *id.Person `json:"manager_id,omitzero"`
	Department  *id.Lookup `json:"department_id,omitzero"`
	Designation *id.Lookup `json:"designation_id,omitzero"`
	Active      bool       `json:"active"` // an inactive person cannot sign in
	Version     int64      `json:"version"`

	// SiteName is the home site's name, read with the person.
	SiteName string `json:"home_site_name"`
}

// entry is what a person signs in with.
func (p Person) entry() [3]string { return [3]string{p.Login, p.Email, p.Mobile} }

// PersonInput is what one says about a person, new or changed.
type PersonInput struct {
	Code        string
	Name        string
	Login       string
	Email       string
	Mobile      string
	HomeSite    *id.Site
	Manager     *id.Person
	Department  *id.Lookup
	Designation *id.Lookup
	Active      bool
}

// Check folds the input into its stored form and gives every violation at its field.
func (in *PersonInput) Check() error {
	var c fault.Check
	code := in.Code
	in.Code = fold.Code(code)
	if c.Text("code", fold.Line(code), 1, 30) {
		c.That(fold.ValidCode(in.Code), "code", "grammar", "Use letters, digits and - _ # ( ), starting with a letter or digit, at most 30.")
	}
	in.Name = fold.Line(in.Name)
	c.Text("name", in.Name, 1, 120)
	in.Login = fold.Line(in.Login)
	if c.Text("login_id", in.Login, 1, 50) {
		c.That(fold.ValidLogin(in.Login), "login_id", "grammar", "Use 2 to 50 letters, digits and . - _ @ #, starting with a letter or digit.")
	}
	if in.Email = fold.Line(in.Email); c.Text("email", in.Email, 0, 254) && in.Email != "" {
		in.Email = fold.Email(in.Email)
		c.That(in.Email != "", "email", "grammar", "An e-mail address looks like name@example.com.")
	}
	if in.Mobile = fold.Line(in.Mobile); c.Text("mobile", in.Mobile, 0, 40) && in.Mobile != "" {
		in.Mobile = fold.Mobile(in.Mobile)
		c.That(in.Mobile != "", "mobile", "grammar", "Give the number with its country code, like +91 98765 43210.")
	}
	return c.Err()
}

// checkFor is Check, and keeps people from locking themselves out.
func (in *PersonInput) checkFor(self bool) error {
	err := in.Check()
	if !self || in.Active {
		return err
	}
	f := fault.Of(fault.Invalid, "Check what is marked below.")
	if err != nil {
		f = fault.As(err)
	}
	f.Fields = append(f.Fields, fault.Field{Path: "active", Code: "self", Message: "You cannot make yourself inactive."})
	return f
}

// identifier is one thing that a person signs in with, folded.
type identifier struct {
	kind  string // login, email, mobile
	field string // the input field that it came from
	key   string
}

// identifiers gives what the person can sign in with; one key that serves twice stands once.
func (in PersonInput) identifiers() []identifier {
	var out []identifier
	for _, x := range []identifier{{"login", "login_id", fold.Login(in.Login)}, {"email", "email", in.Email}, {"mobile", "mobile", in.Mobile}} {
		if x.key == "" || len(out) > 0 && out[0].key == x.key {
			continue
		}
		out = append(out, x)
	}
	return out
}

func (in PersonInput) searchKey() string {
	return fold.Key(in.Code + " " + in.Name + " " + in.Login + " " + in.Email + " " + in.Mobile)
}

// PersonFilter narrows a list of people.
type PersonFilter struct {
	Site     *id.Site // only people whose home site this is
	Search   string   // part of the code, name, login id, e-mail address or number
	Inactive bool     // inactive people too
}
