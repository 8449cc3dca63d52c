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

	"intelliwiz/internal/fault"
)

// HashConfig is what a password hash costs and how many may wait for one. The zero value is OWASP's argon2id minimum.
type HashConfig struct {
	Memory  uint32 // KiB; 0 = 19456
	Passes  uint32 // 0 = 2
	Workers int    // hashes at once; 0 = the machine's cores
	Queue   int    // who may wait beyond those; 0 = 64. Above it a try is answered Unavailable at once
}

// hasher computes argon2id hashes, few at a time: each needs its memory for a tenth of a second, and a flood must not take all of both.
type hasher struct {
	c     HashConfig
	slots chan struct{}
	line  chan struct{}
	dummy string // a hash that nothing matches, for accounts that do not exist
}

func newHasher(c HashConfig) *hasher {
	if c.Memory == 0 {
		c.Memory = 19 * 1024
	}
	if c.Passes == 0 {
		c.Passes = 2
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Queue == 0 {
		c.Queue = 64
	}
	h := &hasher{c: c, slots: make(chan struct{}, c.Workers), line: make(chan struct{}, c.Workers+c.Queue)}
	h.dummy = h.format(make([]byte, 16), make([]byte, 32))
	return h
}

// enter waits for a slot. Unavailable when too many wait already.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.line <- struct{}{}:
	default:
		f := fault.Of(fault.Unavailable, "Too many people are signing in right now. Try again in a moment.")
		f.RetryAfter = 2 * time.Second
		return nil, f
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.line }, nil
	case <-ctx.Done():
		<-h.line
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
	return h.format(salt, argon2.IDKey([]byte(password), salt, h.c.Passes, h.c.Memory, 1, 32)), nil
}

// matches says whether a password made an encoded hash; "" stands for an account that does not exist, takes as long and never matches.
func (h *hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	known := encoded != ""
	if !known {
		encoded = h.dummy
	}
	memory, passes, salt, sum, err := parse(encoded)
	if err != nil {
		return false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	got := argon2.IDKey([]byte(password), salt, passes, memory, 1, uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1 && known, nil
}

// outdated says that a hash was made with other costs than today's, so that the next sign-in makes it anew.
func (h *hasher) outdated(encoded string) bool {
	memory, passes, _, _, err := parse(encoded)
	return err != nil || memory != h.c.Memory || passes != h.c.Passes
}

func (h *hasher) format(salt, sum []byte) string {
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, h.c.Memory, h.c.Passes, e.EncodeToString(salt), e.EncodeToString(sum))
}

var errHash = errors.New("a stored password hash cannot be read")

// parse reads the PHC string format of argon2id with one lane.
func parse(encoded string) (memory, passes uint32, salt, sum []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return 0, 0, nil, nil, errHash
	}
	var version int
	if _, err := fmt.Sscanf(parts[2]+parts[3], "v=%dm=%d,t=%d,p=1", &version, &memory, &passes); err != nil || version != argon2.Version {
		return 0, 0, nil, nil, errHash
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return 0, 0, nil, nil, errHash
	}
	sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(sum) == 0 {
		return 0, 0, nil, nil, errHash
	}
	return memory, passes, salt, sum, nil
}
