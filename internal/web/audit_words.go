package web

import (
	"encoding/json"
	"fmt"
	"strings"

	"intelliwiz/internal/journal"
)

// toldVerb says how the trail tells of a verb. In the sentence, {who} is the actor and {what} the record's name.
type toldVerb struct {
	verb     string // of the journal: "site.updated"
	group    string // of the filter: "Sites"
	label    string // in the filter: "Site changed"
	sentence string
	icon     string
}

// toldVerbs is every verb that the product writes, in the order of the filter. Those that are not here are told by their own name.
var toldVerbs = []toldVerb{
	{"site.created", "Sites", "Site added", "{who} added the site {what}", "site"},
	{"site.updated", "Sites", "Site changed", "{who} changed the site {what}", "site"},
	{"site.deleted", "Sites", "Site deleted", "{who} deleted the site {what}", "site"},
	{"location.created", "Locations", "Location added", "{who} added the location {what}", "pin"},
	{"location.updated", "Locations", "Location changed", "{who} changed the location {what}", "pin"},
	{"location.deleted", "Locations", "Location deleted", "{who} deleted the location {what}", "pin"},
	{"asset.created", "Assets", "Asset added", "{who} added the asset {what}", "asset"},
	{"asset.updated", "Assets", "Asset changed", "{who} changed the asset {what}", "asset"},
	{"asset.status_changed", "Assets", "Status of an asset changed", "{who} changed the status of {what}", "asset"},
	{"asset.deleted", "Assets", "Asset deleted", "{who} deleted the asset {what}", "asset"},
	{"ticket.created", "Tickets", "Ticket reported", "{who} reported the ticket {what}", "ticket"},
	{"ticket.reported", "Tickets", "Ticket reported by a visitor", "A visitor reported the ticket {what}", "ticket"},
	{"ticket.updated", "Tickets", "Ticket changed", "{who} changed the ticket {what}", "ticket"},
	{"ticket.commented", "Tickets", "Ticket commented on", "{who} commented on the ticket {what}", "note"},
	{"ticket.assigned", "Tickets", "Ticket assigned", "{who} assigned the ticket {what}", "user"},
	{"ticket.status_changed", "Tickets", "Status of a ticket changed", "{who} moved the ticket {what}", "ticket"},
	{"ticket.escalated", "Tickets", "Ticket escalated", "The ticket {what} escalated", "s-late"},
	{"ticket.recounted", "Tickets", "Times of a ticket set anew", "The times of the ticket {what} were set anew", "clock"},
	{"flag.updated", "Operations", "Feature switched", "{who} switched the feature {what}", "setup"},
	{"hold.begun", "Operations", "Something stopped", "{who} stopped {what}", "lock"},
	{"hold.ended", "Operations", "Something goes on again", "{who} let {what} go on again", "lock"},
	{"tenant.sessions_ended", "Operations", "Everybody signed out", "{who} ended all sessions of the organisation", "exit"},
	{"person.forgotten", "People", "Person forgotten", "{who} deleted everything by which a person signs in", "lock"},
	{"person.erased", "People", "Person erased", "{who} erased a person", "user"},
	{"evidence.taken", "Operations", "Evidence taken out", "{who} took evidence of an incident out", "shield"},
	{"retention.set_aside", "Operations", "Old months set aside", "{who} set old months aside: nobody reads them in the product", "clock"},
	{"retention.attached", "Operations", "Old months brought back", "{who} brought months back that had been set aside", "clock"},
	{"tenant.exported", "Operations", "Records taken out", "{who} took all records of the organisation out", "export"},
	{"unit.created", "Units", "Unit added", "{who} added the unit {what}", "map"},
	{"unit.updated", "Units", "Unit changed", "{who} changed the unit {what}", "map"},
	{"unit.deleted", "Units", "Unit deleted", "{who} deleted the unit {what}", "map"},
	{"person.created", "People", "Person added", "{who} added {what}", "user"},
	{"person.updated", "People", "Person changed", "{who} changed {what}", "user"},
	{"person.password_changed", "People", "Own password changed", "{who} changed their own password", "lock"},
	{"person.password_set", "People", "Password given", "{who} gave {what} a new password", "lock"},
	{"person.password_reset", "People", "Password set by a link", "{who} set a new password by a mailed link", "lock"},
	{"person.link_asked", "People", "Password link asked for", "A link to a new password of {what} was asked for and mailed", "mail"},
	{"person.invited", "People", "Invited", "{who} invited {what}", "mail"},
	{"person.joined", "People", "Invitation accepted", "{who} accepted the invitation and chose a password", "lock"},
	{"person.factor_added", "People", "Second step set up", "{who} set up a second step for signing in", "lock"},
	{"person.factor_removed", "People", "Second step removed", "{who} removed a second step for signing in", "lock"},
	{"person.factors_agreed", "People", "Second step to be taken away", "{who} agreed that the second step of {what} be removed", "lock"},
	{"person.factors_lapsed", "People", "Second step taken away", "The second step of {what} was removed, after three days in which it was said to be lost", "lock"},
	{"person.plea_made", "People", "Second step lost", "{who} asked for help, with the password, after losing every second step", "lock"},
	{"person.plea_stopped", "People", "Second step not lost", "{who} stopped that their second step be removed", "lock"},
	{"person.device_let", "People", "Browser let in to try", "{who} let a browser try to sign in, by a mailed link", "lock"},
	{"person.many_failures", "People", "Very many tries", "There were very many tries to sign in to the account of {what}", "lock"},
	{"person.factor_copied", "People", "Passkey refused", "A passkey of {what} was refused, for it seems to be in two devices", "lock"},
	{"person.factors_reset", "People", "Second step taken away", "{who} removed the second step of {what}", "lock"},
	{"person.impersonated", "People", "Acted as another person", "{who} began to act as {what}", "eye"},
	{"person.impersonation_ended", "People", "Acting as another ended", "{who} ended that somebody acts as {what}", "eye"},
	{"person.codes_made", "People", "Recovery codes made", "{who} made new recovery codes", "key"},
	{"person.code_used", "Sign-in", "Recovery code used", "{who} signed in with a recovery code", "key"},
	{"person.sessions_ended", "People", "All sessions ended", "{who} ended the sessions of {what}", "exit"},
	{"settings.updated", "People", "Own notices changed", "{who} changed how they are told", "bell"},
	{"session.started", "Sign-in", "Signed in", "{who} signed in", "user"},
	{"session.proven", "Sign-in", "Proved who they are", "{who} proved who they are", "lock"},
	{"session.ended", "Sign-in", "Session ended", "{who} ended a session", "exit"},
	{"token.created", "Sign-in", "API token made", "{who} made the API token {what}", "key"},
	{"token.deleted", "Sign-in", "API token revoked", "{who} revoked the API token {what}", "key"},
	{"service.created", "Sign-in", "Service made", "{who} let the service {what} act for the organisation", "key"},
	{"service.deleted", "Sign-in", "Service deleted", "{who} deleted the service {what}", "key"},
	{"provider.created", "Sign-in", "Provider added", "{who} let people be proven by {what}", "lock"},
	{"provider.updated", "Sign-in", "Provider changed", "{who} changed the provider {what}", "lock"},
	{"provider.deleted", "Sign-in", "Provider deleted", "{who} deleted the provider {what}", "lock"},
	{"person.sso_linked", "Sign-in", "Account linked to a provider", "{what} was linked to their account at a provider", "lock"},
	{"person.sso_unlinked", "Sign-in", "Account unlinked from a provider", "{who} unlinked {what} from their account at a provider", "lock"},
	{"person.sso_passed_by", "Sign-in", "Signed in without a provider", "{who} signed in without the provider, which they may", "lock"},
	{"tenant.sso_forced", "Set-up", "Rule about single sign-on changed", "{who} said anew whether people sign in by a provider only", "lock"},
	{"subscription.created", "Sign-in", "Notifications turned on", "{who} turned notifications on in a browser", "bell"},
	{"subscription.deleted", "Sign-in", "Notifications turned off", "{who} turned notifications off in a browser", "bell"},
	{"device.registered", "Sign-in", "Phone registered", "{who} signed in on a new phone, {what}", "user"},
	{"device.signed_in", "Sign-in", "Signed in on a phone", "{who} signed in on the phone {what}", "user"},
	{"device.signed_out", "Sign-in", "Signed out of a phone", "{who} signed out of the phone {what}", "exit"},
	{"device.released", "Sign-in", "Phone released", "{who} released the phone {what}", "exit"},
	{"person.phone_reused", "Sign-in", "Token of a phone used twice", "A phone was signed out, whose token was used twice", "key"},
	{"tenant.phones_ruled", "Set-up", "Rule about phones changed", "{who} said anew on how many phones people sign in", "lock"},
	{"group.created", "Groups", "Group added", "{who} added the group {what}", "group"},
	{"group.updated", "Groups", "Group changed", "{who} changed the group {what}", "group"},
	{"group.deleted", "Groups", "Group deleted", "{who} deleted the group {what}", "group"},
	{"grant.created", "Roles", "Role given", "{who} gave {what}", "key"},
	{"grant.deleted", "Roles", "Role taken away", "{who} took away {what}", "key"},
	{"role.created", "Roles", "Role added", "{who} added the role {what}", "key"},
	{"role.updated", "Roles", "Role changed", "{who} changed the role {what}", "key"},
	{"role.deleted", "Roles", "Role deleted", "{who} deleted the role {what}", "key"},
	{"lookup.created", "Set-up", "Lookup added", "{who} added the lookup {what}", "list"},
	{"lookup.updated", "Set-up", "Lookup changed", "{who} changed the lookup {what}", "list"},
	{"lookup.deleted", "Set-up", "Lookup deleted", "{who} deleted the lookup {what}", "list"},
	{"question.created", "Checklists", "Question added", "{who} added the question {what}", "list"},
	{"question.updated", "Checklists", "Question changed", "{who} changed the question {what}", "list"},
	{"question.deleted", "Checklists", "Question deleted", "{who} deleted the question {what}", "list"},
	{"checklist.created", "Checklists", "Checklist added", "{who} added the checklist {what}", "list"},
	{"checklist.updated", "Checklists", "Checklist changed", "{who} changed the checklist {what}", "list"},
	{"checklist.published", "Checklists", "Checklist published", "{who} published the checklist {what}", "list"},
	{"checklist.deleted", "Checklists", "Checklist deleted", "{who} deleted the checklist {what}", "list"},
	{"plan.created", "Plans", "Plan added", "{who} added the plan {what}", "cal"},
	{"plan.updated", "Plans", "Plan changed", "{who} changed the plan {what}", "cal"},
	{"plan.deleted", "Plans", "Plan deleted", "{who} deleted the plan {what}", "cal"},
	{"blackout.created", "Plans", "Blackout added", "{who} added a blackout: {what}", "cal"},
	{"blackout.deleted", "Plans", "Blackout deleted", "{who} deleted the blackout {what}", "cal"},
	{"post.created", "Posts", "Post added", "{who} added the post {what}", "pin"},
	{"post.updated", "Posts", "Post changed", "{who} changed the post {what}", "pin"},
	{"post.deleted", "Posts", "Post deleted", "{who} deleted the post {what}", "pin"},
	{"post.rostered", "Posts", "Rostered at a post", "{who} rostered somebody at the post {what}", "user"},
	{"post.unrostered", "Posts", "Taken off a roster", "{who} took somebody off the roster of the post {what}", "user"},
	{"post.taken", "Posts", "Post taken over", "{who} took over the post {what}", "user"},
	{"post.left", "Posts", "Post left", "{who} left the post {what}", "exit"},
	{"post.uncovered", "Posts", "Post uncovered", "Too few people are at the post {what}", "clock"},
	{"task.started", "Tasks", "Task begun", "{who} began {what}", "check"},
	{"task.completed", "Tasks", "Task done", "{who} did {what}", "check"},
	{"task.assigned", "Tasks", "Task assigned", "{who} gave {what} to another", "user"},
	{"task.expired", "Tasks", "Task not done in time", "{what} was not done in time", "clock"},
	{"task.silent", "Tasks", "No scan on a round", "Nothing was scanned on {what}", "clock"},
	{"task.reminded", "Tasks", "Reminder of a task", "Whose it is were reminded of {what}", "bell"},
	{"task.called_off", "Tasks", "Task called off", "{who} called {what} off", "x"},
	{"category.created", "Tickets", "Ticket category added", "{who} added the ticket category {what}", "ticket"},
	{"category.updated", "Tickets", "Ticket category changed", "{who} changed the ticket category {what}", "ticket"},
	{"category.deleted", "Tickets", "Ticket category deleted", "{who} deleted the ticket category {what}", "ticket"},
	{"ladder.updated", "Tickets", "Ladder changed", "{who} changed the ladder {what}", "ticket"},
	{"ladder.deleted", "Tickets", "Ladder deleted", "{who} deleted the ladder {what}", "ticket"},
	{"webhook.created", "Set-up", "Webhook added", "{who} added the webhook {what}", "live"},
	{"webhook.updated", "Set-up", "Webhook changed", "{who} changed the webhook {what}", "live"},
	{"webhook.secret_changed", "Set-up", "Secret of a webhook changed", "{who} gave the webhook {what} a new secret", "key"},
	{"webhook.stopped", "Set-up", "Webhook turned off", "{who} turned off the webhook {what}: nothing arrived", "live"},
	{"webhook.deleted", "Set-up", "Webhook deleted", "{who} deleted the webhook {what}", "live"},
	{"tenant.created", "Set-up", "Organisation created", "{who} created the organisation {what}", "setup"},
	{"tenant.factors_asked", "Set-up", "Second step asked", "{who} said anew whom a second step is asked of", "lock"},
	{"tenant.updated", "Set-up", "Organisation changed", "{who} changed the organisation {what}", "setup"},
}

