package rest

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"intelliwiz/internal/reply"
)

//go:embed docs.html
var docsFiles embed.FS

// docsPage is the document as people read it.
type docsPage struct {
	Title, Version, Lead, Stylesheet, Home string
	Tags                                   []docsTag
}

type docsTag struct {
	Name, Lead, Anchor string
	Operations         []docsOperation
}

type docsOperation struct {
	Operation
	Description string
	Anchor      string
	Parameters  []docsField
	Fields      []docsField // of the body
	Answer      []docsField // of a success
	Answers     []docsAnswer
	Curl        string
	Example     string // of a success
}

type docsField struct {
	Name, Type, Doc string
	Required        bool
}

type docsAnswer struct{ Status, Doc string }

// docs is the page of the document, made when it is first asked for: it is the same for everybody.
func (a *api) docs() reply.Route {
	made := sync.OnceValues(func() ([]byte, error) {
		// The document's texts are Markdown, of which only `code` is used.
		words := template.FuncMap{"ticks": func(text string) []string { return strings.Split(text, "`") }, "odd": func(i int) bool { return i%2 == 1 }}
		t, err := template.New("docs.html").Funcs(words).ParseFS(docsFiles, "docs.html")
		if err != nil {
			return nil, err
		}
		var page bytes.Buffer
		err = t.Execute(&page, a.docsPage())
		return page.Bytes(), err
	})
	return reply.Route{Method: http.MethodGet, Path: "/api/docs", Permission: reply.Public, Name: "docs", Cookie: true,
		Handler: func(w http.ResponseWriter, _ *http.Request) error {
			return written(w, "text/html; charset=utf-8", made)
		}}
}

func (a *api) docsPage() docsPage {
	doc := a.huma.OpenAPI()
	p := docsPage{Title: doc.Info.Title, Version: doc.Info.Version, Lead: doc.Info.Description, Stylesheet: a.c.Stylesheet, Home: a.c.Home}
	if p.Home == "" {
		p.Home = "/"
	}
	for _, tag := range doc.Tags {
		t := docsTag{Name: tag.Name, Lead: tag.Description, Anchor: strings.ToLower(tag.Name)}
		for _, o := range a.table {
			if o.Tag == tag.Name {
				t.Operations = append(t.Operations, a.docsOperation(o, operationOf(doc.Paths[o.Path], o.Method)))
			}
		}
		p.Tags = append(p.Tags, t)
	}
	return p
}

func (a *api) docsOperation(o Operation, op *huma.Operation) docsOperation {
	out := docsOperation{Operation: o, Description: op.Description, Anchor: strings.ReplaceAll(o.Name, ".", "-"), Curl: a.curl(o, op.Parameters)}
	for _, p := range op.Parameters {
		out.Parameters = append(out.Parameters, docsField{Name: p.Name, Type: "in the " + p.In + ", " + a.typeOf(p.Schema), Doc: p.Description, Required: p.Required})
	}
	if s := a.bodies[o.Name]; s != nil {
		out.Fields = a.fields(s)
	}
	if o.form() {
		out.Fields = a.fields(op.RequestBody.Content[reply.FormType].Schema)
	}
	for _, status := range sortedKeys(op.Responses) {
		r := op.Responses[status]
		out.Answers = append(out.Answers, docsAnswer{Status: status, Doc: r.Description})
		if m := r.Content["application/json"]; m != nil {
			raw, _ := json.MarshalIndent(example(a.registry(), m.Schema), "", "  ") // examples are made of what encodes
			out.Answer, out.Example = a.fields(m.Schema), string(raw)
		}
	}
	return out
}

// fields lists the properties of an object, those of an object inside with their path.
func (a *api) fields(s *huma.Schema) []docsField {
	for s.Ref != "" {
		s = a.registry().SchemaFromRef(s.Ref)
	}
	var out []docsField
	for _, key := range sortedKeys(s.Properties) {
		p := s.Properties[key]
		out = append(out, docsField{Name: key, Type: a.typeOf(p), Doc: p.Description, Required: slices.Contains(s.Required, key)})
		if p.Items != nil {
			for _, inner := range a.fields(p.Items) {
				inner.Name = key + "[]." + inner.Name
				out = append(out, inner)
			}
		}
	}
	return out
}

// typeOf says in words what a value may be.
func (a *api) typeOf(s *huma.Schema) string {
	for s.Ref != "" {
		s = a.registry().SchemaFromRef(s.Ref)
	}
	text := s.Type
	switch {
	case len(s.Enum) > 0:
		text = "one of " + words(s.Enum)
	case s.Items != nil:
		text = "list of " + a.typeOf(s.Items)
	case s.Format == "binary":
		text = "file, in a form (" + reply.FormType + ")"
	case s.Format == "uuid":
		text = "id"
	case s.Format == "date-time":
		text = "time"
	case s.Type == "":
		text = "any"
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		text += fmt.Sprintf(", %v to %v", *s.Minimum, *s.Maximum)
	case s.Minimum != nil:
		text += fmt.Sprintf(", at least %v", *s.Minimum)
	case s.MaxLength != nil:
		text += fmt.Sprintf(", at most %d characters", *s.MaxLength)
	case s.MaxItems != nil:
		text += fmt.Sprintf(", at most %d", *s.MaxItems)
	}
	if s.Nullable {
		text += ", or null"
	}
	return text
}

// curl gives the command that calls an operation.
func (a *api) curl(o Operation, params []*huma.Param) string {
	path, sign := strings.ReplaceAll(o.Path, "{id}", "$ID"), "?"
	for _, p := range params {
		if p.In == "query" && (p.Required || p.Name == "version") {
			path, sign = path+sign+p.Name+"="+fmt.Sprint(example(a.registry(), p.Schema)), "&"
		}
	}
	line := "curl"
	if o.content != nil {
		line += " -OJ"
	}
	if o.Method != http.MethodGet {
		line += " -X " + o.Method
	}
	line += ` -H "Authorization: Bearer $TOKEN"`
	switch {
	case o.told:
		line += ` -F "report=@report.json" -F "$ITEM=@photo.jpg"`
	case o.form():
		line += ` -F "file=@photo.jpg"`
	case o.Takes != nil:
		line += ` -H "Content-Type: ` + o.Takes[0] + `" --data-binary @file`
	case o.Body != "":
		var flat bytes.Buffer
		_ = json.Compact(&flat, []byte(o.Body)) // it was encoded by us
		line += ` -H "Content-Type: application/json" \` + "\n  -d '" + strings.ReplaceAll(flat.String(), "'", `'\''`) + "'"
	}
	return line + " \\\n  \"$IW" + path + `"`
}
