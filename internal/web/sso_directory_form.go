package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/telemetry"
	"intelliwiz/internal/web/ui"
)

// ldapQuery says that a new provider is a directory: its form is another.
const ldapQuery = "?kind=ldap"

func kindAsked(r *http.Request) auth.ProviderKind {
	if r.URL.Query().Get("kind") == string(auth.LDAP) {
		return auth.LDAP
	}
	return auth.OIDC
}

// fieldsOfKind are the fields of the form about a provider of a kind.
func fieldsOfKind(kind auth.ProviderKind) []string {
	if kind == auth.LDAP {
		return []string{"name", "issuer", "directory.ca", "client_id", "client_password", "directory.base", "directory.filter", "directory.subject", "directory.email", "directory.full_name",
			"groups_claim", "directory.group_base", "directory.group_filter", "groups", "always", "joins", "active"}
	}
	return providerNames
}

// newDirectory is what the form about a new directory begins with.
func newDirectory() form {
	return newForm("directory.filter", "(uid={login})", "directory.subject", "entryUUID", "directory.email", "mail", "directory.full_name", "cn", "groups_claim", "memberOf", "active", "true")
}

func directoryForm(x auth.Provider, c codes) form {
	d := x.Directory
	return newForm("name", x.Name, "issuer", x.Issuer, "directory.ca", d.CA, "client_id", x.Client, "directory.base", d.Base, "directory.filter", d.Filter, "directory.subject", d.Subject,
		"directory.email", d.Email, "directory.full_name", d.FullName, "groups_claim", x.Claim, "directory.group_base", d.GroupBase, "directory.group_filter", d.GroupFilter, "groups", c.lines(x.Groups),
		"always", yesNo(len(x.Proofs) > 0), "joins", yesNo(x.Joins), "active", yesNo(x.Active), "version", number(x.Version))
}

func readDirectory(f *form, c codes) auth.ProviderInput {
	in := auth.ProviderInput{Kind: auth.LDAP, Name: f.text("name"), Issuer: f.text("issuer"), Client: f.text("client_id"), Secret: telemetry.Hide(f.text("client_password")),
		Claim: f.text("groups_claim"), Groups: c.groups(f), Joins: f.yes("joins"), Active: f.yes("active"),
		Directory: &auth.Directory{CA: f.text("directory.ca"), Base: f.text("directory.base"), Filter: f.text("directory.filter"), Subject: f.text("directory.subject"), Email: f.text("directory.email"),
			FullName: f.text("directory.full_name"), GroupBase: f.text("directory.group_base"), GroupFilter: f.text("directory.group_filter")}}
	if f.yes("always") {
		in.Proofs = []string{auth.Always}
	}
	return in
}

func directoryFields(f form, faults ui.Faults, old auth.Provider) []ui.Field {
	text := func(name, label, help string, longest int, optional bool) ui.Field {
		return ui.Field{Name: name, Label: label, Max: longest, Literal: true, Optional: optional, Value: f.text(name), Error: faults.At(name), Autocomplete: "off", Help: help}
	}
	secret := ui.Field{Name: "client_password", Label: "Its password", Kind: ui.Password, Optional: true, Autocomplete: "off", Error: faults.At("secret"), Help: "It is kept sealed, and shown nowhere again."}
	if old.Secret {
		secret.Help = "Leave it empty to keep the one that is stored. Another address, account or certificate needs its own."
	}
	return append([]ui.Field{
		{Name: "name", Label: "Name", Max: 60, Value: f.text("name"), Error: faults.At("name"), Help: "As people know it. The sign-in page says: Sign in with …"},
		text("issuer", "Address", "ldaps://ldap.example.com, or ldap:// for one that goes over to TLS (StartTLS). Nothing is asked in clear.", 500, false),
		{Name: "directory.ca", Label: "Certificate of who vouches for it", Kind: ui.Lines, Rows: 4, Literal: true, Optional: true, Value: f.text("directory.ca"), Error: faults.At("directory.ca"),
			Help: "In PEM, for a directory whose certificate the world does not know. Without one, those are trusted whom this machine trusts."},
		text("client_id", "Account that searches", "Such as cn=reader,dc=example,dc=com. It needs to read people and groups, and nothing else.", 200, true),
		secret,
		text("directory.base", "People are below", "Such as ou=people,dc=example,dc=com.", 500, false),
		text("directory.filter", "How one is found", "What somebody types is put where {login} is. Active Directory: (sAMAccountName={login})", 500, false),
		text("directory.subject", "Attribute that never changes", "Such as entryUUID, or objectGUID in Active Directory. By it we know who somebody is.", 63, false),
		text("directory.email", "Attribute with the e-mail address", "One that people cannot change themselves: whoever has the address of an account here gets that account the first time.", 63, true),
		text("directory.full_name", "Attribute with the name", "Such as cn or displayName.", 63, false),
		text("groups_claim", "Attribute with the groups", "Such as memberOf.", 63, true),
		text("directory.group_base", "Groups are below", "Only where people do not list their groups: such as ou=groups,dc=example,dc=com.", 500, true),
		text("directory.group_filter", "How one's groups are found", "Such as (member={dn}), or (memberUid={subject}).", 500, true),
		groupsField(f, faults, "cn=guards,ou=groups,dc=example,dc=com = GUARD @ HARBOUR"),
		{Name: "always", Label: "Everybody has a second step there", Kind: ui.Checkbox, Checked: f.yes("always"), Help: "Then ours is not asked, where a rule asks for one."},
	}, entryFields(f)...)
}

// directoryFacts is what the page of a directory says about it.
func directoryFacts(x auth.Provider, groups []string) templ.Component {
	d, account, step, joins := x.Directory, x.Client, "Never: ours is asked", "Get no account"
	if account == "" {
		account = "None"
	}
	if slices.Contains(x.Proofs, auth.Always) {
		step = "Always"
	}
	if x.Joins {
		joins = "Get an account"
	}
	items := []ui.Fact{{Label: "Directory", Value: x.Issuer}, {Label: "Account that searches", Value: account}, {Label: "People are below", Value: d.Base}, {Label: "How one is found", Value: d.Filter, Code: true},
		{Label: "Attribute that never changes", Value: d.Subject, Code: true}, {Label: "It asks for a second step", Value: step}, {Label: "New people", Value: joins}}
	if d.GroupBase != "" {
		items = append(items, ui.Fact{Label: "Groups are below", Value: d.GroupBase}, ui.Fact{Label: "How one's groups are found", Value: d.GroupFilter, Code: true})
	}
	return ui.Stated(ui.Facts{Title: "About it", Items: append(items, groupFacts(x, groups)...)})
}
