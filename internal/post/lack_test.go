package post_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"intelliwiz/internal/id"
	"intelliwiz/internal/post"
)

// monday is the first instant of a week of seven days.
var monday = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return monday.Add(time.Duration(minute) * time.Minute) }

// TestALackBeginsWhenTooFewHold: asked at any minute of a week, a lack is there, and began when, as counting minute by minute says.
func TestALackBeginsWhenTooFewHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := post.Post{Active: true, Needed: rapid.Int64Range(1, 3).Draw(t, "needed"), Expected: at(rapid.IntRange(0, 3000).Draw(t, "expected"))}
		for range rapid.IntRange(0, 6).Draw(t, "spans") {
			p.Hours = append(p.Hours, post.Span{
				Weekday: rapid.IntRange(0, 6).Draw(t, "weekday"), From: rapid.IntRange(0, 1439).Draw(t, "from"), Until: rapid.IntRange(1, 1440).Draw(t, "until"),
			})
		}
		var duties []post.Duty
		for range rapid.IntRange(0, 4).Draw(t, "people") {
			person, minute := id.New[id.Person](), 0
			for range rapid.IntRange(0, 3).Draw(t, "duties") {
				minute += rapid.IntRange(0, 1500).Draw(t, "pause")
				d := post.Duty{Person: person, Began: at(minute)}
				if minute += rapid.IntRange(1, 1500).Draw(t, "length"); minute%4 > 0 {
					ended := at(minute)
					d.Ended = &ended
				}
				if duties = append(duties, d); d.Ended == nil {
					break
				}
			}
		}
		now := rapid.IntRange(0, 6*1440).Draw(t, "now")
		since, held, lacking := p.Lack(time.UTC, duties, at(now))
		wantSince, wantHeld, want := counted(p, duties, now)
		if lacking != want || want && (!since.Equal(wantSince) || held != wantHeld) {
			t.Fatalf("lacking %t since %s with %d, want %t since %s with %d", lacking, since, held, want, wantSince, wantHeld)
		}
	})
}

// counted is a lack as one counts it from minute to minute, back from now to the begin of the span that began last.
func counted(p post.Post, duties []post.Duty, now int) (since time.Time, held int64, lacking bool) {
	begin := -1
	for _, w := range post.Hours(p.Hours).Windows(time.UTC, at(now), at(now).Add(1)) {
		if m := int(w[0].Sub(monday) / time.Minute); !w[0].After(at(now)) && (begin == -1 || m > begin) {
			begin = m
		}
	}
	holders := func(minute int) (n int64) {
		for _, d := range duties {
			if !at(minute).Before(d.Began) && (d.Ended == nil || at(minute).Before(*d.Ended)) {
				n++
			}
		}
		return n
	}
	if len(post.Hours(p.Hours).Windows(time.UTC, at(now), at(now).Add(1))) == 0 || at(now).Before(p.Expected) || holders(now) >= p.Needed {
		return time.Time{}, 0, false
	}
	m := now
	for m > begin && !at(m-1).Before(p.Expected) && holders(m-1) < p.Needed {
		m--
	}
	return at(m), holders(now), true
}

// TestHoursOfAWeek: spans over midnight, and nights in which the clock is moved.
func TestHoursOfAWeek(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := post.Hours{{Weekday: 6, From: 22 * 60, Until: 6 * 60}}
	for _, c := range []struct {
		day  string
		want time.Duration
	}{
		{"2026-03-21", 8 * time.Hour}, {"2026-03-28", 7 * time.Hour}, {"2026-10-24", 9 * time.Hour},
	} {
		from, err := time.ParseInLocation(time.DateOnly, c.day, berlin)
		if err != nil {
			t.Fatal(err)
		}
		all := night.Windows(berlin, from, from.AddDate(0, 0, 2))
		if len(all) != 1 || all[0][1].Sub(all[0][0]) != c.want {
			t.Errorf("the night of %s is %v, want %s", c.day, all, c.want)
		}
	}
	last := time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC) // a time to come that somebody may ask for; it went on for ever
	if all := night.Windows(berlin, last, last.AddDate(0, 0, 90)); len(all) != 0 {
		t.Errorf("the nights after the last year: %v", all)
	}
	for want, h := range map[string]post.Hours{
		"No hours": nil, "Sat 22:00 to 06:00": night,
		"Mon to Wed 08:00 to 12:00, 13:00 to 17:00; Sun all day": {{0, 0, 1440}, {1, 480, 720}, {1, 780, 1020}, {2, 480, 720}, {2, 780, 1020}, {3, 480, 720}, {3, 780, 1020}},
	} {
		if got := h.Words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestGapsOfARoster: where fewer are rostered than are needed, in one piece as long as as many are.
func TestGapsOfARoster(t *testing.T) {
	p := post.Post{Active: true, Needed: 2, Hours: post.Hours{{Weekday: 1, From: 480, Until: 1200}}}
	a, b := id.New[id.Person](), id.New[id.Person]()
	roster := []post.Assignment{{Person: a, From: at(400), Until: at(800)}, {Person: b, From: at(600), Until: at(1000)}, {Person: a, From: at(700), Until: at(900)}}
	var got [][3]int
	for _, g := range p.Gaps(time.UTC, roster, at(0), at(7*1440)) {
		got = append(got, [3]int{int(g.From.Sub(monday) / time.Minute), int(g.Until.Sub(monday) / time.Minute), int(g.Rostered)})
	}
	if d := cmp.Diff([][3]int{{480, 600, 1}, {900, 1000, 1}, {1000, 1200, 0}}, got); d != "" {
		t.Error(d)
	}
}
