package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/graph/gen"
)

// Field is a field that a resolver answers, with a query that asks for it.
type Field struct {
	Name       string // "Query.site"
	Permission actor.Permission
	Noun       string         // what the variable id names: "site"; "" when the query has none
	Document   string         // a query or mutation that asks for the field
	Variables  map[string]any // examples of what it needs besides id
}

// Fields lists what the API answers, in the order of their names.
func Fields() []Field {
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	declared := Permissions()
	var out []Field
	for _, name := range resolved() {
		on, field, _ := strings.Cut(name, ".")
		f := Field{Name: name, Permission: declared[name], Variables: map[string]any{}}
		def := schema.Types[on].Fields.ForName(field)
		if on == schema.Query.Name || on == schema.Mutation.Name {
			f.root(schema, strings.ToLower(on), def)
		} else {
			f.nested(schema, on, def)
		}
		out = append(out, f)
	}
	return out
}

// root asks for a field of Query or Mutation.
func (f *Field) root(schema *ast.Schema, kind string, def *ast.FieldDefinition) {
	var declared, given []string
	for _, arg := range def.Arguments {
		name := arg.Name
		switch {
		case name == "id" || name == "personId" && len(def.Arguments) == 1:
			f.Noun = nounOf(def.Name)
			declared, given = append(declared, "$id: ID!"), append(given, name+": $id")
			continue
		case !arg.Type.NonNull || arg.DefaultValue != nil:
			continue
		}
		f.Variables[name] = exampleOf(schema, name, arg.Type)
		declared, given = append(declared, "$"+name+": "+arg.Type.String()), append(given, name+": $"+name)
	}
	f.Document = fmt.Sprintf("%s%s { %s%s%s }", kind, inBrackets(declared), def.Name, inBrackets(given), selectionOf(schema, def.Type))
}

// nested asks for a field of a record.
func (f *Field) nested(schema *ast.Schema, on string, def *ast.FieldDefinition) {
	ways := map[string]string{
		"Calendar":     "siteCalendar(id: $id) { %s }",
		"Member":       "group(id: $id) { members(first: 1) { edges { node { %s } } } }",
		"Session":      "sessions(personId: $id) { %s }",
		"StatusChange": "assetStatuses(id: $id) { edges { node { %s } } }",
		"Comment":      "ticketComments(id: $id) { edges { node { %s } } }",
		"TicketLine":   "ticketHistory(id: $id) { edges { node { %s } } }",
	}
	nouns := map[string]string{"Calendar": "site", "Member": "group", "Session": "person", "StatusChange": "asset", "Comment": "ticket", "TicketLine": "ticket"}
	f.Noun = cmp.Or(nouns[on], strings.ToLower(on))
	way := cmp.Or(ways[on], strings.ToLower(on)+"(id: $id) { %s }")
	f.Document = "query($id: ID!) { " + fmt.Sprintf(way, def.Name+selectionOf(schema, def.Type)) + " }"
}

// nounOf is what a field's id names: "site" of "updateSite".
func nounOf(field string) string {
	if strings.HasSuffix(strings.ToLower(field), "sessions") || field == "devices" || field == "why" {
		return "person"
	}
	if strings.Contains(strings.ToLower(field), "asset") { // setAssetStatus, assetSpent
		return "asset"
	}
	if noun, ok := strings.CutSuffix(field, "Files"); ok { // siteFiles
		return noun
	}
	if strings.Contains(strings.ToLower(field), "ssoprovider") { // updateSsoProvider
		return "provider"
	}
	if field == "fileLink" {
		return "file"
	}
	if strings.HasSuffix(strings.ToLower(field), "sitecalendar") { // siteCalendar, putSiteCalendar
		return "site"
	}
	if strings.Contains(strings.ToLower(field), "ladder") { // a ladder is named by its category
		return "category"
	}
	for _, noun := range []string{"webhook", "delivery", "ticket", "import", "checklist", "plan", "task", "form", "post"} { // pingWebhook, moveTicket, publishChecklist, planComing
		if strings.Contains(strings.ToLower(field), noun) {
			return noun
		}
	}
	for _, verb := range []string{"update", "delete", "read", "mute", "unmute", "invite"} {
		if rest, ok := strings.CutPrefix(field, verb); ok {
			return strings.ToLower(rest)
		}
	}
	return field
}

func inBrackets(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func selectionOf(schema *ast.Schema, t *ast.Type) string {
	if schema.Types[t.Name()].IsLeafType() {
		return ""
	}
	return " { __typename }"
}

// exampleOf gives a value that the use cases take.
func exampleOf(schema *ast.Schema, name string, t *ast.Type) any {
	if t.Elem != nil {
		return []any{exampleOf(schema, name, t.Elem)}
	}
	def := schema.Types[t.Name()]
	switch def.Kind {
	case ast.Enum:
		return def.EnumValues[0].Name
	case ast.InputObject:
		out := map[string]any{}
		for _, f := range def.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				out[f.Name] = exampleOf(schema, f.Name, f.Type)
			}
		}
		return out
	}
	switch t.Name() {
	case "Time":
		return "2026-11-26T08:00:00Z"
	case "Date":
		return "2026-11-26"
	}
	known := map[string]any{"zone": "Asia/Kolkata", "permission": "site.read", "permissions": "site.read", "code": "EXAMPLE", "loginId": "example", "name": "Example",
		"url": "https://example.com/", "issuer": "https://example.com", "key": "board.posts", "events": "site.updated", "until": 1080, "rule": "0 8 * * *"}
	if v, ok := known[name]; ok {
		return v
	}
	i := slices.Index([]string{"Int", "Float", "Boolean", "ID"}, t.Name())
	return []any{1, 1, true, "0190c3a4-7b1e-7c3d-9a5f-2b1c4d5e6f70", "example"}[cmp.Or(i+1, 5)-1]
}
