package web

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/org"
	"intelliwiz/internal/ticket"
)

func TestAnAssetShowsItsTickets(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		room := h.Location(h.Harbour.ID, "ROOM", nil)
		pump := h.NewAsset(h.Harbour.ID, "PUMP", func(in *asset.AssetInput) { in.Location = &room.ID })
		kind := h.Category("HVAC").ID
		at, place := "/assets/"+pump.ID.String(), "/locations/"+room.ID.String()
		b := h.as(org.Supervisor)
		a := b.get(at).is(http.StatusOK, "Nothing is to do here.", "New ticket")
		if !strings.Contains(a.body, `href="/tickets/new?asset=`+pump.ID.String()+`&amp;site=`+h.Harbour.ID.String()+`"`) {
			t.Error("a new ticket does not name the asset and its site")
		}
		for i := range fewTickets + 1 {
			h.NewTicket(h.Harbour.ID, kind, []string{"It leaks", "It hums"}[i%2], func(in *ticket.Input) { in.Asset, in.Location = &pump.ID, &room.ID })
		}
		h.NewTicket(h.Harbour.ID, kind, "Dark room", func(in *ticket.Input) { in.Location = &room.ID })
		a = b.get(at).is(http.StatusOK, "It leaks", "It hums", "All open 6", "All 6").lacks("Dark room")
		if rows := len(a.subjects("tickets")); rows != fewTickets {
			t.Errorf("%d tickets are shown, want %d", rows, fewTickets)
		}
		b.get("/tickets?asset="+pump.ID.String()).is(http.StatusOK, "It leaks").lacks("Dark room")
		b.get(place).is(http.StatusOK, "All open 7", "All 7")
		if a := h.signedIn(h.Someone(nil, asset.CanRead, asset.CanReadLocation)).get(at).is(http.StatusOK); len(a.all("tbody", "id", "tickets")) != 0 || strings.Contains(a.body, "New ticket") {
			t.Error("one who sees no tickets sees those of an asset")
		}
	})
}
