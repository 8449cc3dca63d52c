package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// sheetsOf gives what stands at each place of each sheet: the code of a label, or "-" for one that is left empty.
func (a answer) sheetsOf() (out [][]string) {
	for _, sheet := range a.all("ol", "class", "a4") {
		var places []string
		for n := range sheet.ChildNodes() {
			switch attr(n, "class") {
			case "skipped":
				places = append(places, "-")
			case "label":
				for x := range n.Descendants() {
					if x.Type == html.ElementNode && x.Data == "b" {
						places = append(places, textIn(x))
					}
				}
			}
		}
		out = append(out, places)
	}
	return out
}

func TestLabelsStandOnSheetsFromTheFirstFreePlace(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		house := h.Location(h.Harbour.ID, "HOUSE", nil)
		for i := range 25 {
			h.NewAsset(h.Harbour.ID, "C"+strconv.Itoa(100+i), func(in *asset.AssetInput) { in.Location = &house.ID })
		}
		mill := h.NewAsset(h.Mill.ID, "MILLSTONE")
		b := h.as(org.Viewer)
		a := b.get("/assets/labels?first=3&location="+house.ID.String()).is(http.StatusOK, "25 labels on 2 sheets of 24.", "Trouble? Scan, no login.", "HOUSE")
		sheets := a.sheetsOf()
		if len(sheets) != 2 || len(sheets[0]) != 24 || strings.Join(sheets[0][:4], " ") != "- - C100 C101" || strings.Join(sheets[1], " ") != "C122 C123 C124" {
			t.Fatalf("got %q", sheets)
		}
		// the code of each label leads to the page where one reports, and is drawn
		want, err := asset.QROf("https://iw.example/r/HOUSE/a/C100")
		if err != nil {
			t.Fatal(err)
		}
		if drawn := a.all("path", "d", want.Path); len(drawn) != 1 || len(a.all("img")) != 0 {
			t.Error("the code of C100 is not drawn")
		}
		a = b.get("/assets/labels?asset="+mill.ID.String()).is(http.StatusOK, "1 label on 1 sheet of 24.", "Mill")
		if got := a.sheetsOf(); len(got) != 1 || strings.Join(got[0], " ") != "MILLSTONE" {
			t.Errorf("a single one: %q", got)
		}
		ticked := a.ticks("asset")
		if len(ticked) != 0 {
			t.Errorf("one alone cannot be chosen from: %q", ticked)
		}
		// of those found, the ticked ones
		found := b.get("/assets/labels?location=" + house.ID.String())
		boxes := found.ticks("asset")
		if len(boxes) != 25 {
			t.Fatalf("%d boxes are ticked", len(boxes))
		}
		a = b.get("/assets/labels?first=24&location="+house.ID.String()+"&asset="+boxes[3]+"&asset="+boxes[1]).is(http.StatusOK, "2 labels on 2 sheets")
		if got := a.sheetsOf(); len(got) != 2 || got[0][23] != "C101" || strings.Join(got[1], " ") != "C103" {
			t.Errorf("the ticked ones: %q", got)
		}
		if got := a.ticks("asset"); len(got) != 2 {
			t.Errorf("%d stay ticked", len(got))
		}
	})
}

func TestLabelsAskWhichOnes(t *testing.T) {
	h := fresh(t)
	h.NewAsset(h.Mill.ID, "MILLSTONE")
	b := h.as(org.Viewer)
	a := b.get("/assets/labels").is(http.StatusOK, "Choose a site, a location or both.").lacks("No labels")
	if len(a.sheetsOf()) != 0 {
		t.Error("a sheet without a choice")
	}
	b.get("/assets/labels?site="+h.Harbour.ID.String()).is(http.StatusOK, "No labels to print", "No asset fits.")
	for _, first := range []string{"0", "25", "x"} {
		a = b.get("/assets/labels?first="+first+"&site="+h.Mill.ID.String()).is(http.StatusUnprocessableEntity, "The first label is at a place from 1 to 24.")
		if a.value("first") != first || len(a.sheetsOf()) != 0 {
			t.Errorf("%s: the field holds %q", first, a.value("first"))
		}
	}
	b.get("/assets/labels?site=nonsense").is(http.StatusUnprocessableEntity)
	b.get("/assets/labels?asset=" + id.New[id.Asset]().String()).is(http.StatusOK).lacks("MILLSTONE")
	foreign := h.SecondTenant()
	theirs := foreign.NewAsset(foreign.Harbour.ID, "THEIRS")
	b.get("/assets/labels?asset=" + theirs.ID.String()).is(http.StatusOK).lacks("THEIRS")
	kept := b.get("/assets/labels?kind=EQUIPMENT&q=mill").is(http.StatusOK, "MILLSTONE")
	if found := kept.all("input", "name", "q"); len(found) < 1 {
		t.Error("the search is lost")
	}
}
