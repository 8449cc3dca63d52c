package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"intelliwiz/internal/actor"
)

// beat is how often a quiet stream says that it lives, so that nothing on the way takes it for dead.
const beat = 20 * time.Second

// noticeStream tells a browser how many notices are unread, whenever that changes, as server-sent events. It ends with the session, with
// the server, and at its time limit; browsers come back by themselves after five seconds.
func (p *pages) noticeStream(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	out := http.NewResponseController(w)
	begun := false
	err := p.Notices.Watch(r.Context(), actor.From(r.Context()), beat, func(unread int64) error {
		if !begun {
			h.Set("Content-Type", "text/event-stream")
			h.Set("Cache-Control", "no-store")
			h.Set("X-Accel-Buffering", "no") // a proxy must not gather events
			begun = true
			if _, err := fmt.Fprint(w, "retry: 5000\n\n"); err != nil {
				return err
			}
		}
		// Who takes no event for so long has gone.
		until := time.Now().Add(beat + 10*time.Second) //nolint:forbidigo // a connection's deadline is one of the machine's clock
		if err := out.SetWriteDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if _, err := fmt.Fprintf(w, "event: unread\ndata: %d\n\n", unread); err != nil {
			return err
		}
		return out.Flush()
	})
	if begun {
		return nil //nolint:nilerr // the client has left
	}
	return err
}
