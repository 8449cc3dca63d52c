package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// matrixView is who may do what: a row for each permission, a column for each role.
type matrixView struct {
	Roles []ui.Link
	Areas []matrixArea
	List  ui.List // the roles with how much they may do
}

// matrixArea is the permissions of one area.
type matrixArea struct {
	Name string
	Rows []matrixRow
}

// matrixRow is a permission, and which of the roles have it.
type matrixRow struct {
	Label string
	Whole bool   // it holds only where its role is given in the whole organisation
	Who   string // the address of who may do it
	Has   []bool
}

// listRoles shows who may do what.
func (p *pages) listRoles(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Who may do what")
	if err != nil {
		return err
	}
	roles, err := p.roles(r.Context(), v.who)
	if err != nil {
		return err
	}
	declared := p.Org.Declared()
	head := ui.Head{Title: "Who may do what", Sub: plural(len(roles), "role") + " and " + plural(len(declared), "permission") + ". The same table guards every page, the API and the phones."}
	if v.who.Everywhere(org.CanCreateRole) {
		head.Acts = []ui.Action{{Text: "New role", Icon: "plus", Href: "/roles/new", Primary: true}}
	}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), matrixPart(matrix(roles, declared)))
}

func matrix(roles []org.Role, declared []actor.Declared) matrixView {
	m := matrixView{List: ui.List{ID: "roles", Caption: "Roles, and how much they may do", More: ui.Pager{Shown: len(roles), Noun: "roles"}, Columns: []ui.Column{{Label: "Role", Slot: ui.Subject}, {Label: "May do"}, {Label: "For"}}}}
	for _, x := range roles {
		at := "/roles/" + x.ID.String()
		m.Roles = append(m.Roles, ui.Link{Text: x.Name, Href: at})
		m.List.Rows = append(m.List.Rows, ui.Row{Href: at, Cells: []ui.Cell{{Text: x.Name}, {Text: number(int64(len(x.Permissions))) + " of " + plural(len(declared), "thing")}, {Text: x.Description}}})
	}
	for _, d := range declared {
		row := matrixRow{Label: d.Label, Whole: d.Whole, Who: holdersPath(org.Question{May: d.Name}), Has: make([]bool, len(roles))}
		for i, x := range roles {
			row.Has[i] = slices.Contains(x.Permissions, d.Name)
		}
		at := slices.IndexFunc(m.Areas, func(a matrixArea) bool { return a.Name == d.Area })
		if at < 0 {
			at = len(m.Areas)
			m.Areas = append(m.Areas, matrixArea{Name: d.Area})
		}
		m.Areas[at].Rows = append(m.Areas[at].Rows, row)
	}
	return m
}

// roleView is what a role's page shows.
type roleView struct {
	Role  org.Role
	Areas []matrixArea // with one column, the role itself
	Held  ui.Card
	List  ui.List
	All   string // the address of all who have it, when there are more
	None  string
	Shown bool // who has it may be seen
}

// getRole shows a role.
func (p *pages) getRole(w http.ResponseWriter, r *http.Request) error {
	role, err := pathID[id.Role](r, "role")
	if err != nil {
		return err
	}
	return p.showRole(w, r, http.StatusOK, role, ui.Note{})
}

// showRole writes a role's page, with a note above it when something could not be done.
func (p *pages) showRole(w http.ResponseWriter, r *http.Request, status int, role id.Role, note ui.Note) error {
	v, err := p.visit(r, "Role")
	if err != nil {
		return err
	}
	x, err := p.Org.GetRole(r.Context(), v.who, role)
	if err != nil {
		return err
	}
	v.frame.Title = x.Name
	view := roleView{Role: x, Areas: matrix([]org.Role{x}, p.Org.Declared()).Areas}
	if err := p.holders(r.Context(), v, &view); err != nil {
		return err
	}
	changes, err := p.history(r.Context(), v, role)
	if err != nil {
		return err
	}
	body := []templ.Component{ui.Headed(roleHead(v, x)), noted(note), noted(builtinNote(x)), within(split(), together(within(stacked(), together(holdersPart(view), changes)), rolePart(view)))}
	return p.show(w, r, status, v, body...)
}

