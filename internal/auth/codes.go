package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// Recovery codes are ten letters and digits each, 50 bits, in Crockford's base 32: what looks alike is one sign.
const (
	codeCount    = 10
	codeLength   = 10
	codeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz" // 32 signs, so that five bits choose one evenly
)

// codeSet is fresh recovery codes: as their owner keeps them, and as they are stored.
type codeSet struct{ plain, hashes []string }

// newCodes makes a set. It costs as much as that many passwords, and waits as they do.
func (s *Service) newCodes(ctx context.Context) (c codeSet, err error) {
	bare := make([]string, codeCount)
	for i := range bare {
		bare[i] = newCode()
		c.plain = append(c.plain, bare[i][:codeLength/2]+"-"+bare[i][codeLength/2:])
	}
	if c.hashes, err = s.hasher.makeAll(ctx, bare); err != nil {
		return codeSet{}, fmt.Errorf("hash recovery codes: %w", err)
	}
	return c, nil
}

// codesUnless makes a set for who has no codes; an empty one otherwise.
func (s *Service) codesUnless(ctx context.Context, who actor.Actor) (codeSet, error) {
	has, err := s.ListFactors(ctx, who)
	if err != nil || has.Codes > 0 {
		return codeSet{}, err
	}
	return s.newCodes(ctx)
}

func newCode() string {
	raw := make([]byte, codeLength)
	_, _ = rand.Read(raw) // never fails: the runtime stops the process instead
	for i, b := range raw {
		raw[i] = codeAlphabet[b%32]
	}
	return string(raw)
}

// put stores the set in the place of the one before.
func (c codeSet) put(tx *db.Tx, person id.Person) {
	tx.Later(codesDelete, person)
	for _, h := range c.hashes {
		tx.Later(codeInsert, id.New[id.RecoveryCode](), person, h)
	}
}

// digits gives the six digits of an app's code, however they were spaced; "" for anything else.
func digits(typed string) string {
	text := strings.Join(strings.Fields(typed), "")
	if len(text) != 6 || strings.Trim(text, "0123456789") != "" {
		return ""
	}
	return text
}

// bareCode gives a recovery code as it was hashed, however it was typed; "" for what cannot be one.
func bareCode(typed string) string {
	text := strings.ToLower(strings.Join(strings.Fields(typed), ""))
	text = strings.NewReplacer("-", "", "o", "0", "i", "1", "l", "1").Replace(text)
	if len(text) != codeLength {
		return ""
	}
	return text
}
