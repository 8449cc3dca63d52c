package web

import "intelliwiz/internal/reply"

// setupRoutes are the pages on which an organisation is set up: its tree, people, groups, code lists, roles and grants.
func (p *pages) setupRoutes() []reply.Route {
	return nil
}
