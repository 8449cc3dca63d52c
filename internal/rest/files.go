package rest

import (
	"context"
	"net/http"
	"slices"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/file"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// File is what was added to a record, without its content.
type File struct {
	ID        id.File    `json:"id" format:"uuid"`
	Owner     string     `json:"owner" doc:"What it was added to." example:"ticket"`
	OwnerID   id.Any     `json:"owner_id" format:"uuid"`
	SiteID    *id.Site   `json:"site_id" format:"uuid" doc:"Where that was when the file was added."`
	Name      string     `json:"name" example:"name plate.jpg"`
	MediaType string     `json:"media_type" doc:"Found by looking at the content." example:"image/jpeg"`
	Size      int64      `json:"size" doc:"In bytes." example:"482133"`
	Width     *int64     `json:"width" doc:"In pixels, of a picture." example:"1600"`
	Height    *int64     `json:"height" example:"1200"`
	SHA256    string     `json:"sha256" doc:"Of what is kept, hexadecimal: a picture is written anew when it comes in." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	PersonID  *id.Person `json:"person_id" format:"uuid" doc:"Who added it."`
	CreatedAt time.Time  `json:"created_at"`
}

func fileOf(f file.File) File {
	return File{f.ID, f.Owner, f.OwnerID, f.Site, f.Name, f.Type, f.Size, f.Width, f.Height, f.Hash, f.Person, f.Created}
}

// FileLink opens a file for whoever has it, without signing in.
type FileLink struct {
	URL       string    `json:"url" doc:"Where the content is; whoever has this opens it." example:"https://iw.example.com/f/AZDDpHse"`
	SmallURL  string    `json:"small_url" doc:"Where its small form is, of a picture; empty otherwise." example:"https://iw.example.com/f/AZDDpHsf"`
	ExpiresAt time.Time `json:"expires_at" doc:"Ten minutes ahead."`
}

// uploadTime is how long an upload over a slow line may take.
const uploadTime = 5 * time.Minute

// owner is a noun whose records have files. Who may see and change them is said by the record; ask and add only keep others out early.
type owner struct {
	noun, one, path string
	ask, add        actor.Permission
}

func owners() []owner {
	return []owner{
		{"site", "a site", "/sites", org.CanReadSite, org.CanUpdateSite},
		{"location", "a location", "/locations", asset.CanReadLocation, asset.CanUpdateLocation},
		{"asset", "an asset", "/assets", asset.CanRead, asset.CanUpdate},
		{"ticket", "a ticket", "/tickets", ticket.CanRead, ticket.CanRead}, // who comments on it may add files too
		{"task", "a task", "/tasks", task.CanRead, task.CanDo},
	}
}

func fileRows() []Operation {
	var rows []Operation
	for _, o := range owners() {
		rows = append(rows,
			Operation{Name: "file." + o.noun + ".list", Method: get, Path: o.path + "/{id}/files", Permission: o.ask, Noun: o.noun,
				Summary: "List the files of " + o.one + ", the oldest first", steady: true},
			Operation{Name: "file." + o.noun + ".create", Method: post, Path: o.path + "/{id}/files", Permission: o.add, Noun: o.noun,
				Summary: "Add a file to " + o.one, status: http.StatusCreated, Takes: []string{reply.FormType}, Body: formExample, timeout: uploadTime})
	}
	return slices.Concat(rows, []Operation{
		{Name: "file.get", Method: get, Path: "/files/{id}", Permission: reply.SignedIn, Noun: "file", Summary: "Get what is known of a file", steady: true},
		{Name: "file.link", Method: post, Path: "/files/{id}/link", Permission: reply.SignedIn, Noun: "file",
			Summary: "Get a link by which whoever has it opens the content for ten minutes", reads: true},
		{Name: "file.delete", Method: del, Path: "/files/{id}", Permission: reply.SignedIn, Noun: "file",
			Summary: "Delete a file, for who may add one to its record", status: http.StatusNoContent},
	})
}

func (a *api) files() {
	s := a.c.Files
	for _, o := range owners() {
		a.filesOf(o.noun)
	}
	register(a, "file.get", func(ctx context.Context, in *struct {
		ID id.File `path:"id" format:"uuid"`
	}) (*one[File], error) {
		f, err := s.Get(ctx, actor.From(ctx), in.ID)
		return single(f, err, fileOf)
	})
	register(a, "file.link", func(ctx context.Context, in *struct {
		ID id.File `path:"id" format:"uuid"`
	}) (*one[FileLink], error) {
		l, err := s.Link(ctx, actor.From(ctx), in.ID)
		return single(l, err, func(l file.Links) FileLink {
			if l.Small != "" {
				l.Small = a.c.Links + l.Small
			}
			return FileLink{a.c.Links + l.Content, l.Small, l.Until}
		})
	})
	register(a, "file.delete", func(ctx context.Context, in *struct {
		ID id.File `path:"id" format:"uuid"`
	}) (*nothing, error) {
		return done(s.Delete(ctx, actor.From(ctx), in.ID))
	})
}

// filesOf registers what is done with the files of a record. Who may not add any is told so before anything of the upload is read.
func (a *api) filesOf(noun string) {
	s := a.c.Files
	register(a, "file."+noun+".list", func(ctx context.Context, in *struct {
		ID id.Any `path:"id" format:"uuid"`
	}) (*many[File], error) {
		all, err := s.List(ctx, actor.From(ctx), noun, in.ID)
		return whole(all, err, fileOf)
	})
	register(a, "file."+noun+".create", func(ctx context.Context, in *struct {
		ID   id.Any  `path:"id" format:"uuid"`
		File id.File `query:"file_id" format:"uuid" doc:"The file's own, and the same when it is sent again: it is kept once. Made here unless told."`
	}) (*made[File], error) {
		who := actor.From(ctx)
		if err := s.MayAdd(ctx, who, noun, in.ID); err != nil {
			return nil, err
		}
		name, content, err := of(ctx).upload()
		if err != nil {
			return nil, err
		}
		f, err := s.UploadAs(ctx, who, in.File, noun, in.ID, name, content)
		return created(f, err, fileOf, "files", func(f file.File) string { return f.ID.String() })
	})
}
