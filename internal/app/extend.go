package app

import (
	"context"
	"path/filepath"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/blob"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/config"
	"intelliwiz/internal/deadline"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/outbound"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/push"
	"intelliwiz/internal/scan"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
	"intelliwiz/internal/web"
)

// extend builds the services that other domains learn of by registration: who is told of what, and what has files.
func (s *services) extend() error {
	s.push = s.newPush()
	s.notices = s.newNotices()
	s.lists = checklist.New(s.db, s.journal, s.cache, s.now)
	s.plans = plan.New(s.db, s.journal, plan.Straight{Speed: s.cfg.Tasks.Speed}, s.now)
	s.expected = deadline.New(deadline.Config{DB: s.db, Jobs: s.jobs, Now: s.now, Log: s.log, Tenants: s.org.Tenants, Late: s.metrics.Late})
	s.ticket = ticket.New(ticket.Config{
		Cache: s.cache, Soon: s.expected.Sooner,
		DB: s.db, Journal: s.journal, Jobs: s.jobs, Now: s.now, Door: s.auth, Limit: s.limits.Report, Tenants: s.org.Tenants, Climbed: s.metrics.Climbed,
		Bulk: func(ctx context.Context, who actor.Actor) bool { return s.flags.Bool(ctx, who, flag.BulkAssign) },
	})
	s.expected.Also(s.ticket.ClimbDue)
	s.notices.Tell(notice.Source{Verbs: ticket.Told(), Tell: s.ticket.Tellings, Nobody: ticket.TellsNobody})
	s.tasks = task.New(task.Config{
		DB: s.db, Journal: s.journal, Jobs: s.jobs, Cache: s.cache, Plans: s.plans, Checklists: s.lists, Deadlines: s.expected, Assets: s.asset, Tickets: s.ticket,
		InCharge: s.org.InCharge, Tenants: s.org.Tenants, Grace: s.cfg.Tasks.Grace, Now: s.now,
	})
	s.notices.Tell(notice.Source{Verbs: task.Told(), Tell: s.tasks.Tellings, Nobody: task.TellsNobody})
	s.posts = post.New(post.Config{DB: s.db, Journal: s.journal, Deadlines: s.expected, Tickets: s.ticket, InCharge: s.org.InCharge, Now: s.now})
	s.notices.Tell(notice.Source{Verbs: post.Told(), Tell: s.posts.Tellings})
	s.hooks = hook.New(hook.Config{
		Cache: s.cache, DB: s.db, Journal: s.journal, Jobs: s.jobs, Org: s.org, Box: seal.New(s.live.columns()), Now: s.now,
		Out: s.caller(0),
	})
	s.notices.Tell(notice.Source{Verbs: hook.Told(), Tell: s.hooks.Tellings})
	if err := s.openFiles(); err != nil {
		return err
	}
	s.files.Own("site", s.org.FileAccess)
	s.files.Own("location", s.asset.LocationAccess)
	s.files.Own("asset", s.asset.Access)
	s.files.Own("ticket", s.ticket.FileAccess)
	s.files.Own("task", s.tasks.FileAccess, file.Recordings)
	return nil
}

// caller makes what calls addresses that people of an organisation typed: those of webhooks and of providers. most bounds the bytes of an
// answer that are read; 0 = few.
func (s *services) caller(most int64) *outbound.Client {
	c := outbound.Config{Plain: s.cfg.Servers.HookHTTP, Most: most, Now: s.now}
	for _, n := range s.cfg.Servers.HookNetworks {
		c.Networks = append(c.Networks, n.Prefix)
	}
	return outbound.New(c)
}

// newNotices makes the service that tells people.
func (s *services) newNotices() *notice.Service {
	c := notice.Config{
		Push: s.push, Path: web.Record,
		DB: s.db, Journal: s.journal, Jobs: s.jobs, Mail: s.mail, Org: s.org, People: s.people, Cache: s.cache, Now: s.now, Log: s.log, Live: s.auth.Live,
	}
	if base := s.publicURL(); base != "" {
		c.Settings = base + web.SettingsPath
		c.Address = func(noun string, record id.Any) string {
			if path := web.Record(noun, record); path != "" {
				return base + path
			}
			return ""
		}
	}
	return notice.New(c)
}

// newPush makes what sends to people's browsers.
func (s *services) newPush() *push.Service {
	contact := s.cfg.HTTP.Contact
	if contact == "" {
		contact = s.publicURL()
	}
	return push.New(push.Config{
		DB: s.db, Journal: s.journal, Jobs: s.jobs, Out: s.caller(0), Box: seal.New(s.live.columns()), Now: s.now, Tenants: s.org.Tenants, Contact: contact,
		On: func(ctx context.Context, tenant id.Tenant, person id.Person) bool {
			return s.flags.BoolFor(ctx, tenant, person, flag.WebPush) && s.holds.Stopped(tenant, person) == nil
		},
	})
}

// openFiles makes the service of files, on a folder or a bucket.
func (s *services) openFiles() error {
	blobs, err := blob.Open(s.cfg.Servers.Blob.Reveal(), filepath.Join(s.cfg.Data, "files"))
	if err != nil {
		return config.Faults{{Name: "BLOB_URL", Problem: err.Error()}}
	}
	s.blobs = blobs
	c := file.Config{
		DB: s.db, Journal: s.journal, Jobs: s.jobs, Blobs: blobs, Links: blob.NewSigner(s.live.links().All, s.now), Now: s.now, Log: s.log,
		Scratch: filepath.Join(s.cfg.Data, "uploads"), Max: int64(s.cfg.Files.Max), Quota: int64(s.cfg.Files.Quota),
	}
	if s.cfg.Servers.Clamd != "" {
		if c.Scanner, err = scan.New(s.cfg.Servers.Clamd); err != nil {
			return config.Faults{{Name: "CLAMD_URL", Problem: err.Error()}}
		}
	}
	if s.files, err = file.New(c); err != nil {
		return config.Faults{{Name: "IW_DATA_DIR", Problem: err.Error()}}
	}
	return nil
}
