package push

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/news"
	"intelliwiz/internal/outbound"
)

// Queue is the one of the work that sends: push services are slow at times, and hold up nothing else.
const Queue = "push"

// keep is how long a push service keeps a message for a browser that is not there (RFC 8030, 5.2).
const keep = 24 * time.Hour

// tested is the job that sends a message by which somebody sees that it works.
type tested struct {
	Subscription id.Subscription `json:"subscription"`
}

// Kind names the job.
func (tested) Kind() string { return "push.test" }

// Queue keeps it apart.
func (tested) Queue() string { return Queue }

func (s *Service) test(ctx context.Context, who actor.Actor, a tested) error {
	m := Message{Title: "This is how you are told on this device", Path: "/account/notices", Urgency: news.High, Until: s.c.Now().Add(time.Hour)}
	m.Subject = id.Of[id.Any](a.Subscription.Bytes())
	_, err := s.Send(ctx, who, a.Subscription, m)
	return err
}

// Send hands a message to the push service of a browser, once. sent says that it was taken; it is not, without an error, when it is of no use any more or
// the channel is switched off, or the push service says that the browser is gone, which is forgotten then. NotFound for one that is not known;
// Unavailable: again, later; Invalid: never. who must be the system.
func (s *Service) Send(ctx context.Context, who actor.Actor, subscription id.Subscription, m Message) (sent bool, err error) {
	if who.Kind() != actor.System {
		return false, fault.Denied("push.send")
	}
	o, err := s.stored(ctx, who, subscription)
	if err != nil {
		return false, err
	}
	left := min(m.Until.Sub(s.c.Now()), keep).Truncate(time.Second)
	if left <= 0 || !s.c.On(ctx, who.Tenant(), o.person) {
		return false, nil
	}
	k, err := s.open(who.Tenant(), subscription, o.sealed)
	if err != nil { // its key is gone: no later attempt reads it
		lost := fault.Of(fault.Invalid, "This device cannot be reached any more. Turn it on again.").Because(err)
		return false, errors.Join(lost, s.note(ctx, who, subscription, lost))
	}
	headers, body, err := s.request(ctx, subscription, k, m, left)
	if err != nil {
		return false, err
	}
	answer, err := s.c.Out.Post(ctx, k.Endpoint, headers, body)
	if ctx.Err() != nil { // the process stops: not the service's fault
		return false, fmt.Errorf("push to %s: %w", subscription, context.Cause(ctx))
	}
	verdict := judged(answer, err)
	if noted := s.note(ctx, who, subscription, verdict); noted != nil {
		return false, noted
	}
	switch fault.KindOf(verdict) {
	case "":
		return true, nil
	case fault.NotFound:
		return false, nil
	}
	return false, fmt.Errorf("push to %s: %w", subscription, verdict)
}

// shown is what a browser gets.
type shown struct {
	Title string `json:"title"`
	Path  string `json:"path"`
	Tag   string `json:"tag"` // of two notifications with one tag, the newer is shown
}

// request makes what is sent.
func (s *Service) request(ctx context.Context, subscription id.Subscription, k kept, m Message, left time.Duration) (map[string]string, []byte, error) {
	p, err := s.keys(ctx)
	if err != nil {
		return nil, nil, err
	}
	topic := topicOf(subscription, m.Subject)
	text, err := json.Marshal(shown{m.Title, m.Path, topic})
	if err != nil {
		return nil, nil, err
	}
	body, err := encrypted(text, k)
	if err != nil {
		return nil, nil, err
	}
	authorization, err := p.authorization(k.Endpoint, s.c.Contact, s.c.Now())
	if err != nil {
		return nil, nil, err
	}
	return map[string]string{
		"Authorization": authorization, "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
		"TTL": strconv.FormatInt(int64(left/time.Second), 10), "Urgency": urgencyOf(m.Urgency), "Topic": topic,
	}, body, nil
}

// topicOf names what a message is about, so that a push service keeps one of each and learns nothing of it (RFC 8030, 5.4: at most 32 characters).
func topicOf(subscription id.Subscription, subject id.Any) string {
	x, y := subscription.Bytes(), subject.Bytes()
	sum := sha256.Sum256(append(x[:], y[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

func urgencyOf(u news.Urgency) string {
	if u == "" {
		return "normal"
	}
	return string(u)
}

// judged says what an answer means: nil = it was taken. The text names neither the address nor what the service said, which may name it.
func judged(a outbound.Answer, err error) error {
	if f, ok := errors.AsType[*outbound.Failure](err); ok {
		return fault.Of(fault.Unavailable, f.Words)
	}
	words := fmt.Sprintf("The push service answered %d.", a.Status)
	switch {
	case err != nil:
		return err
	case a.OK():
		return nil
	case a.Status == 404, a.Status == 410: // RFC 8030, 7.3
		return fault.Of(fault.NotFound, words)
	case a.Status == 408, a.Status == 429, a.Status >= 500:
		f := fault.Of(fault.Unavailable, words)
		f.RetryAfter = a.RetryAfter
		return f
	}
	return fault.Of(fault.Invalid, words)
}

// note keeps what became of a message; a browser that is gone is forgotten.
func (s *Service) note(ctx context.Context, who actor.Actor, subscription id.Subscription, verdict error) error {
	return s.write(ctx, who, func(tx *db.Tx) error {
		switch fault.KindOf(verdict) {
		case "":
			tx.Later(subscriptionTaken, subscription, s.c.Now())
		case fault.NotFound:
			tx.Later(subscriptionDelete, subscription)
		default:
			tx.Later(subscriptionFailed, subscription)
		}
		return nil
	})
}
