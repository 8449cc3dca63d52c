package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"intelliwiz/internal/argon"
	"intelliwiz/internal/fault"
)

// HashConfig is what a password hash costs and how many may wait for one. The zero value is OWASP's argon2id minimum.
type HashConfig struct {
	Memory  uint32 // KiB; 0 = 19456
	Passes  uint32 // 0 = 2
	Threads uint8  // lanes of one hash; 0 = 1
	Workers int    // hashes at once; 0 = the machine's cores but one, so that who does not sign in waits for nobody who does
	Queue   int    // who may wait beyond those; 0 = 64. Above it a try is answered Unavailable at once
	// Sum computes a hash, at most Workers at once; nil = here.
	Sum func(argon.Ask) []byte
}

// ahead is for how many more is read than are hashed for: so many that a slow database keeps few waiting who could be hashed for.
const ahead = 8

// hasher computes argon2id hashes, few at a time: each needs its memory for a tenth of a second, and a flood must not take all of both.
type hasher struct {
	c     HashConfig
	slots chan struct{} // who is hashed for
	desk  chan struct{} // who signs in and may be read for: those who are hashed for, and a few ahead of them
	line  chan struct{} // everybody, those who wait too
	dummy string        // a hash that nothing matches, for accounts that do not exist
}

func newHasher(c HashConfig) *hasher {
	if c.Memory == 0 {
		c.Memory = 19 * 1024
	}
	if c.Passes == 0 {
		c.Passes = 2
	}
	if c.Threads == 0 {
		c.Threads = 1
	}
	if c.Workers == 0 {
		c.Workers = UsualWorkers()
	}
	if c.Queue == 0 {
		c.Queue = 64
	}
	if c.Sum == nil {
		c.Sum = argon.Ask.Sum
	}
	h := &hasher{c: c, slots: make(chan struct{}, c.Workers), desk: make(chan struct{}, c.Workers+ahead), line: make(chan struct{}, c.Workers+c.Queue)}
	h.dummy = h.format(make([]byte, 16), make([]byte, 32))
	return h
}

// UsualWorkers is how many hashes are computed at once where nothing else is said: one less than the machine has cores, and at least one.
func UsualWorkers() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// enter waits in the line for a slot. Unavailable when too many stand there already.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) { return h.queue(ctx, h.slots) }

// sit waits in the line for a place at the desk, for somebody who signs in: what is read for them is read when their turn is near, and not
// for everybody who comes at once, which would slow all others down. Unavailable as for enter.
func (h *hasher) sit(ctx context.Context) (leave func(), err error) { return h.queue(ctx, h.desk) }

func (h *hasher) queue(ctx context.Context, free chan struct{}) (leave func(), err error) {
	select {
	case h.line <- struct{}{}:
	default:
		f := fault.Of(fault.Unavailable, "Too many people are signing in right now. Try again in a moment.")
		f.RetryAfter = 2 * time.Second
		return nil, f
	}
	up, err := take(ctx, free)
	if err != nil {
		<-h.line
		return nil, err
	}
	return func() { up(); <-h.line }, nil
}

// take waits for a free place.
func take(ctx context.Context, free chan struct{}) (leave func(), err error) {
	select {
	case free <- struct{}{}:
		return func() { <-free }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// make gives the encoded hash of a password.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: the runtime stops the process instead
	return h.format(salt, h.sum(password, salt)), nil
}

// sum computes a hash at today's costs, again one at the costs and with the salt of another.
func (h *hasher) sum(secret string, salt []byte) []byte {
	return h.c.Sum(argon.Ask{Secret: []byte(secret), Salt: salt, Passes: h.c.Passes, Memory: h.c.Memory, Threads: h.c.Threads, Length: 32})
}

func (h *hasher) again(secret string, p phc) []byte {
	return h.c.Sum(argon.Ask{Secret: []byte(secret), Salt: p.salt, Passes: p.passes, Memory: p.memory, Threads: p.threads, Length: uint32(len(p.sum))})
}

// makeAll gives the encoded hashes of several secrets that were made by chance, all with one salt, so that one computation finds out
// which of them somebody typed.
func (h *hasher) makeAll(ctx context.Context, secrets []string) ([]string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: the runtime stops the process instead
	out := make([]string, len(secrets))
	for i, x := range secrets {
		out[i] = h.format(salt, h.sum(x, salt))
	}
	return out, nil
}

// among finds the one of the hashes of makeAll that a secret made; -1 when none did.
func (h *hasher) among(ctx context.Context, secret string, encoded []string) (int, error) {
	var sum []byte
	for i, x := range encoded {
		p, err := parse(x)
		if err != nil {
			return -1, err
		}
		if i == 0 {
			leave, err := h.enter(ctx)
			if err != nil {
				return -1, err
			}
			sum = h.again(secret, p)
			leave()
		}
		if subtle.ConstantTimeCompare(sum, p.sum) == 1 {
			return i, nil
		}
	}
	return -1, nil
}

// matches says whether a password made an encoded hash; "" stands for an account that does not exist, takes as long and never matches.
func (h *hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return h.proves(password, encoded)
}

// matchesAtDesk is matches for who sits at the desk.
func (h *hasher) matchesAtDesk(ctx context.Context, password, encoded string) (bool, error) {
	leave, err := take(ctx, h.slots)
	if err != nil {
		return false, err
	}
	defer leave()
	return h.proves(password, encoded)
}

func (h *hasher) proves(password, encoded string) (bool, error) {
	known := encoded != ""
	if !known {
		encoded = h.dummy
	}
	p, err := parse(encoded)
	if err != nil {
		return false, err
	}
	got := h.again(password, p)
	return subtle.ConstantTimeCompare(got, p.sum) == 1 && known, nil
}

// outdated says that a hash was made with other costs than today's, so that the next sign-in makes it anew.
func (h *hasher) outdated(encoded string) bool {
	p, err := parse(encoded)
	return err != nil || p.memory != h.c.Memory || p.passes != h.c.Passes || p.threads != h.c.Threads
}

func (h *hasher) format(salt, sum []byte) string {
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.c.Memory, h.c.Passes, h.c.Threads, e.EncodeToString(salt), e.EncodeToString(sum))
}

// phc is a hash taken apart.
type phc struct {
	memory, passes uint32
	threads        uint8
	salt, sum      []byte
}

var errHash = errors.New("a stored password hash cannot be read")

// parse reads the PHC string format of argon2id: $argon2id$v=19$m=19456,t=2,p=1$salt$sum.
func parse(encoded string) (p phc, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil || p.passes == 0 || p.threads == 0 {
		return phc{}, errHash
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return phc{}, errHash
	}
	if p.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(p.sum) < 16 {
		return phc{}, errHash
	}
	return p, nil
}
