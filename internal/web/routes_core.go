package web

import (
	"net/http"

	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/static"
)

// passwordPath is where somebody changes their own password.
const passwordPath = "/account/password"

// coreRoutes are the pages that everybody needs: sign-in, the own account, Today, search and the audit trail.
func (p *pages) coreRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: static.Prefix + "{file}", Permission: reply.Public, Handler: p.staticFile, Name: "static.get", Unlimited: true},
		{Method: post, Path: "/look", Permission: reply.Public, Handler: p.setLook, Name: "look.set", Changes: true},
		{Method: get, Path: "/login", Permission: reply.Public, Handler: p.signInPage, Name: "signin.page"},
		{Method: post, Path: "/login", Permission: reply.Public, Handler: p.signIn, Name: "signin", Changes: true},
		{Method: post, Path: "/logout", Permission: reply.Public, Handler: p.signOut, Name: "signout", Changes: true},
	}
}

func (p *pages) staticFile(w http.ResponseWriter, r *http.Request) error {
	static.Handler().ServeHTTP(w, r)
	return nil
}
