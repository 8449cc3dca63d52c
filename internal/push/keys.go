package push

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"

	"intelliwiz/internal/db"
)

// pair is the installation's pair of keys.
type pair struct {
	private *ecdsa.PrivateKey
	public  string // the uncompressed point, base64url, as browsers and push services have it
}

// keptPair is the pair as it is stored.
type keptPair struct {
	public string
	sealed []byte
}

func scanPair(r db.Row) (k keptPair, err error) {
	err = r.Scan(&k.public, &k.sealed)
	return k, err
}

// keys gives the pair, which is made when it is first asked for, and anew when what sealed it is lost, and every browser with it; of two processes that
// make it at once, the first wins.
func (s *Service) keys(ctx context.Context) (pair, error) {
	if p := s.pair.Load(); p != nil {
		return *p, nil
	}
	k, err := s.storedPair(ctx)
	if err != nil {
		return pair{}, fmt.Errorf("keys for push services: %w", err)
	}
	raw, err := s.c.Box.Open(k.sealed, placeOfPair(k.public)...)
	if err != nil {
		if err = s.makePair(ctx, k.public); err == nil {
			k, err = s.storedPair(ctx)
		}
		if err != nil {
			return pair{}, fmt.Errorf("keys for push services: %w", err)
		}
		raw, err = s.c.Box.Open(k.sealed, placeOfPair(k.public)...)
	}
	if err != nil {
		return pair{}, fmt.Errorf("keys for push services: %w", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(raw)
	private, ok := key.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return pair{}, errors.Join(errors.New("keys for push services: no such key"), err)
	}
	p := pair{private, k.public}
	s.pair.Store(&p)
	return p, nil
}

// storedPair gives the pair as it is stored; zero when there is none.
func (s *Service) storedPair(ctx context.Context) (k keptPair, err error) {
	err = s.c.DB.System(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, scanPair, pairGet)
		if len(all) > 0 {
			k = all[0]
		}
		return err
	})
	return k, err
}

// makePair makes a pair in the place of another; "" = of none.
func (s *Service) makePair(ctx context.Context, old string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	public := base64.RawURLEncoding.EncodeToString(point)
	sealed, err := s.c.Box.Seal(raw, placeOfPair(public)...)
	if err != nil {
		return err
	}
	return s.c.DB.System(ctx, func(tx *db.Tx) error {
		tx.Later(pairPut, public, sealed, s.c.Now(), old)
		return nil
	})
}

// resealPair seals the private half anew when its key is on its way out. The pair stays: browsers have subscribed to it.
func (s *Service) resealPair(ctx context.Context) error {
	k, err := s.storedPair(ctx)
	if err != nil || k.public == "" || !s.c.Box.Old(k.sealed) {
		return err
	}
	raw, err := s.c.Box.Open(k.sealed, placeOfPair(k.public)...)
	if err != nil {
		return fmt.Errorf("keys for push services: %w", err)
	}
	sealed, err := s.c.Box.Seal(raw, placeOfPair(k.public)...)
	if err != nil {
		return err
	}
	return s.c.DB.System(ctx, func(tx *db.Tx) error {
		tx.Later(pairReseal, k.public, sealed)
		return nil
	})
}

func placeOfPair(public string) [][]byte {
	return [][]byte{[]byte(public), []byte("sys_push_keys.private")}
}
