package config

import (
	"net"
	"net/mail"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"intelliwiz/internal/telemetry"
)

// bounds holds every value to its validate tag.
func bounds(c *Config) Faults {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(sf reflect.StructField) string { return sf.Tag.Get("env") })
	for name, ok := range map[string]func(string) bool{"listen": isListen, "mailbox": isMailbox, "clamd": isClamd} {
		if err := v.RegisterValidation(name, func(l validator.FieldLevel) bool { return ok(l.Field().String()) }); err != nil {
			panic(err) // an empty name: a mistake in the line above
		}
	}
	var faults Faults
	err := v.Struct(c)
	list, _ := err.(validator.ValidationErrors) //nolint:errorlint // Struct returns it bare
	for _, e := range list {
		faults.add(e.Field(), "%s", bound(e))
	}
	return faults
}

func bound(e validator.FieldError) string {
	switch e.Tag() {
	case "min":
		return "must be at least " + e.Param()
	case "max":
		return "must be at most " + e.Param()
	case "oneof":
		return "must be one of " + strings.ReplaceAll(e.Param(), " ", ", ")
	case "listen":
		return "must be HOST:PORT, such as 127.0.0.1:8080"
	case "required_with":
		return "is needed too: a certificate and its key go together"
	case "clamd":
		return "must be tcp://HOST:PORT or unix:PATH"
	case "mailbox":
		return "must be an address such as IntelliWiz <iw@example.com>"
	}
	return "is not valid (" + e.Tag() + ")"
}

func isListen(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func isClamd(s string) bool {
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		return path != ""
	}
	address, ok := strings.CutPrefix(s, "tcp://")
	return ok && isListen(address)
}

func isMailbox(s string) bool { _, err := mail.ParseAddress(s); return err == nil }

// rules hold values to each other and to the profile.
func rules(c *Config) Faults {
	var f Faults
	for _, u := range []struct {
		name    string
		value   telemetry.Secret
		schemes []string
	}{
		{"DATABASE_URL", c.Database.URL, []string{"sqlite", "postgres", "postgresql"}},
		{"DATABASE_MIGRATE_URL", c.Database.Migrate, []string{"sqlite", "postgres", "postgresql"}},
		{"REDIS_URL", c.Servers.Redis, []string{"redis", "rediss", "unix"}},
		{"BLOB_URL", c.Servers.Blob, []string{"file", "s3"}},
		{"SMTP_URL", c.Servers.SMTP, []string{"smtp", "smtps"}},
		{"IW_BACKUP_URL", c.Backup.Place, []string{"file", "s3"}},
		{"IW_BACKUP_DATABASE_URL", c.Backup.Reader, []string{"postgres", "postgresql"}},
	} {
		server(&f, c.Profile, u.name, u.value.Reveal(), u.schemes)
	}
	if u := c.HTTP.PublicURL; u.Host != "" && (u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil) {
		f.add("IW_PUBLIC_URL", "must be an address without a path, such as https://iw.example.com")
	}
	if u := c.Traces.Endpoint; u != (url.URL{}) && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil) {
		f.add("OTEL_EXPORTER_OTLP_ENDPOINT", "must be an address such as http://127.0.0.1:4318; who we are goes into OTEL_EXPORTER_OTLP_HEADERS")
	}
	if c.HTTP.Listen == c.HTTP.Private && !strings.HasSuffix(c.HTTP.Listen, ":0") {
		f.add("IW_PRIVATE_LISTEN", "must not be the public listener")
	}
	if c.HTTP.Shared && !strings.HasPrefix(c.Database.URL.Reveal(), "postgres") {
		f.add("IW_LISTEN_SHARED", "needs PostgreSQL: two processes would write one SQLite file")
	}
	if (c.Retain.Answers > 0 || c.Retain.Trail > 0) && !strings.HasPrefix(c.Database.URL.Reveal(), "postgres") {
		c.Warnings = append(c.Warnings, "IW_RETAIN_ANSWERS and IW_RETAIN_TRAIL do nothing on SQLite, where nothing is partitioned: all rows stay in the live tables")
	}
	if c.HTTP.Redirect != "" && c.HTTP.TLSCert == "" {
		f.add("IW_REDIRECT_LISTEN", "is of use with IW_TLS_CERT and IW_TLS_KEY only")
	}
	if c.Session.Idle > c.Session.Life {
		f.add("IW_SESSION_IDLE", "must not be longer than IW_SESSION_LIFETIME")
	}
	f = append(f, keyRules(c)...)
	if c.Profile == Production {
		f = append(f, productionRules(c)...)
		f = append(f, plainRules(c)...)
		c.Warnings = append(c.Warnings, plainWarnings(c)...)
		if len(c.Backup.Recipients) == 0 && c.Backup.Every > 0 {
			c.Warnings = append(c.Warnings, "IW_BACKUP_RECIPIENTS is not set: backups are encrypted to a key in "+KeysFile+" beside them, which is lost with the machine and taken with it; make one with `intelliwiz backup keygen` and keep it elsewhere")
		}
	}
	return f
}

