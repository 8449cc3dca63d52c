package whole

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"intelliwiz/internal/fault"
)

var major = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// newEnough refuses a server that is newer than the tool which is to read or fill it.
func newEnough(ctx context.Context, c pgQuerying, tool string) error {
	out, err := exec.CommandContext(ctx, tool, "--version").Output() //nolint:gosec // one of two names
	if err != nil {
		return fault.Of(fault.Unavailable, "Backups of PostgreSQL need "+tool+", which is not on the PATH: install the client of the server's version.").Because(err)
	}
	var number string
	if err := c.QueryRow(ctx, "show server_version_num").Scan(&number); err != nil {
		return err
	}
	theirs, _ := strconv.Atoi(number)
	m := major.FindSubmatch(out)
	if m == nil {
		return fmt.Errorf("%s does not say its version: %q", tool, out)
	}
	if ours, _ := strconv.Atoi(string(m[1])); ours < theirs/10000 {
		return fault.Of(fault.Unavailable, fmt.Sprintf("%s is of version %d, and the server of %d: install the client of the server's version.", tool, ours, theirs/10000))
	}
	return nil
}

// run runs a tool of PostgreSQL on a database of the server of an address. The address goes by a file that only this account can read: a command
// line can be read by others.
func run(ctx context.Context, address, database string, in io.Reader, out io.Writer, tool string, args ...string) (err error) {
	f, err := os.CreateTemp("", "iw-service-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	text, err := service(address, database)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if _, err := f.WriteString(text); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, tool, args...) //nolint:gosec // one of two names, and options of ours
	cmd.Env = append(environment(), "PGSERVICEFILE="+f.Name(), "PGSERVICE=iw")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", tool, err, cut(strings.TrimSpace(said.String()), 500))
	}
	return nil
}

// environment is what the tools are told of ours: nothing of the product.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return !strings.HasPrefix(name, "PG") && !slices.Contains([]string{"PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR"}, name)
	})
}

// service writes an address as libpq's file of services has it.
func service(address, database string) (string, error) {
	c, err := pgx.ParseConfig(address)
	u, err2 := url.Parse(address)
	if err != nil || err2 != nil {
		return "", errors.New("the address of the database cannot be read")
	}
	if database == "" {
		database = c.Database
	}
	lines := []string{"[iw]"}
	for _, x := range [][2]string{{"host", c.Host}, {"port", strconv.Itoa(int(c.Port))}, {"user", c.User}, {"password", c.Password}, {"dbname", database}} {
		if x[1] != "" {
			lines = append(lines, x[0]+"="+x[1])
		}
	}
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if v := u.Query().Get(name); v != "" {
			lines = append(lines, name+"="+v)
		}
	}
	text := strings.Join(lines, "\n") + "\n"
	if strings.Count(text, "\n") != len(lines) {
		return "", errors.New("the address of the database has a line break in it")
	}
	return text, nil
}

// withDatabase is an address with another database.
func withDatabase(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "" // connecting to the first one has failed before
	}
	u.Path = "/" + database
	return u.String()
}
