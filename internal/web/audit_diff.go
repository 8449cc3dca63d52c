package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/asset"
	"intelliwiz/internal/id"
	"intelliwiz/internal/journal"
	"intelliwiz/internal/task"
	"intelliwiz/internal/ticket"
)

// keptField is a field of a record as the trail keeps it: one value, or the elements of a list.
type keptField struct {
	key    string
	values []string
	list   bool
}

// readKept takes a record apart, its fields in their order; parts of a nested record stand as fields of their own.
func readKept(text string) []keptField {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out []keptField
	for d.More() {
		key, err := d.Token()
		var v any
		if err != nil || d.Decode(&v) != nil {
			break
		}
		out = appendKept(out, fmt.Sprint(key), v)
	}
	return out
}

func appendKept(out []keptField, key string, v any) []keptField {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = appendKept(out, k, v[k])
		}
		return out
	case []any:
		f := keptField{key: key, list: true}
		for _, x := range v {
			f.values = append(f.values, elementOf(x))
		}
		return append(out, f)
	}
	return append(out, keptField{key: key, values: []string{scalarOf(v)}})
}

// elementOf writes an element of a list; a record is called by its name.
func elementOf(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return scalarOf(v)
	}
	for _, key := range []string{"name", "member_name"} { // members had the first once
		if name, ok := m[key].(string); ok && name != "" {
			return name
		}
	}
	if after, ok := m["after_minutes"].(json.Number); ok {
		return levelWords(m, after)
	}
	raw, _ := json.Marshal(m) // what was decoded encodes again
	return string(raw)
}

// levelWords call a level of a ladder: "after 1 h Prakash Iyer, boss@example.com".
func levelWords(m map[string]any, after json.Number) string {
	minutes, _ := after.Int64() // the journal keeps whole numbers
	words := []string{"after " + minutesWords(minutes)}
	for _, key := range []string{"person_name", "group_name"} {
		if name, _ := m[key].(string); name != "" {
			words[0] += " " + name
		}
	}
	mails, _ := m["mails"].([]any)
	for _, a := range mails {
		words = append(words, scalarOf(a))
	}
	return strings.Join(words, ", ")
}

func scalarOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "Yes"
		}
		return "No"
	}
	return fmt.Sprint(v)
}

// pair is a field before and after.
type pair struct {
	key           string
	before, after keptField
}

func (c pair) differs() bool { return !slices.Equal(c.before.values, c.after.values) }

// pairsOf gives the fields of an entry's record that mean something to people, in its order: those of the state after first.
func pairsOf(e journal.Entry) []pair {
	var out []pair
	at := map[string]int{}
	for i, state := range [][]keptField{readKept(e.After), readKept(e.Before)} {
		for _, f := range state {
			if _, skip := silent[f.key]; skip {
				continue
			}
			if _, known := at[f.key]; !known {
				at[f.key] = len(out)
				out = append(out, pair{key: f.key})
			}
			if i == 0 {
				out[at[f.key]].after = f
			} else {
				out[at[f.key]].before = f
			}
		}
	}
	return slices.DeleteFunc(out, func(c pair) bool { // a name that is kept beside an id says more
		thing, isID := strings.CutSuffix(c.key, "_id")
		_, named := at[thing+"_name"]
		return isID && named
	})
}

// silent are the fields that say nothing beyond others.
var silent = map[string]struct{}{
	"id": {}, "version": {}, "home_site_name": {}, "person_name": {}, "role_name": {}, "place_name": {}, "current": {}, "count": {}, "seen_at": {},
	"site_name": {}, "location_name": {}, "parent_name": {}, "site_code": {}, "asset_code": {}, "updated_at": {}, "held_micros": {}, "form_id": {}, "plan_id": {},
	"fires_at": {}, "nominal": {},
}

