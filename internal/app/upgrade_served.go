package app

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/config"
	"intelliwiz/internal/db"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/upgrade"
)

// serving tells what this version is, for the next one to compare itself with.
func serving(cfg config.Config) (upgrade.Served, error) {
	newest, err := db.Newest()
	s := upgrade.Served{Version: Version, Schema: newest}
	for _, p := range permissions() {
		s.Permissions = append(s.Permissions, string(p.Name))
	}
	for _, x := range cfg.Explain() {
		s.Settings = append(s.Settings, x.Name)
	}
	return s, err
}

// remember writes down that this version serves. Serving does not depend on it.
func (s *services) remember(ctx context.Context) {
	now, err := serving(s.cfg)
	if err == nil {
		err = upgrade.Remember(ctx, s.db, now)
	}
	if err != nil {
		s.log.WarnContext(ctx, "the version that serves is not written down: the next one cannot say what is new", "err", err)
	}
}

// served compares this version with the one that served last, on a database whose schema may be older.
func (a *ahead) served(ctx context.Context) error {
	d, err := db.Open(ctx, db.Options{URL: a.cfg.Database.URL.Reveal(), Log: a.log, MaxConns: 2, SysConns: 2})
	if err != nil {
		return err
	}
	defer d.Close()
	was, known, err := upgrade.Recall(ctx, d)
	if err != nil {
		return err
	}
	now, err := serving(a.cfg)
	if err != nil {
		return err
	}
	if known {
		a.r.Served = was.Version
		a.settings(was.Settings, now.Settings)
	}
	lacking, err := a.lacking(ctx, d, was.Permissions, known)
	if err == nil {
		a.roles(upgrade.New(was.Permissions, now.Permissions), known, lacking)
	} else {
		a.r.Find("permissions", upgrade.Note, "", "the roles could not be read: %v", err)
	}
	return nil
}

// settings tells which came and went. One that went and is still given is refused by the configuration itself.
func (a *ahead) settings(was, now []string) {
	came, went := upgrade.New(was, now), upgrade.New(now, was)
	if len(came) == 0 && len(went) == 0 {
		a.r.Find("settings", upgrade.Fine, "", "all are known, and there is no new one")
		return
	}
	if len(came) > 0 {
		a.r.Find("settings", upgrade.Note, "", "new, with their defaults unless you set them: %s", strings.Join(came, ", "))
	}
	if len(went) > 0 {
		a.r.Find("settings", upgrade.Note, "", "no longer read: %s", strings.Join(went, ", "))
	}
}

// lacking reads what the built-in roles of organisations that are there do not have and those of new ones will, by role. What was there before was taken
// away by somebody, and is not told.
func (a *ahead) lacking(ctx context.Context, d *db.DB, was []string, known bool) (map[string]map[string]bool, error) {
	kept, err := cache.New(cache.Config{Entries: 100, TTL: time.Minute, Now: a.now, Log: a.log})
	if err != nil {
		return nil, err
	}
	declared := permissions()
	s := org.New(org.Config{DB: d, Cache: kept, Now: a.now, Log: a.log, Permissions: declared})
	tenants, err := s.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]bool{}
	for _, t := range tenants {
		all, err := s.ListRoles(ctx, operator(t), page.Request{Limit: page.Max})
		if err != nil {
			return nil, err
		}
		for _, r := range all.Items {
			for _, p := range lacks(r, declared) {
				if known && slices.Contains(was, string(p)) {
					continue
				}
				if out[r.Code] == nil {
					out[r.Code] = map[string]bool{}
				}
				out[r.Code][string(p)] = true
			}
		}
	}
	return out, nil
}

// lacks are the permissions that a built-in role of a new organisation has and this one does not.
func lacks(r org.Role, declared []actor.Declared) (out []actor.Permission) {
	if !r.Builtin {
		return nil
	}
	for _, b := range org.Builtin(declared) {
		if b.Code == r.Code {
			out = upgrade.New(r.Permissions, b.Permissions)
		}
	}
	return out
}

// roles tells what administrators gain, and what nobody else does.
func (a *ahead) roles(came []string, known bool, lacking map[string]map[string]bool) {
	if known && len(came) > 0 {
		a.r.Find("permissions", upgrade.Note, "", "administrators gain %s", strings.Join(came, ", "))
	}
	for _, code := range slices.Sorted(maps.Keys(lacking)) {
		a.r.Find("permissions", upgrade.Note, "Give them on the page Roles where they are wanted.", "the role %s of organisations that are there stays without %s, which it has in new ones", code, strings.Join(slices.Sorted(maps.Keys(lacking[code])), ", "))
	}
	if len(lacking) == 0 && (!known || len(came) == 0) {
		a.r.Find("permissions", upgrade.Fine, "", "the built-in roles have what they have in new organisations")
	}
}
