package app

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/clock"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/incident"
)

// evidence takes evidence out, and verifies what was taken.
func (c *command) evidence() *cobra.Command {
	var tenant, from, to, out, log string
	take := &cobra.Command{
		Use: "evidence", Short: "Write a signed archive of what happened in an organisation in a time", Args: cobra.NoArgs,
		Long: "Write a signed archive of what happened in an organisation in a time: the audit trail, how people signed in, where they are signed in now, and the lines\n" +
			"of a log file. Times are like 2026-11-26T09:00:00Z, or a duration before now, like 24h.",
		Example: "  intelliwiz incident evidence --tenant ACME --from 24h --out evidence.tar",
	}
	take.RunE = c.with(func(ctx context.Context, s *services) error {
		w, err := windowOf(from, to, s.now())
		if err != nil {
			return err
		}
		lines, end, err := logOf(log)
		if err != nil {
			return err
		}
		defer end()
		return c.archive(ctx, s, tenant, out, func(who actor.Actor, into io.Writer) (incident.Manifest, error) {
			return s.incident.Evidence(ctx, who, w, lines, into)
		})
	})
	take.Flags().StringVar(&tenant, "tenant", "", "code of the organisation")
	take.Flags().StringVar(&from, "from", "24h", "the beginning of the time")
	take.Flags().StringVar(&to, "to", "0s", "its end")
	take.Flags().StringVar(&out, "out", "evidence.tar", "the archive; it must not be there yet")
	take.Flags().StringVar(&log, "log", "", "a file with the log of the servers; \"\" = none")
	take.AddCommand(c.verifyEvidence())
	return take
}

// windowOf reads the bounds of a time.
func windowOf(from, to string, now time.Time) (w incident.Window, err error) {
	read := func(text string) (time.Time, error) {
		if d, err := time.ParseDuration(text); err == nil {
			return now.Add(-d), nil
		}
		return time.Parse(time.RFC3339, text)
	}
	var wrong [2]error
	w.From, wrong[0] = read(from)
	w.To, wrong[1] = read(to)
	if err := errors.Join(wrong[:]...); err != nil || !w.From.Before(w.To) {
		return w, fault.Of(fault.Invalid, "Times are like 2026-11-26T09:00:00Z, or a duration before now, like 24h; the beginning is before the end.").Because(err)
	}
	return w, nil
}

// logOf opens a log file; nil for none.
func logOf(path string) (io.Reader, func(), error) {
	if path == "" {
		return nil, func() {}, nil
	}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	return f, func() { _ = f.Close() }, nil // it was only read
}

// archive writes an archive into a new file, which does not stay when it does not come to its end.
func (c *command) archive(ctx context.Context, s *services, tenant, path string, write func(who actor.Actor, out io.Writer) (incident.Manifest, error)) error {
	about := whom{tenant: tenant}
	who, _, err := about.find(ctx, s)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("make the archive: %w", err)
	}
	m, err := write(who, f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	var lines int64
	for _, p := range m.Parts {
		lines += p.Lines
	}
	fmt.Fprintf(c.Out, "%s: %d parts, %d records, signed with the key %s.\n", path, len(m.Parts), lines, m.Key)
	return nil
}

