package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

const (
	beat  = 200 * time.Millisecond // between two signs of life from Redis
	stale = 900 * time.Millisecond // without one for so long, an invalidation may have been missed: what the process has is not used
)

// message tells the other nodes which tags of a tenant ended; everything did when All is set.
type message struct {
	Node   string    `json:"node"`
	Tenant id.Tenant `json:"tenant"`
	Tags   []string  `json:"tags"`
	All    bool      `json:"all,omitzero"`
}

// Dial makes a client of a Redis at an address (redis://, rediss://, unix://) that gives up early: everything that uses Redis goes
// on without it. It does not connect yet.
func Dial(address telemetry.Secret) (*redis.Client, error) {
	o, err := redis.ParseURL(address.Reveal())
	if err != nil {
		return nil, errors.New("REDIS_URL is not an address of a Redis") // the cause would quote it
	}
	silence()
	o.ClientName = "intelliwiz"
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries = -1, 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = time.Second, time.Second, time.Second, time.Second
	return redis.NewClient(o), nil
}

// quiet is a logger that says nothing: what uses Redis logs that it goes and comes.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// silence is for the whole process, because the client knows only one logger.
var silence = sync.OnceFunc(func() { redis.SetLogger(quiet{}) })

// fresh says that no invalidation of another node can have been missed.
func (s *Store) fresh() bool {
	return s.c.Redis == nil || s.lost.Load() == 0 && time.Since(s.began)-time.Duration(s.heard.Load()) < s.stale
}

// Run listens to what other nodes invalidate, until the context ends. Without Redis it only waits for that.
func (s *Store) Run(ctx context.Context) error {
	defer s.local.StopAllGoroutines()
	if s.c.Redis == nil {
		<-ctx.Done()
		return nil
	}
	lost := false
	for ctx.Err() == nil {
		err := s.listen(ctx, func() {
			if lost {
				s.c.Log.InfoContext(ctx, "caches are shared again: redis answers")
			}
			lost = false
		})
		if ctx.Err() != nil {
			break
		}
		if !lost {
			s.c.Log.ErrorContext(ctx, "caches are not used: redis does not answer", "err", err.Error())
		}
		lost = true
		select {
		case <-ctx.Done():
		case <-time.After(beat):
		}
	}
	return nil
}

// listen subscribes and follows the messages until Redis is gone.
func (s *Store) listen(ctx context.Context, subscribed func()) error {
	p := s.c.Redis.Subscribe(ctx, channel)
	defer func() { _ = p.Close() }() // nothing to lose
	if _, err := p.ReceiveTimeout(ctx, time.Second); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if s.lost.Load() > 0 {
		if err := s.endAll(ctx); err != nil {
			return err
		}
	}
	s.gens.drop() // messages may have been missed
	s.alive()
	subscribed()
	for ctx.Err() == nil { // the client does not look at it while it waits
		if err := p.Ping(ctx); err != nil {
			return fmt.Errorf("ping: %w", err)
		}
		for next := time.Now().Add(beat); time.Now().Before(next); {
			m, err := p.ReceiveTimeout(ctx, time.Until(next)+time.Millisecond)
			if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() && s.fresh() {
				break
			}
			if err != nil {
				return fmt.Errorf("receive: %w", err)
			}
			s.hear(m)
		}
		if s.lost.Load() > 0 {
			return errors.New("an invalidation was lost")
		}
	}
	return ctx.Err()
}

// endAll ends everything on every node, after an invalidation that did not reach Redis.
func (s *Store) endAll(ctx context.Context) error {
	seen := s.lost.Load()
	text, _ := json.Marshal(message{Node: s.node, All: true})
	p := s.c.Redis.TxPipeline()
	p.Set(ctx, epochKey, nonce(), tagLife)
	p.Publish(ctx, channel, text)
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("end what is old in redis: %w", err)
	}
	s.gens.drop() // before anything here is used again
	if !s.lost.CompareAndSwap(seen, 0) {
		return errors.New("another invalidation was lost meanwhile")
	}
	return nil
}

func (s *Store) alive() { s.heard.Store(int64(time.Since(s.began))) }

func (s *Store) hear(m any) {
	s.alive()
	switch m := m.(type) {
	case *redis.Subscription:
		s.gens.drop() // the client subscribed anew by itself: messages may have been missed
	case *redis.Message:
		var change message
		if err := json.Unmarshal([]byte(m.Payload), &change); err != nil {
			s.gens.drop() // not understood: the safe reading is that everything changed
			return
		}
		switch {
		case change.Node == s.node:
		case change.All:
			s.gens.drop()
		default:
			s.gens.bump(change.Tenant, change.Tags)
		}
	}
}
