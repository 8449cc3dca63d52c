package testworld

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Log keeps what was logged.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }

// String gives all that was logged.
func (l *Log) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// Mail is a message that was sent.
type Mail struct{ Key, To, Subject, Text string }

// Sink is the carrier of the world's mail.
type Sink struct {
	mu   sync.Mutex
	sent []Mail
	err  error
}

// Carry keeps the message, or gives the fault that Fail was told.
func (s *Sink) Carry(_ context.Context, key, to, subject, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.sent = append(s.sent, Mail{key, to, subject, text})
	}
	return s.err
}

// Fail has every message refused with err; nil has them taken again.
func (s *Sink) Fail(err error) { s.mu.Lock(); defer s.mu.Unlock(); s.err = err }

// Sent gives what was sent, the oldest first.
func (s *Sink) Sent() []Mail { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.sent) }

// Limit is a limiter that counts, and refuses only when it is told to.
type Limit struct {
	mu    sync.Mutex
	asked []string
	err   error
}

// SignIn notes "try | source | account".
func (l *Limit) SignIn(_ context.Context, source, account string) error {
	return l.note("try | " + source + " | " + account)
}

// Failed notes "failed | source | account".
func (l *Limit) Failed(_ context.Context, source, account string) {
	_ = l.note("failed | " + source + " | " + account) // what is told afterwards cannot be refused
}

// Stranger notes "stranger | account". A try that it refuses is worth telling.
func (l *Limit) Stranger(_ context.Context, account string) (bool, error) {
	err := l.note("stranger | " + account)
	return err != nil, err
}

// Device notes "device | device".
func (l *Limit) Device(_ context.Context, device string) error { return l.note("device | " + device) }

// Link notes "link | source".
func (l *Limit) Link(_ context.Context, source string) error { return l.note("link | " + source) }

// Guess notes "guess | person".
func (l *Limit) Guess(_ context.Context, who actor.Actor) error {
	return l.note("guess | " + who.Person().String())
}

// Mailed notes "mailed | source | account".
func (l *Limit) Mailed(_ context.Context, source, account string) error {
	return l.note("mailed | " + source + " | " + account)
}

// Report notes "report | source | tenant".
func (l *Limit) Report(_ context.Context, source string, tenant id.Tenant) error {
	return l.note("report | " + source + " | " + tenant.String())
}

func (l *Limit) note(what string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, what)
	return l.err
}

// Refuse has every try answered with err; nil lets them pass again.
func (l *Limit) Refuse(err error) { l.mu.Lock(); defer l.mu.Unlock(); l.err = err }

// Asked gives what was noted, the oldest first, and forgets it.
func (l *Limit) Asked() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.asked
	l.asked = nil
	return out
}

// Anchors keeps the heads that the journal handed out.
type Anchors struct {
	mu  sync.Mutex
	all []journal.Anchor
}

func (a *Anchors) add(_ context.Context, x journal.Anchor) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, x)
	return nil
}

// All gives the anchors, the oldest first.
func (a *Anchors) All() []journal.Anchor {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.all)
}
