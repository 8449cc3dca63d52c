package rest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/reply"
)

// describe is the API as a whole. huma's own pages and $schema fields are left out.
func describe(version string) huma.Config {
	const prefix = "#/components/schemas/"
	tags := []*huma.Tag{
		{Name: "Organisation", Description: "The organisation that the caller belongs to. There is no way to another."},
		{Name: "Units", Description: "The tree between the organisation and its sites: regions, branches, zones."},
		{Name: "Sites", Description: "Where work happens."},
		{Name: "Lookups", Description: "Code lists whose values the organisation may extend."},
		{Name: "People", Description: "Staff. A person is never deleted: who left is inactive, and their history stays."},
		{Name: "Groups", Description: "Groups of people or of sites."},
		{Name: "Locations", Description: "Places inside a site: buildings, floors, rooms, gates."},
		{Name: "Assets", Description: "Equipment, checkpoints, and other things that are kept account of, each with a log of its status."},
		{Name: "Tickets", Description: "Requests and incidents, what was said of them, and what happens to them next."},
		{Name: "Ticket categories", Description: "What tickets are about, and the ladders that they climb when nobody acts."},
		{Name: "Files", Description: "Pictures and documents of sites, locations, assets and tickets. What a file is, is found by looking at it; pictures are written anew."},
		{Name: "Checklists", Description: "What is asked when work is done: a library of questions, and checklists in versions that never change."},
		{Name: "Plans", Description: "What comes again: tasks, tours, routes and maintenance; when they come, what they would bring, and blackouts."},
		{Name: "Posts", Description: "Places at which somebody is to be: in which hours and how many, who is rostered, who holds them, and where too few do."},
		{Name: "Tasks", Description: "What is to be done and what was: occurrences of plans with their answers, and work that nobody planned."},
		{Name: "Calendars", Description: "Business hours and holidays, which clocks of tickets follow: of the organisation, and of sites that have their own."},
		{Name: "Roles", Description: "Named sets of permissions."},
		{Name: "Grants", Description: "Who has which role, and where: in the whole organisation, in a unit with all below it, or at a site."},
		{Name: "Account", Description: "The caller's own account. Passwords are changed and API tokens made in the browser only."},
		{Name: "Imports", Description: "Files of records on their way in. A file is tried first, row by row, and changes nothing; applying it does exactly what the trial showed, or nothing. Each person sees their own."},
		{Name: "Exports", Description: "Lists as files, whole and narrowed as the lists are. Their columns are those of an import, except of tickets, which do not come in."},
		{Name: "Phones", Description: "Signing in on a phone: an access token for ten minutes, and a refresh token that gives the next of both, once. And the phones that people are registered on."},
		{Name: "Features", Description: "What can be switched on and off while it runs, as it stands for the organisation and its people."},
		{Name: "Single sign-on", Description: "The providers that prove people of the organisation, and whether people may come in by nothing else."},
		{Name: "Services", Description: "Programs that act for the organisation, each with a token and a role of its own. They are made in the browser only."},
		{Name: "Webhooks", Description: "Programs of others that are told, in signed messages, what happens, and what they were sent."},
		{Name: "Notices", Description: "What the caller was told, and how they want to be told."},
		{Name: "Audit", Description: "What happened, signed and chained: it can be read and checked, not changed."},
	}
	format := huma.Format{Marshal: encode, Unmarshal: json.Unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "IntelliWiz", Version: version, Description: "Every list is answered in pieces: `next` is the cursor of the next piece, " +
				"for `after`. A record is replaced with the `version` that was read; 409 answers a stale one, with the current record. " +
				"Every problem is `application/problem+json` (RFC 9457) and names all faults at once."},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry(prefix, nameOf),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A personal API token, made on the account page."}},
			},
			Security: []map[string][]string{{"token": {}}},
			Tags:     tags,
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format}, // "json" is every type that ends in +json
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{caught},
	}
}

// nameOf names a schema after its type; the list of a thing is ThingList.
func nameOf(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if of, isList := strings.CutPrefix(name, "List"); isList && of != "" {
		return of + "List"
	}
	return name
}

