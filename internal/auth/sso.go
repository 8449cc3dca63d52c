package auth

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/fold"
	"intelliwiz/internal/id"
	"intelliwiz/internal/telemetry"
)

// maxProviders is how many providers a tenant has; maxMapped how many groups each names.
const (
	maxProviders = 10
	maxMapped    = 100
)

// ProviderKind is how a provider proves people.
type ProviderKind string

// The kinds.
const (
	OIDC ProviderKind = "oidc" // OpenID Connect: the browser goes there
	LDAP ProviderKind = "ldap" // a directory that is asked from here, with the password that somebody types here
)

// Valid says whether it is a kind.
func (k ProviderKind) Valid() bool { return k == OIDC || k == LDAP }

// Provider is where people of the tenant are proven: an OpenID Connect provider, or a directory. The secret of this product there is never given out.
type Provider struct {
	ID        id.Provider  `json:"id"`
	Kind      ProviderKind `json:"kind"`
	Name      string       `json:"name"`      // as the sign-in page shows it; unique in the tenant
	Issuer    string       `json:"issuer"`    // of a directory its address, ldaps:// or ldap://
	Client    string       `json:"client_id"` // of a directory the account that searches; "" = it may be searched without one
	Secret    bool         `json:"has_secret"`
	Scopes    []string     `json:"scopes"`       // beside openid
	Claim     string       `json:"groups_claim"` // "" = groups give no roles; of a directory the attribute that has them
	Proofs    []string     `json:"proofs"`       // words in amr or acr by which it says that it asked for a second step; Always: it does whatever it says
	Joins     bool         `json:"joins"`        // who has no account here gets one
	Active    bool         `json:"active"`       // people may sign in by it
	Groups    []GroupRole  `json:"groups"`
	Directory *Directory   `json:"directory,omitzero"` // nil for OpenID Connect
	Created   time.Time    `json:"created_at"`
	Version   int64        `json:"version"`
}

// Directory says how people are found in a directory.
type Directory struct {
	CA          string `json:"ca"`           // certificates in PEM of who vouches for it, and nobody else; "" = whom the machine trusts
	Base        string `json:"base"`         // below which people are
	Filter      string `json:"filter"`       // finds one by {login}
	Subject     string `json:"subject"`      // the attribute that never changes and is never given to another
	Email       string `json:"email"`        // the attribute with an address that people cannot change themselves; "" = none is read
	FullName    string `json:"full_name"`    // the attribute with the name
	GroupBase   string `json:"group_base"`   // below which groups are searched for; "" = they are not
	GroupFilter string `json:"group_filter"` // finds them by {dn} or {subject} of the person
}

// Always among a provider's proofs says that it asks everybody for a second step.
const Always = "*"

// GroupRole is the role that the members of a provider's group have, in the whole tenant or at a site.
type GroupRole struct {
	Group string   `json:"group"` // exactly as the provider calls it
	Role  id.Role  `json:"role_id"`
	Site  *id.Site `json:"site_id,omitzero"` // nil: the whole tenant
}

// ProviderInput is what one says about a provider, new or changed.
type ProviderInput struct {
	Kind      ProviderKind // "" = OIDC
	Name      string
	Issuer    string
	Client    string
	Secret    telemetry.Secret // none: the one before stays, or it is a public client
	Scopes    []string
	Claim     string
	Proofs    []string
	Joins     bool
	Active    bool
	Groups    []GroupRole
	Directory *Directory // of LDAP alone
}

// Check folds the input into its stored form and gives every violation at its field, but for roles and sites.
func (in *ProviderInput) Check() error {
	var c fault.Check
	if in.Kind == "" {
		in.Kind = OIDC
	}
	in.Name, in.Issuer, in.Client, in.Claim = fold.Line(in.Name), strings.TrimSpace(in.Issuer), strings.TrimSpace(in.Client), strings.TrimSpace(in.Claim)
	c.That(in.Kind.Valid(), "kind", "unknown", "A provider is oidc or ldap.")
	c.Text("name", in.Name, 1, 60)
	if in.Kind == LDAP {
		in.checkDirectory(&c)
	} else {
		in.checkIssuer(&c)
	}
	c.Text("secret", in.Secret.Reveal(), 0, 500)
	c.Text("groups_claim", in.Claim, 0, 100)
	in.Scopes, in.Proofs = checkWords(&c, "scopes", in.Scopes), checkWords(&c, "proofs", in.Proofs)
	c.That(len(in.Groups) <= maxMapped, "groups", "too_many", fmt.Sprintf("Name at most %d groups.", maxMapped))
	for i := range in.Groups {
		g := &in.Groups[i]
		g.Group = strings.TrimSpace(g.Group)
		c.Text("groups["+strconv.Itoa(i)+"].group", g.Group, 1, 200)
	}
	return c.Err()
}

func (in *ProviderInput) checkIssuer(c *fault.Check) {
	if c.Text("issuer", in.Issuer, 1, 500) {
		u, err := url.Parse(in.Issuer)
		ok := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
		c.That(ok, "issuer", "address", "An issuer looks like https://login.example.com/realm, exactly as the provider writes it.")
	}
	c.Text("client_id", in.Client, 1, 200)
	c.That(in.Directory == nil, "directory", "beyond", "Only a directory has this.")
}

// checkWords holds words to those that can stand in one line between blanks.
func checkWords(c *fault.Check, field string, words []string) []string {
	out := []string{}
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
		c.That(w != "" && len(w) <= 100 && !strings.ContainsAny(w, " \t\r\n\"\\"), field, "grammar", "Write words of at most 100 characters, without quotation marks.")
	}
	c.That(len(out) <= 20, field, "too_many", "Write at most 20 words.")
	return out
}
