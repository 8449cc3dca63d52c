package notice_test

import (
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/id"
	"intelliwiz/internal/news"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// move puts a site into another time zone.
func (o *office) move(site id.Site, zone string) {
	o.t.Helper()
	x, err := o.Org.GetSite(o.t.Context(), o.System, site)
	if err != nil {
		o.t.Fatal(err)
	}
	in := org.SiteInput{Unit: x.Unit, Type: x.Type, Code: x.Code, Name: x.Name, Zone: zone, Point: x.Point, Radius: x.Radius, Active: true}
	if _, err := o.Org.UpdateSite(o.t.Context(), o.System, x.ID, x.Version, in); err != nil {
		o.t.Fatal(err)
	}
}

// TestDefect064TimesAreThoseOfTheReader: the times in mails were those of +05:30 for everybody. They are those of the zone of the reader's own
// site on that day, with summer time; else of the organisation's; and the zone stands beside them.
func TestDefect064TimesAreThoseOfTheReader(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.Start()
		o.move(o.Harbour.ID, "America/New_York") // the guard's site
		o.move(o.Mill.ID, "Europe/Berlin")       // the viewer's; nobody is told
		july := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
		var all []news.Item
		for _, role := range []string{org.Guard, org.Viewer, org.Auditor} { // the auditor is at home nowhere
			tell := o.about(role, "The harbour changed")
			tell.Times = []news.Moment{{Label: "Was due", At: july}}
			all = append(all, tell)
		}
		all[0].Mails = []string{"room@lantern.example"}
		o.told(2)
		o.say(all...)
		o.change(o.Actor(org.Supervisor))
		testworld.Eventually(t, "four mails", func() bool { return len(o.mails()) == 4 })
		want := map[string][2]string{
			"guard@lantern.example":   {"Was due 1 Jul 2026, 05:00 (America/New_York)\n", "\n25 Nov 2026, 04:00 (America/New_York), by"},
			"viewer@lantern.example":  {"Was due 1 Jul 2026, 11:00 (Europe/Berlin)\n", "\n25 Nov 2026, 10:00 (Europe/Berlin), by"},
			"auditor@lantern.example": {"Was due 1 Jul 2026, 14:30 (Asia/Kolkata)\n", "\n25 Nov 2026, 14:30 (Asia/Kolkata), by"},
			"room@lantern.example":    {"Was due 1 Jul 2026, 14:30 (Asia/Kolkata)\n", "\n25 Nov 2026, 14:30 (Asia/Kolkata), by"},
		}
		for _, m := range o.mails() {
			for _, line := range want[m.To] {
				if !strings.Contains(m.Text, line) {
					t.Errorf("the mail to %s does not say %q:\n%s", m.To, line, m.Text)
				}
			}
			delete(want, m.To)
		}
		if len(want) > 0 {
			t.Errorf("not mailed: %v", want)
		}
		if got := o.notices(o.Actor(org.Guard), notice.Filter{})[0].Detail; got != "Was due 1 Jul 2026, 05:00 (America/New_York)" {
			t.Errorf("the guard's notice says %q", got)
		}
	})
}
