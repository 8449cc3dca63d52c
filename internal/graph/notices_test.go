package graph_test

import (
	"testing"

	"intelliwiz/internal/db"
	"intelliwiz/internal/db/dbtest"
	"intelliwiz/internal/id"
	"intelliwiz/internal/org"
	"intelliwiz/internal/testworld"
)

func TestNotices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newAPI(t, d)
		guard := x.Actor(org.Guard)
		first := x.Notice(guard.Person(), "first", "site", x.Harbour.ID)
		x.Notice(guard.Person(), "second", "ticket", id.New[id.Ticket]())
		a := x.ask(guard, `{ unreadNotices notices(first: 1) { edges { node { title readAt reason } } pageInfo { hasNextPage endCursor } } }`, nil).data()
		if at(a, "unreadNotices") != 2.0 || at(a, "notices", "edges", "0", "node", "title") != "second" || at(a, "notices", "pageInfo", "hasNextPage") != true {
			t.Error(a)
		}
		a = x.ask(guard, `query($after: String!) { notices(first: 1, after: $after) { edges { node { id title } } } }`, o{"after": at(a, "notices", "pageInfo", "endCursor")}).data()
		testworld.Same(t, any("first"), at(a, "notices", "edges", "0", "node", "title"))
		a = x.ask(guard, `mutation($id: ID!, $record: ID!) { readNotice(id: $id) muteRecord(id: $record)
			updateNoticeSettings(version: 0, input: {mail: false, push: false, quietFrom: 60, quietUntil: 120}) { version mail push } }`, o{"id": first.ID.String(), "record": x.Harbour.ID.String()}).data()
		testworld.Same(t, any(o{"version": 1.0, "mail": false, "push": false}), at(a, "updateNoticeSettings"))
		a = x.ask(guard, `query($id: ID!) { notice(id: $id) { readAt pushedAt } mutes { title subject } noticeSettings { quietUntil } notices(unread: true) { edges { node { title } } } }`, o{"id": first.ID.String()}).data()
		if at(a, "notice", "readAt") == nil || at(a, "mutes", "0", "title") != "first" || at(a, "noticeSettings", "quietUntil") != 120.0 || at(a, "notices", "edges", "0", "node", "title") != "second" {
			t.Error(a)
		}
		a = x.ask(guard, `mutation($record: ID!) { readNotices unmuteRecord(id: $record) }`, o{"record": x.Harbour.ID.String()}).data()
		testworld.Same(t, any(true), at(a, "readNotices"))
		a = x.ask(guard, `{ unreadNotices mutes { title } }`, nil).data()
		if at(a, "unreadNotices") != 0.0 || len(at(a, "mutes").([]any)) != 0 {
			t.Error(a)
		}
		testworld.Same(t, []string{"conflict updateNoticeSettings: version stale"}, x.ask(guard, `mutation { updateNoticeSettings(version: 0, input: {mail: false, quietFrom: 0, quietUntil: 0}) { version } }`, nil).faults())
	})
}
