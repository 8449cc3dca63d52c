package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/web/ui"
)

// turning is the form that changes an asset's status, as it was sent; the zero value is one that nobody has sent.
type turning struct {
	form   form
	faults ui.Faults
}

// setAssetStatus changes the status of an asset.
func (p *pages) setAssetStatus(w http.ResponseWriter, r *http.Request) error {
	at, err := pathID[id.Asset](r, "asset")
	if err != nil {
		return err
	}
	f, err := readForm(r, "status", "note")
	if err != nil {
		return err
	}
	in, version := asset.StatusInput{Status: asset.Status(f.text("status")), Note: f.text("note")}, f.version()
	who := actor.From(r.Context())
	var a asset.Asset
	if err = f.readable(&in); err == nil {
		a, err = p.Asset.SetStatus(r.Context(), who, at, version, in.Status, in.Note)
	}
	if now, ok := stale[asset.Asset](err); ok {
		n := ui.Note{Tone: ui.Late, Title: "That was not done", Urgent: true,
			Text: "Somebody changed " + now.Name + " a moment ago: it is " + lower(now.Status.Label()) + " now. What you chose is still in the form. Decide again."}
		return p.showAsset(w, r, http.StatusConflict, at, turning{form: f}, n)
	}
	if fault.KindOf(err) == fault.Forbidden && len(fault.As(err).Fields) > 0 && who.Can(asset.CanSetStatus) {
		n := ui.Note{Tone: ui.Late, Title: "That was not done", Urgent: true, Text: fault.As(err).Message}
		return p.showAsset(w, r, http.StatusForbidden, at, turning{form: f}, n)
	}
	if err != nil {
		return again(err, func(status int, faults ui.Faults) error {
			return p.showAsset(w, r, status, at, turning{form: f, faults: faults}, ui.Note{})
		})
	}
	return p.seeOther(w, r, "/assets/"+at.String(), a.Name+" is "+lower(a.Status.Label())+" now")
}

// turnCard asks for another status, of those who may give one.
func turnCard(v visit, life asset.Life, turn turning) templ.Component {
	a := life.Asset
	if !v.who.At(asset.CanSetStatus, a.Site) {
		return together()
	}
	card := ui.Card{Title: "Change the status"}
	if a.Status == asset.Scrapped && !v.who.At(asset.CanUpdate, a.Site) {
		return within(ui.Boxed(card), softly("This asset is scrapped. Only who may change assets brings it back."))
	}
	chosen, note := "", ""
	if turn.form.values != nil {
		chosen, note = turn.form.text("status"), turn.form.text("note")
	}
	status := ui.Field{Name: "status", Label: "New status", Kind: ui.Select, Width: "mid", Error: turn.faults.At("status"), Options: []ui.Option{{Value: "", Label: "Choose", Selected: chosen == ""}}}
	for _, s := range asset.Statuses() {
		if s != a.Status {
			status.Options = append(status.Options, ui.Option{Value: string(s), Label: s.Label(), Selected: string(s) == chosen})
		}
	}
	why := ui.Field{Name: "note", Label: "Why", Max: 500, Optional: true, Value: note, Error: turn.faults.At("note")}
	return within(ui.Boxed(card), ui.Formed(ui.Form{
		Action: "/assets/" + a.ID.String() + "/status", Version: number(a.Version), Faults: turn.faults, Fields: []ui.Field{status, why}, Go: "Change the status",
	}))
}

// shownChanges is how many rows of the status log a page shows at once.
const shownChanges = 10

// lifeCard is the status log as a register; after is the row behind which it begins, "" for the newest.
func lifeCard(v visit, life asset.Life, after string) templ.Component {
	log := ui.Log{ID: "statuses", Label: "Changes of the status, the newest first"}
	from := 1 + slices.IndexFunc(life.Log, func(x asset.StatusChange) bool { return x.ID.String() == after })
	until := min(from+shownChanges, len(life.Log))
	for i := from; i < until; i++ {
		x, lasted := life.Log[i], life.Spent.Spells[len(life.Log)-1-i]
		e := ui.Entry{Time: x.At, At: day(x.At, v.now, v.zone), Ago: x.At.In(v.zone).Format(clockForm), Icon: toneIcon(x.To), Tone: statusTone(x.To), What: x.To.Label(), Quote: x.Note}
		if x.From != "" {
			e.What += ", was " + lower(x.From.Label())
		}
		e.Meta = []string{byWhom(x), lastedWords(lasted)}
		log.Entries = append(log.Entries, e)
	}
	if len(life.Log) > shownChanges {
		log.More = ui.Pager{Shown: until - from, Noun: "changes"}
		if until < len(life.Log) {
			log.More.Next = "/assets/" + life.Asset.ID.String() + "?log=" + life.Log[until-1].ID.String()
		}
	}
	return within(ui.Boxed(ui.Card{Title: "Status log", Flush: true}), ui.Registered(log))
}

