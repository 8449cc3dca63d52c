package file

import (
	"encoding/hex"

	"intelliwiz/internal/db"
)

func scanFile(r db.Row) (f File, err error) {
	var hash []byte
	err = r.Scan(&f.ID, &f.Owner, &f.OwnerID, db.Null(&f.Site), &f.Name, &f.Type, &f.Size, db.Null(&f.Width), db.Null(&f.Height), &hash, &f.key,
		db.Null(&f.Person), &f.Created)
	f.Hash = hex.EncodeToString(hash)
	return f, err
}

func scanCount(r db.Row) (n int64, err error) { err = r.Scan(&n); return n, err }

func bytesOf(hash string) []byte {
	raw, _ := hex.DecodeString(hash) // it was written by us
	return raw
}

const columns = `f.id, f.owner, f.owner_id, f.site_id, f.name, f.media_type, f.size, f.width, f.height, f.hash, f.key, f.person_id, f.created_at`

const fileGet db.SQL = `-- file.fileGet
select ` + columns + ` from files f where f.tenant_id = $1 and f.id = $2`

const fileList db.SQL = `-- file.fileList
select ` + columns + ` from files f where f.tenant_id = $1 and f.owner_id = $2 and f.owner = $3 order by f.id limit 200`

const fileCount db.SQL = `-- file.fileCount
select count(*) from files f where f.tenant_id = $1 and f.owner_id = $2`

const fileByKey db.SQL = `-- file.fileByKey
select count(*) from files f where f.tenant_id = $1 and f.key = $2`

const fileInsert db.SQL = `-- file.fileInsert
insert into files (tenant_id, id, owner, owner_id, site_id, name, media_type, size, width, height, hash, key, person_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

const fileDelete db.SQL = `-- file.fileDelete
delete from files where tenant_id = $1 and id = $2`

const usageGet db.SQL = `-- file.usageGet
select u.bytes from file_usage u where u.tenant_id = $1`

// usageAdd changes no row when the share would be used up. A first file is held against it before.
const usageAdd db.SQL = `-- file.usageAdd
insert into file_usage (tenant_id, id, bytes) values ($1, $1, $2)
on conflict (tenant_id, id) do update set bytes = file_usage.bytes + excluded.bytes where file_usage.bytes + excluded.bytes <= $3`

const usageTake db.SQL = `-- file.usageTake
update file_usage set bytes = case when bytes > $2 then bytes - $2 else 0 end where tenant_id = $1`
