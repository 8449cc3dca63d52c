package app

import (
	"intelliwiz/internal/db"
	"intelliwiz/internal/id"
)

// collectMore makes one record of each noun that the demo world has none of.
func (h *house) collectMore() {
	h.collectAssets()
	admin := h.actors["ADMINISTRATOR"]
	n, site := id.New[id.Notice](), h.ids["site"]
	h.ids["notice"], h.ids["record"] = n.String(), site
	err := h.db.Write(h.t.Context(), operator(admin.Tenant()), func(tx *db.Tx) error {
		tx.Unjournaled("a test")
		_, err := tx.Exec(h.t.Context(), putNotice, n, admin.Person(), site, h.now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

const putNotice db.SQL = `-- test.putNotice
insert into notices (tenant_id, id, person_id, key, verb, subject, subject_id, title, detail, reason, at)
values ($1, $2, $3, 'a test', 'site.updated', 'site', $4, 'A site changed', '', 'a test says so', $5)`
