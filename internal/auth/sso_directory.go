package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/ldap"
)

// Asker asks directories who somebody is.
type Asker interface {
	Check(ctx context.Context, d ldap.Directory) error
	Prove(ctx context.Context, d ldap.Directory, login, password string, may func(subject string) error) (ldap.Entry, error)
	ProveAgain(ctx context.Context, d ldap.Directory, subject, password string) error
}

// checkDirectory holds what is said about a directory to what one can be asked with.
func (in *ProviderInput) checkDirectory(c *fault.Check) {
	c.That(len(in.Issuer) <= 500 && ldap.ValidAddress(in.Issuer), "issuer", "address", "An address looks like ldaps://ldap.example.com, or ldap:// for one that goes over to TLS (StartTLS). Nothing is asked in clear.")
	if c.Text("client_id", in.Client, 0, 200) && in.Client != "" {
		c.That(ldap.ValidDN(in.Client), "client_id", "grammar", "An account looks like cn=reader,dc=example,dc=com.")
	}
	c.That(len(in.Scopes) == 0, "scopes", "beyond", "A directory has no scopes.")
	c.That(!slices.ContainsFunc(in.Proofs, func(w string) bool { return w != Always }), "proofs", "beyond", "A directory says nothing of a second step: * if everybody has one there, or nothing.")
	if in.Claim != "" {
		c.That(ldap.ValidAttribute(in.Claim), "groups_claim", "grammar", "An attribute looks like memberOf.")
	}
	if in.Directory == nil {
		c.Add("directory", "required", "Say how people are found in the directory.")
		return
	}
	d := *in.Directory
	for _, text := range []*string{&d.CA, &d.Base, &d.Filter, &d.Subject, &d.Email, &d.FullName, &d.GroupBase, &d.GroupFilter} {
		*text = strings.TrimSpace(*text)
	}
	d.check(c)
	in.Directory = &d
}

func (d Directory) check(c *fault.Check) {
	if d.CA != "" {
		_, err := ldap.Roots(d.CA)
		c.That(err == nil && len(d.CA) <= 20000, "directory.ca", "certificate", "A certificate begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----.")
	}
	c.That(len(d.Base) <= 500 && ldap.ValidDN(d.Base), "directory.base", "grammar", "A base looks like ou=people,dc=example,dc=com.")
	c.That(len(d.Filter) <= 500 && ldap.ValidFilter(d.Filter, "login"), "directory.filter", "grammar", "A filter looks like (uid={login}). What somebody types is put where {login} is.")
	const attribute = "Write the name of one attribute, such as entryUUID, mail or cn."
	c.That(ldap.ValidAttribute(d.Subject), "directory.subject", "grammar", attribute)
	c.That(d.Email == "" || ldap.ValidAttribute(d.Email), "directory.email", "grammar", attribute)
	c.That(ldap.ValidAttribute(d.FullName), "directory.full_name", "grammar", attribute)
	if d.GroupBase == "" && d.GroupFilter == "" {
		return
	}
	c.That(len(d.GroupBase) <= 500 && ldap.ValidDN(d.GroupBase), "directory.group_base", "grammar", "A base looks like ou=groups,dc=example,dc=com.")
	c.That(len(d.GroupFilter) <= 500 && ldap.ValidFilter(d.GroupFilter, "dn", "subject"), "directory.group_filter", "grammar", "A filter looks like (member={dn}).")
}

// directory is a provider as the client of LDAP needs it.
func (s *Service) directory(tenant id.Tenant, p sealedProvider) (ldap.Directory, error) {
	secret, err := s.secretOf(tenant, p)
	if err != nil || p.Directory == nil {
		return ldap.Directory{}, err
	}
	d := *p.Directory
	return ldap.Directory{Address: p.Issuer, CA: d.CA, DN: p.Client, Password: secret, Base: d.Base, Filter: d.Filter, Subject: d.Subject, Email: d.Email, Name: d.FullName,
		Groups: p.Claim, GroupBase: d.GroupBase, GroupFilter: d.GroupFilter}, nil
}

// answerOfDirectory is what a directory says of a login and its password.
type answerOfDirectory struct {
	s        *Service
	p        sealedProvider
	d        ldap.Directory
	login    string
	password string
	may      func(subject string) error // counts the try, before the password is
}

var _ witness = answerOfDirectory{}

func (a answerOfDirectory) prove(ctx context.Context) (proven, error) {
	e, err := a.s.asker.Prove(ctx, a.d, a.login, a.password, a.may)
	if err != nil {
		return proven{}, a.s.notProvenAt(ctx, a.p, err)
	}
	out := proven{subject: e.Subject, login: fold.Login(a.login), name: e.Name, address: fold.Email(e.Email), strong: slices.Contains(a.p.Proofs, Always), at: a.s.now()}
	for _, g := range a.p.Groups {
		if slices.Contains(e.Groups, ldap.GroupKey(g.Group)) {
			out.groups = append(out.groups, g.Group)
		}
	}
	return out, nil
}

// notProvenAt is what comes of a directory that proved nothing, or could not be asked; what is none of its errors stays.
func (s *Service) notProvenAt(ctx context.Context, p sealedProvider, err error) error {
	switch {
	case errors.Is(err, ldap.ErrUnclear):
		s.log.WarnContext(ctx, "a directory's answer was refused", "provider", p.ID, "err", cut(err.Error(), 300))
		return errRefused()
	case errors.Is(err, ldap.ErrRefused):
		return errRefused()
	case reasonOf(err) == "": // it is not the directory's
		return err
	}
	s.log.WarnContext(ctx, "a directory does not answer", "provider", p.ID, "err", cut(err.Error(), 300))
	return errNoAnswer(err)
}

