package notice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/news"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// office is a world in which the changes of sites are told.
type office struct {
	*testworld.World
	t     *testing.T
	mu    sync.Mutex
	tells []news.Item // of every change
	err   error
	asked int
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel() // these tests mostly wait
	testworld.Each(t, func(t *testing.T, w *testworld.World) {
		o := &office{World: w, t: t}
		w.Notices.Tell(notice.Source{Verbs: []string{"site.updated", "site.updated"}, Tell: func(_ context.Context, who actor.Actor, e journal.Event) ([]news.Item, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.asked++
			if who.Kind() != actor.System || who.Tenant() != e.Tenant || e.Verb != "site.updated" {
				return nil, errors.New("not the change of a site, asked as the system")
			}
			return o.tells, o.err
		}})
		test(t, o)
	})
}

// say sets who is told of the next change of a site.
func (o *office) say(tells ...news.Item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tells = tells
}

// about tells a person of the harbour.
func (o *office) about(role, title string) news.Item {
	return news.Item{Person: o.Staff[role].ID, Subject: "site", SubjectID: testworld.Any(o.Harbour.ID), Title: title, Reason: "you work there"}
}

// change changes the harbour as somebody and gives the entry of the journal.
func (o *office) change(who actor.Actor) id.Entry {
	o.t.Helper()
	x, err := o.Org.GetSite(o.t.Context(), o.System, o.Harbour.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	in := org.SiteInput{Unit: x.Unit, Type: x.Type, Code: x.Code, Name: x.Name, Zone: x.Zone, Point: x.Point, Radius: x.Radius + 1, Active: true}
	if _, err := o.Org.UpdateSite(o.t.Context(), who, x.ID, x.Version, in); err != nil {
		o.t.Fatal(err)
	}
	subject := testworld.Any(x.ID)
	list, err := o.Journal.List(o.t.Context(), o.System, journal.Filter{Subject: &subject}, page.Request{Limit: 1})
	if err != nil {
		o.t.Fatal(err)
	}
	return list.Items[0].ID
}

// told waits until what a change starts has run.
func (o *office) told(n int) {
	o.t.Helper()
	testworld.Eventually(o.t, fmt.Sprintf("%d changes told", n), func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.asked >= n
	})
	time.Sleep(300 * time.Millisecond) // for what follows the teller
}

// mails gives what was mailed beside what the world's own beginnings are.
func (o *office) mails() []testworld.Mail {
	return slices.DeleteFunc(o.Sink.Sent(), func(m testworld.Mail) bool { return strings.HasPrefix(m.Subject, "Your IntelliWiz ") })
}

func (o *office) notices(who actor.Actor, f notice.Filter) []notice.Notice {
	o.t.Helper()
	list, err := o.Notices.List(o.t.Context(), who, f, page.Request{})
	if err != nil {
		o.t.Fatal(err)
	}
	return list.Items
}

func TestAChangeIsToldOncePerPersonAndNotToWhoMadeIt(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guard, boss := o.Actor(org.Guard), o.Actor(org.Supervisor)
		tell := o.about(org.Guard, "The  Harbour\nchanged")
		tell.Detail = "Its radius did."
		tell.Times = []news.Moment{{Label: "Holds from", At: testworld.Morning}}
		again := o.about(org.Guard, "The same person once more")
		gone := o.about(org.Viewer, "Somebody who left")
		o.leave(org.Viewer)
		o.say(tell, again, o.about(org.Supervisor, "You did this"), gone, news.Item{Person: id.New[id.Person](), Subject: "site", SubjectID: tell.SubjectID, Title: "Nobody", Reason: "x"})
		o.Start()
		entry := o.change(boss)
		testworld.Eventually(t, "the guard is told", func() bool { return len(o.notices(guard, notice.Filter{})) > 0 })
		want := []notice.Notice{{Verb: "site.updated", Subject: "site", SubjectID: testworld.Any(o.Harbour.ID), Title: "The Harbour changed",
			Detail: "Its radius did.\nHolds from 25 Nov 2026, 14:30 (Asia/Kolkata)", Reason: "you work there", At: testworld.Morning}}
		got := o.notices(guard, notice.Filter{})
		want[0].ID = got[0].ID
		testworld.Same(t, want, got)
		testworld.Same(t, []notice.Notice{}, o.notices(boss, notice.Filter{}))

		o.again(entry)
		o.told(2)
		testworld.Same(t, want, o.notices(guard, notice.Filter{}))
		testworld.Eventually(t, "a mail", func() bool { return len(o.mails()) == 1 })
		m := o.mails()[0]
		testworld.Same(t, "guard@lantern.example", m.To)
		testworld.Same(t, "The Harbour changed", m.Subject)
		for _, line := range []string{"Hello Gopal Gale,", "Its radius did.", "Holds from 25 Nov 2026, 14:30 (Asia/Kolkata)", "25 Nov 2026, 14:30 (Asia/Kolkata), by Samir Stone",
			"https://iw.example/site/" + o.Harbour.ID.String(), "You get this because you work there.", "https://iw.example/account/notices"} {
			if !strings.Contains(m.Text, line+"\n") {
				t.Errorf("the mail does not say %q:\n%s", line, m.Text)
			}
		}
	})
}

