package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestProviders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		at := testworld.NewProvider(t, x.Clock.Now)
		admin := x.Actor(org.Administrator)
		const all = "/api/v1/sso-providers"
		in := o{"name": "Keycloak", "issuer": at.URL, "client_id": "iw", "secret": "hush-hush", "scopes": []string{"email"}, "groups_claim": "groups", "proofs": []string{"mfa"}, "active": true,
			"groups": []o{{"group": "guards", "role_id": x.Roles[org.Guard].ID.String(), "site_id": x.Mill.ID.String()}}}
		made := x.call(admin, "POST", all, in).want(http.StatusCreated)
		one := all + "/" + made.text("id")
		want := o{"id": made.json["id"], "name": "Keycloak", "issuer": at.URL, "client_id": "iw", "has_secret": true, "scopes": []string{"email"}, "groups_claim": "groups", "proofs": []string{"mfa"},
			"kind": "oidc", "joins": false, "active": true, "groups": in["groups"], "created_at": "2026-11-25T09:00:00Z", "version": 1}
		testworld.Same(t, normal(t, want), made.json)
		testworld.Same(t, made.json, x.call(admin, "GET", one, nil).want(200).json)
		testworld.Same(t, []any{"Keycloak"}, x.call(admin, "GET", all, nil).want(200).items("name"))
		x.call(admin, "POST", one+"/try", nil).want(http.StatusNoContent)
		at.Down(true)
		x.call(admin, "POST", one+"/try", nil).want(http.StatusConflict)
		change := o{"name": "Login", "issuer": at.URL, "client_id": "iw", "active": true, "version": 1}
		put := x.call(admin, "PUT", one, change).want(200)
		if put.text("name") != "Login" || put.json["has_secret"] != true || put.json["version"] != 2.0 {
			t.Error(put.raw)
		}
		x.call(admin, "PUT", one, change).want(http.StatusConflict)
		testworld.Same(t, []string{"issuer address"}, x.call(admin, "POST", all, o{"name": "A", "issuer": "nowhere", "client_id": "iw"}).want(422).faults())

		testworld.Same(t, normal(t, o{"since": nil}), x.call(admin, "GET", "/api/v1/sso-rule", nil).want(200).json)
		testworld.Same(t, normal(t, o{"since": "2026-11-25T09:00:00Z"}), x.call(admin, "PUT", "/api/v1/sso-rule", o{"only": true}).want(200).json)
		x.call(admin, "DELETE", one+"?version=2", nil).want(http.StatusConflict)
		testworld.Same(t, normal(t, o{"since": nil}), x.call(admin, "PUT", "/api/v1/sso-rule", o{"only": false}).want(200).json)
		for _, role := range []string{org.Supervisor, org.Viewer, org.Auditor, org.Guard} {
			x.call(x.Actor(role), "GET", all, nil).want(http.StatusForbidden)
			x.call(x.Actor(role), "PUT", "/api/v1/sso-rule", o{"only": true}).want(http.StatusForbidden)
		}
		seen := x.As(x.Someone(nil, auth.CanReadSSO))
		x.call(seen, "GET", one, nil).want(200)
		x.call(seen, "PUT", one, change).want(http.StatusForbidden)
		x.call(admin, "DELETE", one+"?version=2", nil).want(http.StatusNoContent)
		x.call(admin, "GET", one, nil).want(http.StatusNotFound)
		for _, c := range x.Trail() {
			if strings.Contains(c.Before+c.After, "hush-hush") {
				t.Errorf("%s has the secret", c.Verb)
			}
		}
		if strings.Contains(made.raw+put.raw+x.Log.String(), "hush-hush") {
			t.Error("an answer or the log has the secret")
		}
	})
}

func TestDirectories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		at := testworld.NewDirectory(t)
		admin := x.Actor(org.Administrator)
		const all = "/api/v1/sso-providers"
		how := o{"ca": at.CA, "base": "ou=people,dc=lantern", "filter": "(uid={login})", "subject": "entryUUID", "email": "mail", "full_name": "cn"}
		in := o{"kind": "ldap", "name": "Directory", "issuer": at.Starts, "client_id": testworld.DirectoryDN, "secret": testworld.DirectorySecret, "groups_claim": "memberOf", "proofs": []string{"*"}, "directory": how}
		made := x.call(admin, "POST", all, in).want(http.StatusCreated)
		one := all + "/" + made.text("id")
		how["ca"] = strings.TrimSpace(at.CA)
		testworld.Same(t, normal(t, how), made.json["directory"])
		if made.text("kind") != "ldap" || made.text("issuer") != at.Starts || made.json["has_secret"] != true || strings.Contains(made.raw, testworld.DirectorySecret) {
			t.Error(made.raw)
		}
		x.call(admin, "POST", one+"/try", nil).want(http.StatusNoContent)
		at.Stop()
		x.call(admin, "POST", one+"/try", nil).want(http.StatusConflict)
		in["issuer"], in["directory"] = "ldap.example.com", o{"base": "x", "filter": "x", "subject": "x", "full_name": "cn"}
		testworld.Same(t, []string{"issuer address", "directory.base grammar", "directory.filter grammar"}, x.call(admin, "POST", all, in).want(422).faults())
		delete(in, "directory")
		testworld.Same(t, []string{"issuer address", "directory required"}, x.call(admin, "POST", all, in).want(422).faults())
	})
}
