package auth

import (
	"context"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
)

// Forget deletes everything by which a person signs in or is signed in: passwords, second steps, passkeys, phones, tokens, links and what a provider knows them
// by. who must be the system: it is a part of erasing the person.
func (s *Service) Forget(ctx context.Context, who actor.Actor, person id.Person) error {
	if who.Kind() != actor.System {
		return fault.Denied("person.forget")
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		for _, q := range forgotten() {
			tx.Later(q, person)
		}
		return s.journal.Record(ctx, tx, journal.Change{Verb: "person.forgotten", Subject: person})
	})
}

// forgotten are the statements that delete it.
func forgotten() []db.SQL {
	return []db.SQL{
		stepsEnd, forgetSessions, forgetTokens, forgetDevices, forgetDeviceLinks, forgetPleas, forgetCodes, forgetFactors, forgetPassword,
		forgetLink, forgetProof,
	}
}

const forgetSessions db.SQL = `-- auth.forgetSessions
delete from sessions where tenant_id = $1 and person_id = $2`

const forgetTokens db.SQL = `-- auth.forgetTokens
delete from api_tokens where tenant_id = $1 and person_id = $2`

const forgetDevices db.SQL = `-- auth.forgetDevices
delete from devices where tenant_id = $1 and person_id = $2`

const forgetDeviceLinks db.SQL = `-- auth.forgetDeviceLinks
delete from device_links where tenant_id = $1 and person_id = $2`

const forgetPleas db.SQL = `-- auth.forgetPleas
delete from factor_pleas where tenant_id = $1 and person_id = $2`

const forgetCodes db.SQL = `-- auth.forgetCodes
delete from recovery_codes where tenant_id = $1 and person_id = $2`

const forgetFactors db.SQL = `-- auth.forgetFactors
delete from factors where tenant_id = $1 and person_id = $2`

const forgetPassword db.SQL = `-- auth.forgetPassword
delete from credentials where tenant_id = $1 and id = $2`

const forgetLink db.SQL = `-- auth.forgetLink
delete from password_links where tenant_id = $1 and id = $2`

const forgetProof db.SQL = `-- auth.forgetProof
delete from sso_people where tenant_id = $1 and person_id = $2`
