package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

func TestAnAssetsPageSaysWhatItIs(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		room := h.Location(h.Tower.ID, "ROOM", nil)
		motor := h.NewAsset(h.Tower.ID, "MOTOR")
		brand, unit, meter := h.Value(org.AssetBrand, "NORDIC"), h.Value(org.AssetUnit, "KG"), h.Value(org.AssetMeter, "TRIPS")
		lift := h.NewAsset(h.Tower.ID, "LIFT", func(in *asset.AssetInput) {
			in.Name, in.Location, in.Parent, in.Critical, in.Brand, in.Model, in.Serial = "Lift one", &room.ID, &motor.ID, true, &brand.ID, "L-9", "S-77"
			in.Capacity, in.Unit, in.Meter, in.MeterFactor, in.MadeYear = ptr(630.5), &unit.ID, &meter.ID, 10, ptr(int64(2021))
			in.PurchasedOn, in.WarrantyUntil, in.ServiceFrom, in.ServiceUntil = "2021-04-01", "2026-11-24", "2026-01-01", "2026-12-20"
			in.Point = &org.Point{Latitude: 18.5, Longitude: 73.8}
		})
		h.NewAsset(h.Tower.ID, "ROPE", func(in *asset.AssetInput) { in.Parent = &lift.ID })
		at := "/assets/" + lift.ID.String()
		a := h.as(org.Technician).get(at).is(http.StatusOK, "Lift one", "LIFT", "Equipment, critical. Working since today, 14:30. Times are in Asia/Kolkata.",
			"Brand NORDIC", "Model L-9", "Serial S-77", "Made in 2021", "Capacity 630.5 KG", "Meter TRIPS, times 10", "Purchased 1 Apr 2021",
			"Warranty Ended 24 Nov 2026", "Service contract Ends 20 Dec 2026", "Belongs to it", "ROPE", "18.50000° N, 73.80000° E", "Trouble? Scan, no login.",
			"Working 0 % of the time since today, 14:30", "by the system", "0 min so far").lacks("Delete", "Changes")
		for _, to := range []string{"/sites/" + h.Tower.ID.String(), "/locations/" + room.ID.String(), "/assets/" + motor.ID.String(), "/assets/labels?asset=" + lift.ID.String()} {
			if !a.linksTo(to) {
				t.Errorf("the page has no link to %s", to)
			}
		}
		if a.linksTo(at + "/edit") {
			t.Error("a technician is sent to change the asset")
		}
		admin := h.as(org.Administrator).get(at).is(http.StatusOK, "Delete", "Changes", "Added")
		if !admin.linksTo(at+"/edit") || !admin.posts(at+"/delete") {
			t.Error("an administrator can neither change nor delete")
		}
		h.as(org.Guard).get(at).is(http.StatusNotFound)
		h.as(org.Technician).get("/assets/nonsense").is(http.StatusNotFound)
		blind := h.Someone(nil, asset.CanRead)
		h.signedIn(blind).get(at).is(http.StatusOK, "Lift one").lacks("NORDIC", "Change the status")
	})
}

