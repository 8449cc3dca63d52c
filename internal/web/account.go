package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/auth"
	"intelliwiz/internal/org"
	"intelliwiz/internal/web/ui"
)

// accountView is what somebody sees of themselves.
type accountView struct {
	About  ui.Facts
	Rights []rightsGroup
	Told   templ.Component // what happened to how they sign in
	Acted  templ.Component // who acted as them
}

// rightsGroup is what somebody may do in one area of the product.
type rightsGroup struct {
	Area   string
	Rights []right
}

type right struct {
	Name         actor.Permission
	Label, Where string
}

// accountPage shows who one is here and what one may do.
func (p *pages) accountPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "My account")
	if err != nil {
		return err
	}
	a, err := p.Auth.GetAccount(r.Context(), v.who)
	if err != nil {
		return err
	}
	told, err := p.Auth.ListTold(r.Context(), v.who)
	if err != nil {
		return err
	}
	as, err := p.Auth.ListImpersonations(r.Context(), v.who)
	if err != nil {
		return err
	}
	view := accountView{About: accountFacts(v, a), Rights: rightsOf(v.who, p.Org.Declared()), Told: toldCard(v, told), Acted: actedCard(v, as)}
	return p.show(w, r, http.StatusOK, v, ui.Headed(accountHead(v)), ui.Tabbed(accountTabs(accountPath)), accountPart(view))
}

// toldCard shows what happened to how one signs in, as the mails said it.
func toldCard(v visit, all []auth.Told) templ.Component {
	log := ui.Log{ID: "told", Label: "What happened to how you sign in, the newest first"}
	for _, x := range all {
		log.Entries = append(log.Entries, ui.Entry{Time: x.At, At: x.At.In(v.zone).Format(clockForm), Ago: day(x.At, v.now, v.zone), Icon: "lock", What: x.Words, Meta: []string{"by " + x.By}})
	}
	if len(all) == 0 {
		return together()
	}
	return within(ui.Boxed(ui.Card{Title: "My sign-in", Flush: true}), ui.Registered(log))
}

func accountHead(v visit) ui.Head {
	return ui.Head{Title: v.who.Name(), Sub: v.tenant.Name + ". " + zoneLine(v.zone)}
}

func accountTabs(here string) ui.Tabs {
	t := ui.Tabs{Label: "My account"}
	for _, x := range []ui.Tab{{Text: "About me", Href: accountPath}, {Text: "Password", Href: passwordPath}, {Text: "Signing in", Href: factorsPath}, {Text: "Sessions", Href: sessionsPath}, {Text: "Notices", Href: wishesPath}, {Text: "API tokens", Href: tokensPath}} {
		x.Here = x.Href == here
		t.Items = append(t.Items, x)
	}
	return t
}

func accountFacts(v visit, a auth.Account) ui.Facts {
	home := ui.Fact{Label: "Home site", Value: a.SiteName}
	if a.HomeSite != nil && v.who.At(org.CanReadSite, *a.HomeSite) {
		home.Href = "/sites/" + a.HomeSite.String()
	}
	return ui.Facts{Title: "About me", Items: []ui.Fact{
		{Label: "Name", Value: a.Name},
		{Label: "Code", Value: a.Code, Code: true},
		{Label: "Login", Value: a.Login},
		{Label: "E-mail", Value: a.Email},
		{Label: "Mobile", Value: a.Mobile},
		home,
		{Label: "Password", Value: "Changed " + amid(a.PasswordChanged, v.now, v.zone), Href: passwordPath},
	}}
}

// rightsOf puts what an actor may do into words, by area in the order of the roles page.
func rightsOf(who actor.Actor, declared []actor.Declared) []rightsGroup {
	var out []rightsGroup
	for _, d := range declared {
		if !who.Can(d.Name) {
			continue
		}
		at := slices.IndexFunc(out, func(g rightsGroup) bool { return g.Area == d.Area })
		if at < 0 {
			at = len(out)
			out = append(out, rightsGroup{Area: d.Area})
		}
		out[at].Rights = append(out[at].Rights, right{d.Name, d.Label, whereOf(who, d.Name)})
	}
	return out
}

// rightsLine is what somebody may do in the same places.
type rightsLine struct{ Labels, Where string }

// lines puts the rights of a group together by where they hold.
func (g rightsGroup) lines() []rightsLine {
	var out []rightsLine
	for _, x := range g.Rights {
		at := slices.IndexFunc(out, func(l rightsLine) bool { return l.Where == x.Where })
		if at < 0 {
			out = append(out, rightsLine{Labels: x.Label, Where: x.Where})
			continue
		}
		out[at].Labels += ", " + lowered(x.Label)
	}
	return out
}

func whereOf(who actor.Actor, p actor.Permission) string {
	sites, all := who.Sites(p)
	switch {
	case all:
		return "everywhere"
	case len(sites) == 0:
		return "in your units"
	}
	return "at " + plural(len(sites), "site")
}