// told finds how a verb is told.
func told(verb string) toldVerb {
	for _, t := range toldVerbs {
		if t.verb == verb {
			return t
		}
	}
	words := strings.NewReplacer(".", " ", "_", " ").Replace(verb)
	return toldVerb{verb: verb, group: "Other", label: words, sentence: "{who}: " + words + " {what}", icon: "note"}
}

// kept is what the trail reads of the records that it keeps, whatever their noun, to name them.
type kept struct {
	Name   string `json:"name"`
	Code   string `json:"code"`
	Person string `json:"person_id"`
	Role   string `json:"role_id"`
	Site   string `json:"site_id"`
	Unit   string `json:"unit_id"`
	Ticket string `json:"category_id"` // the category of a ladder
	Agent  string `json:"agent"`
	Source string `json:"source"`
	SiteAt string `json:"site_code"` // of a ticket, with its number and title
	Number int64  `json:"number"`
	Title  string `json:"title"`
	Text   string `json:"text"`        // of a question
	Reason string `json:"reason"`      // of a blackout
	Whom   string `json:"person_name"` // who holds or leaves a post, or is rostered there
}

// keptIn reads the later of an entry's two states.
func keptIn(e journal.Entry) kept {
	var k kept
	text := e.After
	if text == "" {
		text = e.Before
	}
	if text != "" {
		_ = json.Unmarshal([]byte(text), &k) // a record that does not read so is told without its name
	}
	return k
}

