package rest

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// AnswersGiven are answers to be judged by a published form.
type AnswersGiven struct {
	Answers  []AnswerGiven  `json:"answers" nullable:"false" maxItems:"200"`
	Readings []MeterReading `json:"readings,omitzero" nullable:"false" maxItems:"200" doc:"The last readings of meters, for those that run on."`
	Whole    bool           `json:"whole,omitzero" doc:"Nothing mandatory may be missing."`
}

// AnswerGiven is what somebody says to an item.
type AnswerGiven struct {
	ItemID id.Item   `json:"item_id" format:"uuid"`
	Value  string    `json:"value,omitzero" maxLength:"20000" doc:"A text, number, option, day, time, address, id of a person or site, position (12.97,77.59) or code; empty is no answer."`
	Values []string  `json:"values,omitzero" nullable:"false" maxItems:"100" maxLength:"200" doc:"The options of several choices."`
	Files  []id.File `json:"file_ids,omitzero" format:"uuid" nullable:"false" maxItems:"100" doc:"The files that come with it. Of a report of a task: files that were added to the task before, each with one answer."`
}

// MeterReading is the last reading of a meter.
type MeterReading struct {
	ItemID id.Item `json:"item_id" format:"uuid"`
	Value  string  `json:"value" maxLength:"20"`
}

// Judgement is what a form makes of answers.
type Judgement struct {
	Items  []JudgedItem  `json:"items" nullable:"false"`
	Faults []fault.Field `json:"faults" nullable:"false" doc:"What must be mended."`
	Alerts int           `json:"alerts" doc:"How many answers raise an alert."`
}

// JudgedItem is an item with what became of its answer.
type JudgedItem struct {
	ItemID   id.Item `json:"item_id" format:"uuid"`
	Shown    bool    `json:"shown"`
	Answered bool    `json:"answered"`
	Text     string  `json:"text" doc:"The answer as it is kept."`
	Alert    string  `json:"alert" doc:"Why it raises an alert, empty when it does not."`
}

func judgementOf(v checklist.Verdict) Judgement {
	out := Judgement{Items: make([]JudgedItem, len(v.Items)), Faults: append([]fault.Field{}, v.Faults...), Alerts: v.Alerts}
	for i, j := range v.Items {
		out.Items[i] = JudgedItem{ItemID: j.ID, Shown: j.Shown, Answered: j.Answer != nil, Alert: j.Alert}
		if j.Answer != nil {
			out.Items[i].Text = j.Answer.Text
		}
	}
	return out
}

func (b AnswersGiven) given() []checklist.Given {
	out := make([]checklist.Given, len(b.Answers))
	for i, a := range b.Answers {
		out[i] = a.given()
	}
	return out
}

func (a AnswerGiven) given() checklist.Given {
	return checklist.Given{Item: a.ItemID, Value: a.Value, Values: a.Values, Files: a.Files}
}

// readings are the last readings; one that is no number is none.
func (b AnswersGiven) readings() map[id.Item]checklist.Number {
	out := map[id.Item]checklist.Number{}
	for _, r := range b.Readings {
		if n := checklist.ReadNumber(r.Value); n != nil && *n != checklist.NaN {
			out[r.ItemID] = *n
		}
	}
	return out
}

func (a *api) forms() {
	s := a.c.Checks
	register(a, "checklist.publish", func(ctx context.Context, in *struct {
		ID   id.Checklist `path:"id" format:"uuid"`
		Body struct {
			Version int64 `json:"version" minimum:"1" doc:"The version that was read." example:"1"`
		}
	}) (*one[Checklist], error) {
		c, err := s.Publish(ctx, actor.From(ctx), in.ID, in.Body.Version)
		return single(c, err, checklistOf)
	})
	register(a, "checklist.forms", func(ctx context.Context, in *struct {
		ID id.Checklist `path:"id" format:"uuid"`
	}) (*many[PublishedForm], error) {
		rows, err := s.ListForms(ctx, actor.From(ctx), in.ID)
		return whole(rows, err, publishedOf)
	})
	register(a, "form.get", func(ctx context.Context, in *struct {
		ID id.Form `path:"id" format:"uuid"`
	}) (*one[PublishedForm], error) {
		f, err := s.GetForm(ctx, actor.From(ctx), in.ID)
		return single(f, err, publishedOf)
	})
	register(a, "form.evaluate", func(ctx context.Context, in *struct {
		ID   id.Form `path:"id" format:"uuid"`
		Body AnswersGiven
	}) (*one[Judgement], error) {
		f, err := s.GetForm(ctx, actor.From(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return single(f.Form.Evaluate(in.Body.given(), in.Body.readings(), in.Body.Whole), nil, judgementOf)
	})
}
