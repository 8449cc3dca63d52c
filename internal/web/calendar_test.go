package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/calendar"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
)

// officeHours is Monday to Friday, with a break, and a holiday of each sort.
func officeHours(name string) calendar.Input {
	in := calendar.Input{Name: name, Holidays: []calendar.Holiday{{Day: "2020-12-25", Yearly: true, Name: "Christmas Day"}, {Day: "2026-11-27", Name: "Founders Day"}, {Day: "2026-01-26", Name: "Republic Day"}}}
	for d := time.Monday; d <= time.Friday; d++ {
		in.Openings = append(in.Openings, calendar.Opening{Weekday: d, From: 9 * 60, Until: 13 * 60}, calendar.Opening{Weekday: d, From: 14 * 60, Until: 18 * 60})
	}
	return in
}

func TestHoursShowTheWeekAndWhatIsNow(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := h.as(org.Viewer)
		b.get("/calendar").is(http.StatusOK, "Nobody has set hours yet", "Open now, and always.", "Open 168 h of 168 h", "No site has hours of its own").lacks("Set the hours")
		b.get("/sites/"+h.Harbour.ID.String()+"/calendar").is(http.StatusOK, "Neither this site nor the organisation has set hours yet")

		if _, err := h.Calendar.Put(t.Context(), h.System, nil, 0, officeHours("Office")); err != nil {
			t.Fatal(err)
		}
		// It is Wednesday, 14:30 in Kolkata.
		a := b.get("/calendar").is(http.StatusOK, "Office", "Open now, until today, 18:00.", "Monday 09:00 to 13:00, 14:00 to 18:00 8 h", "Sunday Closed", "Open 40 h of 168 h",
			"Closed on 27 Nov 2026: Founders Day", "Friday 27 Nov 2026", "Christmas Day Friday 25 Dec 2026, every year", "Republic Day Monday 26 Jan 2026, over")
		if bars := len(a.all("rect", "class", "hi")); bars != 10 {
			t.Errorf("%d openings are drawn, want 10", bars)
		}
		if at := strings.Index(a.body, "Republic Day"); at < strings.Index(a.body, "Christmas Day") || strings.Index(a.body, "Christmas Day") < strings.LastIndex(a.body, "Founders Day") {
			t.Error("holidays do not stand as they come")
		}
		// 8 h from Thursday 16:00: two on that day, none on the holiday, six on Monday.
		b.get("/calendar?day=2026-11-26&time=16:00&length=8").is(http.StatusOK, "A clock of 8 h that starts tomorrow, 16:00 runs out Monday 30 Nov, 16:00.",
			"Thu 26 Nov 16:00 to 18:00 2 h 2 h", "Fri 27 Nov 09:00 to 13:00 Holiday: Founders Day 2 h", "Mon 30 Nov 09:00 to 13:00 4 h 6 h", "Mon 30 Nov 14:00 to 16:00 2 h 8 h")
		bad := b.get("/calendar?day=2026-13-26&time=25:00&length=-1").is(http.StatusUnprocessableEntity, "3 things to put right")
		if bad.value("day") != "2026-13-26" || bad.message("length") != "Enter hours from 0 to 8784, like 7.5." {
			t.Errorf("%q %q", bad.value("day"), bad.message("length"))
		}
		h.Clock.Advance(4 * time.Hour)
		b = h.as(org.Viewer)
		b.get("/sites/"+h.Harbour.ID.String()+"/calendar").is(http.StatusOK, "This site has no hours of its own.", "Closed now. Opens tomorrow, 09:00, in 15 hours.")
		b.get("/calendar?site=" + h.Harbour.ID.String()).goes("/sites/" + h.Harbour.ID.String() + "/calendar")
	})
}