// fieldLabels call the fields of records as forms do.
var fieldLabels = map[string]string{
	"zone": "Time zone", "radius": "Radius in metres", "unit_id": "Unit", "parent_id": "Parent unit", "kind_id": "Kind", "type_id": "Type", "manager_id": "Manager",
	"login_id": "Login", "email": "E-mail", "home_site_id": "Home site", "department_id": "Department", "designation_id": "Designation", "lead_id": "Lead",
	"location_id": "Location", "category_id": "Category", "brand_id": "Brand", "provider_id": "Service provider", "meter_id": "Meter", "made_year": "Made in",
	"meter_factor": "Meter factor", "purchased_on": "Purchased", "installed_on": "Installed", "warranty_until": "Warranty until", "service_from": "Contract from",
	"service_until": "Contract until", "pause_on_hold": "The clock stands still on hold", "resolve_minutes": "Minutes to resolve", "status_note": "Why",
	"asset.parent_id": "Belongs to", "asset.unit_id": "Unit of capacity", "location.parent_id": "Inside", "builtin": "Built in", "person_id": "Person", "role_id": "Role", "site_id": "Site", "created_at": "Created", "expires_at": "Expires", "hint": "Ends in",
	"ticket.source": "Came from", "performer_name": "Done by", "creator_name": "Reported by", "asset_name": "Asset", "group_name": "Group", "category_name": "Category", "started_at": "Begun", "ended_at": "Done",
	"received_at": "Received", "begins_at": "To begin", "due_at": "Due", "opened_at": "Opened", "resolved_at": "Resolved", "held_at": "On hold since",
	"next_escalation_at": "Next escalation", "comments": "Number of comments", "on_expiry": "When it is missed",
	"scopes": "Allows", "source": "Address", "agent": "Browser", "used_at": "Last used", "codes_left": "Recovery codes left",
}

// labelOf calls a field, as the entry's noun has it; one that has no label here is called by its key.
func labelOf(noun, key string) string {
	for _, name := range []string{noun + "." + key, key} {
		if label, ok := fieldLabels[name]; ok {
			return label
		}
	}
	return capital(strings.ReplaceAll(key, "_", " "))
}

// rows puts pairs into words. Of a list that changed only what came and went is shown.
func (n *names) rows(pairs []pair) []different {
	out := make([]different, len(pairs))
	for i, c := range pairs {
		before, after := c.before.values, c.after.values
		label := labelOf(n.noun, c.key)
		if (c.before.list || c.after.list) && len(before) > 0 && len(after) > 0 && c.differs() {
			before, after = missingIn(before, after), missingIn(after, before)
			label += ": only what differs"
		}
		out[i] = different{Label: label, Theirs: n.wordsOf(c.key, before), Mine: n.wordsOf(c.key, after)}
	}
	return out
}

func missingIn(all, other []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(x string) bool { return slices.Contains(other, x) })
}

// wordsOf writes values as pages do: ids by their names, times in the zone of the page, permissions by their labels.
func (n *names) wordsOf(key string, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		if out[i] = v; v != "" {
			out[i] = n.wordOf(key, v)
		}
	}
	return strings.Join(out, ", ")
}

func (n *names) wordOf(key, v string) string {
	switch key {
	case "person_id", "manager_id", "lead_id":
		return n.person(v)
	case "site_id", "home_site_id":
		return n.site(v)
	case "unit_id", "parent_id":
		return n.above(key, v)
	case "location_id":
		return n.location(v)
	case "status":
		return n.statusWord(v)
	case "priority":
		return capital(strings.ToLower(v))
	case "category_id":
		if n.noun == "ladder" {
			return n.category(v)
		}
		return n.lookup(v)
	case "kind_id", "brand_id", "provider_id", "meter_id", "type_id", "department_id", "designation_id":
		return n.lookup(v)
	case "role_id":
		return n.role(v)
	case "permissions", "scopes":
		return labelsOf([]actor.Permission{actor.Permission(v)}, n.p.Org.Declared())
	case "agent":
		return agentName(v)
	}
	if strings.HasSuffix(key, "_at") {
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return moment(t, n.now, n.zone)
		}
	}
	if _, err := id.Parse[id.Any](v); err == nil && strings.HasSuffix(key, "_id") {
		return "another record"
	}
	return v
}

// statusWord calls a status as the pages of its noun do.
func (n *names) statusWord(v string) string {
	switch {
	case n.noun == "ticket" && ticket.Status(v).Valid():
		return ticket.Status(v).Label()
	case n.noun == "task" && task.Status(v).Valid():
		return task.Status(v).Label()
	case asset.Status(v).Valid():
		return asset.Status(v).Label()
	}
	return v
}
