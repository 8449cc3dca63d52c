package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

// formLife is how long a form waits for who went elsewhere to prove who they are: as long as they may take there, and a little.
const formLife = 15 * time.Minute

// Waiting is a form that waits for a proof: where it was sent, and what was typed. Passwords do not belong in it.
type Waiting struct {
	Path   string              `json:"path"`
	Fields map[string][]string `json:"fields"`
}

// KeepForm keeps a form for a quarter of an hour, for the actor in the session that they have. Needs a session.
func (s *Service) KeepForm(ctx context.Context, who actor.Actor, x Waiting) (form id.Any, err error) {
	if err := mine(who); err != nil {
		return id.Any{}, err
	}
	raw, err := json.Marshal(x)
	if err != nil {
		return id.Any{}, fmt.Errorf("keep a form: %w", err)
	}
	form = id.New[id.Any]()
	body, err := s.box.Seal(raw, formPlace(who.Tenant(), form)...)
	if err != nil {
		return id.Any{}, fmt.Errorf("seal a form: %w", err)
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Unjournaled("nothing is done yet")
		tx.Later(formInsert, form, who.Person(), who.Session(), body, s.now().Add(formLife))
		return nil
	})
	if err != nil {
		return id.Any{}, fmt.Errorf("keep a form: %w", err)
	}
	return form, nil
}

// KeptForm gives a form back that the actor's session kept. Needs a session; NotFound for another's, and for one that waited too long.
func (s *Service) KeptForm(ctx context.Context, who actor.Actor, form id.Any) (x Waiting, err error) {
	if err := mine(who); err != nil {
		return Waiting{}, err
	}
	var found [][]byte
	err = s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		found, err = db.All(ctx, tx, scanBytes, formGet, form, who.Session(), s.now())
		return err
	})
	if err == nil && len(found) == 0 {
		err = fault.Missing("form")
	}
	if err != nil {
		return Waiting{}, err
	}
	raw, err := s.box.Open(found[0], formPlace(who.Tenant(), form)...)
	if err != nil {
		return Waiting{}, fmt.Errorf("open a form: %w", err)
	}
	if err := json.Unmarshal(raw, &x); err != nil {
		return Waiting{}, fmt.Errorf("read a form: %w", err)
	}
	return x, nil
}

// formPlace is where a form is kept.
func formPlace(tenant id.Tenant, form id.Any) [][]byte {
	t, f := tenant.Bytes(), form.Bytes()
	return [][]byte{t[:], f[:], []byte("waiting_forms.body")}
}

func scanBytes(r db.Row) (b []byte, err error) { err = r.Scan(&b); return b, err }

const formInsert db.SQL = `-- auth.formInsert
insert into waiting_forms (tenant_id, id, person_id, session, body, expires_at) values ($1, $2, $3, $4, $5, $6)`

const formGet db.SQL = `-- auth.formGet
select f.body from waiting_forms f where f.tenant_id = $1 and f.id = $2 and f.session = $3 and f.expires_at > $4`

const formsSweep db.SQL = `-- auth.formsSweep
delete from waiting_forms where tenant_id = $1 and expires_at <= $2`
