package notice

import (
	"context"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/db"
	"intelliwiz/internal/fault"
	"intelliwiz/internal/id"
)

const columns = "n.id, n.verb, n.subject, n.subject_id, n.title, n.detail, n.reason, n.at, n.read_at, n.pushed_at"

func scan(r db.Row) (n Notice, err error) {
	err = r.Scan(&n.ID, &n.Verb, &n.Subject, &n.SubjectID, &n.Title, &n.Detail, &n.Reason, &n.At, db.Null(&n.Read), db.Null(&n.Pushed))
	return n, err
}

// owned is a notice and whose it is.
type owned struct {
	Notice
	person id.Person
}

func scanOwned(r db.Row) (n owned, err error) {
	err = r.Scan(&n.ID, &n.Verb, &n.Subject, &n.SubjectID, &n.Title, &n.Detail, &n.Reason, &n.At, db.Null(&n.Read), db.Null(&n.Pushed), &n.person)
	return n, err
}

// stored reads anybody's notice. NotFound when there is none.
func (s *Service) stored(ctx context.Context, who actor.Actor, notice id.Notice) (n owned, err error) {
	err = s.c.DB.Read(ctx, who, func(tx *db.Tx) error {
		n, err = db.One(ctx, tx, scanOwned, noticeGet, notice)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Missing("notice")
	}
	return n, err
}

type settingsOf struct {
	Settings
	person id.Person
}

func scanSettingsOf(r db.Row) (x settingsOf, err error) {
	err = r.Scan(&x.person, &x.Mail, &x.Push, &x.QuietFrom, &x.QuietUntil, &x.Version)
	return x, err
}

type muteOf struct {
	person  id.Person
	subject id.Any
}

func scanMuteOf(r db.Row) (m muteOf, err error) {
	err = r.Scan(&m.person, &m.subject)
	return m, err
}

func scanMute(r db.Row) (m Mute, err error) {
	err = r.Scan(&m.SubjectID, &m.Since, &m.Subject, &m.Title)
	return m, err
}

func scanID(r db.Row) (x id.Notice, err error) { err = r.Scan(&x); return x, err }
func scanCount(r db.Row) (n int64, err error)  { err = r.Scan(&n); return n, err }

const noticeGet db.SQL = `-- notice.noticeGet
select ` + columns + `, n.person_id from notices n where n.tenant_id = $1 and n.id = $2`

const noticeInsert db.SQL = `-- notice.noticeInsert
insert into notices (tenant_id, id, person_id, key, verb, subject, subject_id, title, detail, reason, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (tenant_id, person_id, key) do nothing`

const noticeList db.SQL = `-- notice.noticeList
select ` + columns + ` from notices n
where n.tenant_id = $1 and n.person_id = $2 and (n.subject_id = $3 or $3 is null) and (n.id < $4 or $4 is null) order by n.id desc limit $5`

const noticeListUnread db.SQL = `-- notice.noticeListUnread
select ` + columns + ` from notices n
where n.tenant_id = $1 and n.person_id = $2 and n.read_at is null and (n.subject_id = $3 or $3 is null) and (n.id < $4 or $4 is null)
order by n.id desc limit $5`

const noticeUnread db.SQL = `-- notice.noticeUnread
select count(*) from notices n where n.tenant_id = $1 and n.person_id = $2 and n.read_at is null`

const noticeUnreadOf db.SQL = `-- notice.noticeUnreadOf
select n.person_id, count(*) from notices n where n.tenant_id = $1 and n.person_id in_list($2) and n.read_at is null group by n.person_id`

const noticeRead db.SQL = `-- notice.noticeRead
update notices set read_at = $3 where tenant_id = $1 and person_id = $2 and id in_list($4) and read_at is null`

const noticeMine db.SQL = `-- notice.noticeMine
select count(*) from notices n where n.tenant_id = $1 and n.person_id = $2 and n.id in_list($3)`

const noticePushed db.SQL = `-- notice.noticePushed
update notices set pushed_at = $3 where tenant_id = $1 and id = $2 and pushed_at is null`

const noticeReadAll db.SQL = `-- notice.noticeReadAll
update notices set read_at = $3 where tenant_id = $1 and person_id = $2 and (id <= $4 or $4 is null) and read_at is null`

const noticeSweep db.SQL = `-- notice.noticeSweep
delete from notices where tenant_id = $1 and at < $2`

const settingsGet db.SQL = `-- notice.settingsGet
select s.id, s.mail, s.push, s.quiet_from, s.quiet_until, s.version from notice_settings s where s.tenant_id = $1 and s.id = $2`

const settingsOfPeople db.SQL = `-- notice.settingsOfPeople
select s.id, s.mail, s.push, s.quiet_from, s.quiet_until, s.version from notice_settings s where s.tenant_id = $1 and s.id in_list($2)`

const settingsInsert db.SQL = `-- notice.settingsInsert
insert into notice_settings (tenant_id, id, mail, push, quiet_from, quiet_until, version, updated_at) values ($1, $2, $3, $4, $5, $6, 1, $7)
on conflict (tenant_id, id) do nothing`

const settingsUpdate db.SQL = `-- notice.settingsUpdate
update notice_settings set mail = $3, push = $4, quiet_from = $5, quiet_until = $6, version = version + 1, updated_at = $7
where tenant_id = $1 and id = $2 and version = $8`

const mutesOfPeople db.SQL = `-- notice.mutesOfPeople
select m.person_id, m.subject_id from notice_mutes m where m.tenant_id = $1 and m.person_id in_list($2) and m.subject_id in_list($3)`

// muteList takes noun and title from the last notice about the record; when all are gone the record is only called one.
const muteList db.SQL = `-- notice.muteList
select m.subject_id, m.created_at, coalesce(n.subject, ''), coalesce(n.title, '') from notice_mutes m
left join notices n on n.tenant_id = m.tenant_id and n.id = (
  select l.id from notices l where l.tenant_id = m.tenant_id and l.person_id = m.person_id and l.subject_id = m.subject_id order by l.id desc limit 1)
where m.tenant_id = $1 and m.person_id = $2 order by m.id desc limit 100`

const noticesAbout db.SQL = `-- notice.noticesAbout
select n.id from notices n where n.tenant_id = $1 and n.person_id = $2 and n.subject_id = $3 order by n.id desc limit 1`

const muteInsert db.SQL = `-- notice.muteInsert
insert into notice_mutes (tenant_id, id, person_id, subject_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, person_id, subject_id) do nothing`

const muteCount db.SQL = `-- notice.muteCount
select count(*) from notice_mutes m where m.tenant_id = $1 and m.person_id = $2 and m.subject_id = $3`

const muteDelete db.SQL = `-- notice.muteDelete
delete from notice_mutes where tenant_id = $1 and person_id = $2 and subject_id = $3`

// putSettings writes settings over the version before; 0 rows when that is not the stored one.
func putSettings(ctx context.Context, tx *db.Tx, x Settings, now time.Time) (int64, error) {
	person := tx.Who().Person()
	if x.Version == 1 {
		return tx.Exec(ctx, settingsInsert, person, x.Mail, x.Push, x.QuietFrom, x.QuietUntil, now)
	}
	return tx.Exec(ctx, settingsUpdate, person, x.Mail, x.Push, x.QuietFrom, x.QuietUntil, now, x.Version-1)
}