// tell makes the sentence of an entry.
func (n *names) tell(e journal.Entry) string {
	t := told(e.Verb)
	k := keptIn(e)
	what := k.Name
	switch e.Noun {
	case "grant":
		what = n.grantWords(e.Verb, k)
	case "ticket":
		what = fmt.Sprintf("%s#%d %s", k.SiteAt, k.Number, k.Title)
	case "ladder":
		what = n.ladderWords(k)
	case "question":
		what = k.Text
	case "blackout":
		what = k.Reason
	case "post":
		if k.Whom != "" && k.Whom != e.WhoName {
			what += ", for " + k.Whom
		}
	case "person":
		if what == "" {
			what = n.person(e.Subject.String())
		}
	}
	if what == "" {
		what = k.Code
	}
	switch self := e.WhoID != nil && e.WhoID.String() == e.Subject.String(); {
	case e.Verb == "person.sessions_ended" && self:
		t.sentence = "{who} ended all their other sessions"
	case e.Verb == "person.password_changed" && !self:
		t.sentence = "{who} gave {what} a password"
	}
	who := e.WhoName
	if e.WhoID != nil && (who == "" || who == "sign-in") {
		who = n.person(e.WhoID.String())
	}
	return capital(strings.TrimSpace(strings.NewReplacer("{who}", who, "{what}", what).Replace(t.sentence)))
}

// grantWords tells of a role that was given or taken away: "Imran Khan the role Guard at Mula Tech Park".
func (n *names) grantWords(verb string, k kept) string {
	role, person := n.role(k.Role), n.person(k.Person)
	where := "everywhere"
	if place := n.place(k); place != "" {
		where = place
	}
	if verb == "grant.deleted" {
		return "the role " + role + " " + where + " from " + person
	}
	return person + " the role " + role + " " + where
}

// ladderWords call a ladder: "of HVAC at Mula Tech Park".
func (n *names) ladderWords(k kept) string {
	if place := n.place(k); place != "" {
		return "of " + n.category(k.Ticket) + " " + place
	}
	return "of " + n.category(k.Ticket) + " at all sites"
}

func (n *names) place(k kept) string {
	switch {
	case k.Site != "":
		return "at " + n.site(k.Site)
	case k.Unit != "":
		return "in " + n.unit(k.Unit)
	}
	return ""
}
