package post

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
)

var taken = map[string]fault.Field{
	"posts_code":       {Path: "code", Code: "taken", Message: "Another post has this code."},
	"posts_pkey":       {Path: "id", Code: "taken", Message: "There is a post with this id already."},
	"post_duties_held": {Path: "person_id", Code: "taken", Message: "They hold this post already."},
}

// sight is which posts an actor may see: those of sites, and their own.
type sight struct {
	person id.Person
	all    bool
	sites  []id.Site
}

func sightOf(who actor.Actor) (sight, error) {
	see := sight{person: who.Person()}
	see.sites, see.all = who.Sites(CanRead)
	return see, who.Require(CanRead)
}

// Filter narrows a list of posts.
type Filter struct {
	Site         *id.Site
	Search       string // part of the code or name
	Inactive     bool   // inactive ones too
	Mine         bool   // only those that the actor holds or is rostered at
	ChangedAfter time.Time
}

// Get gives a post with who holds it. Needs post.read at its site, or anywhere for one's own; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who actor.Actor, post id.Post) (p Post, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Post{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		p, err = s.get(ctx, tx, see, post)
		return err
	})
	return p, err
}

// List gives the posts by name, with who holds them. Needs post.read.
func (s *Service) List(ctx context.Context, who actor.Actor, f Filter, p page.Request) (page.Of[Post], error) {
	see, err := sightOf(who)
	if err != nil {
		return page.Of[Post]{}, err
	}
	name, after, err := page.Last[id.Post](p)
	if err != nil {
		return page.Of[Post]{}, err
	}
	var rows []Post
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPost, listSQL, see.person, s.now(), see.all, see.sites, f.Site, f.Search, fold.Like(f.Search), f.Inactive, f.Mine,
			db.Moment(f.ChangedAfter), name, after, p.Size()+1)
		if err != nil {
			return err
		}
		return s.readHeld(ctx, tx, rows)
	})
	return page.Cut(rows, p, func(x Post) (string, string) { return fold.Key(x.Name), x.ID.String() }), err
}

// Offered gives the posts in use by name, at most page.Max of them and without who holds them, for a choice. Needs post.read.
func (s *Service) Offered(ctx context.Context, who actor.Actor) (rows []Post, err error) {
	see, err := sightOf(who)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPost, listSQL, see.person, s.now(), see.all, see.sites, nil, "", "%", false, false, nil, "", id.Post{}, page.Max)
		return err
	})
	return rows, err
}

// readHeld reads who holds several posts at once.
func (s *Service) readHeld(ctx context.Context, tx *db.Tx, posts []Post) error {
	if len(posts) == 0 {
		return nil
	}
	at, ids := map[id.Post]*Post{}, make([]id.Post, len(posts))
	for i := range posts {
		at[posts[i].ID], ids[i] = &posts[i], posts[i].ID
	}
	all, err := db.All(ctx, tx, scanDuty, heldOf, ids)
	for _, d := range all {
		at[d.Post].Held = append(at[d.Post].Held, d)
	}
	for _, p := range at {
		err = errors.Join(err, p.stand(s.now()))
	}
	return err
}

// ByID gives several posts at once, at most page.Max of them: those that Get would give; the others are absent. Needs post.read.
func (s *Service) ByID(ctx context.Context, who actor.Actor, posts []id.Post) (map[id.Post]Post, error) {
	see, err := sightOf(who)
	if err != nil {
		return nil, err
	}
	var rows []Post
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanPost, byID, see.person, s.now(), posts[:min(len(posts), page.Max)], see.all, see.sites)
		if err != nil {
			return err
		}
		return s.readHeld(ctx, tx, rows)
	})
	out := make(map[id.Post]Post, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}

// Create adds a post; from now on people are expected there in its hours. Needs post.create at its site. Invalid, or Conflict when the code
// is taken.
func (s *Service) Create(ctx context.Context, who actor.Actor, in Input) (Post, error) {
	if err := who.Require(CanCreate); err != nil {
		return Post{}, err
	}
	if err := in.Check(); err != nil {
		return Post{}, err
	}
	if err := who.RequireAt(CanCreate, in.Site); err != nil {
		return Post{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Post]()
	}
	now := s.now()
	p := in.post(Post{ID: in.ID, Site: in.Site, Expected: now}, 1, now)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := p.settle(ctx, tx, Post{}); err != nil {
			return err
		}
		tx.Later(insertSQL, p.arguments()...)
		if err := errors.Join(s.arm(tx, p, nil), p.stand(now)); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.created", Subject: p.ID, Site: p.Site, After: p})
	})
	if err != nil {
		return Post{}, fault.Place(fmt.Errorf("create post %s: %w", p.Code, err), taken)
	}
	return p, nil
}