func TestHoursAreSetByWhoMay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b, at := h.as(org.Administrator), "/sites/"+h.Harbour.ID.String()+"/calendar"
		form := b.get(at+"/edit").is(http.StatusOK, "Set the business hours of Harbour")
		if form.value("open_1") != "09:00-18:00" || form.value("open_6") != "" || form.value("version") != "0" || form.value("name") != "Hours of Harbour" {
			t.Errorf("a first form has %q %q %q", form.value("open_1"), form.value("open_6"), form.value("version"))
		}
		fields := form.fields(at)
		b.post(at, with(fields, "open_1", "9-12:30 and 13.30 to 17", "open_6", "24 h", "open_5", "closed", "day_1", "2026-12-25", "title_1", "Christmas Day", "yearly_1", "true")...).goes(at)
		b.get(at).is(http.StatusOK, "The hours are set", "Monday 09:00 to 12:30, 13:30 to 17:00 7 h", "Saturday 00:00 to 24:00 24 h", "Friday Closed", "every year")
		b.get("/calendar").is(http.StatusOK, "Harbour Hours of Harbour")

		// Faults stand at the fields in which they were typed.
		fields = b.get(at + "/edit").fields(at)
		a := b.post(at, with(fields, "open_2", "nine to five", "open_3", "9-24:30")...).is(http.StatusUnprocessableEntity, "2 things to put right")
		if a.value("open_2") != "nine to five" || !strings.Contains(a.message("open_2"), "Write hours like") || !strings.Contains(a.message("open_3"), "Write hours like") {
			t.Errorf("%q %q", a.message("open_2"), a.message("open_3"))
		}
		a = b.post(at, with(fields, "open_2", "18-9", "open_4", "9-12, 11-13", "day_3", "2026-12-31", "day_4", "2026-02-30", "title_4", "No day", "name", "")...).is(http.StatusUnprocessableEntity)
		for field, words := range map[string]string{"open_2": "ends after it begins", "open_4": "must not overlap", "title_3": "", "day_4": "A day looks like", "name": ""} {
			if a.message(field) == "" || !strings.Contains(a.message(field), words) {
				t.Errorf("%s: %q", field, a.message(field))
			}
		}
		// Somebody was faster: both versions stand side by side.
		if _, err := h.Calendar.Put(t.Context(), h.System, &h.Harbour.ID, 1, officeHours("Theirs")); err != nil {
			t.Fatal(err)
		}
		a = b.post(at, with(fields, "name", "Mine")...).is(http.StatusConflict, "Theirs", "Founders Day", "Use mine")
		if a.value("version") != "2" || a.value("name") != "Mine" {
			t.Errorf("version %q of %q", a.value("version"), a.value("name"))
		}
		b.post(at+"/delete", "version", "2").is(http.StatusOK, "Delete these hours?")
		b.post(at+"/delete", "version", "1", "confirm", "yes").is(http.StatusConflict, "That was not done")
		b.post(at+"/delete", "version", "2", "confirm", "yes").goes(at)
		b.get(at).is(http.StatusOK, "Neither this site nor the organisation has set hours yet")

		fields = b.get("/calendar/edit").is(http.StatusOK).fields("/calendar")
		b.post("/calendar", fields...).goes("/calendar")
		b.get("/calendar").is(http.StatusOK, "Open 45 h of 168 h")
		for d := range 7 {
			fields = with(fields, openName(time.Weekday(d)), "")
		}
		if a := b.post("/calendar", with(fields, "version", "1")...).is(http.StatusUnprocessableEntity); !strings.Contains(a.message("open_1"), "at least one opening") {
			t.Errorf("never open: %q", a.message("open_1"))
		}
	})
}

func TestHoursAreForThoseWhoMay(t *testing.T) {
	h := fresh(t)
	harbour, mill := "/sites/"+h.Harbour.ID.String()+"/calendar", "/sites/"+h.Mill.ID.String()+"/calendar"
	h.as(org.Technician).get("/calendar").is(http.StatusForbidden)
	b := h.as(org.Supervisor)
	b.get(harbour).is(http.StatusOK).lacks("Set own hours")
	b.get(mill).is(http.StatusNotFound)
	b.get(harbour + "/edit").is(http.StatusForbidden)
	b.post(harbour, "name", "Mine").is(http.StatusForbidden)
	other := h.of(h.SecondTenant(), org.Administrator)
	for _, path := range []string{harbour, harbour + "/edit"} {
		unknown := strings.Replace(path, h.Harbour.ID.String(), id.New[id.Site]().String(), 1)
		theirs, none := other.get(path).is(http.StatusNotFound), other.get(unknown).is(http.StatusNotFound)
		if strings.ReplaceAll(theirs.body, path, "X") != strings.ReplaceAll(none.body, unknown, "X") {
			t.Errorf("%s tells what is there from what is not", path)
		}
	}
}
