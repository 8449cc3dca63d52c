package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/config"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/limit"
	"intelliwiz/internal/readiness"
	"intelliwiz/internal/reply"
	"intelliwiz/internal/seal"
	"intelliwiz/internal/web"
)

// configured are the probes that look at the configuration, and at the parts of the product as it sets them.
func (x *installation) configured() map[string]readiness.Probe {
	return map[string]readiness.Probe{
		"R-C2": x.debug, "R-C3": x.keyFiles, "R-C6": x.passwords, "R-1.1.1": x.production, "R-1.1.2": x.sealing, "R-1.1.4": x.passwords,
		"R-1.2.2": x.tries, "R-1.2.3": x.sessions, "R-2.2.2": x.uploads, "R-2.2.3": x.bodies, "R-3.2.1": x.settings, "R-3.2.2": x.secrets,
		"R-3.2.3": x.quickly, "R-3.2.4": x.container,
	}
}

func (x *installation) debug(context.Context) readiness.Answer {
	if x.cfg.Debug {
		return notMet("Debugging is on.", "Take IW_DEBUG away.")
	}
	if x.cfg.Profile != config.Production {
		return notMet(fmt.Sprintf("The profile is %s.", x.cfg.Profile), "Take IW_PROFILE away: production is what one gets without a word.")
	}
	return met("The profile is production and debugging is off.")
}

// keyLife is after how long a key should be changed.
const keyLife = 365 * 24 * time.Hour

func (x *installation) keyFiles(context.Context) readiness.Answer {
	path := filepath.Join(x.cfg.Data, "keys.json")
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return met("Every key is given from outside; each was held to its form and to chance at the start.")
	}
	if err != nil {
		return notChecked("The file of keys cannot be looked at: " + inner(err).Error())
	}
	seen := []string{fmt.Sprintf("%s: %s, changed %s", filepath.Base(path), info.Mode().Perm(), info.ModTime().UTC().Format(time.DateOnly))}
	if info.Mode().Perm()&0o077 != 0 {
		return notMet("Others may read the file of keys.", "chmod 600 "+filepath.Base(path)+" in the data folder, then change the keys: intelliwiz keys rotate.", seen...)
	}
	if x.now().Sub(info.ModTime()) > keyLife {
		return notMet("No key was changed for a year.", "intelliwiz keys rotate, for each key.", seen...)
	}
	return met("The keys were made by chance, are readable by the process alone, and younger than a year.", seen...)
}

func (x *installation) passwords(context.Context) readiness.Answer {
	var taken, seen []string
	for _, poor := range []string{"short1!", "password1234", "aaaaaaaaaaaaaaaa"} {
		err := auth.Judge(poor)
		if f := fault.As(err); len(f.Fields) > 0 {
			seen = append(seen, fmt.Sprintf("one of %d characters: %s", len(poor), f.Fields[0].Message))
		}
		if err == nil {
			taken = append(taken, poor)
		}
	}
	if len(taken) > 0 {
		return notMet("Poor passwords were taken.", "Do not run this build.", seen...)
	}
	list := "There is no list of stolen passwords; IW_BREACHED_PASSWORDS names one."
	if x.cfg.Password.Breached != "" {
		list = "A list of stolen passwords is asked too."
	}
	return met("Three poor passwords were refused.", append(seen, list)...)
}

// production asks what the rules of production would refuse.
func (x *installation) production(ctx context.Context) readiness.Answer {
	var refused []string
	for _, f := range x.cfg.InProduction() {
		refused = append(refused, f.Name+": "+f.Problem)
	}
	if err := x.db.CheckProduction(ctx); err != nil {
		refused = append(refused, "DATABASE_URL: "+err.Error())
	}
	if len(refused) > 0 {
		return notMet("The rules of production refuse what is named here.", "Mend what is named, then take IW_PROFILE away.", refused...)
	}
	if x.cfg.Profile != config.Production {
		return notMet(fmt.Sprintf("The profile is %s; the rules of production would take this configuration.", x.cfg.Profile), "Take IW_PROFILE away.")
	}
	return met("The rules of production are in force and find nothing.")
}

func (x *installation) sealing(context.Context) readiness.Answer {
	box, here, there := seal.New(x.live.columns()), id.New[id.Any]().Bytes(), id.New[id.Any]().Bytes()
	text := []byte("a canary")
	sealed, err := box.Seal(text, here[:])
	if err != nil {
		return notMet("A text could not be sealed.", "Look at IW_KEY_COLUMNS.", err.Error())
	}
	opened, err := box.Open(sealed, here[:])
	if _, moved := box.Open(sealed, there[:]); err != nil || moved == nil || !bytes.Equal(opened, text) || bytes.Contains(sealed, text) {
		return notMet("A sealed text did not open in its place, or opened in another.", "Do not run this build.")
	}
	number, _ := x.live.columns().Newest()
	return met("A text that was sealed opened in its place and in no other.", fmt.Sprintf("version %d of the key seals", number))
}

