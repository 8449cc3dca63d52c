package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/id"
	"intelliwiz/internal/page"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// compliancePath is how maintenance kept its time.
const compliancePath = "/compliance"

// keptMonths is how many months are shown.
const keptMonths = 12

// keptView is how maintenance kept its time, by month, and by site unless it is of one.
type keptView struct {
	Words  string
	Label  string // the chart in a sentence
	Bars   []keptBar
	Wide   string
	First  string // month of the chart
	Last   string
	Months []keptRow // those in which something was due
	Sites  []keptRow // the worst first
	Part   string    // that not all sites are counted, "" when they are
	Next   string    // where the next of them are
	Empty  ui.Empty
}

// keptBar is a part of a month's bar: on time at the bottom, late and missed above it.
type keptBar struct{ Class, X, Y, High string }

// keptRow is a month or a site with its counts.
type keptRow struct {
	Name, Code, Href string
	Share            string
	Low              bool // less than keptGoal was on time
	Cells            []numberCell
}

// keptGoal is the share of work on time below which a row is marked, in percent.
const keptGoal = 90

// compliance shows how maintenance kept its time in the last twelve months.
func (p *pages) compliance(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visit(r, "Maintenance in time")
	if err != nil {
		return err
	}
	f := form{values: r.URL.Query()}
	site, until := ref[id.Site](&f, "site"), f.date("until")
	if err := f.check.Err(); err != nil {
		return err
	}
	zone, err := p.dayZone(r.Context(), v, f.text("site"))
	if err != nil {
		return err
	}
	if until == "" {
		until = clock.DateIn(v.now, zone)
	}
	found, err := p.Tasks.Compliance(r.Context(), v.who, site, until, keptMonths, page.Request{Limit: page.Long, Long: true, After: f.text("after")})
	if err != nil {
		return err
	}
	sites, err := p.activeSites(r.Context(), v.who)
	if err != nil {
		return err
	}
	narrow := ui.Filters{Action: compliancePath, List: "kept", Fields: []ui.Field{
		{Name: "site", Label: "Site", Kind: ui.Select, Optional: true, Options: siteChoices(sites, v.who, task.CanRead, "All", f.text("site"))},
		{Name: "until", Label: "Up to the month of", Kind: ui.Date, Optional: true, Value: string(until)},
	}}
	v.frame.Plans = true
	head := ui.Head{Title: "Maintenance in time", Sub: "What was due in each month, on the clock of its site. What was called off is left out."}
	return p.show(w, r, http.StatusOK, v, ui.Headed(head), ui.Tabbed(v.frame.Parts()), ui.Narrowed(narrow), keptPart(keptViewOf(found, until, site, f.text("after") != "")))
}

func keptViewOf(found page.Of[task.Kept], until clock.Date, site *id.Site, further bool) keptView {
	view := keptView{Wide: strconv.Itoa(keptMonths * keptWide)}
	view.sayPart(found.Next, until, further)
	rows := found.Items
	last, err := time.Parse(time.DateOnly, string(until))
	if err != nil || len(rows) == 0 {
		view.Empty = ui.Empty{Icon: "tool", Title: "No maintenance was due", Text: "Plans of the kind Maintenance bring it. What was due in these months stands here, and how it kept its time."}
		return view
	}
	var all task.Kept
	months, places := make([]task.Kept, keptMonths), map[id.Site]task.Kept{}
	var order []id.Site
	for _, k := range rows {
		all = all.Plus(k)
		at := k.Month.In(zoneOr(k.Zone, time.UTC))
		if n := keptMonths - 1 - (last.Year()-at.Year())*12 - int(last.Month()-at.Month()); n >= 0 && n < keptMonths {
			months[n] = months[n].Plus(k)
		}
		x, known := places[k.Site]
		if !known {
			x, order = task.Kept{Site: k.Site, Code: k.Code, Name: k.Name}, append(order, k.Site)
		}
		places[k.Site] = x.Plus(k)
	}
	view.Words = keptWords(all)
	view.Label = "On time, late and missed by month. " + view.Words
	if all.OnTime+all.Late+all.Missed > 0 {
		view.bars(months)
	}
	for n, k := range months {
		at := time.Date(last.Year(), last.Month()-time.Month(keptMonths-1-n), 1, 0, 0, 0, 0, time.UTC)
		k.Site = id.Site{}
		if site != nil {
			k.Site = *site
		}
		if view.Last = at.Format("January 2006"); n == 0 {
			view.First = view.Last
		}
		if k.OnTime+k.Late+k.Missed+k.Open > 0 {
			view.Months = append(view.Months, keptRowOf(view.Last, at.Format("2006-01"), k))
		}
	}
	if site == nil {
		for _, s := range order {
			row := keptRowOf(places[s].Name, "", places[s])
			row.Code, row.Href = places[s].Code, compliancePath+"?site="+s.String()+"&until="+string(until)
			view.Sites = append(view.Sites, row)
		}
	}
	return view
}

