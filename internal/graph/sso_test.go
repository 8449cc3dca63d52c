package graph_test

import (
	"strings"
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestDirectories: a directory is added, answered without its secret, tried while it is there and while it is not, and refused field by field.
func TestDirectories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		dir := testworld.NewDirectory(t)
		admin := x.Actor(org.Administrator)
		how := o{"ca": strings.TrimSpace(dir.CA), "base": "ou=people,dc=lantern", "filter": "(uid={login})", "subject": "entryUUID", "email": "mail", "fullName": "cn"}
		in := o{"kind": "LDAP", "name": "Directory", "issuer": dir.Starts, "clientId": testworld.DirectoryDN, "secret": testworld.DirectorySecret, "groupsClaim": "memberOf",
			"proofs": []string{"*"}, "directory": how}
		const create = `mutation($in: SsoProviderInput!) { x: createSsoProvider(input: $in) { id kind issuer hasSecret directory { ca base filter subject email fullName } } }`
		made := x.ask(admin, create, o{"in": in}).data()["x"]
		id := at(made, "id")
		testworld.Same(t, any(o{"id": id, "kind": "LDAP", "issuer": dir.Starts, "hasSecret": true, "directory": how}), made)
		const try = `mutation($id: ID!) { x: trySsoProvider(id: $id) }`
		testworld.Same(t, id, x.ask(admin, try, o{"id": id}).data()["x"])
		dir.Stop()
		if faults := x.ask(admin, try, o{"id": id}).faults(); len(faults) != 1 || !strings.HasPrefix(faults[0], "conflict") {
			t.Error(faults)
		}
		in["issuer"], in["directory"] = "ldap.example.com", o{"base": "x", "filter": "x", "subject": "x", "fullName": "cn"}
		testworld.Same(t, []string{"invalid x: issuer address, directory.base grammar, directory.filter grammar"}, x.ask(admin, create, o{"in": in}).faults())
		delete(in, "directory")
		testworld.Same(t, []string{"invalid x: issuer address, directory required"}, x.ask(admin, create, o{"in": in}).faults())
	})
}
