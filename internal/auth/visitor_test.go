package auth_test

import (
	"testing"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/testworld"
)

func TestAVisitorComesByTheCodeOfATenantOrByASecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := testworld.New(t, d)
		other := w.SecondTenant()
		who, err := w.Auth.Visitor(t.Context(), "cabin")
		if err != nil || who.Tenant() != other.ID || who.Kind() != actor.System || who.Name() != "Visitor" {
			t.Errorf("got %v %v %v", who.Tenant(), who.Name(), err)
		}
		_, err = w.Auth.Visitor(t.Context(), "NOBODY")
		testworld.Gone(t, err, "organisation")

		text, hash := w.Auth.NewSecret(w.ID)
		who, got, err := w.Auth.VisitorWith(text)
		if err != nil || who.Tenant() != w.ID || string(got) != string(hash) || len(hash) != 32 {
			t.Errorf("got %v %x %v", who.Tenant(), got, err)
		}
		none, _ := w.Auth.NewSecret(id.Tenant{})
		for _, wrong := range []string{"", "x", text[1:], text + "a", none} {
			_, _, err := w.Auth.VisitorWith(wrong)
			testworld.Gone(t, err, "link")
		}
	})
}
