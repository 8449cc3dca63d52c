package auth

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// maxTokenLife is how long a token may live; maxTokens how many a person has.
const (
	maxTokenLife = 366 * 24 * time.Hour
	maxTokens    = 50
)

// Token is a personal API token. Its secret is shown once and not stored.
type Token struct {
	ID      id.Token           `json:"id"`
	Name    string             `json:"name"`
	Hint    string             `json:"hint"`     // the last characters, to know it by
	Scopes  []actor.Permission `json:"scopes"`   // what it is cut down to; empty = all that its person may do
	Nets    []string           `json:"networks"` // from where it may be used, as CIDR; empty = from anywhere
	Created time.Time          `json:"created_at"`
	Expires time.Time          `json:"expires_at"`
	Used    *time.Time         `json:"used_at,omitzero"` // to the minute; nil = never
}

// TokenInput is what one says about a new token.
type TokenInput struct {
	Name    string
	Scopes  []actor.Permission
	Nets    []string  // addresses, or networks as CIDR; none = from anywhere
	Expires time.Time // UTC; at most a year ahead
}

func (s *Service) checkToken(in *TokenInput) error {
	var c fault.Check
	in.Name = s.checkLife(&c, in.Name, in.Expires)
	in.Nets = checkNets(&c, in.Nets)
	for i, p := range in.Scopes {
		known := slices.ContainsFunc(s.org.Declared(), func(d actor.Declared) bool { return d.Name == p })
		c.That(known, "scopes["+strconv.Itoa(i)+"]", "unknown", "There is no permission "+fold.Line(string(p))+".")
	}
	in.Scopes = slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	return c.Err()
}

// checkLife holds the name and the end of a token to the rules, and gives the name as it is stored.
func (s *Service) checkLife(c *fault.Check, name string, expires time.Time) string {
	name = fold.Line(name)
	c.Text("name", name, 1, 100)
	now := s.now()
	c.That(expires.After(now), "expires_at", "past", "Choose a day that is still to come.")
	c.That(expires.Before(now.Add(maxTokenLife)), "expires_at", "too_late", "A token lives at most a year.")
	return name
}

// ByToken gives the actor of a token that comes from an address. A person's: what the person may do, cut down to its scopes; a service's: what
// its role says; a phone's: its person. Unauthenticated for one that is unknown, revoked or expired, or whose person is inactive or must change their password
// first; Forbidden from outside its networks.
func (s *Service) ByToken(ctx context.Context, secret, source string) (actor.Actor, error) {
	switch {
	case strings.HasPrefix(secret, servicePrefix):
		return s.byService(ctx, secret, source)
	case strings.HasPrefix(secret, accessPrefix):
		return s.byPhone(ctx, secret)
	}
	tenant, hash, err := readToken(tokenPrefix, secret)
	if err != nil || tenant.IsZero() {
		return actor.Actor{}, fault.Anonymous()
	}
	t, err := s.tokenOf(ctx, tenant, hash)
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.now()
	if !now.Before(t.expires) || t.mustChange {
		return actor.Actor{}, fault.Anonymous()
	}
	if !within(t.nets, source) {
		return actor.Actor{}, errElsewhere()
	}
	in := door(tenant)
	if t.used == nil || now.Sub(*t.used) >= touchEvery {
		s.touch(ctx, in, tokenTouch, "token", t.token)
	}
	reach, err := s.org.Reach(ctx, in, t.person, t.epoch)
	if err != nil {
		return actor.Actor{}, fmt.Errorf("read grants: %w", err)
	}
	if t.scopes != "" {
		reach = only(reach, strings.Fields(t.scopes))
	}
	return actor.New(actor.Facts{Kind: actor.Token, Tenant: tenant, Person: t.person, Name: t.name, Token: t.token, Reach: reach}), nil
}

// only copies the named permissions: the map itself belongs to the cache.
func only(reach map[actor.Permission]actor.Reach, scopes []string) map[actor.Permission]actor.Reach {
	out := make(map[actor.Permission]actor.Reach, len(scopes))
	for _, x := range scopes {
		if r, ok := reach[actor.Permission(x)]; ok {
			out[actor.Permission(x)] = r
		}
	}
	return out
}

// ListTokens gives one's own tokens, the newest first. Needs to be signed in.
func (s *Service) ListTokens(ctx context.Context, who actor.Actor) (out []Token, err error) {
	if err := who.RequireSelf(); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		out, err = db.All(ctx, tx, scanToken, tokensOf, who.Person())
		return err
	})
	return out, err
}

// CreateToken makes a token for oneself and gives its secret, once. Needs a session: a token cannot make another. Invalid at the field.
func (s *Service) CreateToken(ctx context.Context, who actor.Actor, in TokenInput) (t Token, secret string, err error) {
	if err := mine(who); err != nil {
		return Token{}, "", err
	}
	return s.newToken(ctx, who, who.Person(), in)
}

// IssueToken makes a token for a person from the command line, where who is the system.
func (s *Service) IssueToken(ctx context.Context, who actor.Actor, person id.Person, in TokenInput) (t Token, secret string, err error) {
	if who.Kind() != actor.System {
		return Token{}, "", fault.Denied("token.issue")
	}
	return s.newToken(ctx, who, person, in)
}

func (s *Service) newToken(ctx context.Context, who actor.Actor, person id.Person, in TokenInput) (t Token, secret string, err error) {
	if err := s.checkToken(&in); err != nil {
		return Token{}, "", err
	}
	secret, hash := newToken(tokenPrefix, who.Tenant())
	t = Token{ID: id.New[id.Token](), Name: in.Name, Hint: secret[len(secret)-4:], Scopes: in.Scopes, Nets: in.Nets, Created: s.now(), Expires: in.Expires.UTC()}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		has, err := db.One(ctx, tx, scanHeld, holding, person)
		if err != nil {
			return err
		}
		if has.mustChange && who.Kind() == actor.Person { // who gave them the password would have made it, and kept it
			return fault.Of(fault.Forbidden, "Choose a password of your own first.")
		}
		if has.tokens >= maxTokens {
			return fault.Of(fault.Conflict, fmt.Sprintf("A person has at most %d tokens. Delete one that you no longer use.", maxTokens))
		}
		tx.Later(tokenInsert, t.ID, person, t.Name, t.Hint, hash, scopeWords(t.Scopes), strings.Join(t.Nets, " "), t.Created, t.Expires)
		return s.journal.Record(ctx, tx, journal.Change{Verb: "token.created", Subject: t.ID, After: t})
	})
	if err != nil {
		return Token{}, "", fmt.Errorf("create token: %w", err)
	}
	return t, secret, nil
}

// DeleteToken revokes one's own token; it ends at its next request. Needs to be signed in; NotFound otherwise.
func (s *Service) DeleteToken(ctx context.Context, who actor.Actor, token id.Token) error {
	if err := who.RequireSelf(); err != nil {
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		old, err := db.All(ctx, tx, scanToken, tokenGet, token, who.Person())
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, tokenDelete, token, who.Person())
		if err != nil {
			return err
		}
		if n == 0 || len(old) == 0 {
			return fault.Missing("token")
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "token.deleted", Subject: token, Before: old[0]})
	})
	if err != nil {
		return fmt.Errorf("delete token %s: %w", token, err)
	}
	return nil
}

func scopeWords(scopes []actor.Permission) string {
	parts := make([]string, len(scopes))
	for i, x := range scopes {
		parts[i] = string(x)
	}
	return strings.Join(parts, " ")
}
