package id

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Derive makes the id of a record that is the same whoever makes it and however often: version 7 in form, its time the moment to the
// millisecond, the rest a SHA-256 of the parts, each with its length before it. Made twice, the record meets itself at its key.
func Derive[T any, P settable[T]](moment time.Time, parts ...string) T {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p)))) // a hash never fails
		h.Write([]byte(p))
	}
	sum := h.Sum(nil)
	var b [16]byte
	copy(b[6:], sum)
	binary.BigEndian.PutUint64(b[:8], uint64(moment.UnixMilli())<<16|0x7000|uint64(binary.BigEndian.Uint16(sum))&0x0fff)
	b[8] = b[8]&0x3f | 0x80
	var v T
	P(&v).SetBytes(b)
	return v
}
