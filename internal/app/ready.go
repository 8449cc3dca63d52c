package app

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	dto "github.com/prometheus/client_model/go"

	"intelliwiz/internal/config"
	"intelliwiz/internal/readiness"
)

// installation is what the probes of the readiness plan look at: the services of this process, and whoever answers at the addresses of its
// configuration, which is another process when the plan is run from the command line.
type installation struct {
	*services
	client *http.Client
}

// askTime is how long one question over HTTP may take.
const askTime = 10 * time.Second

// newReadiness makes what runs the readiness plan here.
func (s *services) newReadiness() *readiness.Service {
	x := s.installation()
	return readiness.New(readiness.Config{
		Probes: x.probes(), Sign: func() ed25519.PrivateKey { return s.live.at(lookEvery).Anchor.Signer() }, Folder: s.cfg.Data,
		Version: Version, Profile: string(s.cfg.Profile), Engine: s.db.Engine(), Address: x.base, Now: s.now, Log: s.log,
	})
}

func (s *services) installation() *installation {
	return &installation{services: s, client: &http.Client{
		Timeout:       askTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// probes are all of them, by the item of the plan that they look at.
func (x *installation) probes() map[string]readiness.Probe {
	all := x.configured()
	for _, more := range []map[string]readiness.Probe{x.answered(), x.measured(), x.kept()} {
		maps.Copy(all, more)
	}
	return all
}

// base is the address that people type; without one, that of the listener.
func (x *installation) base() string {
	if x.serving.public != "" && x.cfg.Profile != config.Production {
		return x.serving.public
	}
	if u := x.publicURL(); u != "" {
		return u
	}
	return scheme(x.cfg.HTTP.TLSCert) + x.cfg.HTTP.Listen
}

// inside is the private listener's address; "" = there is none.
func (x *installation) inside() string {
	if x.serving.private != "" {
		return x.serving.private
	}
	if _, port, err := net.SplitHostPort(x.cfg.HTTP.Private); err != nil || port == "0" {
		return ""
	}
	return scheme(x.cfg.HTTP.PrivateCert) + x.cfg.HTTP.Private
}

// askInside asks the private listener.
func (x *installation) askInside(ctx context.Context, path string) (heard, error) {
	return (&installation{services: x.services, client: own()}).ask(ctx, http.MethodGet, x.inside()+path, "")
}

// heard is an answer over HTTP, read whole.
type heard struct {
	*http.Response
	text string
}

// maxReply is how much of an answer is read.
const maxReply = 8 << 20

// ask sends a request; change may set what it needs.
func (x *installation) ask(ctx context.Context, method, address, body string, change ...func(*http.Request)) (heard, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return heard{}, err
	}
	r.Header.Set("User-Agent", "intelliwiz readiness")
	for _, f := range change {
		f(r)
	}
	w, err := x.client.Do(r)
	if err != nil {
		return heard{}, inner(err)
	}
	defer w.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(w.Body, maxReply))
	return heard{w, string(text)}, err
}

// inner leaves the address out of an error of the client: it is said already.
func inner(err error) error {
	if u, ok := err.(*url.Error); ok { //nolint:errorlint // the client returns it bare
		return u.Err
	}
	return err
}

// scrape reads the metrics of whoever serves.
func (x *installation) scrape(ctx context.Context) (map[string]*dto.MetricFamily, error) {
	if x.inside() == "" {
		return nil, fmt.Errorf("no address of a private listener is known")
	}
	got, err := x.askInside(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	p := expfmt.NewTextParser(model.UTF8Validation)
	return p.TextToMetricFamilies(strings.NewReader(got.text))
}

// The answers of probes, in short.

func met(why string, evidence ...string) readiness.Answer {
	return readiness.Answer{Result: readiness.Met, Why: why, Evidence: evidence}
}

func notMet(why, todo string, evidence ...string) readiness.Answer {
	return readiness.Answer{Result: readiness.NotMet, Why: why, Todo: todo, Evidence: evidence}
}

func notChecked(why string) readiness.Answer {
	return readiness.Answer{Result: readiness.NotChecked, Why: why}
}

func notApplicable(why string) readiness.Answer {
	return readiness.Answer{Result: readiness.NotApplicable, Why: why}
}

// nobody is the answer where nobody answered.
func nobody(address string, err error) readiness.Answer {
	return notChecked(fmt.Sprintf("Nobody answers at %s: %v.", address, err))
}
