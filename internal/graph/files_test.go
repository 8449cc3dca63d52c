package graph_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/graph"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestFilesAreListedLinkedAndDeleted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		boss, viewer := x.Actor(org.Supervisor), x.Actor(org.Viewer)
		ticket := x.NewTicket(x.Harbour.ID, x.Category("HVAC").ID, "Leak")
		added, err := x.Files.Upload(t.Context(), boss, "ticket", id.Of[id.Any](ticket.ID.Bytes()), "notes.txt", strings.NewReader("Check the seal.\n"))
		if err != nil {
			t.Fatal(err)
		}
		f := o{"f": added.ID.String()}
		list := x.ask(viewer, `query($t: ID!) { x: ticketFiles(id: $t) { id owner ownerId siteId name mediaType size width height sha256 person { name } createdAt } }`, o{"t": ticket.ID.String()}).data()["x"]
		want := o{"id": f["f"], "owner": "ticket", "ownerId": ticket.ID.String(), "siteId": x.Harbour.ID.String(), "name": "notes.txt", "mediaType": "text/plain", "size": 16.0, "width": nil,
			"height": nil, "sha256": added.Hash, "person": o{"name": x.Staff[org.Supervisor].Name}, "createdAt": "2026-11-25T09:00:00Z"}
		testworld.Same(t, any([]any{want}), list)
		testworld.Same(t, any(o{"name": "notes.txt"}), x.ask(viewer, `query($f: ID!) { x: file(id: $f) { name } }`, f).data()["x"])
		link := x.ask(viewer, `query($f: ID!) { x: fileLink(id: $f) { url expiresAt } }`, f).data()["x"]
		testworld.Same(t, any("2026-11-25T09:10:00Z"), at(link, "expiresAt"))
		signed, ours := strings.CutPrefix(at(link, "url").(string), "https://iw.example.com/f/")
		_, content, err := x.Files.OpenLink(t.Context(), signed)
		if err != nil || !ours {
			t.Fatalf("%v: %v", link, err)
		}
		raw, err := io.ReadAll(content)
		if err := errors.Join(err, content.Close()); err != nil || string(raw) != "Check the seal.\n" {
			t.Errorf("got %q %v", raw, err)
		}
		gone := `mutation($f: ID!) { x: deleteFile(id: $f) }`
		testworld.Same(t, []string{"forbidden x: permission ticket.comment"}, x.ask(viewer, gone, f).faults())
		testworld.Same(t, f["f"], x.ask(boss, gone, f).data()["x"])
		testworld.Same(t, []string{"not_found x"}, x.ask(boss, gone, f).faults())
		testworld.Same(t, any([]any{}), x.ask(viewer, `query($t: ID!) { x: ticketFiles(id: $t) { id } }`, o{"t": ticket.ID.String()}).data()["x"])
	})
}

// TestFilesFollowTheirRecord: of sites, locations and assets; who does not see one sees no file of it.
func TestFilesFollowTheirRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		admin, boss := x.Actor(org.Administrator), x.Actor(org.Supervisor) // of the north, where the mill is not
		for noun, owner := range map[string]interface {
			fmt.Stringer
			Bytes() [16]byte
		}{"site": x.Mill.ID, "location": x.Location(x.Mill.ID, "GATE", nil).ID, "asset": x.NewAsset(x.Mill.ID, "M-1").ID} {
			f := x.File(noun, owner, noun+".txt", "A")
			query := `query($id: ID!) { x: ` + noun + `Files(id: $id) { name owner person { name } } }`
			testworld.Same(t, any([]any{o{"name": noun + ".txt", "owner": noun, "person": nil}}), x.ask(admin, query, o{"id": owner.String()}).data()["x"])
			testworld.Same(t, []string{"not_found x"}, x.ask(boss, query, o{"id": owner.String()}).faults())
			for _, field := range []string{`{ x: file(id: "%s") { name } }`, `{ x: fileLink(id: "%s") { url } }`, `mutation { x: deleteFile(id: "%s") }`} {
				testworld.Same(t, []string{"not_found x"}, x.ask(boss, fmt.Sprintf(field, f.ID), nil).faults())
			}
		}
	})
}

// TestFilesAreReadTogether: the statements of a list, with who added what, at one file and at twelve.
func TestFilesAreReadTogether(t *testing.T) {
	var statements atomic.Int64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d, func(c *graph.Config) { c.Wait = 100 * time.Millisecond }) // a busy machine must not split a batch
		admin := x.Actor(org.Administrator)
		for _, rows := range []int{1, 11} {
			for i := range rows {
				who := x.Actor([]string{org.Administrator, org.Supervisor}[i%2])
				if _, err := x.Files.Upload(t.Context(), who, "site", id.Of[id.Any](x.Harbour.ID.Bytes()), fmt.Sprintf("%d.txt", i), strings.NewReader("A")); err != nil {
					t.Fatal(err)
				}
			}
			statements.Store(0)
			x.ask(admin, `query($s: ID!) { siteFiles(id: $s) { name person { name } } }`, o{"s": x.Harbour.ID.String()}).data()
			if got := statements.Load(); got != 3 { // the site, its files, the people
				t.Errorf("%d statements", got)
			}
		}
	}, func(o *db.Options) { o.Observe = func(db.Stat) { statements.Add(1) } })
}
