// Package ldap has somebody proven by a directory of their organisation, with LDAP: it searches for whoever a login names, and tries their
// password there. Nothing goes over the wire but under TLS, whose certificate has to be the directory's. It refuses what proves nothing: a login
// that names nobody or several, and a password that is empty, which directories take for a visitor's (RFC 4513, 5.1.2). It knows nobody here, and
// decides nothing about who may come in.
package ldap

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/go-ldap/ldap/v3"

	"intelliwiz/internal/telemetry"
)

// Directory is where somebody is proven.
type Directory struct {
	Address     string           // ldaps://ldap.example.com, or ldap:// for one that goes over to TLS first (StartTLS)
	CA          string           // certificates in PEM of who vouches for it, and nobody else; "" = whom the machine trusts
	DN          string           // of the account that searches; "" = nobody in particular does
	Password    telemetry.Secret // of that account
	Base        string           // below which people are
	Filter      string           // finds one by {login}
	Subject     string           // the attribute that never changes and is never given to another
	Email       string           // the attribute with their address; "" = none is read
	Name        string           // the attribute with their name
	Groups      string           // the attribute with their groups; "" = none is read
	GroupBase   string           // below which groups are; "" = they are not searched for
	GroupFilter string           // finds them by {dn} or {subject} of the person
}

// Entry is what a directory says of a person. Subject never changes and is never given to another.
type Entry struct {
	Subject string
	Email   string // "" = there is none
	Name    string
	Groups  []string // as GroupKey writes them
}

// ErrRefused is the cause when a directory proves nothing: nobody has the login, several have it, or the password is another.
var ErrRefused = errors.New("the directory proves nothing")

// ErrUnclear is ErrRefused for a reason that somebody who looks after the directory can mend.
var ErrUnclear = fmt.Errorf("%w: it is not clear who it is", ErrRefused)

// Failure is a directory that could not be asked.
type Failure struct {
	Words string // a sentence for the one who set it up
	cause error
}

// Error gives the sentence.
func (f *Failure) Error() string { return f.Words }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.cause }

// Wire makes connections, held to where they may go.
type Wire interface {
	Dial(ctx context.Context, host, port string) (net.Conn, error)
	Secure(ctx context.Context, conn net.Conn, host string, roots *x509.CertPool) (net.Conn, error)
}

// A directory has ten seconds for all that it is asked, half a megabyte for all that it answers, and so many are asked at once.
const (
	patience = 10 * time.Second
	maxRead  = 512 << 10
	atOnce   = 16
	maxWait  = 2 * time.Second
)

// Client asks directories.
type Client struct {
	wire  Wire
	slots chan struct{}
}

// New makes a client that reaches directories by a wire.
func New(w Wire) *Client { return &Client{w, make(chan struct{}, atOnce)} }

// with has something asked of a directory, on a connection of its own, under TLS and as the account that searches.
func (c *Client) with(ctx context.Context, d Directory, ask func(*ldap.Conn) error) error {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-time.After(maxWait):
		return &Failure{Words: "Too many are asked for just now.", cause: context.DeadlineExceeded}
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l, err := c.open(ctx, d)
	if err != nil {
		return err
	}
	defer l.Close()                                          //nolint:errcheck // all was said
	defer context.AfterFunc(ctx, func() { _ = l.Close() })() // whoever waits for an answer then has an error
	if err := d.search(l); err != nil {
		return err
	}
	return ask(l)
}

// search is the account that searches from now on.
func (d Directory) search(l *ldap.Conn) error {
	if d.DN == "" {
		return failed(l.UnauthenticatedBind(""), "The directory lets nobody search without an account.")
	}
	return failed(l.Bind(d.DN, d.Password.Reveal()), "The directory refuses the account that searches, or its password.")
}

// failed puts what a directory answers to us into words.
func failed(err error, words string) error {
	if err == nil {
		return nil
	}
	if answer, ok := errors.AsType[*ldap.Error](err); !ok || answer.ResultCode >= ldap.ErrorNetwork {
		words = "The connection broke off, or there was no answer in time."
	}
	return &Failure{Words: words, cause: err}
}

// Check asks whether a directory answers, lets its account search, and has something where people and groups are to be.
func (c *Client) Check(ctx context.Context, d Directory) error {
	return c.with(ctx, d, func(l *ldap.Conn) error {
		for _, base := range []string{d.Base, d.GroupBase} {
			if base == "" {
				continue
			}
			r := ldap.NewSearchRequest(base, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 1, int(patience/time.Second), false, "(objectClass=*)", []string{"1.1"}, nil)
			found, err := l.Search(r)
			if err := failed(err, "The directory has nothing at "+base+", or the account that searches must not see it."); err != nil {
				return err
			}
			if len(found.Entries) != 1 {
				return &Failure{Words: "The directory shows nothing at " + base + "."}
			}
		}
		return nil
	})
}

// Prove asks who a login names, and whether a password is theirs. Before the password is tried, may is asked with the subject, "" for nobody;
// its error is given back. An error that is ErrRefused says that nobody is proven, in the same way and after as many questions whatever the reason; any other
// but may's that the directory cannot be asked now.
func (c *Client) Prove(ctx context.Context, d Directory, login, password string, may func(subject string) error) (Entry, error) {
	return c.prove(ctx, d, fill(d.Filter, "login", login), password, may)
}

// ProveAgain asks whether a password is that of a subject. Errors are those of Prove.
func (c *Client) ProveAgain(ctx context.Context, d Directory, subject, password string) error {
	_, err := c.prove(ctx, d, d.bySubject(subject), password, func(string) error { return nil })
	return err
}

func (c *Client) prove(ctx context.Context, d Directory, filter, password string, may func(subject string) error) (out Entry, err error) {
	if password == "" {
		return Entry{}, ErrRefused
	}
	err = c.with(ctx, d, func(l *ldap.Conn) error {
		x, unclear := d.find(l, filter)
		if unclear != nil && !errors.Is(unclear, ErrRefused) {
			return unclear
		}
		if err := may(x.Subject); err != nil {
			return err
		}
		if unclear != nil {
			x.dn = "cn=" + rand.Text() + "," + d.Base // so that nobody is told by the time that the directory takes
		}
		switch err := l.Bind(x.dn, password); {
		case unclear != nil:
			return unclear
		case ldap.IsErrorAnyOf(err, refusals()...):
			return ErrRefused
		case err != nil:
			return failed(err, "The directory cannot say now whose password it is.")
		}
		out = x.Entry
		return d.groups(l, x, &out)
	})
	return out, err
}

// refusals are the answers to a bind that say that it was not them, or that they must not.
func refusals() []uint16 {
	return []uint16{
		ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultUnwillingToPerform,
		ldap.LDAPResultConstraintViolation, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInvalidDNSyntax,
	}
}
