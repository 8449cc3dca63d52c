package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"intelliwiz/internal/fault"
)

// Alarms are what is to be known of a task before its time is over, and what its asset does meanwhile.
type Alarms struct {
	Silence   int64   `json:"silence_minutes"`            // of a round that nobody has scanned a stop of for so long, those in charge are told; 0: nobody is
	Reminders []int64 `json:"reminder_minutes,omitempty"` // so long before it may be begun, whose it is are reminded; the longest first
	MoveAsset bool    `json:"moves_asset"`                // its asset is in maintenance while it is done
}

// Bounds of alarms.
const (
	maxReminders = 5
	maxReminder  = 60 * 24 * 60 // minutes
	maxSilence   = 24 * 60      // minutes
)

// check folds the alarms of a kind into their stored form.
func (a *Alarms) check(c *fault.Check, k Kind) {
	slices.Sort(a.Reminders)
	a.Reminders = slices.Compact(a.Reminders)
	slices.Reverse(a.Reminders)
	c.That(a.Silence == 0 || k.Stops(), "silence_minutes", "unused", "Only a tour or a route has stops to be scanned.")
	c.That(a.Silence >= 0 && a.Silence <= maxSilence, "silence_minutes", "range", "Give 1 minute to 24 hours, or 0 for no alarm.")
	c.That(len(a.Reminders) <= maxReminders, "reminder_minutes", "too_many", fmt.Sprintf("There are at most %d reminders.", maxReminders))
	for _, m := range a.Reminders {
		c.That(m >= 1 && m <= maxReminder, "reminder_minutes", "range", "Remind 1 minute to 60 days before.")
	}
	c.That(!a.MoveAsset || !k.Stops(), "moves_asset", "unused", "A round of stops has no asset of its own.")
}

// ReminderWords are the reminders as they are stored.
func (a Alarms) ReminderWords() string {
	words := make([]string, len(a.Reminders))
	for i, m := range a.Reminders {
		words[i] = strconv.FormatInt(m, 10)
	}
	return strings.Join(words, " ")
}

// Remind reads reminders as they are stored.
func (a *Alarms) Remind(words string) error {
	for _, w := range strings.Fields(words) {
		m, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return fmt.Errorf("reminders %q: %w", words, err)
		}
		a.Reminders = append(a.Reminders, m)
	}
	return nil
}
