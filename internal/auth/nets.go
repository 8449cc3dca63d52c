package auth

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
)

// maxNets is how many networks a token names at most.
const maxNets = 20

// checkNets reads addresses and networks, and gives them as CIDR, each once, in order. Invalid at networks[n].
func checkNets(c *fault.Check, typed []string) []string {
	c.That(len(typed) <= maxNets, "networks", "too_many", fmt.Sprintf("A token names at most %d networks.", maxNets))
	out := []string{}
	for i, text := range typed {
		text = strings.TrimSpace(text)
		net, err := netip.ParsePrefix(text)
		if a, plain := netip.ParseAddr(text); plain == nil {
			net, err = a.WithZone("").Prefix(a.BitLen())
		}
		if err != nil {
			c.Add("networks["+strconv.Itoa(i)+"]", "network", fold.Line(text)+" is no network. Write one like 203.0.113.0/24, or an address.")
			continue
		}
		out = append(out, net.Masked().String())
	}
	return slices.Compact(slices.Sorted(slices.Values(out)))
}

// within says that an address lies in one of some networks, CIDR between blanks; none are all. An address that is not known lies in none.
func within(nets, source string) bool {
	if nets == "" {
		return true
	}
	a, err := netip.ParseAddr(source)
	return err == nil && slices.ContainsFunc(strings.Fields(nets), func(text string) bool {
		net, err := netip.ParsePrefix(text)
		return err == nil && net.Contains(a.Unmap().WithZone(""))
	})
}

// errElsewhere is the answer to a token that is good, and comes from where it may not be used.
func errElsewhere() error {
	return fault.Of(fault.Forbidden, "This token may not be used from your network.")
}
