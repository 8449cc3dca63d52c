package rest

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/people"
)

// Person is a member of staff.
type Person struct {
	ID            id.Person  `json:"id" format:"uuid"`
	Code          string     `json:"code" doc:"The employee number, unique in the organisation." example:"E-1042"`
	Name          string     `json:"name" example:"Asha Rao"`
	LoginID       string     `json:"login_id" doc:"Compared without case." example:"asha.rao"`
	Email         string     `json:"email" doc:"Empty when there is none." example:"asha@example.com"`
	Mobile        string     `json:"mobile" doc:"E.164; empty when there is none." example:"+919876543210"`
	HomeSiteID    *id.Site   `json:"home_site_id" format:"uuid"`
	HomeSiteName  string     `json:"home_site_name" example:"Delhi plant"`
	ManagerID     *id.Person `json:"manager_id" format:"uuid"`
	DepartmentID  *id.Lookup `json:"department_id" format:"uuid" doc:"A value of the list department."`
	DesignationID *id.Lookup `json:"designation_id" format:"uuid" doc:"A value of the list designation."`
	Active        bool       `json:"active" doc:"An inactive person cannot sign in."`
	Version       int64      `json:"version" example:"1"`
}

func personOf(p people.Person) Person {
	return Person{
		ID: p.ID, Code: p.Code, Name: p.Name, LoginID: p.Login, Email: p.Email, Mobile: p.Mobile, HomeSiteID: p.HomeSite, HomeSiteName: p.SiteName,
		ManagerID: p.Manager, DepartmentID: p.Department, DesignationID: p.Designation, Active: p.Active, Version: p.Version,
	}
}

// PersonNew is a person to be added; they can sign in once they have a password.
type PersonNew struct {
	Code          string     `json:"code" minLength:"1" maxLength:"30" doc:"The employee number, unique in the organisation." example:"E-1042"`
	Name          string     `json:"name" minLength:"1" maxLength:"120" example:"Asha Rao"`
	LoginID       string     `json:"login_id" minLength:"2" maxLength:"50" doc:"Unique in the organisation, without case." example:"asha.rao"`
	Email         string     `json:"email,omitzero" maxLength:"254" doc:"Unique in the organisation." example:"asha@example.com"`
	Mobile        string     `json:"mobile,omitzero" maxLength:"30" doc:"With its country code; unique in the organisation." example:"+91 98765 43210"`
	HomeSiteID    *id.Site   `json:"home_site_id,omitzero" format:"uuid"`
	ManagerID     *id.Person `json:"manager_id,omitzero" format:"uuid"`
	DepartmentID  *id.Lookup `json:"department_id,omitzero" format:"uuid" doc:"A value of the list department."`
	DesignationID *id.Lookup `json:"designation_id,omitzero" format:"uuid" doc:"A value of the list designation."`
	Active        *bool      `json:"active,omitzero" nullable:"false" doc:"True unless told."`
}

func (b PersonNew) input() people.PersonInput {
	return people.PersonInput{
		Code: b.Code, Name: b.Name, Login: b.LoginID, Email: b.Email, Mobile: b.Mobile, HomeSite: b.HomeSiteID, Manager: b.ManagerID,
		Department: b.DepartmentID, Designation: b.DesignationID, Active: b.Active == nil || *b.Active,
	}
}

// PersonChange replaces a person; one made inactive is signed out at their next request.
type PersonChange struct {
	PersonNew
	Active  bool  `json:"active" example:"true"`
	Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
}

func (b PersonChange) input() people.PersonInput {
	b.PersonNew.Active = &b.Active
	return b.PersonNew.input()
}

// PasswordNew is a password that its person must change when they next sign in.
type PasswordNew struct {
	Password string `json:"password" minLength:"1" maxLength:"256" doc:"At least 12 characters, 15 for administrators, and not easy to guess." example:"walnut orbit teacup seventeen"`
}

type personQuery struct {
	Paging
	PersonFilter
}

// PersonFilter narrows a list of people. It is exported for huma, which looks into exported fields only.
type PersonFilter struct {
	SiteID   id.Site `query:"site_id" format:"uuid" doc:"Only people whose home site this is."`
	Search   string  `query:"search" maxLength:"200" doc:"Part of the code, name, login id, e-mail address or number."`
	Inactive bool    `query:"inactive" doc:"Inactive people too."`
}

func (q PersonFilter) filter() people.PersonFilter {
	return people.PersonFilter{Site: given(q.SiteID), Search: q.Search, Inactive: q.Inactive}
}

// Invitation is how far somebody is on the way to their first password.
type Invitation struct {
	State string     `json:"state" enum:"none,invited,expired,accepted,password" doc:"password: they have one that did not come by an invitation."`
	Since *time.Time `json:"since" doc:"Null where nothing happened yet."`
}

func (a *api) people() {
	s := a.c.People
	register(a, "person.list", func(ctx context.Context, in *personQuery) (*many[Person], error) {
		p, err := s.ListPeople(ctx, actor.From(ctx), in.filter(), in.request())
		return listed(p, err, personOf)
	})
	register(a, "person.create", func(ctx context.Context, in *struct{ Body PersonNew }) (*made[Person], error) {
		p, err := s.CreatePerson(ctx, actor.From(ctx), in.Body.input())
		return created(p, err, personOf, "people", func(p people.Person) string { return p.ID.String() })
	}, checks(func(b PersonNew) error { in := b.input(); return in.Check() }))
	register(a, "person.get", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*one[Person], error) {
		p, err := s.GetPerson(ctx, actor.From(ctx), in.ID)
		return single(p, err, personOf)
	})
	register(a, "person.update", func(ctx context.Context, in *struct {
		ID   id.Person `path:"id" format:"uuid"`
		Body PersonChange
	}) (*one[Person], error) {
		p, err := s.UpdatePerson(ctx, actor.From(ctx), in.ID, in.Body.Version, in.Body.input())
		return single(p, err, personOf)
	}, checks(func(b PersonChange) error { in := b.input(); return in.Check() }))
	register(a, "person.password", func(ctx context.Context, in *struct {
		ID   id.Person `path:"id" format:"uuid"`
		Body PasswordNew
	}) (*nothing, error) {
		return done(a.c.Auth.SetPassword(ctx, actor.From(ctx), in.ID, in.Body.Password))
	})
	register(a, "person.invite", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(a.c.Auth.Invite(ctx, actor.From(ctx), in.ID))
	})
	register(a, "person.invitation", func(ctx context.Context, in *struct {
		ID id.Person `path:"id" format:"uuid"`
	}) (*one[Invitation], error) {
		state, since, err := a.c.Auth.InvitationOf(ctx, actor.From(ctx), in.ID)
		return single(Invitation{State: string(state), Since: given(since)}, err, func(x Invitation) Invitation { return x })
	})
}
