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

// lookEvery is how soon a running process hears of a new key; resealed is when everything has surely been sealed anew.
const (
	lookEvery = time.Second
	resealed  = 25 * time.Hour
)

// liveColumns is the key for columns as it is now: the file of keys is looked at again while the process runs, so that a key is changed
// without a stop. A file that cannot be read leaves what was there.
type liveColumns struct {
	read func() (config.Ring, error)
	now  clock.Now

	mu     sync.Mutex
	ring   config.Ring
	looked time.Time
}

func (s *services) newLiveColumns() *liveColumns {
	return &liveColumns{now: s.now, ring: s.keys.Columns, looked: s.now(), read: func() (config.Ring, error) {
		k, err := config.OpenKeys(s.cfg.Data, s.cfg.Keys)
		return k.Columns, err
	}}
}

// Newest gives the version that seals.
func (l *liveColumns) Newest() (number int, key []byte) { return l.at(lookEvery).Newest() }

// Key gives a version; another process may have sealed with one that is a moment old.
func (l *liveColumns) Key(number int) ([]byte, bool) {
	if key, ok := l.at(lookEvery).Key(number); ok {
		return key, ok
	}
	return l.at(lookEvery / 10).Key(number)
}

// at gives the key as it was at most so long ago.
func (l *liveColumns) at(age time.Duration) config.Ring {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); now.Sub(l.looked) >= age {
		l.looked = now
		if ring, err := l.read(); err == nil {
			l.ring = ring
		}
	}
	return l.ring
}

func (c *command) keys() *cobra.Command {
	rotate := &cobra.Command{
		Use: "rotate NAME", Short: "Put a new version of a generated key in front: columns, links, session, audit or anchor", Args: cobra.ExactArgs(1),
		Long: "Put a new version of a generated key in front. The columns key changes while the server runs: it seals with the new version within a second,\n" +
			"seals anew what the version before sealed within a day, and opens both until then. The other keys change at the next start.",
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
	all := []config.KeyName{config.ColumnsKey, config.LinksKey, config.SessionKey, config.AuditKey, config.AnchorKey}
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
	fmt.Fprintf(c.Out, "The %s key has a new version, from the next start on.\n", name)
	return nil
}

// tooSoon refuses to change the columns key while something may still be sealed with the version that would go.
func tooSoon(cfg config.Config, name config.KeyName, now time.Time) error {
	info, err := os.Stat(filepath.Join(cfg.Data, config.KeysFile))
	if errors.Is(err, os.ErrNotExist) || name != config.ColumnsKey {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the keys: %w", err)
	}
	k, err := config.OpenKeys(cfg.Data, cfg.Keys)
	if err != nil {
		return err
	}
	if len(k.Columns.All()) > 1 && now.Sub(info.ModTime()) < resealed {
		return fault.Of(fault.Conflict, "The keys were changed less than 25 hours ago, and something may still be sealed with the version before. Try again later.")
	}
	return nil
}