func (c *command) verifyEvidence() *cobra.Command {
	var key string
	verify := &cobra.Command{
		Use: "verify FILE", Short: "Check that an archive is what was written", Args: cobra.ExactArgs(1),
		Long: "Check that every part of an archive is what was written, and that the manifest is signed: by a key of this installation, or, elsewhere, by that of --key.",
	}
	verify.RunE = func(_ *cobra.Command, args []string) error {
		keys, err := c.publicKeys(key)
		if err != nil {
			return err
		}
		f, err := os.Open(args[0]) //nolint:gosec // the operator names the file
		if err != nil {
			return fmt.Errorf("open the archive: %w", err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		m, err := incident.Verify(f, keys)
		return c.said(err, fmt.Sprintf("%s of %s, made at %s: %d parts, whole.", m.What, m.Tenant, m.Made.Format(time.DateTime), len(m.Parts)))
	}
	verify.Flags().StringVar(&key, "key", "", "the public key, hexadecimal, as it was said when the archive was made")
	return verify
}

// publicKeys are those that an archive may be signed with.
func (c *command) publicKeys(given string) ([]ed25519.PublicKey, error) {
	if given != "" {
		raw, err := hex.DecodeString(given)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fault.Of(fault.Invalid, "A public key is 64 characters, hexadecimal.")
		}
		return []ed25519.PublicKey{raw}, nil
	}
	cfg, err := c.load()
	if err != nil {
		return nil, err
	}
	live, err := openLiveKeys(cfg, clock.System())
	if err != nil {
		return nil, err
	}
	var keys []ed25519.PublicKey
	for _, seed := range live.keys.Anchor.All() {
		keys = append(keys, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	}
	return keys, nil
}

// export takes an organisation's records out.
func (c *command) export() *cobra.Command {
	var tenant, out string
	all := &cobra.Command{
		Use: "tenant", Short: "Write all records and files of an organisation into a signed archive", Args: cobra.NoArgs,
		Example: "  intelliwiz export tenant --tenant ACME --out acme.tar",
	}
	all.RunE = c.with(func(ctx context.Context, s *services) error {
		return c.archive(ctx, s, tenant, out, func(who actor.Actor, into io.Writer) (incident.Manifest, error) {
			return s.incident.Export(ctx, who, into)
		})
	})
	all.Flags().StringVar(&tenant, "tenant", "", "code of the organisation")
	all.Flags().StringVar(&out, "out", "export.tar", "the archive; it must not be there yet")
	parent := &cobra.Command{Use: "export", Short: "Take records out of the product"}
	parent.AddCommand(all)
	return parent
}

// erase forgets a person.
func (c *command) erase() *cobra.Command {
	var about whom
	person := &cobra.Command{
		Use: "person", Short: "Erase what is known of a person; the audit trail stays whole and names them no more", Args: cobra.NoArgs,
		Long: "Erase what is known of a person: their record, how they signed in, and what names them in the audit trail, which stays whole: the key of it is thrown away. What\n" +
			"they did stays, by an id that leads to nobody. Months of the trail that are set aside are not searched for what others wrote of them; it names them. It cannot be\n" +
			"undone. docs/operations/incidents.md says what stays.",
		Example: "  intelliwiz erase person --tenant ACME --person asha",
	}
	person.RunE = c.with(func(ctx context.Context, s *services) error {
		who, p, err := about.find(ctx, s)
		if err == nil && p == nil {
			err = fault.Of(fault.Invalid, "Say --person.")
		}
		if err != nil {
			return err
		}
		x, err := s.incident.Erase(ctx, who, *p)
		words := fmt.Sprintf("The person is erased: the key of what the audit trail says of them is thrown away. Rows that named them in the clear and do no more: %d.", x.Rows)
		if err := c.said(err, words); err != nil {
			return err
		}
		return c.unreached(ctx, s, x.Since)
	})
	about.flags(person)
	parent := &cobra.Command{Use: "erase", Short: "Erase what must not be known any more"}
	parent.AddCommand(person)
	return parent
}

// unreached names the months of the trail that an erasure has not gone through, and what to do about them. What was encrypted, from since on, cannot be read
// there either.
func (c *command) unreached(ctx context.Context, s *services, since time.Time) error {
	all, err := s.db.Asides(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, a := range all {
		if a.Table == "journal" && !a.Gone {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	left := "free text that others wrote"
	if !since.IsZero() {
		left = "what was recorded before " + since.Format(time.DateOnly) + ", and " + left
	}
	fmt.Fprintf(c.Out, "Set aside, and so not searched: %s. Their name and record cannot be read there either, but %s can. Bring each back (intelliwiz partitions attach NAME) and erase the person again, or drop it.\n",
		strings.Join(names, ", "), left)
	return nil
}
