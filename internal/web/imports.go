package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/exchange"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/web/ui"
)

// importTime is how long a file may take: its rows are tried one by one.
const importTime = 2 * time.Minute

// importRoutes are the pages on which workbooks come in.
func (p *pages) importRoutes() []reply.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []reply.Route{
		{Method: get, Path: "/imports", Permission: exchange.CanImport, Handler: p.listImports, Name: "import.list"},
		{Method: post, Path: "/imports", Permission: exchange.CanImport, Handler: p.tryImport, Name: "import.try", Changes: true, MaxBody: exchange.MaxBytes + 1<<16, Timeout: importTime},
		{Method: get, Path: "/import-templates/{table}", Permission: exchange.CanImport, Handler: p.importTemplate, Name: "import.template"},
		{Method: get, Path: "/imports/{id}", Permission: exchange.CanImport, Handler: p.getImport, Name: "import.get"},
		{Method: get, Path: "/imports/{id}/leftover", Permission: exchange.CanImport, Handler: p.importLeftover, Name: "import.leftover"},
		{Method: post, Path: "/imports/{id}/apply", Permission: exchange.CanImport, Handler: p.applyImport, Name: "import.apply", Changes: true, Timeout: importTime},
		{Method: post, Path: "/imports/{id}/drop", Permission: exchange.CanImport, Handler: p.dropImport, Name: "import.drop", Changes: true},
	}
}

// importsView is what the page of imports shows.
type importsView struct {
	Kinds  []importKind
	Kind   exchange.Kind
	Faults ui.Faults
}

type importKind struct {
	Kind  exchange.Kind
	Title string
}

func (p *pages) listImports(w http.ResponseWriter, r *http.Request) error {
	return p.showImports(w, r, exchange.Kind(r.URL.Query().Get("table")), nil)
}

// showImports offers templates and takes a file; refusal is what was said to the last one.
func (p *pages) showImports(w http.ResponseWriter, r *http.Request, kind exchange.Kind, refusal error) error {
	status, faults, title := http.StatusOK, ui.Faults{}, "Import"
	if refusal != nil {
		var ok bool
		if faults, status, ok = formFault(refusal); !ok {
			return refusal
		}
		title = "Error: " + title
	}
	v, err := p.visit(r, title)
	if err != nil {
		return err
	}
	found, err := p.Exchange.List(r.Context(), v.who, page.Request{After: r.URL.Query().Get("after"), Limit: 20})
	if err != nil {
		return err
	}
	view := importsView{Kind: kind, Faults: faults}
	for _, k := range p.Exchange.Kinds() {
		view.Kinds = append(view.Kinds, importKind{k, p.Exchange.Title(k)})
	}
	head := ui.Head{Title: "Import", Sub: "Bring records in from a spreadsheet. You see what would happen before anything does."}
	l := p.importList(v, found.Items)
	if found.Next != "" {
		l.More.Next = "/imports?after=" + url.QueryEscape(found.Next)
	}
	body := emptied("imports", ui.Empty{Icon: "list", Title: "Nothing imported yet", Text: "Take a template, fill it in, and choose it here."})
	if len(found.Items) > 0 {
		body = ui.Listed(l)
	}
	return p.show(w, r, status, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), within(split(), together(within(stacked(), together(importForm(view), body)), importTemplates(view))))
}

func (p *pages) importList(v visit, all []exchange.Import) ui.List {
	l := ui.List{
		ID: "imports", Caption: "Your imports, newest first", More: paged(len(all), "import", "imports"),
		Columns: []ui.Column{{Label: "File", Slot: ui.Subject}, {Label: "State", Slot: ui.Status}, {Label: "Table", Slot: ui.Third}, {Label: "When"}, {Label: "Rows", Slot: ui.Amount}},
	}
	for _, x := range all {
		l.Rows = append(l.Rows, ui.Row{Href: "/imports/" + x.ID.String(), Cells: []ui.Cell{
			{Text: x.FileName}, {Pill: importState(x)}, {Text: p.Exchange.Title(x.Kind)}, {Text: moment(x.Created, v.now, v.zone)}, {Text: number(x.Total)},
		}})
	}
	return l
}

