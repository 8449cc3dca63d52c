package argon

import (
	"context"
	"encoding/gob"
	"errors"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"time"
)

// Subcommand is the argument by which a program is asked to Serve.
const Subcommand = "argon"

const (
	patience = time.Second // for which an answer of the process is waited for
	again    = time.Second // after which it is started anew when it has ended
	farewell = 5 * time.Second
)

// Beside has a process of its own compute while Run runs, at most so many hashes at once. Without it, when it is gone or has not answered
// within a second, because others keep the processors busy, the hash is computed here: nobody is kept out. The zero value computes here.
type Beside struct {
	Most int          // hashes at once
	Log  *slog.Logger // of processes that end

	mu      sync.Mutex
	to      *gob.Encoder // nil: there is no process
	last    uint64
	waiting map[uint64]chan []byte
}

// question and answer are what is sent to the process and comes back.
type question struct {
	ID  uint64
	Ask Ask
}

type answer struct {
	ID  uint64
	Sum []byte
}

// Sum computes a hash.
func (b *Beside) Sum(a Ask) []byte {
	if done := b.send(a); done != nil {
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case sum := <-done:
			if sum != nil {
				return sum
			}
		case <-late.C: // its answer still counts as awaited, so that no more than Most are ever under way there
		}
	}
	return a.Sum()
}

// send puts a question; nil: there is nobody who would answer it.
func (b *Beside) send(a Ask) <-chan []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.to == nil || len(b.waiting) >= b.Most {
		return nil
	}
	b.last++
	if b.to.Encode(question{b.last, a}) != nil {
		b.to = nil // its end is noticed where its answers are read
		return nil
	}
	done := make(chan []byte, 1)
	b.waiting[b.last] = done
	return done
}

// Run keeps the process until ctx ends; self is the program's own file, which serves when it is given Subcommand.
func (b *Beside) Run(ctx context.Context, self string) error {
	for ctx.Err() == nil {
		err := b.live(ctx, self)
		if ctx.Err() != nil {
			break
		}
		b.Log.ErrorContext(ctx, "the process that hashes passwords has ended; they are hashed here until there is another", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
	return nil //nolint:nilerr // it ended because it was to end
}

// live starts the process and hands its answers out until it ends. It ends when nothing more can be asked, also because this one was killed.
func (b *Beside) live(ctx context.Context, self string) error {
	cmd := exec.Command(self, Subcommand) //nolint:gosec,noctx // the program itself; it ends with its input, after the answers that are awaited
	cmd.Env = []string{}                  // what is secret there is none of its business
	cmd.WaitDelay = farewell
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := lowered(b.Most, cmd.Start); err != nil {
		return err
	}
	b.open(in)
	stop := context.AfterFunc(ctx, func() { b.shut(false); _ = in.Close() })
	defer stop()
	from := gob.NewDecoder(out)
	for err == nil {
		var x answer
		if err = from.Decode(&x); err == nil {
			b.answer(x)
		}
	}
	b.shut(true)
	_ = in.Close()
	if !errors.Is(err, io.EOF) {
		_ = cmd.Process.Kill() // it says what nobody understands
	}
	return errors.Join(err, cmd.Wait())
}

func (b *Beside) open(in io.Writer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.to, b.waiting = gob.NewEncoder(in), map[uint64]chan []byte{}
}

// shut lets nobody ask any more; all says that nobody will be answered either.
func (b *Beside) shut(all bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.to = nil
	if all {
		for _, done := range b.waiting {
			close(done)
		}
		clear(b.waiting)
	}
}

func (b *Beside) answer(x answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if done, is := b.waiting[x.ID]; is {
		done <- x.Sum
		delete(b.waiting, x.ID)
	}
}

// Serve answers questions until there are no more, and those that it has.
func Serve(in io.Reader, out io.Writer) error {
	var all sync.WaitGroup
	defer all.Wait()
	var mu sync.Mutex
	from, to := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var q question
		if err := from.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		all.Go(func() {
			sum := q.Ask.Sum()
			mu.Lock()
			defer mu.Unlock()
			_ = to.Encode(answer{q.ID, sum}) // who does not read it any more has gone
		})
	}
}
