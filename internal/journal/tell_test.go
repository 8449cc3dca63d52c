package journal_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// ear hears what a journal tells.
type ear struct {
	mu    sync.Mutex
	heard []string
	alive int
}

func (e *ear) told(_ id.Tenant, noun string, subject id.Any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, noun+" "+subject.String())
}

func (e *ear) config(c journal.Config) journal.Config {
	c.Told, c.Alive = e.told, func() { e.alive++ }
	return c
}

// TestEveryNodeHearsOfEveryChange: of its own at the commit and not at a rollback, of another's once it is sealed, whoever seals it.
func TestEveryNodeHearsOfEveryChange(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		var own, other ear
		mine, theirs := journal.New(own.config(b.config)), journal.New(other.config(b.config))
		b.must(theirs.Seal(t.Context())) // from here on it listens
		change := func(keep error) string {
			t.Helper()
			subject := id.New[id.Any]()
			err := b.d.Write(t.Context(), b.who, func(tx *db.Tx) error {
				if err := mine.Record(t.Context(), tx, journal.Change{Verb: "site.updated", Subject: subject}); err != nil {
					return err
				}
				return keep
			})
			if (err == nil) != (keep == nil) {
				t.Fatal(err)
			}
			return "site " + subject.String()
		}
		first := change(nil)
		if !slices.Equal(own.heard, []string{first}) || len(other.heard) != 0 {
			t.Errorf("at the commit: %v, the other %v", own.heard, other.heard)
		}
		if lost := change(errors.New("taken back")); slices.Contains(own.heard, lost) {
			t.Error("a change that was taken back is told")
		}
		alive := other.alive
		b.must(mine.Seal(t.Context())) // the other learns of it by the heads alone
		b.must(theirs.Seal(t.Context()))
		if !slices.Equal(other.heard, []string{first}) || other.alive != alive+1 {
			t.Errorf("after sealing the other heard %v, %d times that this is all", other.heard, other.alive-alive)
		}
		second := change(nil)
		b.must(theirs.Seal(t.Context())) // it seals the row of another itself
		if !slices.Equal(other.heard, []string{first, second}) {
			t.Errorf("what it sealed it heard as %v", other.heard)
		}
		b.must(b.write(t.Context(), b.who, 1100))
		b.must(b.Seal(t.Context()))
		other.heard = nil
		b.must(theirs.Seal(t.Context()))
		if want := " " + (id.Any{}).String(); !slices.Equal(other.heard, []string{want}) {
			t.Errorf("of very many changes it heard %d, the first %q", len(other.heard), other.heard[:1])
		}
	})
}

// TestWhatAnotherNodeSealsBetweenIsTold: a node that is busy with rows of its own hears of those that another sealed meanwhile.
func TestWhatAnotherNodeSealsBetweenIsTold(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		var own, other ear
		mine, theirs := journal.New(own.config(b.config)), journal.New(other.config(b.config))
		b.must(theirs.Seal(t.Context()))
		b.must(b.write(t.Context(), b.who, 3))
		b.must(mine.Seal(t.Context()))
		b.must(b.write(t.Context(), b.who, 2))
		b.must(theirs.Seal(t.Context())) // finds rows of its own at once
		seen := map[string]bool{}
		for _, h := range other.heard {
			seen[h] = true
		}
		if len(seen) != 5 {
			t.Errorf("of five changes it heard %d: %v", len(seen), other.heard)
		}
	})
}