func importState(x exchange.Import) ui.Pill {
	switch x.State {
	case exchange.Applied:
		return ui.Pill{Tone: ui.Done, Text: "Imported"}
	case exchange.Dropped:
		return ui.Pill{Tone: ui.Shut, Text: "Given up"}
	}
	return ui.Pill{Tone: ui.Wait, Text: "Not imported yet"}
}

// tryImport reads a file from a form of several parts: the table, then the file.
func (p *pages) tryImport(w http.ResponseWriter, r *http.Request) error {
	kind, x, err := p.readImport(r)
	if err != nil {
		if _, _, ok := formFault(err); ok {
			return p.showImports(w, r, kind, err)
		}
		return err
	}
	return p.seeOther(w, r, "/imports/"+x.ID.String(), "")
}

func (p *pages) readImport(r *http.Request) (kind exchange.Kind, x exchange.Import, err error) {
	parts, err := reply.FormParts(r)
	if err != nil {
		return "", x, err
	}
	for {
		part, more, err := parts.Next()
		if err != nil {
			return kind, x, err
		}
		if !more {
			return kind, x, noFile()
		}
		switch part.FormName() {
		case "table":
			kind, err = readTable(part)
		case "file":
			if part.FileName() == "" {
				return kind, x, noFile()
			}
			x, err = p.Exchange.Try(r.Context(), actor.From(r.Context()), kind, part.FileName(), part)
			return kind, x, err
		default:
			return kind, x, fault.Of(fault.Malformed, "This form has a field that is not known here. Load the page again.")
		}
		if err != nil {
			return kind, x, err
		}
	}
}

func readTable(part *multipart.Part) (exchange.Kind, error) {
	raw, err := io.ReadAll(io.LimitReader(part, 40))
	if err != nil {
		return "", reply.Unreadable(err)
	}
	return exchange.Kind(raw), nil
}

func noFile() error {
	var c fault.Check
	c.Add("file", "required", "Choose a file.")
	return c.Err()
}

func (p *pages) applyImport(w http.ResponseWriter, r *http.Request) error {
	imported, version, err := importAct(r)
	if err != nil {
		return err
	}
	x, err := p.Exchange.Apply(r.Context(), actor.From(r.Context()), imported, version)
	if fault.KindOf(err) == fault.Conflict {
		return p.showImport(w, r, http.StatusConflict, ui.Note{Tone: ui.Late, Title: "Nothing was imported", Text: fault.As(err).Message, Urgent: true})
	}
	if err != nil {
		return err
	}
	return p.seeOther(w, r, "/imports/"+x.ID.String(), plural(int(x.Total-x.Wrong), "row")+" imported")
}

func (p *pages) dropImport(w http.ResponseWriter, r *http.Request) error {
	imported, version, err := importAct(r)
	if err != nil {
		return err
	}
	if err := p.Exchange.Drop(r.Context(), actor.From(r.Context()), imported, version); err != nil {
		return err
	}
	return p.seeOther(w, r, "/imports", "The import is given up")
}

func importAct(r *http.Request) (id.Import, int64, error) {
	imported, err := pathID[id.Import](r, "import")
	if err != nil {
		return id.Import{}, 0, err
	}
	f, err := readForm(r)
	return imported, f.version(), err
}

func (p *pages) importTemplate(w http.ResponseWriter, r *http.Request) error {
	kind := exchange.Kind(r.PathValue("table"))
	var b bytes.Buffer
	if err := p.Exchange.Template(actor.From(r.Context()), kind, &b); err != nil {
		return err
	}
	return sendFile(w, string(kind)+"-template.xlsx", exchange.XLSX, b.Bytes())
}

func (p *pages) importLeftover(w http.ResponseWriter, r *http.Request) error {
	imported, err := pathID[id.Import](r, "import")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.Exchange.Leftover(r.Context(), actor.From(r.Context()), imported, &b); err != nil {
		return err
	}
	return sendFile(w, "rows-to-mend.xlsx", exchange.XLSX, b.Bytes())
}

// sendFile answers with a file to be kept.
func sendFile(w http.ResponseWriter, name string, f exchange.Format, body []byte) error {
	fileHead(w, name, f)
	_, err := w.Write(body)
	return err
}

func fileHead(w http.ResponseWriter, name string, f exchange.Format) {
	w.Header().Set("Content-Type", f.MediaType())
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
}