// DirectorySignIn is what somebody types to sign in by a directory.
type DirectorySignIn struct {
	Tenant   string // the organisation's code
	Provider id.Provider
	Login    string // as the directory knows them
	Password string // theirs there
	From     Origin
}

// SignInDirectory has a directory prove somebody, and signs them in as FinishSSO does. NotFound for a provider that is not there, not on, or no
// directory; Unauthenticated, in the words of SignIn, for a login that names nobody or several and for a wrong password; TooMany before a
// password is tried; Forbidden, after the proof, for who has no account here, or an inactive one; Unavailable when the directory does not answer.
func (s *Service) SignInDirectory(ctx context.Context, in DirectorySignIn) (SignedIn, error) {
	out, err := s.signInDirectory(ctx, in)
	s.observed(out, err)
	return out, err
}

func (s *Service) signInDirectory(ctx context.Context, in DirectorySignIn) (SignedIn, error) {
	typed := SignIn{Tenant: in.Tenant, Login: in.Login, Password: in.Password, From: in.From}
	if err := typed.check(); err != nil {
		return SignedIn{}, err
	}
	known := s.readDevices(in.From.Device)
	if len(known) == 0 { // an address that tries too much is refused before anything is read
		if err := s.limit.SignIn(ctx, in.From.Source, typed.account()); err != nil {
			return SignedIn{}, err
		}
	}
	tenant, p, d, err := s.directoryFor(ctx, in)
	if err != nil {
		return SignedIn{}, err
	}
	may := func(subject string) error { return s.mayTryAt(ctx, typed, known, tenant, p, subject) }
	x, err := answerOfDirectory{s, p, d, in.Login, in.Password, may}.prove(ctx)
	if fault.KindOf(err) == fault.Unauthenticated {
		s.limit.Failed(ctx, in.From.Source, typed.account())
	}
	if err != nil {
		return SignedIn{}, err
	}
	return s.enterBy(ctx, tenant, p, x, in.From)
}

// directoryFor finds a directory by which people may sign in.
func (s *Service) directoryFor(ctx context.Context, in DirectorySignIn) (tenant id.Tenant, p sealedProvider, d ldap.Directory, err error) {
	if tenant, err = s.org.FindTenant(ctx, in.Tenant); err != nil {
		return tenant, p, d, fault.Named(err, "provider")
	}
	if p, err = s.activeProvider(ctx, tenant, in.Provider); err != nil {
		return tenant, p, d, err
	}
	if p.Kind != LDAP {
		return tenant, p, d, fault.Missing("provider")
	}
	d, err = s.directory(tenant, p)
	return tenant, p, d, err
}

// mayTryAt counts a try at somebody's password in a directory: at their account here when they have one, and else at the subject, whatever it is
// called there.
func (s *Service) mayTryAt(ctx context.Context, in SignIn, known []device, tenant id.Tenant, p sealedProvider, subject string) error {
	if subject == "" {
		return s.mayTry(ctx, in, known, tenant, account{}, in.account())
	}
	var found []account
	err := s.db.Read(ctx, door(tenant), func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanProven, subjectPerson, p.ID, subject)
		return err
	})
	if err != nil {
		return fmt.Errorf("find the person of a subject: %w", err)
	}
	if len(found) == 0 {
		found = []account{{}}
	}
	return s.mayTry(ctx, in, known, tenant, found[0], "provider "+p.ID.String()+" "+subject)
}

// proofByDirectory finds what a password proves that is one's own in the directory by which one's session was started. Unauthenticated for another
// text, and for a session of another kind.
func (s *Service) proofByDirectory(ctx context.Context, who actor.Actor, typed string) (proof, error) {
	var found []atDirectory
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanAtDirectory, directoryOf, who.Session(), who.Person())
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || typed == "" || len(typed) > maxBytes {
		return nil, errRefused()
	}
	p, err := s.activeProvider(ctx, who.Tenant(), found[0].provider)
	if err != nil {
		return nil, err
	}
	d, err := s.directory(who.Tenant(), p)
	if err != nil {
		return nil, err
	}
	if err := s.asker.ProveAgain(ctx, d, found[0].subject, typed); err != nil {
		return nil, s.notProvenAt(ctx, p, err)
	}
	return func(context.Context, *db.Tx) error { return nil }, nil
}

// atDirectory is who somebody is at the directory by which their session was started.
type atDirectory struct {
	provider id.Provider
	subject  string
}

func scanAtDirectory(r db.Row) (x atDirectory, err error) {
	err = r.Scan(&x.provider, &x.subject)
	return x, err
}

// isLinked says whether somebody signed in by a directory before.
func (s *Service) isLinked(ctx context.Context, who actor.Actor, person id.Person) (bool, error) {
	var n int64
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, scanInt, directoriesOf, person)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("find the directories of a person: %w", err)
	}
	return n > 0, nil
}

const directoriesOf db.SQL = `-- auth.directoriesOf
select count(*) from sso_people l join sso_providers p on p.tenant_id = l.tenant_id and p.id = l.provider_id and p.active and p.kind = 'ldap'
where l.tenant_id = $1 and l.person_id = $2`

const directoryOf db.SQL = `-- auth.directoryOf
select p.id, l.subject from sessions s
join sso_providers p on p.tenant_id = s.tenant_id and p.id = s.sso and p.active and p.kind = 'ldap'
join sso_people l on l.tenant_id = s.tenant_id and l.provider_id = p.id and l.person_id = $3
where s.tenant_id = $1 and s.id = $2 and s.person_id = $3`
