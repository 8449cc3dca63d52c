package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
)

// beat is how often a quiet stream says that it lives, so that nothing on the way takes it for dead.
const beat = 20 * time.Second

// noticeStream tells a browser how many notices are unread, whenever that changes, as server-sent events. It ends with the session, with
// the server, and at its time limit; browsers come back by themselves after five seconds.
func (p *pages) noticeStream(w http.ResponseWriter, r *http.Request) error {
	e := events{w: w}
	err := p.Notices.Watch(r.Context(), actor.From(r.Context()), beat, func(unread int64) error {
		return e.send("unread", strconv.FormatInt(unread, 10))
	})
	return e.end(err)
}

// events are server-sent events to one browser. The answer begins with the first of them.
type events struct {
	w     http.ResponseWriter
	begun bool
}

// send writes an event of one line. Who takes none for longer than a beat has gone.
func (e *events) send(name, data string) error {
	out := http.NewResponseController(e.w)
	if !e.begun {
		h := e.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // a proxy must not gather events
		e.begun = true
		if _, err := fmt.Fprint(e.w, "retry: 5000\n\n"); err != nil {
			return err
		}
	}
	until := time.Now().Add(beat + 10*time.Second) //nolint:forbidigo // a connection's deadline is one of the machine's clock
	if err := out.SetWriteDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := fmt.Fprintf(e.w, "event: %s\ndata: %s\n\n", name, data); err != nil { //nolint:gosec // a stream of events is no page; both are words of ours
		return err
	}
	return out.Flush()
}

// end is what a stream answers when it is over: nothing once it has begun, for then the client has left.
func (e *events) end(err error) error {
	if e.begun {
		return nil
	}
	return err
}
