package web

import (
	"net/http"

	"intelliwiz/internal/post"
	"intelliwiz/internal/reply"
)

// postsPath is where posts are; assignmentsPath is where the times of their rosters are.
const (
	postsPath       = "/posts"
	assignmentsPath = "/assignments"
)

// postRoutes are the pages of posts.
func (p *pages) postRoutes() []reply.Route {
	const get, send = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/posts", Permission: post.CanRead, Handler: p.listPosts, Name: "post.list"},
		{Method: send, Path: "/posts", Permission: post.CanCreate, Handler: p.createPost, Name: "post.create", Changes: true},
		{Method: get, Path: "/posts/new", Permission: post.CanCreate, Handler: p.newPost, Name: "post.new"},
		{Method: get, Path: "/posts/{id}", Permission: post.CanRead, Handler: p.getPost, Name: "post.get"},
		{Method: send, Path: "/posts/{id}", Permission: post.CanUpdate, Handler: p.updatePost, Name: "post.update", Changes: true},
		{Method: get, Path: "/posts/{id}/edit", Permission: post.CanUpdate, Handler: p.editPost, Name: "post.edit"},
		{Method: send, Path: "/posts/{id}/delete", Permission: post.CanDelete, Handler: p.deletePost, Name: "post.delete", Changes: true},
		{Method: send, Path: "/posts/{id}/take", Permission: post.CanHold, Handler: p.takePost, Name: "post.take", Changes: true},
		{Method: send, Path: "/posts/{id}/leave", Permission: post.CanHold, Handler: p.leavePost, Name: "post.leave", Changes: true},
		{Method: send, Path: "/posts/{id}/roster", Permission: post.CanUpdate, Handler: p.rosterPost, Name: "post.roster", Changes: true},
		{Method: send, Path: "/assignments/{id}/delete", Permission: post.CanUpdate, Handler: p.deleteAssignment, Name: "assignment.delete", Changes: true},
	}
}
