package telemetry

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

type requestKey struct{}

// WithRequestID gives a context that carries the id of a request; log lines, journal rows, jobs and mails made under it bear the id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID gives the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// Crockford's alphabet: no letter that is taken for a digit when the id is read out on the telephone.
var readable = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

// NewRequestID makes an id such as 01JA2M-7QK4X-W0ZC7: 30 bits of time, which let ids of one quarter of an hour stand together,
// and 50 bits of chance.
func NewRequestID() string {
	var b [10]byte
	_, _ = rand.Read(b[3:]) // never fails: the runtime stops the process instead
	// The first six signs are those of a ULID of the same moment: the upper 30 of 50 bits of milliseconds.
	top := uint32(uint64(time.Now().UnixMilli())>>20) & (1<<30 - 1)
	binary.BigEndian.PutUint32(b[:4], top<<2|uint32(b[3])&3)
	t := readable.EncodeToString(b[:])
	return t[:6] + "-" + t[6:11] + "-" + t[11:]
}

// ValidRequestID says that a foreign id may be taken over: 8 to 64 letters, digits, dots, dashes and underscores.
func ValidRequestID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		ok := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_' || c == '.'
		if !ok {
			return false
		}
	}
	return true
}
