package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// plainRules refuse, in production, a server on another machine that would be spoken to in the open, or without looking at its certificate, and
// a private listener that other machines reach in the open.
// IW_PLAIN_HOSTS names those for which an operator says that nobody else is on the way.
func plainRules(c *Config) Faults {
	var f Faults
	open := func(name, host, instead string) {
		far := func(h string) bool { // PostgreSQL takes several hosts, one after the other
			return h != "" && !onThisMachine(h) && !c.plain(h)
		}
		if slices.ContainsFunc(strings.Split(host, ","), far) {
			f.add(name, "would be spoken to over a network in the open: %s, or name its host in IW_PLAIN_HOSTS if nobody else is on that network", instead)
		}
	}
	for name, text := range map[string]string{"DATABASE_URL": c.Database.URL.Reveal(), "DATABASE_MIGRATE_URL": c.Database.Migrate.Reveal(), "IW_BACKUP_DATABASE_URL": c.Backup.Reader.Reveal()} {
		if u := address(text); strings.HasPrefix(u.Scheme, "postgres") && !strings.HasPrefix(u.Query().Get("sslmode"), "verify-") {
			open(name, u.Hostname()+","+u.Query().Get("host"), "add sslmode=verify-full")
		}
	}
	if u := address(c.Servers.Redis.Reveal()); u.Scheme == "redis" {
		open("REDIS_URL", u.Hostname(), "write rediss://")
	}
	for name, text := range map[string]string{"BLOB_URL": c.Servers.Blob.Reveal(), "IW_BACKUP_URL": c.Backup.Place.Reveal()} {
		if u := address(text); u.Scheme == "s3" && u.Query().Get("tls") == "off" {
			open(name, (&url.URL{Host: u.Query().Get("endpoint")}).Hostname(), "leave out tls=off")
		}
	}
	if u := c.Traces.Endpoint; u.Scheme == "http" {
		open("OTEL_EXPORTER_OTLP_ENDPOINT", u.Hostname(), "write https://")
	}
	if u := address(c.Servers.Clamd); u.Scheme == "tcp" {
		open("CLAMD_URL", u.Hostname(), "have it on this machine")
	}
	if host, _, err := net.SplitHostPort(c.HTTP.Private); err == nil && c.HTTP.PrivateCert == "" && !onThisMachine(host) && !c.plain(host) {
		f.add("IW_PRIVATE_LISTEN", "listens on more than this machine and without TLS: set IW_PRIVATE_TLS_CERT and IW_PRIVATE_TLS_KEY, or name its host in IW_PLAIN_HOSTS if nobody else is on that network")
	}
	return f
}

// plain says that an operator allows a host to be spoken to without TLS.
func (c *Config) plain(host string) bool {
	return slices.ContainsFunc(c.Servers.Plain, func(p string) bool { return strings.EqualFold(strings.TrimSpace(p), host) })
}

// plainWarnings tell of a public listener that others on the network reach without TLS: the proxy in front of it has to be on the same machine,
// or on a network that nobody else is on.
func plainWarnings(c *Config) (out []string) {
	if host, _, err := net.SplitHostPort(c.HTTP.Listen); err == nil && !onThisMachine(host) && c.HTTP.TLSCert == "" {
		out = append(out, "IW_LISTEN listens on more than this machine and without TLS: nobody but a proxy of yours may reach it")
	}
	return out
}

// address is a text as an address, or an empty one: whoever reads it first has said what is wrong with it.
func address(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		return &url.URL{}
	}
	return u
}

// onThisMachine says that a host is this machine itself: by its name, a loopback address, or the folder of a socket.
func onThisMachine(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasPrefix(host, "/") || err == nil && a.IsLoopback()
}
