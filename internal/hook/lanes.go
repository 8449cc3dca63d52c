package hook

import (
	"sync"

	"intelliwiz/internal/id"
)

// perWebhook is how many messages a process sends to one webhook at once, so that a slow receiver leaves room for others.
const perWebhook = 2

// lanes counts the messages that are on their way to each webhook.
type lanes struct {
	mu   sync.Mutex
	busy map[id.Webhook]int
}

func newLanes() *lanes { return &lanes{busy: map[id.Webhook]int{}} }

// enter takes a place, or says that there is none.
func (l *lanes) enter(w id.Webhook) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy[w] >= perWebhook {
		return false
	}
	l.busy[w]++
	return true
}

func (l *lanes) leave(w id.Webhook) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy[w]--; l.busy[w] == 0 {
		delete(l.busy, w)
	}
}
