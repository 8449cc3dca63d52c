package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// visit is what every page of a signed-in person starts from. A handler may change its frame (Thin, Maps) before it is shown.
type visit struct {
	who    actor.Actor
	tenant org.Tenant
	zone   *time.Location // the organisation's, for times that belong to no site
	now    time.Time
	frame  ui.Frame
}

// visit prepares the frame of a page with a title. Unauthenticated when nobody is signed in.
func (p *pages) visit(r *http.Request, title string) (visit, error) {
	who := actor.From(r.Context())
	tenant, err := p.Org.GetTenant(r.Context(), who)
	if err != nil {
		return visit{}, err
	}
	zone, err := clock.Zone(tenant.Zone)
	if err != nil {
		return visit{}, fmt.Errorf("zone of the organisation: %w", err)
	}
	unread, err := p.Notices.CountUnread(r.Context(), who)
	if err != nil {
		return visit{}, err
	}
	v := visit{who: who, tenant: tenant, zone: zone, now: p.Now()}
	v.frame = ui.Frame{
		Title: title, Nonce: p.nonce(r), Look: ui.LookOf(r), Areas: ui.Visible(ui.Areas(), who, r.URL.Path), Find: "/search/hits",
		Bell: ui.Bell{Href: noticesPath, Unread: unread, Events: noticesPath + "/stream"},
		Me:   ui.Me{ID: who.Person().String(), Name: who.Name(), Detail: tenant.Name},
	}
	v.frame.Acting, v.frame.Frozen = actingOf(v), p.frozen()
	return v, nil
}

// frozen is the line over every page while nothing may be changed.
func (p *pages) frozen() ui.Note {
	if p.ReadOnly == nil {
		return ui.Note{}
	}
	reason, on := p.ReadOnly()
	if !on {
		return ui.Note{}
	}
	return ui.Note{Tone: ui.Wait, Title: "Nothing can be changed just now", Text: "The people who run this installation have stopped all changes for a while. You can read everything, and sign in and out. They say why: " + reason}
}

// show writes a page in its frame, with the line that the request before left to be said.
func (p *pages) show(w http.ResponseWriter, r *http.Request, status int, v visit, body ...templ.Component) error {
	v.frame.Toast.Text = p.takeFlash(w, r)
	return p.render(w, r, status, within(ui.Layout(v.frame), together(body...)))
}

// door writes a page without a frame: sign-in, set-up.
func (p *pages) door(w http.ResponseWriter, r *http.Request, status int, d ui.Door, body ...templ.Component) error {
	d.Nonce, d.Look, d.Frozen = p.nonce(r), ui.LookOf(r), p.frozen()
	return p.render(w, r, status, within(ui.Alone(d), together(body...)))
}

// render writes a whole document. Nothing is written when it cannot be rendered.
func (p *pages) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b := templ.GetBuffer()
	defer templ.ReleaseBuffer(b)
	if err := c.Render(r.Context(), b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // a client that left is nobody's fault
	return nil
}

// seeOther answers a form that did what it should: the browser goes to a page, which says the line once.
func (p *pages) seeOther(w http.ResponseWriter, r *http.Request, to, line string) error {
	if line != "" {
		p.putFlash(w, line)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // callers give paths of ours; what comes from outside went through ownPath
	return nil
}

func (p *pages) nonce(r *http.Request) string {
	if p.Nonce == nil {
		return ""
	}
	return p.Nonce(r.Context())
}

// within puts children into a component that takes them.
func within(outer, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, children), w)
	})
}

// together renders components one after another.
func together(all ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		ctx = templ.ClearChildren(ctx)
		for _, c := range all {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}
