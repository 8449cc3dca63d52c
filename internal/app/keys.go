package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/clock"
	"intelliwiz/internal/config"
	"intelliwiz/internal/fault"
)

// lookEvery is how soon a running process hears of a new key; resealed is when everything has surely been sealed anew, linksOver when every
// link has ended.
const (
	lookEvery = time.Second
	resealed  = 25 * time.Hour
	linksOver = 15 * time.Minute
)

// liveKeys are the keys as they are now: the file of keys is looked at again while the process runs, so that a key is changed without a
// stop. A file that cannot be read leaves what was there.
type liveKeys struct {
	read func() (config.Keys, error)
	now  clock.Now

	mu     sync.Mutex
	keys   config.Keys
	looked time.Time
}

func openLiveKeys(cfg config.Config, now clock.Now) (*liveKeys, error) {
	l := &liveKeys{now: now, looked: now(), read: func() (config.Keys, error) { return config.OpenKeys(cfg.Data, cfg.Keys) }}
	var err error
	l.keys, err = l.read()
	return l, err
}

// at gives the keys as they were at most so long ago.
func (l *liveKeys) at(age time.Duration) config.Keys {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); now.Sub(l.looked) >= age {
		l.looked = now
		if keys, err := l.read(); err == nil {
			l.keys = keys
		}
	}
	return l.keys
}

func (l *liveKeys) columns() liveRing {
	return liveRing{l, func(k config.Keys) config.Ring { return k.Columns }}
}
func (l *liveKeys) links() liveRing {
	return liveRing{l, func(k config.Keys) config.Ring { return k.Links }}
}
func (l *liveKeys) audit() liveRing {
	return liveRing{l, func(k config.Keys) config.Ring { return k.Audit }}
}
func (l *liveKeys) anchor() liveRing {
	return liveRing{l, func(k config.Keys) config.Ring { return k.Anchor }}
}

// liveRing is one key of them.
type liveRing struct {
	live *liveKeys
	of   func(config.Keys) config.Ring
}

// Newest gives the version that seals.
func (r liveRing) Newest() (number int, key []byte) { return r.of(r.live.at(lookEvery)).Newest() }

// All gives the versions, the newest first: that signs.
func (r liveRing) All() [][]byte { return r.of(r.live.at(lookEvery)).All() }

// Key gives a version; another process may have sealed with one that is a moment old.
func (r liveRing) Key(number int) ([]byte, bool) {
	if key, ok := r.of(r.live.at(lookEvery)).Key(number); ok {
		return key, ok
	}
	return r.of(r.live.at(lookEvery / 10)).Key(number)
}

func (c *command) keys() *cobra.Command {
	rotate := &cobra.Command{
		Use: "rotate NAME", Short: "Put a new version of a generated key in front: columns, links, audit or anchor", Args: cobra.ExactArgs(1),
		Long: "Put a new version of a generated key in front. A running server signs and seals with it within a second, and takes the version before too. What was\n" +
			"sealed with the columns key is sealed anew within a day. The audit and anchor keys keep all their versions, because the journal keeps what they signed.",
		Example: "  intelliwiz keys rotate columns",
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return c.rotate(cfg, config.KeyName(args[0]))
		},
	}
	parent := &cobra.Command{Use: "keys", Short: "Keys of this installation"}
	parent.AddCommand(rotate)
	return parent
}

func (c *command) rotate(cfg config.Config, name config.KeyName) error {
	all := []config.KeyName{config.ColumnsKey, config.LinksKey, config.AuditKey, config.AnchorKey}
	if !slices.Contains(all, name) {
		return fmt.Errorf("there is no key %q", name)
	}
	if err := tooSoon(cfg, name, clock.System()()); err != nil {
		return err
	}
	if err := config.RotateKey(cfg.Data, name); err != nil {
		return err
	}
	if name == config.ColumnsKey {
		fmt.Fprintln(c.Out, "The columns key has a new version. A running server uses it within a second, and seals everything anew within a day.")
		return nil
	}
	fmt.Fprintf(c.Out, "The %s key has a new version. A running server uses it within a second.\n", name)
	return nil
}

// tooSoon refuses to change a key while something may still be in use that was made with the version which would go.
func tooSoon(cfg config.Config, name config.KeyName, now time.Time) error {
	info, err := os.Stat(filepath.Join(cfg.Data, config.KeysFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the keys: %w", err)
	}
	k, err := config.OpenKeys(cfg.Data, cfg.Keys)
	if err != nil {
		return err
	}
	switch age := now.Sub(info.ModTime()); {
	case name == config.ColumnsKey && len(k.Columns.All()) > 1 && age < resealed:
		return fault.Of(fault.Conflict, "The keys were changed less than 25 hours ago, and something may still be sealed with the version before. Try again later.")
	case name == config.LinksKey && len(k.Links.All()) > 1 && age < linksOver:
		return fault.Of(fault.Conflict, "The keys were changed less than 15 minutes ago, and somebody may still have a link that was signed with the version before. Try again later.")
	}
	return nil
}
