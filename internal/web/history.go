package web

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/page"
	"intelliwiz/internal/web/ui"
)

// recentChanges is how many changes stand on a record's own page; the audit trail has the rest.
const recentChanges = 8

// history is the card of what happened to a record, for those who may see the audit trail; nothing for others.
func (p *pages) history(ctx context.Context, v visit, subject journal.Subject) (templ.Component, error) {
	if !v.who.Can(journal.CanRead) {
		return together(), nil
	}
	record := id.Of[id.Any](subject.Bytes())
	found, err := p.Journal.List(ctx, v.who, journal.Filter{Subject: &record}, page.Request{Limit: recentChanges})
	if err != nil {
		return nil, err
	}
	since, err := p.Journal.HistorySince(ctx, subject)
	if err != nil {
		return nil, err
	}
	if len(found.Items) == 0 && since.IsZero() {
		return together(), nil
	}
	log := ui.Log{ID: "history", Label: "Changes, the newest first"}
	for _, e := range found.Items {
		log.Entries = append(log.Entries, changeLine(v, e))
	}
	if found.Next == "" {
		log.Entries = append(log.Entries, setAside(since)...)
	}
	card := ui.Card{Title: "Changes", Flush: true}
	if found.Next != "" {
		card.Acts = []ui.Action{{Text: "All changes", Href: auditPath + "?" + url.Values{"subject": {record.String()}}.Encode(), Bare: true}}
	}
	return within(ui.Boxed(card), ui.Registered(log)), nil
}

// setAside is the last line of a register from which what was before a moment is set aside; zero = nothing is.
func setAside(since time.Time) []ui.Entry {
	if since.IsZero() {
		return nil
	}
	return []ui.Entry{{At: "Older", Icon: "clock", What: "Changes before " + since.Format("January 2006") + " are set aside by the retention of this installation"}}
}

// changeLine is a change in the register: when, what, by whom.
func changeLine(v visit, e journal.Entry) ui.Entry {
	return ui.Entry{
		Time: e.At, At: day(e.At, v.now, v.zone), Ago: e.At.In(v.zone).Format(clockForm), Icon: changeIcon(e.Verb), What: changeWords(e),
		Href: auditPath + "/" + e.ID.String(), Meta: []string{"by " + e.WhoName},
	}
}

func changeIcon(verb string) string {
	switch told := told(verb); {
	case strings.HasSuffix(verb, ".created"):
		return "plus"
	case strings.HasSuffix(verb, ".updated"):
		return "edit"
	default:
		return told.icon
	}
}

// changeWords says what a change did: "Changed name and radius".
func changeWords(e journal.Entry) string {
	switch verb := e.Verb[strings.LastIndexByte(e.Verb, '.')+1:]; verb {
	case "created":
		return "Added"
	case "password_set":
		return "Got a new password"
	case "password_changed":
		return "Changed the password"
	case "sessions_ended":
		return "Signed out everywhere"
	case "status_changed":
		return statusWords(e.After)
	case "published":
		return "Published"
	case "updated":
		return updateWords(changedFields(e.Before, e.After))
	default:
		return strings.ReplaceAll(verb, "_", " ")
	}
}

// statusWords says what the status became: "Changed the status to Maintenance".
func statusWords(after string) string {
	var now struct{ Status asset.Status }
	if json.Unmarshal([]byte(after), &now) != nil || !now.Status.Valid() {
		return "Changed the status"
	}
	return "Changed the status to " + lower(now.Status.Label())
}

// joined puts several things into a sentence: "name, code and radius".
func joined(all []string) string {
	n := len(all)
	if n < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:n-1], ", ") + " and " + all[n-1]
}

func updateWords(fields []string) string {
	switch n := len(fields); {
	case n == 0:
		return "Saved without a change"
	case n <= 4:
		return "Changed " + joined(fields)
	default:
		return "Changed " + strings.Join(fields[:3], ", ") + " and " + strconv.Itoa(n-3) + " more"
	}
}

// fieldWords are the fields of records as people call them. What is not here is not shown: versions, and names that were read along.
var fieldWords = []struct{ key, word string }{
	{"code", "code"}, {"name", "name"}, {"description", "description"}, {"parent_id", "place in the tree"}, {"unit_id", "unit"}, {"kind_id", "kind"},
	{"type_id", "type"}, {"manager_id", "manager"}, {"zone", "time zone"}, {"point", "position"}, {"radius", "radius"}, {"address", "address"},
	{"login_id", "login"}, {"email", "e-mail"}, {"mobile", "mobile number"}, {"home_site_id", "home site"}, {"department_id", "department"},
	{"site_id", "site"}, {"location_id", "location"}, {"category_id", "category"}, {"brand_id", "brand"}, {"provider_id", "service provider"},
	{"status", "status"}, {"critical", "whether it is critical"}, {"capacity", "capacity"}, {"meter_id", "meter"}, {"meter_factor", "meter factor"},
	{"model", "model"}, {"serial", "serial number"}, {"made_year", "year"}, {"purchased_on", "date of purchase"}, {"installed_on", "date of installation"},
	{"warranty_until", "warranty"}, {"service_from", "service contract"}, {"service_until", "service contract"},
	{"designation_id", "designation"}, {"priority", "priority"}, {"clock", "clock"}, {"pause_on_hold", "what being on hold does"}, {"resolve_minutes", "time to resolve"}, {"lead_id", "lead"}, {"members", "members"}, {"permissions", "permissions"}, {"active", "whether it is active"},
}

// changedFields names what differs between two versions of a record, as the journal keeps them.
func changedFields(before, after string) []string {
	var old, now map[string]any
	if json.Unmarshal([]byte(before), &old) != nil || json.Unmarshal([]byte(after), &now) != nil {
		return nil
	}
	var out []string
	for _, f := range fieldWords {
		if !reflect.DeepEqual(old[f.key], now[f.key]) {
			out = append(out, f.word)
		}
	}
	return slices.Compact(out)
}
