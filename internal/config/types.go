package config

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes, written as 512, 64KiB, 1MiB or 2GiB.
type Size int64

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	number, unit := strings.TrimSpace(string(text)), int64(1)
	for suffix, factor := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if rest, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = strings.TrimSpace(rest), factor
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 {
		return errors.New("not a size")
	}
	*s = Size(n * unit)
	return nil
}

// Rate is how often something may be done: Count times in Per, Burst of them at once.
type Rate struct {
	Count int
	Per   time.Duration
	Burst int
}

// UnmarshalText reads a rate such as "5/15m" or "5/1m burst 10"; without a burst it is the count.
func (r *Rate) UnmarshalText(text []byte) error {
	rate, burst, hasBurst := strings.Cut(string(text), " burst ")
	count, per, ok := strings.Cut(rate, "/")
	n, errCount := strconv.Atoi(strings.TrimSpace(count))
	d, errPer := time.ParseDuration(strings.TrimSpace(per))
	b, errBurst := n, error(nil)
	if hasBurst {
		b, errBurst = strconv.Atoi(strings.TrimSpace(burst))
	}
	const most = 1_000_000 // so that a load test's thousandfold fits
	if !ok || errCount != nil || errPer != nil || errBurst != nil || n < 1 || n > most || b < 1 || b > most || d < time.Millisecond || d/time.Duration(n) < time.Microsecond {
		return errors.New("not a rate")
	}
	*r = Rate{n, d, b}
	return nil
}

// Network is an address or a network: 127.0.0.1, 10.0.0.0/8, fd00::/8.
type Network struct{ netip.Prefix }

// UnmarshalText reads a network.
func (n *Network) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if a, err := netip.ParseAddr(s); err == nil {
		n.Prefix = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(s)
	n.Prefix = p.Masked()
	return err
}

// Keep is how many backups stay: the last of each of so many days, weeks and months.
type Keep struct{ Days, Weeks, Months int }

// UnmarshalText reads three numbers such as 7/4/6.
func (k *Keep) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), "/")
	if len(parts) != 3 {
		return errors.New("not three numbers")
	}
	for i, into := range []*int{&k.Days, &k.Weeks, &k.Months} {
		n, err := strconv.Atoi(strings.TrimSpace(parts[i]))
		if err != nil || n < 0 || n > 1000 {
			return errors.New("not a number of backups")
		}
		*into = n
	}
	return nil
}
