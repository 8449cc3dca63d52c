package web

import (
	"net/http"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/post"
	"intelliwiz/internal/web/ui"
)

// newPost asks about a new post; ?site= says where.
func (p *pages) newPost(w http.ResponseWriter, r *http.Request) error {
	f := postForm(post.Post{Needed: 1, Grace: 10, Alarm: post.TellThem, Active: true})
	f.set("site_id", r.URL.Query().Get("site"))
	return p.askPost(w, r, post.Post{}, f, nil)
}

// createPost adds a post.
func (p *pages) createPost(w http.ResponseWriter, r *http.Request) error {
	return p.putPost(w, r, post.Post{})
}

// editPost asks for a post's change.
func (p *pages) editPost(w http.ResponseWriter, r *http.Request) error {
	x, err := p.postFor(r, post.CanUpdate)
	if err != nil {
		return err
	}
	return p.askPost(w, r, x, postForm(x), nil)
}

// updatePost changes a post.
func (p *pages) updatePost(w http.ResponseWriter, r *http.Request) error {
	x, err := p.postFor(r, post.CanUpdate)
	if err != nil {
		return err
	}
	return p.putPost(w, r, x)
}

// postFor gives the post of the path, when the actor may do something to it.
func (p *pages) postFor(r *http.Request, need actor.Permission) (post.Post, error) {
	at, err := pathID[id.Post](r, "post")
	if err != nil {
		return post.Post{}, err
	}
	who := actor.From(r.Context())
	x, err := p.Posts.Get(r.Context(), who, at)
	if err != nil {
		return post.Post{}, err
	}
	return x, who.RequireAt(need, x.Site)
}

// putPost adds or changes a post as it was typed.
func (p *pages) putPost(w http.ResponseWriter, r *http.Request, was post.Post) error {
	f, err := readForm(r, postNames()...)
	if err != nil {
		return err
	}
	in, fields := readPost(&f, was)
	version := f.version()
	made := was
	if err = f.readable(&in); err == nil {
		if was.ID.IsZero() {
			made, err = p.Posts.Create(r.Context(), actor.From(r.Context()), in)
		} else {
			made, err = p.Posts.Update(r.Context(), actor.From(r.Context()), was.ID, version, in)
		}
	}
	if err != nil {
		return p.askPost(w, r, was, f, atPostFields(err, fields))
	}
	return p.seeOther(w, r, postsPath+"/"+made.ID.String(), "The post "+made.Name+" is saved")
}

// deletePost removes a post, after asking.
func (p *pages) deletePost(w http.ResponseWriter, r *http.Request) error {
	x, err := p.postFor(r, post.CanDelete)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	at := postsPath + "/" + x.ID.String()
	ok, err := p.confirmed(w, r, f, confirmDelete(postConfirm(x), at, f))
	if !ok {
		return err
	}
	version := f.version()
	if err = f.readable(nil); err == nil {
		err = p.Posts.Delete(r.Context(), actor.From(r.Context()), x.ID, version)
	}
	if err != nil {
		return notDone(err, func(status int, n ui.Note) error { return p.showPost(w, r, status, x.ID, newForm(), ui.Faults{}, n) })
	}
	return p.seeOther(w, r, postsPath, "The post "+x.Name+" is deleted")
}

// takePost has somebody hold a post from now on.
func (p *pages) takePost(w http.ResponseWriter, r *http.Request) error {
	return p.handPost(w, r, []string{"person", "relieves_id", "remark"}, "The post is taken over", func(at id.Post, f *form) error {
		who := actor.From(r.Context())
		h := post.Handover{Relieves: ref[id.Person](f, "relieves_id"), Remark: f.text("remark")}
		if strings.TrimSpace(f.text("person")) != "" {
			person, err := p.readPerson(r.Context(), who, f, "person", nil)
			if err != nil {
				return err
			}
			h.Person = person
		}
		if err := f.readable(&h); err != nil {
			return err
		}
		_, err := p.Posts.Take(r.Context(), who, at, h)
		return err
	})
}

// leavePost ends that somebody holds a post.
func (p *pages) leavePost(w http.ResponseWriter, r *http.Request) error {
	return p.handPost(w, r, []string{"leaves_id", "left"}, "The post is left", func(at id.Post, f *form) error {
		h := post.Handover{Person: ref[id.Person](f, "leaves_id"), Remark: f.text("left")}
		if err := f.readable(&h); err != nil {
			return err
		}
		_, err := p.Posts.Leave(r.Context(), actor.From(r.Context()), at, h)
		return err
	})
}

// rosterPost rosters a person; its times are on the clock of the post's site.
func (p *pages) rosterPost(w http.ResponseWriter, r *http.Request) error {
	return p.handPost(w, r, []string{"rostered", "from_day", "from_time", "until_day", "until_time"}, "The roster is changed", func(at id.Post, f *form) error {
		who := actor.From(r.Context())
		x, err := p.Posts.Get(r.Context(), who, at)
		if err != nil {
			return err
		}
		v, err := p.visit(r, "")
		if err != nil {
			return err
		}
		zone := zoneOr(x.Zone, v.zone)
		a := post.Assignment{From: f.instant("from", zone), Until: f.instant("until", zone)}
		person, err := p.readPerson(r.Context(), who, f, "rostered", nil)
		if err != nil {
			return err
		}
		if person != nil {
			a.Person = *person
		}
		if err := f.readable(&a); err != nil {
			return err
		}
		_, err = p.Posts.Assign(r.Context(), who, at, a)
		return err
	})
}

// handPost does what a form of a post's page asks; what was typed stays when it cannot.
func (p *pages) handPost(w http.ResponseWriter, r *http.Request, names []string, line string, do func(at id.Post, f *form) error) error {
	at, err := pathID[id.Post](r, "post")
	if err != nil {
		return err
	}
	f, err := readForm(r, names...)
	if err != nil {
		return err
	}
	if err := do(at, &f); err != nil {
		err = atHandFields(err, names)
		return notDone(err, func(status int, n ui.Note) error { return p.showPost(w, r, status, at, f, faultsOf(err), n) })
	}
	return p.seeOther(w, r, postsPath+"/"+at.String(), line)
}

// atHandFields puts the faults of a handover or a roster to the fields in which they were typed.
func atHandFields(err error, names []string) error {
	err = atInstants(err)
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := *fault.As(err)
	f.Fields = slices.Clone(f.Fields)
	for i, x := range f.Fields {
		if x.Path == "person_id" {
			f.Fields[i].Path = names[0]
		}
	}
	return &f
}

// deleteAssignment takes a time off the roster of a post.
func (p *pages) deleteAssignment(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Assignment](r, "assignment")
	if err != nil {
		return err
	}
	f, err := readForm(r, "post")
	if err != nil {
		return err
	}
	back := postsPath
	if x := ref[id.Post](&f, "post"); x != nil {
		back += "/" + x.String()
	}
	if err := f.readable(nil); err != nil {
		return err
	}
	if err := p.Posts.Unassign(r.Context(), actor.From(r.Context()), at); err != nil {
		return err
	}
	return p.seeOther(w, r, back, "It is taken off the roster")
}