// sayPart says that not all sites are counted; further: those before were.
func (v *keptView) sayPart(next string, until clock.Date, further bool) {
	switch {
	case next != "":
		v.Part = "There are more sites than are counted at once: these are " + grouped(page.Long) + " of them by code."
		v.Next = compliancePath + "?" + url.Values{"until": {string(until)}, "after": {next}}.Encode()
	case further:
		v.Part = "There are more sites than are counted at once: these are the last of them by code."
	}
}

// keptWords say how it went: nothing of shares while none of it is over.
func keptWords(k task.Kept) string {
	open := counted(int(k.Open), "is", "are") + " still to be done."
	if k.Share() < 0 {
		return "Nothing of it is over yet; " + open
	}
	return shareWords(k) + " of " + grouped(k.OnTime+k.Late+k.Missed) + " were done on time, " + grouped(k.Late) + " late, " + grouped(k.Missed) + " missed; " + open
}

func shareWords(k task.Kept) string {
	if k.Share() < 0 {
		return "–"
	}
	return strconv.Itoa(k.Share()) + " %"
}

// keptRowOf makes a row. The counts of a month at a site lead to exactly the tasks that they count.
func keptRowOf(name, month string, k task.Kept) keptRow {
	r := keptRow{Name: name, Share: shareWords(k), Low: k.Share() >= 0 && k.Share() < keptGoal}
	counts := map[task.Timing]int64{task.OnTime: k.OnTime, task.DoneLate: k.Late, task.Missed: k.Missed, task.StillToDo: k.Open}
	for _, o := range task.Timings() {
		c := numberCell{N: grouped(counts[o]), About: lower(o.Label()) + ", " + name, Hot: o == task.Missed && counts[o] > 0}
		if counts[o] > 0 && month != "" && !k.Site.IsZero() {
			c.Href = tasksPath + "?status=" + anyStatus + "&when=ever&kind=" + string(plan.Maintenance) + "&site=" + k.Site.String() + "&due=" + month + "&outcome=" + string(o)
		}
		r.Cells = append(r.Cells, c)
	}
	return r
}

// The chart of months: a bar is keptWide wide with its gap, and keptHigh high at most.
const (
	keptWide = 10
	keptHigh = 40.0
)

// bars stacks on time, late and missed of each month.
func (v *keptView) bars(months []task.Kept) {
	most := int64(1)
	for _, k := range months {
		most = max(most, k.OnTime+k.Late+k.Missed)
	}
	for n, k := range months {
		base := keptHigh
		for _, part := range []struct {
			n     int64
			class string
		}{{k.OnTime, "d"}, {k.Late, "c"}, {k.Missed, "b"}} {
			if part.n == 0 {
				continue
			}
			high := keptHigh * float64(part.n) / float64(most)
			base -= high
			v.Bars = append(v.Bars, keptBar{part.class, strconv.Itoa(n*keptWide + 1), strconv.FormatFloat(base, 'f', 2, 64), strconv.FormatFloat(high, 'f', 2, 64)})
		}
	}
}
