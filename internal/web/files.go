package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/file"
	"intelliwiz/internal/id"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// fileRoutes are the files of records. Who may see or add is said by the record, so that a person needs no permission but to be one.
func (p *pages) fileRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/files/of/{noun}/{id}", Permission: reply.SignedIn, Handler: p.listFiles, Name: "file.list"},
		{
			Method: post, Path: "/files/of/{noun}/{id}", Permission: reply.SignedIn, Handler: p.addFiles, Name: "file.add", Changes: true,
			MaxBody: uploadBody, Timeout: uploadTime,
		},
		{Method: get, Path: "/files/{id}", Permission: reply.SignedIn, Handler: p.getFile, Name: "file.get"},
		{Method: get, Path: "/files/{id}/content", Permission: reply.SignedIn, Handler: p.fileContent, Name: "file.content", Timeout: uploadTime},
		{Method: get, Path: "/files/{id}/small", Permission: reply.SignedIn, Handler: p.smallPicture, Name: "file.small"},
		{Method: post, Path: "/files/{id}/link", Permission: reply.SignedIn, Handler: p.linkFile, Name: "file.link", Changes: true},
		{Method: post, Path: "/files/{id}/delete", Permission: reply.SignedIn, Handler: p.deleteFile, Name: "file.delete", Changes: true},
		{Method: get, Path: "/f/{link}", Permission: reply.Public, Handler: p.linkedFile, Name: "file.linked", SecretPath: true, Timeout: uploadTime},
	}
}

// filesView is what the files of a record show: they look the same on the page of any record.
type filesView struct {
	Noun   string
	Owner  string
	Files  []fileRow
	May    bool     // add
	Max    int64    // bytes of one file
	Faults []string // why files were not added
	Note   string   // how many were added beside those
}

// fileRow is one file in words.
type fileRow struct {
	file.File
	Line string // "2.4 MB, today 14:05, by Asha Alder"
}

func (v filesView) action() string { return "/files/of/" + v.Noun + "/" + v.Owner }

// none says why one would add a file.
func (v filesView) none() string {
	if v.Noun == "ticket" {
		return "No files yet. A photo says more than a description."
	}
	return "No files yet. A manual, a certificate or a photo of the name plate helps whoever stands before it next."
}

// most is the largest file as the form's script wants it.
func (v filesView) most() string { return strconv.FormatInt(v.Max, 10) }

// filesCard is the card of the files of a record, for its page: what is there, and the form that adds, for who may.
func (p *pages) filesCard(ctx context.Context, v visit, noun string, owner id.Any) (templ.Component, error) {
	view, err := p.filesOf(ctx, v, noun, owner)
	return filesPart(view), err
}

func (p *pages) filesOf(ctx context.Context, v visit, noun string, owner id.Any) (filesView, error) {
	view := filesView{Noun: noun, Owner: owner.String(), Max: p.Files.Max()}
	found, refusal, err := p.Files.Attached(ctx, v.who, noun, owner)
	if err != nil {
		return view, err
	}
	switch fault.KindOf(refusal) {
	case "":
		view.May = true
	case fault.Forbidden:
	default:
		return view, refusal
	}
	n := p.names(ctx, v)
	if err := n.adders(found); err != nil {
		return view, err
	}
	for _, f := range found {
		view.Files = append(view.Files, fileRow{f, fileLine(n, f)})
	}
	return view, n.err
}

// adders finds the names of those who added files, all at once.
func (n *names) adders(found []file.File) error {
	var people []id.Person
	for _, f := range found {
		if f.Person != nil && !slices.Contains(people, *f.Person) {
			people = append(people, *f.Person)
		}
	}
	if len(people) == 0 {
		return nil
	}
	known, err := n.p.People.PeopleByID(n.ctx, n.who, people)
	for _, x := range people {
		if n.known[x.String()] = somebody; known[x].Name != "" {
			n.known[x.String()] = known[x].Name
		}
	}
	return err
}

// fileLine says how large a file is, when it was added and by whom.
func fileLine(n *names, f file.File) string {
	line := sizeWords(f.Size) + ", " + amid(f.Created, n.now, n.zone)
	if f.Person != nil {
		line += ", by " + n.person(f.Person.String())
	}
	return line
}

// sizeWords writes a number of bytes: "2.4 MB".
func sizeWords(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " kB"
	}
	return counted(int(n), "byte", "bytes")
}

// listFiles shows the files of a record on a page of their own.
func (p *pages) listFiles(w http.ResponseWriter, r *http.Request) error {
	noun, owner, err := fileOwner(r)
	if err != nil {
		return err
	}
	return p.showFiles(w, r, noun, owner, upload{})
}

// fileOwner reads of which record the path's files are.
func fileOwner(r *http.Request) (noun string, owner id.Any, err error) {
	owner, err = pathID[id.Any](r, "record")
	return r.PathValue("noun"), owner, err
}

