// Package id makes and reads the identifiers of every record: UUIDs of version 7 (RFC 9562), one Go type a noun, so that a
// site's id cannot be passed where a person's is meant. Whoever creates a record makes its id, a phone too; no database does.
// The package knows the nouns and nothing else about them.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sync"
	"time"
)

// UUID is a 128-bit identifier. Its zero value stands for "none" and is never stored.
type UUID struct{ b [16]byte }

// ErrSyntax is returned for a text that is not a lower- or upper-case UUID in the 8-4-4-4-12 form.
var ErrSyntax = errors.New("not a UUID")

// maker keeps ids of one process in order, also within one millisecond.
var maker struct {
	sync.Mutex
	last uint64
}

// New makes an id of the given noun: id.New[id.Site](). It sorts after every id this process made before.
func New[T any, P settable[T]]() T {
	maker.Lock()
	stamp := stampOf(time.Now())
	if stamp <= maker.last {
		stamp = maker.last + 1
	}
	maker.last = stamp
	maker.Unlock()
	return build[T, P](stamp)
}

// NewAt makes an id whose time part is t (UTC milliseconds and a 12-bit fraction), for records of a given moment such as imported history.
func NewAt[T any, P settable[T]](t time.Time) T { return build[T, P](stampOf(t)) }

// Ahead makes an id that sorts after every one which is made before d has passed: a bound for lists.
func Ahead[T any, P settable[T]](d time.Duration) T { return build[T, P](stampOf(time.Now().Add(d))) }

// Parse reads an id of the given noun: id.Parse[id.Site](text). A text that is not a UUID gives ErrSyntax.
func Parse[T any, P settable[T]](text string) (T, error) {
	var v T
	var u UUID
	if err := u.UnmarshalText([]byte(text)); err != nil {
		return v, err
	}
	P(&v).SetBytes(u.b)
	return v, nil
}

// Of gives the id of a noun that has these bytes, for records whose id is derived.
func Of[T any, P settable[T]](b [16]byte) T {
	var v T
	P(&v).SetBytes(b)
	return v
}

type settable[T any] interface {
	*T
	SetBytes(b [16]byte)
}

// stampOf is 48 bits of milliseconds and 12 bits of a millisecond's fraction (RFC 9562, 6.2, method 3).
func stampOf(t time.Time) uint64 {
	us := uint64(t.UnixMicro())
	return us/1000<<12 | us%1000*4096/1000
}

func build[T any, P settable[T]](stamp uint64) T {
	var b [16]byte
	_, _ = rand.Read(b[8:]) // never fails: the runtime stops the process instead
	binary.BigEndian.PutUint64(b[:8], stamp>>12<<16|0x7000|stamp&0x0fff)
	b[8] = b[8]&0x3f | 0x80
	var v T
	P(&v).SetBytes(b)
	return v
}

// Bytes gives the sixteen bytes in network order.
func (u UUID) Bytes() [16]byte { return u.b }

// SetBytes replaces the value.
func (u *UUID) SetBytes(b [16]byte) { u.b = b }

// IsZero says that the id names nothing.
func (u UUID) IsZero() bool { return u.b == [16]byte{} }

// Time is the moment in the id, to the millisecond, UTC.
func (u UUID) Time() time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(u.b[:8]) >> 16)).UTC()
}

// String gives the lower-case form; text sorts as the bytes do.
func (u UUID) String() string {
	var t [36]byte
	u.put(t[:])
	return string(t[:])
}

// Append writes the lower-case form behind b.
func (u UUID) Append(b []byte) []byte {
	var t [36]byte
	u.put(t[:])
	return append(b, t[:]...)
}

// MarshalText writes the lower-case form.
func (u UUID) MarshalText() ([]byte, error) {
	t := make([]byte, 36)
	u.put(t)
	return t, nil
}

func (u UUID) put(t []byte) {
	hex.Encode(t, u.b[:4])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	hex.Encode(t[9:], u.b[4:6])
	hex.Encode(t[14:], u.b[6:8])
	hex.Encode(t[19:], u.b[8:10])
	hex.Encode(t[24:], u.b[10:])
}

// UnmarshalText reads the 8-4-4-4-12 form in either case; anything else is ErrSyntax.
func (u *UUID) UnmarshalText(t []byte) error {
	if len(t) != 36 || t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-' {
		return ErrSyntax
	}
	var b [16]byte
	at := 0
	for _, part := range [...][2]int{{0, 8}, {9, 13}, {14, 18}, {19, 23}, {24, 36}} {
		n, err := hex.Decode(b[at:], t[part[0]:part[1]])
		if err != nil {
			return ErrSyntax
		}
		at += n
	}
	u.b = b
	return nil
}