// tries counts tries by the rules in force for an address out of documents, which nobody has.
func (x *installation) tries(ctx context.Context) readiness.Answer {
	if x.cfg.Load {
		return notMet("Every rate is a thousand times what it should be.", "Take IW_LOAD_TEST away.")
	}
	const most = 1000
	r := x.cfg.Rates.SignInAccount
	from, account := netip.MustParseAddr("192.0.2.1"), "readiness "+id.New[id.Any]().String()
	for n := 1; n <= most; n++ {
		if d := x.limits.Limiter.SignIn(ctx, from, account); d.Refused {
			return met(fmt.Sprintf("Try number %d of one address at one account was refused, before any hash.", n), fmt.Sprintf("%d in %s; refused by %s", r.Count, r.Per, d.Rule))
		}
	}
	return notMet(fmt.Sprintf("%d tries of one address at one account were let through.", most), "Look at IW_RATE_SIGN_IN_ACCOUNT.", string(limit.SignInAccount))
}

func (x *installation) sessions(context.Context) readiness.Answer {
	c := x.cfg.Session
	seen := []string{"cookie: " + web.SessionCookie(x.secure()), fmt.Sprintf("idle %s, at most %s, %d at once", c.Idle, c.Life, c.Most)}
	if c.Idle > 12*time.Hour || c.Life > 14*24*time.Hour {
		return notMet("Sessions last longer than a working day may ask for.", "Lower IW_SESSION_IDLE and IW_SESSION_LIFETIME.", seen...)
	}
	if !x.secure() {
		return notMet("Without TLS the cookie is not marked as secure.", "Set IW_PUBLIC_URL to an https address.", seen...)
	}
	return met("Sessions end by themselves, and their cookie bears the name that browsers take from this host alone.", seen...)
}

func (x *installation) uploads(context.Context) readiness.Answer {
	scanner := "no scanner is configured; CLAMD_URL names one"
	if x.cfg.Servers.Clamd != "" {
		scanner = "every file is shown to a scanner, and none is taken while it does not answer"
	}
	f := x.cfg.Files
	return met("Files are bounded, by each and by organisation.", fmt.Sprintf("at most %d MiB each, %d MiB together", f.Max>>20, f.Quota>>20), scanner)
}

func (x *installation) bodies(context.Context) readiness.Answer {
	for _, bad := range []string{`{"a":1,"a":2}`, "{\"a\":\"\x00\"}", strings.Repeat(`[`, 40) + strings.Repeat(`]`, 40), "{\"a\":\"\xff\"}"} {
		if reply.CheckJSON([]byte(bad), 32) == nil {
			return notMet("A body that should be refused was taken.", "Do not run this build.", fmt.Sprintf("%q", bad))
		}
	}
	return met("A double key, a NUL, bad text and great depth were refused.")
}

func (x *installation) settings(context.Context) readiness.Answer {
	from := map[string]int{}
	for _, s := range x.cfg.Explain() {
		from[s.Source]++
	}
	var seen []string
	for source, n := range from {
		seen = append(seen, fmt.Sprintf("%d from %s", n, source))
	}
	slices.Sort(seen)
	return met("The configuration was read, every value by its type.", append(seen, x.cfg.Warnings...)...)
}

func (x *installation) secrets(context.Context) readiness.Answer {
	var open, seen []string
	for _, s := range x.cfg.Explain() {
		if !strings.Contains(s.Value, "***") {
			continue
		}
		seen = append(seen, s.Name+" from "+s.Source)
		if strings.Contains(s.Source, "flag") && !strings.Contains(s.Source, "FILE") {
			open = append(open, s.Name)
		}
	}
	if len(open) > 0 {
		return notMet("On the command line, where every process can read it: "+strings.Join(open, ", ")+".", "Give it by the environment, or by NAME_FILE.", seen...)
	}
	return met("No secret stands on the command line.", seen...)
}

func (x *installation) quickly(context.Context) readiness.Answer {
	began := x.now()
	faults := x.cfg.InProduction()
	took := x.now().Sub(began)
	if took > time.Second {
		return notMet("The configuration is not held to its rules in a second.", "Look at the files that it names.", took.String())
	}
	return met(fmt.Sprintf("All faults are found at once: the rules of production find %d, in %s.", len(faults), took.Round(time.Microsecond)))
}

// container looks at the file that runs. Its size is what an image of it takes when it is pulled: images travel packed.
func (x *installation) container(context.Context) readiness.Answer {
	path, err := os.Executable()
	if err != nil {
		return notChecked("Which file runs is not known.")
	}
	size, packed, err := sizes(path)
	if err != nil {
		return notChecked("The file that runs cannot be read: " + err.Error())
	}
	const most = 60 << 20
	seen := []string{fmt.Sprintf("%.1f MiB packed, %.1f MiB unpacked", float64(packed)/(1<<20), float64(size)/(1<<20)), fmt.Sprintf("user id %d", os.Getuid())}
	switch {
	case packed > most:
		return notMet("The binary is larger than 60 MiB, packed.", "Build it with make build.", seen...)
	case os.Getuid() == 0:
		return notMet("It runs as root.", "Run it as a user of its own: see docs/operations/deploy.md.", seen...)
	}
	return met("One file of less than 60 MiB, packed, and no root.", seen...)
}

// sizes gives the size of a file, and that of it packed as images are.
func sizes(path string) (size, packed int64, err error) {
	in, err := os.Open(path) //nolint:gosec // the file that runs
	if err != nil {
		return 0, 0, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	var n counter
	out, err := gzip.NewWriterLevel(&n, gzip.BestSpeed)
	if err != nil {
		return 0, 0, err
	}
	size, err = io.Copy(out, in)
	return size, int64(n), errors.Join(err, out.Close())
}

// counter counts what is written to it.
type counter int64

func (n *counter) Write(p []byte) (int, error) { *n += counter(len(p)); return len(p), nil }