// showFiles writes the page of a record's files, with what came of an upload.
func (p *pages) showFiles(w http.ResponseWriter, r *http.Request, noun string, owner id.Any, u upload) error {
	title := "Files"
	if len(u.faults) > 0 {
		title = "Error: Files"
	}
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	v.frame.Thin = true
	view, err := p.filesOf(r.Context(), v, noun, owner)
	if err != nil {
		return err
	}
	view.Faults = u.faults
	if len(u.faults) > 0 && u.added > 0 {
		view.Note = counted(u.added, "file is", "files are") + " added."
	}
	head := ui.Head{Title: "Files", Crumbs: ownerCrumbs(noun, owner)}
	return p.show(w, r, u.status(), v, ui.Headed(head), filesPart(view))
}

// ownerCrumbs lead back to the record of a file.
func ownerCrumbs(noun string, owner id.Any) []ui.Link {
	to := Record(noun, owner)
	if to == "" {
		return nil
	}
	return []ui.Link{{Text: "Back to the " + noun, Href: to + "#files"}}
}

// getFile shows one file: the picture, or what it is.
func (p *pages) getFile(w http.ResponseWriter, r *http.Request) error {
	return p.showFile(w, r, http.StatusOK, shared{}, ui.Note{})
}

// shared is a link that was just made.
type shared struct{ Address, Until string }

// showFile writes the page of a file.
func (p *pages) showFile(w http.ResponseWriter, r *http.Request, status int, link shared, note ui.Note) error {
	x, err := pathID[id.File](r, "file")
	if err != nil {
		return err
	}
	v, err := p.visit(r, "File")
	if err != nil {
		return err
	}
	f, err := p.Files.Get(r.Context(), v.who, x)
	if err != nil {
		return err
	}
	v.frame.Title = f.Name
	n := p.names(r.Context(), v)
	at := "/files/" + f.ID.String()
	head := ui.Head{Title: f.Name, Sub: fileLine(n, f) + ".", Crumbs: ownerCrumbs(f.Owner, f.OwnerID)}
	if n.err != nil {
		return n.err
	}
	switch err := p.Files.MayAdd(r.Context(), v.who, f.Owner, f.OwnerID); fault.KindOf(err) {
	case "":
		head.Acts = append(head.Acts, ui.Action{Text: "Delete", Icon: "trash", Post: at + "/delete", Danger: true, Confirm: deleteFile(f)})
	case fault.Forbidden:
	default:
		return err
	}
	head.Acts = append(head.Acts, ui.Action{Text: "Link for others", Icon: "copy", Post: at + "/link"}, ui.Action{Text: "Download", Icon: "export", Href: at + "/content?save=yes", Primary: true})
	return p.show(w, r, status, v, ui.Headed(head), noted(note), filePart(f, link))
}

func deleteFile(f file.File) ui.Confirm {
	return ui.Confirm{Title: "Delete " + f.Name + "?", Go: "Delete the file", Text: "The file is gone for everybody then. The audit trail keeps that it was there."}
}

// deleteFile removes a file, after asking.
func (p *pages) deleteFile(w http.ResponseWriter, r *http.Request) error {
	x, err := pathID[id.File](r, "file")
	if err != nil {
		return err
	}
	who := actor.From(r.Context())
	f, err := p.Files.Get(r.Context(), who, x)
	if err != nil {
		return err
	}
	if err := p.Files.MayAdd(r.Context(), who, f.Owner, f.OwnerID); err != nil {
		return err
	}
	sent, err := readForm(r)
	if err != nil {
		return err
	}
	at := "/files/" + x.String()
	if ok, err := p.confirmed(w, r, sent, ui.Confirmation{Confirm: deleteFile(f), Action: at + "/delete", Keep: at}); !ok {
		return err
	}
	if err := p.Files.Delete(r.Context(), who, x); err != nil {
		return err
	}
	to := "/"
	if home := Record(f.Owner, f.OwnerID); home != "" {
		to = home + "#files"
	}
	return p.seeOther(w, r, to, f.Name+" is deleted")
}

// linkFile makes a link by which whoever has it opens the file for ten minutes, and shows it.
func (p *pages) linkFile(w http.ResponseWriter, r *http.Request) error {
	x, err := pathID[id.File](r, "file")
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	link, err := p.Files.Link(r.Context(), actor.From(r.Context()), x)
	if err != nil {
		return err
	}
	v, err := p.visit(r, "File")
	if err != nil {
		return err
	}
	return p.showFile(w, r, http.StatusOK, shared{p.Public + LinkPath + link.Content, link.Until.In(v.zone).Format("15:04") + " (" + v.zone.String() + ")"}, ui.Note{})
}

// LinkPath is where links to files are answered; what Files.Link gives stands behind it.
const LinkPath = "/f/"
