package web

import (
	"time"

	"intelliwiz/internal/deadline"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// alarmLog tells which posts are uncovered, then what was not met, the newest first. Times are those of each site.
func alarmLog(v visit, s liveState) ui.Log {
	l := ui.Log{ID: "alarms", Label: "What was not met in the last 12 hours, the newest first", Entries: bareLines(s.Posts.Bare)}
	for _, a := range s.Alarms {
		zone := zoneOr(a.Zone, v.zone)
		e := ui.Entry{Time: *a.Ended, At: a.Ended.In(zone).Format(clockForm), Ago: spell(s.At.Sub(*a.Ended)), Late: true, Icon: awaitedIcon(a.Kind), Tone: ui.Late,
			What: alarmWords(a, zone), Href: tasksPath + "/" + a.Task.String(), Code: a.Code, Meta: whose(a)}
		if a.Note != "" {
			e.Meta = append(e.Meta, a.Note)
		}
		if a.Alerts > 0 {
			e.Meta = append(e.Meta, plural(int(a.Alerts), "alert"))
		}
		if a.Status == task.Completed || a.Status == task.Cancelled { // it was made good
			e.Late, e.Icon, e.Tone, e.Meta = false, "s-done", ui.Done, append(e.Meta, "Now: "+lower(a.Status.Label()))
		}
		l.Entries = append(l.Entries, e)
	}
	return l
}

// alarmWords say which expectation broke.
func alarmWords(a task.Awaited, zone *time.Location) string {
	switch a.Kind {
	case task.ToBeScanned:
		return "No scan: " + a.Name
	case task.ToBeDone:
		if a.Status == task.Partial {
			return "Done in part: " + a.Name
		}
		return "Not done in time: " + a.Name
	}
	return "Not " + a.Words() + " by " + a.Due.In(zone).Format(clockForm) + ": " + a.Name
}

// nextLog tells what is expected within the hour, the first first.
func nextLog(v visit, s liveState) ui.Log {
	l := ui.Log{ID: "next", Label: "What is expected within the next hour, the first first", Tight: true}
	for _, a := range s.Next {
		l.Entries = append(l.Entries, ui.Entry{Time: a.Due, At: a.Due.In(zoneOr(a.Zone, v.zone)).Format(clockForm), Ago: inWords(a.Due.Sub(s.At)), Icon: awaitedIcon(a.Kind),
			What: a.Name, Href: tasksPath + "/" + a.Task.String(), Code: a.Code, Meta: append(whose(a), "Expected: "+a.Words())})
	}
	return l
}

// climbLog tells which tickets climb next.
func climbLog(v visit, s liveState) ui.Log {
	l := ui.Log{ID: "climbs", Label: "Tickets that escalate next", Tight: true}
	for _, t := range s.Tickets {
		e := ui.Entry{Time: *t.Next, At: t.Next.In(v.zone).Format(clockForm), Ago: inWords(t.Next.Sub(s.At)), Late: t.Next.Sub(s.At) < soonClimb, Icon: "s-" + string(ticketTone(t.Status)),
			Tone: ticketTone(t.Status), What: t.Title, Href: ticketsPath + "/" + t.ID.String(), Code: t.Ref(), Meta: []string{t.SiteName, "With " + nameOr(t.AssigneeName(), "nobody")}}
		if t.Level > 0 {
			e.Meta = append(e.Meta, "At level "+number(t.Level))
		}
		l.Entries = append(l.Entries, e)
	}
	return l
}

func whose(a task.Awaited) []string {
	return []string{a.Place, nameOr(a.Whose, "Nobody's")}
}

func awaitedIcon(k deadline.Kind) string {
	return map[deadline.Kind]string{task.ToBeScanned: "scan", task.ToBeBegun: "bell", task.ToBeDone: "task"}[k]
}
