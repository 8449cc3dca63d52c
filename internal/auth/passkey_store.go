package auth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"

	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// passkey is one with its owner.
type passkey struct {
	id         id.Factor
	name       string
	sealed     []byte
	record     webauthn.Credential
	person     string // their name
	active     bool
	mustChange bool
	forced     bool // people of the organisation may sign in by a provider only
}

func scanPasskey(r db.Row) (k passkey, err error) {
	err = r.Scan(&k.id, &k.name, &k.sealed, &k.person, &k.active, &k.mustChange, &k.forced)
	return k, err
}

// keysOf reads a person's passkeys.
func (s *Service) keysOf(ctx context.Context, tenant id.Tenant, person id.Person) (keys []passkey, err error) {
	err = s.db.Read(ctx, door(tenant), func(tx *db.Tx) error {
		keys, err = db.All(ctx, tx, scanPasskey, passkeysOf, person)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		raw, err := s.openSeed(tenant, k.id, k.sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &keys[i].record); err != nil {
			return nil, fmt.Errorf("read passkey %s: %w", k.id, err)
		}
	}
	return keys, nil
}

// sealRecord seals what belongs to a passkey for its row: who can write there makes nobody's passkey their own.
func (s *Service) sealRecord(tenant id.Tenant, factor id.Factor, record webauthn.Credential) ([]byte, error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("write passkey: %w", err)
	}
	return s.sealSeed(tenant, factor, raw)
}

// spend uses the challenge of a ceremony up, on all nodes. The row goes when the ceremony would be over anyway.
func (s *Service) spend(ctx context.Context, tx *db.Tx, x ceremony) error {
	sum := sha256.Sum256([]byte(x.Session.Challenge))
	n, err := tx.Exec(ctx, challengeSpend, id.Of[id.Any]([16]byte(sum[:16])), x.Expires)
	if err == nil && n == 0 {
		err = errPasskey()
	}
	return err
}

const passkeysOf db.SQL = `-- auth.passkeysOf
select f.id, f.name, f.seed, p.name, p.active, coalesce(c.must_change, false),
  exists (select 1 from sso_rules r where r.tenant_id = $1) from factors f
join persons p on p.tenant_id = f.tenant_id and p.id = f.person_id
left join credentials c on c.tenant_id = f.tenant_id and c.id = f.person_id
where f.tenant_id = $1 and f.person_id = $2 and f.kind = 'passkey' order by f.id limit 100`

const passkeyInsert db.SQL = `-- auth.passkeyInsert
insert into factors (tenant_id, id, person_id, kind, name, seed, last_step, missed, missed_since, created_at, confirmed_at, credential)
values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8, $8, $9)`

// passkeyUse refuses a count that does not grow, but of devices that do not count.
const passkeyUse db.SQL = `-- auth.passkeyUse
update factors set last_step = $4, used_at = $5, seed = $6
where tenant_id = $1 and id = $2 and person_id = $3 and (last_step < $4 or last_step = 0 and $4 = 0)`

const challengeSpend db.SQL = `-- auth.challengeSpend
insert into spent_challenges (tenant_id, id, expires_at) values ($1, $2, $3) on conflict (tenant_id, id) do nothing`

const challengesSweep db.SQL = `-- auth.challengesSweep
delete from spent_challenges where tenant_id = $1 and expires_at <= $2`