// operation is a row of the table in huma's words.
func (a *api) operation(o Operation) huma.Operation {
	op := huma.Operation{
		OperationID: o.Name, Method: o.Method, Path: o.Path, Tags: []string{o.Tag}, Summary: o.Summary, DefaultStatus: o.status,
		Extensions: map[string]any{"x-permission": string(o.Permission)}, Responses: map[string]*huma.Response{},
		SkipValidateBody: true, SkipValidateParams: true, MaxBodyBytes: -1, BodyReadTimeout: -1,
	}
	if o.Permission != reply.SignedIn {
		op.Description = "Needs the permission `" + string(o.Permission) + "`."
	}
	if o.content != nil {
		op.Responses[strconv.Itoa(http.StatusOK)] = &huma.Response{Description: http.StatusText(http.StatusOK), Content: plain(o.content)}
	}
	if o.Takes != nil && !o.form() {
		op.RequestBody = &huma.RequestBody{Required: true, Content: plain(o.Takes)}
	}
	problem := a.registry().Schema(reflect.TypeFor[Problem](), true, "")
	for _, status := range problems(o) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: problemWords[status],
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
	}
	return op
}

var problemWords = map[int]string{
	http.StatusBadRequest:            "The body or the query cannot be read.",
	http.StatusUnauthorized:          "There is no valid API token.",
	http.StatusForbidden:             "The caller lacks the permission, or lacks it there.",
	http.StatusNotFound:              "There is no such record where the caller may see it.",
	http.StatusConflict:              "The version is stale, or another record is in the way.",
	http.StatusRequestEntityTooLarge: "The file is larger than this takes.",
	http.StatusUnsupportedMediaType:  "The body is of a type that this does not take.",
	http.StatusInsufficientStorage:   "The files of the organisation take all the room that they may.",
	http.StatusUnprocessableEntity:   "Against the rules; `errors` names every fault.",
	http.StatusTooManyRequests:       "A limit of rate; see Retry-After.",
	http.StatusServiceUnavailable:    "Something that is needed is away; see Retry-After.",
}

// problems lists the statuses of an operation's refusals.
func problems(o Operation) []int {
	all := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	if o.Permission != reply.SignedIn {
		all = append(all, http.StatusForbidden)
	}
	if o.Takes != nil {
		all = append(all, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if o.form() {
		all = append(all, http.StatusInsufficientStorage)
	}
	if o.Noun != "" {
		all = append(all, http.StatusNotFound)
	}
	if o.Method != http.MethodGet && !o.reads {
		all = append(all, http.StatusConflict)
	}
	return all
}

func operationOf(p *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodGet:
		return p.Get
	case http.MethodPost:
		return p.Post
	case http.MethodPut:
		return p.Put
	}
	return p.Delete
}

// tidy takes huma's own form of an error out of the document: nothing answers with it. What only answers are made of may get
// more properties later, so it does not promise to have no others.
func (a *api) tidy() {
	schemas := a.registry().Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for name, s := range schemas {
		taken := slices.ContainsFunc(slices.Collect(maps.Values(a.bodies)), func(b *huma.Schema) bool { return strings.HasSuffix(b.Ref, "/"+name) })
		if !taken {
			s.AdditionalProperties = nil
		}
	}
}

// understood fails for a schema that says more than checker looks at, and for a text without a bound.
func (g gate) understood(name string) error {
	var err error
	seen := map[string]bool{}
	var look func(path string, s *huma.Schema)
	look = func(path string, s *huma.Schema) {
		if s.Ref != "" {
			if seen[s.Ref] {
				return
			}
			seen[s.Ref] = true
			s = g.registry.SchemaFromRef(s.Ref)
		}
		bounded := s.MaxLength != nil || len(s.Enum) > 0 || s.Format == "uuid" || s.Format == "date-time"
		switch {
		case beyond(s):
			err = fmt.Errorf("operation %s: the schema of %s says what nothing checks", name, path)
		case s.Type == huma.TypeString && !bounded, s.Type == huma.TypeArray && s.MaxItems == nil:
			err = fmt.Errorf("operation %s: %s has no bound", name, path)
		}
		if s.Items != nil {
			look(path+"[]", s.Items)
		}
		for key, p := range s.Properties {
			look(path+"."+key, p)
		}
	}
	if g.body != nil {
		look("body", g.body)
	}
	for _, p := range g.params {
		look(p.In+"."+p.Name, p.Schema)
	}
	return err
}

func beyond(s *huma.Schema) bool {
	formats := []string{"", "uuid", "date-time", "int64", "double"}
	return s.OneOf != nil || s.AnyOf != nil || s.AllOf != nil || s.Not != nil || s.Pattern != "" || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil ||
		s.MultipleOf != nil || s.UniqueItems || s.MinProperties != nil || s.MaxProperties != nil || s.ContentEncoding != "" || s.ReadOnly || s.Type == huma.TypeObject && s.AdditionalProperties != false || s.Type == "" || !slices.Contains(formats, s.Format)
}