func server(f *Faults, p Profile, name, value string, schemes []string) {
	if value == "" {
		return
	}
	scheme, _, found := strings.Cut(value, ":")
	if !found || !slices.Contains(schemes, scheme) {
		f.add(name, "must start with one of %s:", strings.Join(schemes, ":, "))
		return
	}
	u, err := url.Parse(value)
	if err != nil {
		f.add(name, "is not an address")
		return
	}
	password, has := u.User.Password()
	if p == Production && has && everybodyKnows(password, u.User.Username()) {
		f.add(name, "has a password that everybody knows")
	}
}

func everybodyKnows(password, user string) bool {
	p := strings.ToLower(password)
	known := []string{"", "admin", "changeme", "change-me", "default", "demo", "example", "guest", "intelliwiz", "iw", "minioadmin", "pass", "password",
		"postgres", "redis", "root", "secret", "test", "123456", "12345678", "1234"}
	return slices.Contains(known, p) || p == strings.ToLower(user)
}

// InProduction gives what the rules of production would refuse of this configuration.
func (c Config) InProduction() Faults {
	c.Profile = Production
	return rules(&c)
}

// productionRules are what keeps a demonstration from facing the world.
func productionRules(c *Config) Faults {
	var f Faults
	switch u := c.HTTP.PublicURL; {
	case u.Host == "":
		f.add("IW_PUBLIC_URL", "is needed in production: the address that people type, such as https://iw.example.com. To try the product, use `intelliwiz demo` or IW_PROFILE=development")
	case u.Scheme != "https":
		f.add("IW_PUBLIC_URL", "must be https in production")
	}
	for _, h := range c.HTTP.Hosts {
		if strings.Contains(h, "*") {
			f.add("IW_HOSTS", "must name hosts in production: a wildcard answers to any name")
		}
	}
	for _, n := range c.HTTP.Proxies {
		if n.Bits() == 0 {
			f.add("IW_TRUSTED_PROXIES", "must not be every address: anybody could then forge where they come from")
		}
	}
	if c.Debug {
		f.add("IW_DEBUG", "is refused in production")
	}
	if c.Servers.HookHTTP {
		f.add("IW_WEBHOOK_HTTP", "is refused in production")
	}
	if c.Load {
		f.add("IW_LOAD_TEST", "is refused in production")
	}
	if c.Database.Migrate.Reveal() != "" && c.Database.Migrate.Reveal() == c.Database.URL.Reveal() {
		f.add("DATABASE_MIGRATE_URL", "must not be DATABASE_URL: the application's role must not own the schema")
	}
	return f
}

// raise lifts limits out of a load test's way.
func raise(c *Config) {
	for _, r := range []*Rate{&c.Rates.SignInSource, &c.Rates.SignInAccount, &c.Rates.Spray, &c.Rates.Source, &c.Rates.User, &c.Rates.Token, &c.Rates.Tenant,
		&c.Rates.Report, &c.Rates.ReportTenant, &c.Rates.Stranger, &c.Rates.Device, &c.Rates.Link, &c.Rates.MailSource, &c.Rates.MailAccount} {
		r.Count = min(r.Count*1000, int(r.Per/time.Microsecond)) // no limit counts in less than microseconds
		r.Burst *= 1000
	}
	c.Password.Queue = max(c.Password.Queue, 10) * 100
}
