package notice_test

import (
	"testing"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/notice"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
	"intelliwiz/internal/testworld"
)

// put writes a notice for a person about a site, past the tellers.
func (o *office) put(person id.Person, title string, subject id.Any) {
	o.t.Helper()
	o.Notice(person, title, "site", subject)
}

func titles(all []notice.Notice) (out []string) {
	for _, n := range all {
		out = append(out, n.Title)
	}
	return out
}

func (o *office) unread(who actor.Actor) int64 {
	o.t.Helper()
	n, err := o.Notices.CountUnread(o.t.Context(), who)
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func TestOnesOwnNoticesAreListedCountedAndRead(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		guard, boss := o.Actor(org.Guard), o.Actor(org.Supervisor)
		harbour, mill := testworld.Any(o.Harbour.ID), testworld.Any(o.Mill.ID)
		for _, title := range []string{"one", "two", "three", "four"} {
			subject := harbour
			if title == "two" {
				subject = mill
			}
			o.put(guard.Person(), title, subject)
		}
		o.put(boss.Person(), "not yours", harbour)
		testworld.Same(t, []string{"four", "three", "two", "one"}, titles(o.notices(guard, notice.Filter{})))
		testworld.Same(t, []string{"two"}, titles(o.notices(guard, notice.Filter{Subject: &mill})))
		testworld.Same(t, int64(4), o.unread(guard))

		first, err := o.Notices.List(ctx, guard, notice.Filter{}, page.Request{Limit: 3})
		if err != nil || len(first.Items) != 3 {
			t.Fatal(first, err)
		}
		rest, err := o.Notices.List(ctx, guard, notice.Filter{}, page.Request{Limit: 3, After: first.Next})
		if err != nil || len(rest.Items) != 1 || rest.Next != "" {
			t.Error(rest, err)
		}
		if _, err := o.Notices.List(ctx, guard, notice.Filter{}, page.Request{After: "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a cursor that is none: %v", err)
		}

		three := first.Items[1]
		if err := o.Notices.MarkRead(ctx, guard, three.ID, three.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("one twice: %v", err)
		}
		if err := o.Notices.MarkRead(ctx, guard, three.ID); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"four", "two", "one"}, titles(o.notices(guard, notice.Filter{Unread: true})))
		testworld.Same(t, int64(3), o.unread(guard))
		read, err := o.Notices.Get(ctx, guard, three.ID)
		if err != nil || read.Read == nil || !read.Read.Equal(o.Clock.Now()) {
			t.Errorf("read: %v %v", read, err)
		}
		at := *read.Read
		o.Clock.Advance(time.Hour)
		if err := o.Notices.MarkRead(ctx, guard, three.ID); err != nil {
			t.Fatal(err)
		}
		if read, _ = o.Notices.Get(ctx, guard, three.ID); !read.Read.Equal(at) {
			t.Error("reading again moves the time of reading")
		}
		// What came after the page was drawn stays unread.
		if err := o.Notices.MarkAllRead(ctx, guard, &three.ID); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, []string{"four"}, titles(o.notices(guard, notice.Filter{Unread: true})))
		if err := o.Notices.MarkAllRead(ctx, guard, nil); err != nil {
			t.Fatal(err)
		}
		testworld.Same(t, int64(0), o.unread(guard))
		testworld.Same(t, int64(1), o.unread(boss))
	})
}

func TestNobodySeesOrReadsTheNoticesOfOthers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		guard := o.Actor(org.Guard)
		o.put(guard.Person(), "mine", testworld.Any(o.Harbour.ID))
		mine := o.notices(guard, notice.Filter{})[0]
		for name, who := range map[string]actor.Actor{"administrator": o.Actor(org.Administrator), "another tenant": o.SecondTenant().Actor(org.Guard)} {
			if got := o.notices(who, notice.Filter{}); len(got) > 0 {
				t.Errorf("%s sees %v", name, got)
			}
			_, err := o.Notices.Get(ctx, who, mine.ID)
			testworld.Gone(t, err, "notice")
			testworld.Gone(t, o.Notices.MarkRead(ctx, who, mine.ID), "notice")
			testworld.Gone(t, o.Notices.Mute(ctx, who, mine.SubjectID), "record")
			if err := o.Notices.MarkAllRead(ctx, who, nil); err != nil {
				t.Error(err)
			}
		}
		testworld.Same(t, int64(1), o.unread(guard))
		if err := o.Notices.MarkRead(ctx, guard, make([]id.Notice, page.Max+1)...); fault.KindOf(err) != fault.Invalid {
			t.Errorf("too many at once: %v", err)
		}
		for what, err := range nobody(t, o.Notices) {
			testworld.Fault(t, err, fault.Unauthenticated)
			if err == nil {
				t.Errorf("%s is open to visitors", what)
			}
		}
	})
}

