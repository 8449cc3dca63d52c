package checklist

import (
	"context"
	"fmt"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/org"
	"intelliwiz/internal/page"
)

// The code lists of a question's unit and category.
const (
	listUnit     = string(org.QuestionUnit)
	listCategory = string(org.QuestionKind)
)

var questionTaken = map[string]fault.Field{"questions_text": {Path: "text", Code: "taken", Message: "There is this question with this type of answer already."}}

// GetQuestion gives a question. Needs checklist.read; NotFound otherwise.
func (s *Service) GetQuestion(ctx context.Context, who actor.Actor, question id.Question) (q Question, err error) {
	if err := who.Require(CanRead); err != nil {
		return Question{}, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		q, err = getQuestion(ctx, tx, question)
		return err
	})
	return q, err
}

// ListQuestions gives the questions by their text. Needs checklist.read.
func (s *Service) ListQuestions(ctx context.Context, who actor.Actor, f QuestionFilter, p page.Request) (page.Of[Question], error) {
	if err := who.Require(CanRead); err != nil {
		return page.Of[Question]{}, err
	}
	text, after, err := page.Last[id.Question](p)
	if err != nil {
		return page.Of[Question]{}, err
	}
	var rows []Question
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		rows, err = db.All(ctx, tx, scanQuestion, questionList, f.Type, f.Category, f.Search, fold.Like(f.Search), f.Inactive, db.Moment(f.ChangedAfter),
			text, after, p.Size()+1)
		return err
	})
	return page.Cut(rows, p, func(q Question) (string, string) { return fold.Key(q.Text), q.ID.String() }), err
}

// questionsIn reads several questions at once; what is not there is absent.
func questionsIn(ctx context.Context, tx *db.Tx, questions []id.Question) (map[id.Question]Question, error) {
	rows, err := db.All(ctx, tx, scanQuestion, questionsByID, questions)
	out := make(map[id.Question]Question, len(rows))
	for _, q := range rows {
		out[q.ID] = q
	}
	return out, err
}

// CreateQuestion adds a question to the library. Needs checklist.create. Invalid, or Conflict when there is the same one.
func (s *Service) CreateQuestion(ctx context.Context, who actor.Actor, in QuestionInput) (Question, error) {
	if err := who.RequireEverywhere(CanCreate); err != nil {
		return Question{}, err
	}
	if err := in.Check(); err != nil {
		return Question{}, err
	}
	if in.ID.IsZero() {
		in.ID = id.New[id.Question]()
	}
	q := in.question(in.ID, 1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := checkQuestion(ctx, tx, &q); err != nil {
			return err
		}
		tx.Later(questionInsert, q.arguments()...)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "question.created", Subject: q.ID, After: q})
	})
	if err != nil {
		return Question{}, fault.Place(fmt.Errorf("create a question: %w", err), questionTaken)
	}
	return q, nil
}

// UpdateQuestion changes a question; what is published keeps the old one, drafts follow. Needs checklist.update. Invalid for another type of
// answer; Conflict with the current record when version is not the stored one.
func (s *Service) UpdateQuestion(ctx context.Context, who actor.Actor, question id.Question, version int64, in QuestionInput) (Question, error) {
	if err := who.RequireEverywhere(CanUpdate); err != nil {
		return Question{}, err
	}
	if err := in.Check(); err != nil {
		return Question{}, err
	}
	q := in.question(question, version+1, s.now())
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getQuestion(ctx, tx, question)
		if err != nil {
			return err
		}
		if old.Rule.Type != q.Rule.Type {
			var c fault.Check
			c.Add("rule.type", "fixed", "A question keeps its type of answer: answers of two types cannot be compared. Add another question.")
			return c.Err()
		}
		if err := checkQuestion(ctx, tx, &q); err != nil {
			return err
		}
		q.Used = old.Used
		n, err := tx.Exec(ctx, questionUpdate, append(q.arguments(), version)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale("question", old)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "question.updated", Subject: question, Before: old, After: q})
	})
	if err != nil {
		return Question{}, fault.Place(fmt.Errorf("update question %s: %w", question, err), questionTaken)
	}
	return q, nil
}

// DeleteQuestion removes a question that no checklist asks. Needs checklist.delete; Conflict while one does, or when version is not the
// stored one.
func (s *Service) DeleteQuestion(ctx context.Context, who actor.Actor, question id.Question, version int64) error {
	if err := who.RequireEverywhere(CanDelete); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := getQuestion(ctx, tx, question)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, questionDelete, question, version)
		if err != nil {
			return fault.InUse(err, "question", "Make it inactive instead: it stays where it is asked and is no longer offered.")
		}
		if n == 0 {
			return fault.Stale("question", old)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "question.deleted", Subject: question, Before: old})
	})
	if err != nil {
		return fmt.Errorf("delete question %s: %w", question, err)
	}
	return nil
}