func byWhom(x asset.StatusChange) string {
	if x.Person == nil {
		return "by the system"
	}
	return "by " + x.PersonName
}

func lastedWords(s asset.Spell) string {
	if s.Open {
		return hoursWords(s.Lasted()) + " so far"
	}
	return "for " + hoursWords(s.Lasted())
}

// hoursWords writes a length of time as precisely as it matters: "45 min", "6 h 45 min", "11 d 21 h".
func hoursWords(d time.Duration) string {
	minutes := int(d.Minutes())
	days, hours := minutes/(24*60), minutes/60%24
	switch {
	case minutes < 60:
		return strconv.Itoa(minutes) + " min"
	case days == 0:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", hours, minutes%60), " 0 min")
	}
	return strings.TrimSuffix(fmt.Sprintf("%d d %d h", days, hours), " 0 h")
}

func toneIcon(s asset.Status) string { return "s-" + string(statusTone(s)) }

// recentDays is what the bar of an asset's time shows.
const recentDays = 30

// spentView is where an asset's time went: a bar of the last days, and the numbers behind it.
type spentView struct {
	Title    string
	Words    string // the bar in one sentence
	Pieces   []piece
	From, To string
	Rows     []spentRow
	Recent   string // heads of the table
	All      string
}

// piece is a stretch of the bar, in thousandths of its width.
type piece struct{ Class, X, Width string }

// spentRow is the time in one status.
type spentRow struct {
	Status      asset.Status
	Recent, All string
	Share       string // of the recent time
}

// spentCard shows how long an asset was in each status.
func spentCard(v visit, all asset.Spent) templ.Component {
	recent := all.Last(recentDays * 24 * time.Hour)
	span := recent.Until.Sub(recent.Since)
	view := spentView{Pieces: pieces(recent), From: moment(recent.Since, v.now, v.zone), To: "Now, " + v.now.In(v.zone).Format(clockForm),
		Recent: "Last " + plural(recentDays, "day"), All: "Since " + day(all.Since, v.now, v.zone)}
	words := "of the last " + plural(recentDays, "day")
	if recent.Since.Equal(all.Since) {
		words = "of the time since " + amid(all.Since, v.now, v.zone)
	}
	took := map[asset.Status]time.Duration{}
	for _, s := range recent.Shares {
		took[s.Status] = s.Time
	}
	view.Title = "Working " + percent(took[asset.Working], span) + " " + words
	var parts []string
	for _, s := range all.Shares {
		view.Rows = append(view.Rows, spentRow{Status: s.Status, Recent: hoursWords(took[s.Status]), All: hoursWords(s.Time), Share: percent(took[s.Status], span)})
		parts = append(parts, lower(s.Status.Label())+" "+percent(took[s.Status], span))
	}
	view.Words = "Status over time, " + words + ": " + strings.Join(parts, ", ")
	return spentPart(view)
}

func percent(part, whole time.Duration) string {
	if whole <= 0 {
		return "0 %"
	}
	return strings.Replace(strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64), ".0", "", 1) + " %"
}

// pieces places the spells on the bar; what is too short to be seen is drawn as one thousandth.
func pieces(s asset.Spent) []piece {
	span := s.Until.Sub(s.Since)
	class := map[asset.Status]string{asset.Working: "soft-d", asset.Maintenance: "c", asset.Standby: "z", asset.Scrapped: "a"}
	var out []piece
	for _, x := range s.Spells {
		from, width := 0.0, 1000.0
		if span > 0 {
			from, width = 1000*float64(x.From.Sub(s.Since))/float64(span), 1000*float64(x.Lasted())/float64(span)
		}
		out = append(out, piece{Class: class[x.Status], X: thousandths(min(from, 999)), Width: thousandths(max(width, 1))})
	}
	return out
}

func thousandths(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
