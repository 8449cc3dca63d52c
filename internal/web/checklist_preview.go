package web

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/checklist"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/task"
	"intelliwiz/internal/web/ui"
)

// previewView is a form as whoever carries a task out sees it, with what the answers so far bring.
type previewView struct {
	Sections []previewSection
	Hidden   int // items that other answers bring
	Alerts   int
	Wrong    []fault.Field // what keeps the draft from being saved
}

// previewSection is a part of it.
type previewSection struct {
	Name string
	Asks []previewAsk
}

// previewAsk is one question with what its answer raises.
type previewAsk struct {
	doAsk
	Alert string
	Extra string // what is asked with it: a photo
	Drawn bool   // a signature, which is not drawn here
}

// listPreview draws a draft by the evaluator that judges every report, with the answers that f has in it.
func (p *pages) listPreview(ctx context.Context, who actor.Actor, d checklist.Form, f form) (v previewView, err error) {
	t := task.Whole{Form: &checklist.Published{Form: d}}
	reading := form{values: f.values}
	given, err := p.given(ctx, who, &reading, t)
	if err != nil {
		return v, err
	}
	verdict := d.Evaluate(given, nil, false)
	v.Alerts = verdict.Alerts
	faults := ui.FaultsOf(atAsksOrNil(verdict.Err(), d))
	n := 0
	for _, s := range d.Sections {
		section := previewSection{Name: s.Name}
		for range s.Items {
			j := verdict.Items[n]
			n++
			if !j.Shown {
				v.Hidden++
				continue
			}
			a, err := p.doAsk(ctx, who, j.Item, t, f, faults)
			if err != nil {
				return v, err
			}
			ask := previewAsk{doAsk: a, Alert: j.Alert, Drawn: j.Rule.Type == checklist.Signature}
			if j.Rule.Attachment != checklist.NoFile {
				ask.Extra = j.Rule.Attachment.Label()
				if !j.Rule.FileNeeded {
					ask.Extra += ", if there is one"
				}
			}
			section.Asks = append(section.Asks, ask)
		}
		v.Sections = append(v.Sections, section)
	}
	return v, nil
}

// atAsksOrNil is atAsks for a verdict that may have no faults.
func atAsksOrNil(err error, asked checklist.Form) error {
	if err == nil {
		return nil
	}
	return atAsks(err, asked)
}
