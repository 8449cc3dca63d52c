package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"intelliwiz/internal/config"
	"intelliwiz/internal/fault"
)

// healthTime is how long a process may take to say how it is.
const healthTime = 3 * time.Second

// askAgain is how long one waits for a process that is not ready before it is asked again.
const askAgain = 50 * time.Millisecond

func (c *command) health() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "health", Short: "Ask the process that serves with this configuration whether it is ready", Args: cobra.NoArgs,
		Long: "Ask the process that serves with this configuration, on this machine, whether it is ready: for containers and scripts. Exit code 69 when it is not.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return readyWithin(cmd.Context(), healthAddress(cfg), wait)
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "ask again for so long until it is ready")
	return cmd
}

// readyWithin asks whether whoever answers at an address is ready, and again until they are or so long is over. Unavailable when not.
func readyWithin(ctx context.Context, address string, wait time.Duration) error {
	for until := time.Now().Add(wait); ; {
		err := ready(ctx, address)
		if err == nil || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		time.Sleep(askAgain)
	}
}

// healthAddress is where a process on this machine says how it is: in private, or in public where there is no private listener.
func healthAddress(cfg config.Config) string {
	listen, cert, path := cfg.HTTP.Private, cfg.HTTP.PrivateCert, "/health"
	if listen == "" {
		listen, cert, path = cfg.HTTP.Listen, cfg.HTTP.TLSCert, "/readyz"
	}
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		listen = net.JoinHostPort("localhost", port)
	}
	return scheme(cert) + listen + path
}

// scheme is how the address of a listener with or without a certificate begins.
func scheme(cert string) string {
	if cert == "" {
		return "http://"
	}
	return "https://"
}

// own asks a process of this machine at the address of its own listener, which its certificate need not bear: it looks at none. It tells
// nothing that somebody else could use.
func own() *http.Client {
	return &http.Client{Timeout: askTime, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, //nolint:gosec // it asks its own listener on this machine, whose name the certificate need not bear
	}}}
}

// ready says whether whoever answers at an address is. Unavailable when not.
func ready(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	w, err := own().Do(r)
	if err != nil {
		return fault.Of(fault.Unavailable, "Nobody answers.").Because(inner(err))
	}
	defer w.Body.Close() //nolint:errcheck // it was not read
	if w.StatusCode != http.StatusOK {
		return fault.Of(fault.Unavailable, fmt.Sprintf("It is not ready: %s.", w.Status))
	}
	return nil
}
