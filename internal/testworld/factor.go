package testworld

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every authenticator app speaks it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"intelliwiz/internal/actor"
)

// App is somebody's authenticator app, and the recovery codes that came with it.
type App struct {
	Key   string // as its owner would type it in
	Codes []string
}

// SetUpApp gives a member an app. The code of that moment is used up.
func (x *Tenant) SetUpApp(m Member) App {
	x.w.t.Helper()
	return x.SetUpAppAs(x.As(m))
}

// SetUpAppAs gives an app to who is signed in.
func (x *Tenant) SetUpAppAs(who actor.Actor) App {
	x.w.t.Helper()
	ctx := x.w.t.Context()
	x.w.must(x.w.Auth.BeginApp(ctx, who))
	setup, err := x.w.Auth.PendingApp(ctx, who)
	x.w.must(err)
	a := App{Key: setup.Key}
	a.Codes, err = x.w.Auth.ConfirmApp(ctx, who, a.At(x.w.Clock.Now()))
	x.w.must(err)
	return a
}

// At gives the code that the app shows at a time: RFC 6238 once more, so that a fault in ours is not in both.
func (a App) At(t time.Time) string {
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(a.Key, " ", ""))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, seed)
	_ = binary.Write(mac, binary.BigEndian, t.Unix()/30) // a hash takes everything
	sum := mac.Sum(nil)
	four := sum[sum[19]&0xf:][:4]
	four[0] &= 0x7f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(four)%1e6)
}
