// Package web is the pages: it decodes a request, calls one use case and writes HTML that works without scripts. It holds no rule of
// the business, reads no database and keeps no state; an error that a form cannot show goes back to the caller, who answers with a page.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/cache"
	"intelliwiz/internal/calendar"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/file"
	"intelliwiz/internal/flag"
	"intelliwiz/internal/hook"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/ops"
	"intelliwiz/internal/org"
	"intelliwiz/internal/people"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/post"
	"intelliwiz/internal/push"
	"intelliwiz/internal/readiness"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// Config is what the pages are built from.
type Config struct {
	Org      *org.Service
	People   *people.Service
	Ticket   *ticket.Service
	Asset    *asset.Service
	Auth     *auth.Service
	Exchange *exchange.Service
	Journal  *journal.Journal
	Notices  *notice.Service
	Push     *push.Service
	Files    *file.Service
	Calendar *calendar.Service
	Hooks    *hook.Service
	Checks   *checklist.Service
	Plans    *plan.Service
	Tasks    *task.Service
	Ops      *ops.Service
	Ready    *readiness.Service
	Posts    *post.Service
	Flags    *flag.Service
	Cache    *cache.Store // keeps what pages offer to choose from
	Log      *slog.Logger
	Now      clock.Now

	Public     string // the address that labels lead to: https://iw.example.com
	Secure     bool   // served over https: cookies are marked Secure and bear the prefix __Host-
	Contact    string // whom faults are told to: mailto:security@example.com; "" = nobody is named
	TileURL    string // address of map tiles with {z}, {x} and {y}; "" = maps are a grid
	TileCredit string // whom the tiles are from
	Version    string // shown on the sign-in page

	// Nonce gives the nonce that the answer's content policy allows scripts by.
	Nonce func(ctx context.Context) string
	// Source gives the client's address, as far as configured proxies can be believed.
	Source func(r *http.Request) string
	// ReadOnly says why nothing may be changed just now; nil = everything always may.
	ReadOnly func() (reason string, on bool)
	// Parts writes what the build is made of, as CycloneDX.
	Parts func(w io.Writer) error
	// Anchors gives the signed heads of a tenant's journal that are kept outside the database; those of others may be among them.
	// nil = none are kept.
	Anchors func(ctx context.Context, tenant id.Tenant) ([]journal.Anchor, error)
}

// pages answers all requests for HTML.
type pages struct {
	Config
	offers *cache.Of[any]
	parts  *cache.Of[ticketsFound]
}

func newPages(c Config) *pages { return &pages{c, choices(c.Cache), keptParts(c.Cache)} }

// New gives the routes of every page.
func New(c Config) []reply.Route {
	p := newPages(c)
	routes := slices.Concat(p.coreRoutes(), p.operationsRoutes(), p.ownRoutes(), p.resetRoutes(), p.noticeRoutes(), p.pushRoutes(), p.ticketRoutes(), p.taskRoutes(), p.planRoutes(), p.postRoutes(), p.checklistRoutes(), p.assetRoutes(), p.fileRoutes(), p.calendarRoutes(), p.visitorRoutes(), p.setupRoutes(), p.webhookRoutes(), p.serviceRoutes(), p.phoneRoutes(), p.ssoRoutes(), p.flagRoutes())
	for i := range routes {
		routes[i] = p.settled(p.proving(routes[i]))
	}
	return routes
}