func TestAStatusIsChangedOnItsPage(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		lift := h.NewAsset(h.Tower.ID, "LIFT")
		at := "/assets/" + lift.ID.String()
		b := h.as(org.Technician)
		form := b.get(at)
		if got := strings.Join(form.offers("status"), " "); got != "Choose Standby Maintenance Scrapped" {
			t.Errorf("offered: %q", got)
		}
		h.Clock.Advance(3 * time.Hour)
		b = h.as(org.Technician)
		b.post(at+"/status", with(form.fields(at+"/status"), "status", "MAINTENANCE", "note", "Rope worn")...).goes(at)
		h.Clock.Advance(20 * time.Minute)
		b.get(at).is(http.StatusOK, "LIFT is maintenance now", "Maintenance, was working", "by Tara Thorn", "20 min so far", "for 3 h", "Rope worn",
			"Working 90 % of the time since today, 14:30", "Maintenance 20 min", "Maintenance 20 min 10 % 20 min")
		// what was typed stays when it cannot be done
		long := strings.Repeat("x", 501)
		a := b.post(at+"/status", "version", "2", "status", "", "note", long).is(http.StatusUnprocessableEntity, "2 things to put right")
		if a.message("status") != "There is no such status." || !strings.Contains(a.message("note"), "at most 500") || a.value("note") != long {
			t.Errorf("%q %q", a.message("status"), a.message("note"))
		}
		a = b.post(at+"/status", "version", "1", "status", "WORKING", "note", "mine").is(http.StatusConflict, "it is maintenance now", "Decide again")
		if a.chosen("status") != "WORKING" || a.value("note") != "mine" || a.value("version") != "2" {
			t.Errorf("the form has %q, %q, version %q", a.chosen("status"), a.value("note"), a.value("version"))
		}
		b.post(at+"/status", "version", "2", "status", "SCRAPPED", "note", "").goes(at)
		b.get(at).is(http.StatusOK, "Only who may change assets brings it back.")
		b.post(at+"/status", "version", "3", "status", "WORKING").is(http.StatusForbidden, "This asset is scrapped.")
		h.as(org.Supervisor).post(at+"/status", "version", "3", "status", "WORKING").goes(at)
		h.as(org.Guard).post(at+"/status", "version", "4", "status", "STANDBY").is(http.StatusForbidden)
		b.post(at+"/status", "version", "4", "status", "STANDBY", "colour", "red").is(http.StatusBadRequest)
		b.post("/assets/"+id.New[id.Asset]().String()+"/status", "version", "4", "status", "STANDBY").is(http.StatusNotFound)
	})
}

func TestTheStatusLogGrows(t *testing.T) {
	h := fresh(t)
	lift := h.NewAsset(h.Tower.ID, "LIFT")
	who := h.Actor(org.Technician)
	for i := range 24 {
		h.Clock.Advance(25 * time.Hour)
		var err error
		if lift, err = h.Asset.SetStatus(t.Context(), who, lift.ID, lift.Version, []asset.Status{asset.Standby, asset.Working}[i%2], ""); err != nil {
			t.Fatal(err)
		}
	}
	b := h.as(org.Technician)
	path, seen := "/assets/"+lift.ID.String(), 0
	for range 5 {
		a := b.get(path).is(http.StatusOK)
		path = ""
		for n := range a.doc.Descendants() {
			if attr(n, "id") == "statuses" {
				for x := range n.ChildNodes() {
					if x.Data == "li" {
						seen++
					}
				}
			}
			if n.Data == "a" && textIn(n) == "Show more" {
				path = attr(n, "href")
			}
		}
		if path == "" {
			break
		}
	}
	if seen != 25 {
		t.Errorf("%d rows were shown of 25", seen)
	}
	b.get("/assets/"+lift.ID.String()).is(http.StatusOK, "for 1 d 1 h", "10 changes shown", "of the time since 25 Nov, 14:30")
	h.Clock.Advance(20 * 24 * time.Hour)
	b = h.as(org.Technician)
	b.get("/assets/"+lift.ID.String()).is(http.StatusOK, "of the last 30 days", "Since 25 Nov", "20 d so far")
}

func TestLengthsOfTimeAreWrittenAsTheyMatter(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 min", 59 * time.Minute: "59 min", time.Hour: "1 h", 405 * time.Minute: "6 h 45 min", 24 * time.Hour: "1 d", 285*time.Hour + time.Minute: "11 d 21 h",
	} {
		if got := hoursWords(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	if got := percent(time.Hour, 3*time.Hour); got != "33.3 %" {
		t.Errorf("a third is %q", got)
	}
}

func TestTheEndOfAContractIsMarked(t *testing.T) {
	const today = clock.Date("2026-11-25")
	for _, c := range []struct {
		from, until clock.Date
		want        string
	}{
		{"", "", ""}, {"2026-01-01", "", "From 1 Jan 2026"}, {"", "2026-11-24", "late Ended 24 Nov 2026"}, {"", "2026-11-25", "wait Ends 25 Nov 2026"},
		{"", "2026-12-25", "wait Ends 25 Dec 2026"}, {"", "2026-12-26", "Until 26 Dec 2026"}, {"2027-01-01", "2027-12-31", "1 Jan 2027 to 31 Dec 2027"},
	} {
		got := ""
		for _, f := range endFact("Contract", c.from, c.until, today) {
			got = strings.TrimSpace(string(f.Pill.Tone) + " " + f.Pill.Text + f.Value)
		}
		if got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.until, got, c.want)
		}
	}
}
