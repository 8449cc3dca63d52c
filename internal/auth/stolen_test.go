package auth_test

import (
	"testing"

	"intelliwiz/internal/auth"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

// TestAStolenPasswordIsRefusedEverywhere: whoever sets it, and however good it would be otherwise.
func TestAStolenPasswordIsRefusedEverywhere(t *testing.T) {
	const stolen = "plum harvest over granite waves"
	w := testworld.New(t, dbtest.Open(t, "sqlite"), func(c *auth.Config) { c.Breached = func(p string) bool { return p == stolen } })
	admin := w.Actor(org.Administrator)
	guard := w.Staff[org.Guard]
	for claim, err := range map[string]error{
		"for another": w.Auth.SetPassword(t.Context(), admin, guard.ID, stolen),
		"for oneself": w.Auth.ChangePassword(t.Context(), admin, testworld.Password, stolen),
	} {
		f := fault.As(err)
		if f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "password" || f.Fields[0].Code != "stolen" {
			t.Errorf("%s: got %v, want the field password to be stolen", claim, err)
		}
	}
	if err := w.Auth.SetPassword(t.Context(), admin, guard.ID, "pear harvest over granite waves"); err != nil {
		t.Errorf("another one is refused: %v", err)
	}
}