// nobody calls every use case as a visitor.
func nobody(t *testing.T, s *notice.Service) map[string]error {
	ctx, who := t.Context(), actor.Actor{}
	out := map[string]error{}
	_, out["List"] = s.List(ctx, who, notice.Filter{}, page.Request{})
	_, out["Get"] = s.Get(ctx, who, id.New[id.Notice]())
	_, out["CountUnread"] = s.CountUnread(ctx, who)
	out["MarkRead"] = s.MarkRead(ctx, who, id.New[id.Notice]())
	out["MarkAllRead"] = s.MarkAllRead(ctx, who, nil)
	_, out["GetSettings"] = s.GetSettings(ctx, who)
	_, out["UpdateSettings"] = s.UpdateSettings(ctx, who, 0, notice.SettingsInput{})
	_, out["ListMutes"] = s.ListMutes(ctx, who)
	_, out["Muted"] = s.Muted(ctx, who, id.New[id.Any]())
	out["Mute"] = s.Mute(ctx, who, id.New[id.Any]())
	out["Unmute"] = s.Unmute(ctx, who, id.New[id.Any]())
	out["Watch"] = s.Watch(ctx, who, time.Hour, func(int64) error { return nil })
	return out
}

func TestSettingsHaveAVersionAndAreJournaled(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, guard := t.Context(), o.Actor(org.Guard)
		x, err := o.Notices.GetSettings(ctx, guard)
		testworld.Same(t, notice.Settings{Mail: true, Push: true}, x)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.Notices.UpdateSettings(ctx, guard, 0, notice.SettingsInput{QuietFrom: 1440})
		testworld.Fault(t, err, fault.Invalid, "quiet_from range")
		want := notice.Settings{Mail: true, Push: true, QuietFrom: 1320, QuietUntil: 360, Version: 1}
		rows := o.During(func() {
			x, err = o.Notices.UpdateSettings(ctx, guard, 0, notice.SettingsInput{Mail: true, QuietFrom: 1320, QuietUntil: 360})
		})
		testworld.Same(t, want, x)
		if err != nil || len(rows) != 1 || rows[0].Verb != "settings.updated" || rows[0].Subject != testworld.Any(guard.Person()) || rows[0].After != testworld.JSON(t, want) {
			t.Errorf("journaled as %v, %v", rows, err)
		}
		for _, version := range []int64{0, 2} {
			_, err = o.Notices.UpdateSettings(ctx, guard, version, notice.SettingsInput{})
			testworld.Fault(t, err, fault.Conflict, "version stale")
			testworld.Same(t, any(want), fault.As(err).Current)
		}
		if x, err = o.Notices.UpdateSettings(ctx, guard, 1, notice.SettingsInput{Push: new(bool)}); err != nil || x != (notice.Settings{Version: 2}) {
			t.Error(x, err)
		}
		if x, _ = o.Notices.GetSettings(ctx, guard); x != (notice.Settings{Version: 2}) {
			t.Error(x)
		}
	})
}

func TestWhatOneWasToldOfCanBeMuted(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, guard := t.Context(), o.Actor(org.Guard)
		harbour, mill := testworld.Any(o.Harbour.ID), testworld.Any(o.Mill.ID)
		o.put(guard.Person(), "The Harbour changed", harbour)
		o.put(guard.Person(), "The Mill changed", mill)
		for _, subject := range []id.Any{harbour, harbour, mill} {
			if err := o.Notices.Mute(ctx, guard, subject); err != nil {
				t.Fatal(err)
			}
		}
		got, err := o.Notices.ListMutes(ctx, guard)
		if err != nil || len(got) != 2 || got[1].Title != "The Harbour changed" || got[1].Subject != "site" || got[1].SubjectID != harbour || got[0].SubjectID != mill {
			t.Errorf("muted: %v %v", got, err)
		}
		if muted, err := o.Notices.Muted(ctx, guard, harbour); !muted || err != nil {
			t.Error("muted and not said to be", err)
		}
		if err := o.Notices.Unmute(ctx, guard, harbour); err != nil {
			t.Fatal(err)
		}
		testworld.Gone(t, o.Notices.Unmute(ctx, guard, harbour), "record")
		if muted, err := o.Notices.Muted(ctx, guard, harbour); muted || err != nil {
			t.Error("still muted", err)
		}
	})
}