// Update changes a post. Where its hours, how many are needed, its grace or whether it is in use change, what is expected counts anew from now
// on. Needs post.update at its site. Invalid for another site; Conflict with the current record when version is not the stored one.
func (s *Service) Update(ctx context.Context, who actor.Actor, post id.Post, version int64, in Input) (Post, error) {
	var p Post
	err := s.change(ctx, who, CanUpdate, post, func(tx *db.Tx, old Post) error {
		if in.Site.IsZero() {
			in.Site = old.Site
		}
		if err := in.Check(); err != nil {
			return err
		}
		var c fault.Check
		if c.That(in.Site == old.Site, "site_id", "fixed", "A post stays at its site. Add another post."); c.Err() != nil {
			return c.Err()
		}
		if old.Version != version {
			return fault.Stale("post", old)
		}
		p = in.post(old, version+1, s.now())
		if err := p.settle(ctx, tx, old); err != nil {
			return err
		}
		tx.Later(updateSQL, append(p.arguments(), version)...)
		duties, err := s.duties(ctx, tx, p, p.Updated)
		if err != nil {
			return err
		}
		if err := errors.Join(s.arm(tx, p, duties), p.stand(p.Updated)); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.updated", Subject: post, Site: p.Site, Before: old, After: p})
	})
	if err != nil {
		return Post{}, fault.Place(fmt.Errorf("update post %s: %w", post, err), taken)
	}
	return p, nil
}

// change gives a post to a change that nobody else makes meanwhile: NotFound for who may not see it, Forbidden for who may see it only.
func (s *Service) change(ctx context.Context, who actor.Actor, may actor.Permission, post id.Post, do func(tx *db.Tx, old Post) error) error {
	if err := who.Require(may); err != nil {
		return err
	}
	see, err := sightOf(who)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, lock, post); err != nil {
			return err
		}
		old, err := s.get(ctx, tx, see, post)
		if err != nil {
			return err
		}
		if may == CanHold { // of whom: see who is meant
			return do(tx, old)
		}
		if err := who.RequireAt(may, old.Site); err != nil {
			return err
		}
		return do(tx, old)
	})
}

// Delete removes a post at which nobody was ever rostered or on duty, and of which nothing is planned. Needs post.delete at its site; Conflict
// otherwise, and when version is not the stored one.
func (s *Service) Delete(ctx context.Context, who actor.Actor, post id.Post, version int64) error {
	err := s.change(ctx, who, CanDelete, post, func(tx *db.Tx, old Post) error {
		if old.Version != version {
			return fault.Stale("post", old)
		}
		const advice = "Make it inactive instead: what was there stays."
		n, err := tx.Exec(ctx, deleteSQL, post, version)
		if err != nil {
			return fault.InUse(err, "post", advice)
		}
		if n == 0 {
			return fault.Of(fault.Conflict, "Something is planned for this post. "+advice)
		}
		s.deadlines.Meet(tx, id.Of[id.Any](post.Bytes()))
		return s.journal.Record(ctx, tx, journal.Change{Verb: "post.deleted", Subject: post, Site: old.Site, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete post %s: %w", post, err)
	}
	return nil
}

// Whole is a post with what belongs to it.
type Whole struct {
	Post
	Roster   []Assignment        // who is rostered now and to come, the first first
	Duties   []Duty              // who held it and holds it, the last first
	Expected []deadline.Deadline // what was and is expected of it, by its time
	Gaps     []Gap               // where too few are rostered in the next seven days
}

// How much of a post is told with it.
const (
	wholeRoster   = 100
	wholeDuties   = 20
	wholeExpected = 20
	wholeAhead    = 7 * 24 * time.Hour
)

// GetWhole is Get with the roster to come, who held it lately, what was expected of it, and where too few are rostered.
func (s *Service) GetWhole(ctx context.Context, who actor.Actor, post id.Post) (w Whole, err error) {
	see, err := sightOf(who)
	if err != nil {
		return Whole{}, err
	}
	now := s.now()
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		db.Soon(tx, &w.Roster, scanAssignment, rosterOf, []id.Post{post}, now, now.Add(farAhead), wholeRoster)
		db.Soon(tx, &w.Duties, scanDuty, lastDuties, post, wholeDuties)
		deadline.Of(tx, &w.Expected, id.Of[id.Any](post.Bytes()))
		w.Post, err = s.get(ctx, tx, see, post)
		return err
	})
	if err != nil {
		return Whole{}, err
	}
	w.Expected = w.Expected[max(0, len(w.Expected)-wholeExpected):]
	zone, err := w.zone()
	if err != nil {
		return Whole{}, err
	}
	w.Gaps = w.gaps(zone, w.Roster, now, now.Add(wholeAhead))
	return w, nil
}