// leave makes a member of staff inactive.
func (o *office) leave(role string) {
	o.t.Helper()
	p := o.Staff[role].Person
	o.Exec("update persons set active = " + o.no() + " where id = '" + p.ID.String() + "'")
}

func (o *office) no() string {
	if o.DB.Engine() == "sqlite" {
		return "0"
	}
	return "false"
}

// again runs the job of a change once more, as a crash before its end would.
func (o *office) again(entry id.Entry) {
	o.t.Helper()
	err := o.DB.Write(o.t.Context(), o.System, func(tx *db.Tx) error {
		tx.Enqueue(db.JobRow{Kind: "notice.tell", Args: fmt.Appendf(nil, `{"tenant":%q,"args":{"tenant":%q,"entry":%q,"verb":"site.updated","subject":%q}}`,
			o.ID, o.ID, entry, o.Harbour.ID)})
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestMailFollowsSettingsMutesAndFurtherAddresses(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		guard, viewer := o.Actor(org.Guard), o.Actor(org.Viewer)
		if _, err := o.Notices.UpdateSettings(t.Context(), guard, 0, notice.SettingsInput{Mail: false}); err != nil {
			t.Fatal(err)
		}
		o.SwitchPush(true)
		service, muting := o.Receiver(), o.Receiver()
		b := o.Browser(guard, service.URL)
		o.Browser(viewer, muting.URL)
		both := o.about(org.Guard, "First")
		both.Mails = []string{"Control.Room@Lantern.example", "control.room@lantern.example", "no address", "viewer@lantern.example"}
		o.say(both, o.about(org.Viewer, "First"))
		o.Start()
		o.change(o.System)
		testworld.Eventually(t, "two mails", func() bool { return len(o.mails()) == 2 })
		o.told(1)
		to := map[string]string{}
		for _, m := range o.mails() {
			to[m.To] = m.Text
		}
		if len(to) != 2 || !strings.Contains(to["viewer@lantern.example"], "Hello Vani Vale") || strings.Contains(to["control.room@lantern.example"], "Hello") {
			t.Errorf("mailed %v", to)
		}
		if strings.Contains(to["control.room@lantern.example"], "https://") {
			t.Error("an address without an account gets a link that it cannot open")
		}
		if len(o.notices(guard, notice.Filter{})) != 1 {
			t.Error("who wants no mail is not told at all")
		}
		testworld.Eventually(t, "both devices", func() bool { return len(service.Calls()) == 1 && len(muting.Calls()) == 1 })
		text, err := b.Read([]byte(service.Calls()[0].Body))
		if err != nil || !strings.Contains(text, `"title":"First","path":"/site/`+o.Harbour.ID.String()+`"`) {
			t.Error(text, err)
		}
		testworld.Eventually(t, "it says so", func() bool { return o.notices(guard, notice.Filter{})[0].Pushed != nil })

		if err := o.Notices.Mute(t.Context(), viewer, testworld.Any(o.Harbour.ID)); err != nil {
			t.Fatal(err)
		}
		o.say(o.about(org.Guard, "Second"), o.about(org.Viewer, "Second"))
		o.change(o.System)
		testworld.Eventually(t, "the second notice", func() bool { return len(o.notices(guard, notice.Filter{})) == 2 })
		o.told(2)
		if n := len(o.notices(viewer, notice.Filter{})); n != 1 {
			t.Errorf("a muted record is told: %d notices", n)
		}
		if n := len(o.mails()); n != 2 {
			t.Errorf("%d mails, want 2", n)
		}
		testworld.Eventually(t, "the device again", func() bool { return len(service.Calls()) == 2 })
		no := false
		if _, err := o.Notices.UpdateSettings(t.Context(), guard, 1, notice.SettingsInput{Push: &no}); err != nil {
			t.Fatal(err)
		}
		o.say(o.about(org.Guard, "Third"))
		o.change(o.System)
		o.told(3)
		if n, muted := len(service.Calls()), len(muting.Calls()); n != 2 || muted != 1 {
			t.Errorf("%d and %d messages to devices, want 2 and 1", n, muted)
		}
	})
}

func TestMailWaitsForTheEndOfQuietHours(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.Clock.Advance(50 * 365 * 24 * time.Hour) // the runner has a clock of its own: what is put off must be so by that, too
		guard, viewer := o.Actor(org.Guard), o.Actor(org.Viewer)
		for _, who := range []actor.Actor{guard, viewer} {
			if _, err := o.Notices.UpdateSettings(t.Context(), who, 0, notice.SettingsInput{Mail: true, QuietFrom: 0, QuietUntil: 1439}); err != nil {
				t.Fatal(err)
			}
		}
		o.SwitchPush(true)
		service, reading := o.Receiver(), o.Receiver()
		o.Browser(guard, service.URL)
		o.Browser(viewer, reading.URL)
		o.say(o.about(org.Guard, "Quiet"), o.about(org.Viewer, "Quiet"))
		stop := o.Start()
		o.change(o.System)
		testworld.Eventually(t, "notices", func() bool {
			return len(o.notices(guard, notice.Filter{})) == 1 && len(o.notices(viewer, notice.Filter{})) == 1
		})
		o.told(1)
		stop()
		if sent := o.mails(); len(sent) > 0 {
			t.Fatalf("mailed in quiet hours: %v", sent)
		}
		waiting := "select count(*) || ' ' || min(state) from river_job where kind in ('notice.mail', 'notice.push') and finalized_at is null"
		testworld.Same(t, "4 scheduled", o.Text(waiting))

		// The runner is early, or the hours were made longer: it waits on.
		due := "update river_job set scheduled_at = created_at, state = 'available' where kind in ('notice.mail', 'notice.push') and finalized_at is null"
		o.Exec(due)
		stop = o.Start()
		testworld.Eventually(t, "both put off again", func() bool {
			return o.Text("select count(*) || '' from river_job where kind in ('notice.mail', 'notice.push')") == "8" && o.Text(waiting) == "4 scheduled"
		})
		stop()
		// The hours end; one of them has read it meanwhile.
		if err := o.Notices.MarkRead(t.Context(), viewer, o.notices(viewer, notice.Filter{})[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Notices.UpdateSettings(t.Context(), guard, 1, notice.SettingsInput{Mail: true}); err != nil {
			t.Fatal(err)
		}
		o.Exec(due)
		o.Start()
		testworld.Eventually(t, "a mail", func() bool { return len(o.mails()) == 1 })
		time.Sleep(300 * time.Millisecond)
		if sent := o.mails(); len(sent) != 1 || sent[0].To != "guard@lantern.example" || !strings.Contains(sent[0].Text, "You get this because you work there.") {
			t.Errorf("after quiet hours: %v", sent)
		}
		if n, read := len(service.Calls()), len(reading.Calls()); n != 1 || read != 0 {
			t.Errorf("after quiet hours %d and %d messages to devices, want 1 and 0: it was read meanwhile", n, read)
		}
	})
}
