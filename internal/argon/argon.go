// Package argon computes argon2id hashes (RFC 9106). A hash keeps a processor busy for tens of milliseconds and touches megabytes, so that a server
// that computes them itself makes everybody wait who signs in just now or not: Beside has a process of low priority do it, which gets what nobody else wants.
package argon

import "golang.org/x/crypto/argon2"

// Ask is what is to be computed.
type Ask struct {
	Secret, Salt []byte
	Passes       uint32
	Memory       uint32 // KiB
	Threads      uint8  // lanes
	Length       uint32 // of the hash, bytes
}

// Sum computes it here and now.
func (a Ask) Sum() []byte {
	return argon2.IDKey(a.Secret, a.Salt, a.Passes, a.Memory, a.Threads, a.Length)
}
