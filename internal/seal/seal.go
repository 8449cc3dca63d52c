// Package seal encrypts the few texts that the database keeps and nobody may read there: AES-256-GCM under a key of the installation, bound
// to the place where the text is kept, so that a sealed text moved to another row does not open. It keeps the number of the key's version
// with the text, so that keys can change while it runs. What only has to be recognised, like a password, is hashed instead.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
)

// Keys are the versions of a key of 32 bytes; the newest seals, all of them open.
type Keys interface {
	Newest() (number int, key []byte)
	Key(number int) ([]byte, bool)
}

// Box seals and opens.
type Box struct{ keys Keys }

// New makes a box.
func New(keys Keys) Box { return Box{keys} }

const head = 4 // bytes of the version's number

var (
	errDamaged = errors.New("sealed text is damaged, or of another place")
	errNoKey   = errors.New("sealed with a key that is not there any more")
)

// Seal encrypts a text for a place: the bytes of its tenant, its record and its column.
func (b Box) Seal(text []byte, place ...[]byte) ([]byte, error) {
	number, key := b.keys.Newest()
	c, err := block(key)
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint32(make([]byte, 0, head+c.NonceSize()+len(text)+c.Overhead()), uint32(number)) //nolint:gosec // counts rotations
	nonce := make([]byte, c.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the runtime stops the process instead
	return c.Seal(append(out, nonce...), nonce, text, bind(out, place)), nil
}

// Open decrypts what Seal made for the same place.
func (b Box) Open(sealed []byte, place ...[]byte) ([]byte, error) {
	if len(sealed) < head {
		return nil, errDamaged
	}
	key, ok := b.keys.Key(int(binary.BigEndian.Uint32(sealed)))
	if !ok {
		return nil, errNoKey
	}
	c, err := block(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < head+c.NonceSize() {
		return nil, errDamaged
	}
	number, nonce, rest := sealed[:head], sealed[head:head+c.NonceSize()], sealed[head+c.NonceSize():]
	text, err := c.Open(nil, nonce, rest, bind(number, place))
	if err != nil {
		return nil, errDamaged
	}
	return text, nil
}

// Old says that a text was sealed with a version that is not the newest: seal it anew before that version goes.
func (b Box) Old(sealed []byte) bool {
	number, _ := b.keys.Newest()
	return len(sealed) < head || int(binary.BigEndian.Uint32(sealed)) != number
}

// bind makes one text of the version and the parts of a place, each with its length, so that nothing can move from one into another.
func bind(number []byte, place [][]byte) []byte {
	out := append([]byte{}, number...)
	for _, p := range place {
		out = append(binary.BigEndian.AppendUint64(out, uint64(len(p))), p...)
	}
	return out
}

func block(key []byte) (cipher.AEAD, error) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	return cipher.NewGCM(c)
}
