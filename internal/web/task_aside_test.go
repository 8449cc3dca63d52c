package web

import (
	"net/http"
	"testing"
	"time"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/plan"
	"intelliwiz/internal/testworld"
)

// TestAnswersThatAreSetAsideAreSaidToBe instead of looking unanswered; so are the changes of a record.
func TestAnswersThatAreSetAsideAreSaidToBe(t *testing.T) {
	var url string
	d := dbtest.Open(t, "postgres", func(o *db.Options) { url = o.URL })
	h := open(t, testworld.New(t, d))
	now := h.Clock.Now()
	then := time.Date(2024, 11, 10, 6, 0, 0, 0, time.UTC)
	dbtest.Exec(t, url, "select make_partitions('"+then.Format(time.DateOnly)+"')")
	h.Clock.Advance(then.Sub(now))
	list := h.Checklist("Round", h.Question("All well?"))
	x := h.open(h.Plan(h.Harbour.ID, "Evening lamps", list, func(in *plan.Input) { in.From = "2024-11-01" }))
	guard, admin, at := h.as(org.Guard), h.as(org.Administrator), "/tasks/"+x.ID.String()
	guard.post(at + "/begin").goes(at + "/do")
	sent := guard.get(at+"/do").is(http.StatusOK, "All well?").fields(at + "/report")
	guard.post(at+"/report", with(sent, askName(list.Draft.Items()[0].ID), "No")...).goes(at)
	admin.get(at).is(http.StatusOK, "No raises an alert").lacks("et aside", "No answer")
	month := x.ID.Time()
	must(t, d.SetAside(t.Context(), "answers", month.Format("200601"), 12))
	must(t, h.Journal.SetAside(t.Context(), month.Format("200601"), 12))
	before := time.Date(month.Year(), month.Month()+1, 1, 0, 0, 0, 0, time.UTC).Format("January 2006")
	guard.get(at).is(http.StatusOK, "Answers before "+before+" are set aside by the retention of this installation.", "Set aside").lacks("No answer", "raises an alert")
	admin.get(at).is(http.StatusOK, "Answers before "+before, "Changes before "+before+" are set aside by the retention of this installation")
	if w, err := h.Tasks.GetWhole(t.Context(), h.System, x.ID); err != nil || len(w.Answers) != 0 || w.Alerts != 1 {
		t.Errorf("%v %+v", err, w)
	}
}