func roleHead(v visit, x org.Role) ui.Head {
	at := "/roles/" + x.ID.String()
	h := ui.Head{Title: x.Name, Code: x.Code, Sub: x.Description, Crumbs: []ui.Link{{Text: "Roles", Href: "/roles"}}}
	if v.who.Everywhere(org.CanDeleteRole) && !x.Builtin {
		h.Acts = append(h.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Version: number(x.Version), Danger: true, Confirm: deleteRole(x)})
	}
	if mayChangeRole(v.who, x) {
		h.Acts = append(h.Acts, ui.Action{Text: "Change", Icon: "edit", Href: at + "/edit", Primary: true})
	}
	return h
}

// mayChangeRole says that the actor can save the role's form: they hold all that the role does, and it is not the administrator's.
func mayChangeRole(who actor.Actor, x org.Role) bool {
	beyond := slices.ContainsFunc(x.Permissions, func(p actor.Permission) bool { return !who.Everywhere(p) })
	return who.Everywhere(org.CanUpdateRole) && !beyond && (!x.Builtin || x.Code != org.Administrator)
}

// builtinNote explains a role that came with the organisation.
func builtinNote(x org.Role) ui.Note {
	switch {
	case !x.Builtin:
		return ui.Note{}
	case x.Code == org.Administrator:
		return ui.Note{Tone: ui.New, Text: "This role came with IntelliWiz. It may do everything, also what later versions bring, and cannot be changed or deleted."}
	}
	return ui.Note{Tone: ui.New, Text: "This role came with IntelliWiz. You can change what it may do and what it is called; it keeps its code and cannot be deleted."}
}

func deleteRole(x org.Role) ui.Confirm {
	return ui.Confirm{
		Title: "Delete the role " + x.Name + "?", Go: "Delete the role", Type: x.Code,
		Text: "This works only while nobody has it. The audit trail keeps what it was.",
	}
}

// holders reads who has the role, for those who may see that.
func (p *pages) holders(ctx context.Context, v visit, view *roleView) error {
	view.Shown = v.who.Can(org.CanReadGrant)
	if !view.Shown {
		return nil
	}
	at := "/roles/" + view.Role.ID.String()
	found, err := p.Org.ListGrants(ctx, v.who, org.GrantFilter{Role: &view.Role.ID}, page.Request{})
	if err != nil {
		return err
	}
	view.List = grantList(v, found.Items, at)
	dropColumn(&view.List, 1)
	view.List.More.Noun = "people"
	if len(found.Items) == 1 {
		view.List.More.Noun = "person"
	}
	view.Held = ui.Card{Title: "Who has it"}
	view.None = "Nobody whom you see has it."
	if found.Next != "" {
		view.All = "/grants?role=" + view.Role.ID.String()
	}
	if v.who.Can(org.CanCreateGrant) {
		view.Held.Acts = []ui.Action{{Text: "Give it to somebody", Icon: "plus", Href: "/grants/new?role=" + view.Role.ID.String()}}
	}
	return nil
}

// deleteRole removes a role that nobody has, after asking.
func (p *pages) deleteRole(w http.ResponseWriter, r *http.Request) error {
	role, err := pathID[id.Role](r, "role")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	x, err := p.Org.GetRole(r.Context(), who, role)
	if err != nil {
		return err
	}
	if err := who.RequireEverywhere(org.CanDeleteRole); err != nil {
		return err
	}
	ok, err := p.confirmed(w, r, f, confirmDelete(deleteRole(x), "/roles/"+role.String(), f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Org.DeleteRole(r.Context(), who, role, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showRole(w, r, status, role, n) })
	}
	return p.seeOther(w, r, "/roles", x.Name+" is deleted")
}

// roleToChange gives the role of the path, when the actor may save a change of it.
func (p *pages) roleToChange(r *http.Request) (org.Role, error) {
	role, err := pathID[id.Role](r, "role")
	if err != nil {
		return org.Role{}, err
	}
	who := actor.From(r.Context())
	x, err := p.Org.GetRole(r.Context(), who, role)
	if err != nil {
		return org.Role{}, err
	}
	if !mayChangeRole(who, x) {
		return org.Role{}, fault.Denied(string(org.CanUpdateRole))
	}
	return x, nil
}
