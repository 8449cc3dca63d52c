package rest

import (
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"intelliwiz/internal/actor"
	"intelliwiz/internal/cache"
)

// tagsFor bounds how old a tag is: the times of tickets that a recount has set anew are in no journal row that would end it.
const tagsFor = 5 * time.Second

// tags remembers what was answered to whom, for as long as nothing of the tenant changes: who asks again with the tag of an answer (RFC
// 9110, 13.1.2) is told that it still holds, without the question being asked again.
type tags struct {
	kept   *cache.Of[string]
	prefix string // of this release's answers
}

func newTags(store *cache.Store, version string) *tags {
	if store == nil {
		return nil
	}
	return &tags{cache.Named[string](store, "rest.tags", cache.Options{Followed: true, TTL: tagsFor}), version + " "}
}

// conditional is one request for something that has a tag.
type conditional struct {
	t      *tags
	steady bool   // its tag is remembered
	anew   bool   // nothing is to come from memory
	asked  string // If-None-Match
	who    actor.Actor
	key    string
	keep   func(key, tag string) // begun before anything was read
}

// conditional is nil for what has no tag: an answer to anything but GET.
func (a *api) conditional(o Operation, r *http.Request) *conditional {
	who := actor.From(r.Context())
	if a.tags == nil || o.Method != http.MethodGet || !who.SignedIn() {
		return nil
	}
	c := &conditional{t: a.tags, steady: o.steady, anew: cache.IsAnew(r.Context()), asked: r.Header.Get("If-None-Match"), who: who}
	// What one may see is that of the person, cut down to the token's scopes; a change of it is a change of a record.
	c.key = a.tags.prefix + who.Person().String() + " " + who.Token().String() + " " + r.URL.Path + "?" + r.URL.RawQuery
	return c
}

// still says that the answer which the caller has still holds, and answers so.
func (c *conditional) still(w http.ResponseWriter) bool {
	if c.asked != "" && c.steady && !c.anew {
		if tag, ok := c.t.kept.Peek(c.who.Tenant(), c.key); ok && c.matches(tag) {
			return c.unchanged(w, tag)
		}
	}
	if c.keep = func(string, string) {}; c.steady {
		c.keep = c.t.kept.Begin(c.who.Tenant(), cache.Everything)
	}
	return false
}

// holds notes the tag of an answer, and says that the caller has it already.
func (c *conditional) holds(w http.ResponseWriter, body []byte) bool {
	sum := binary.BigEndian.AppendUint64(nil, xxhash.Sum64(body))
	tag := `"` + base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(sum, uint32(len(body)))) + `"`
	c.keep(c.key, tag)
	if c.matches(tag) {
		return c.unchanged(w, tag)
	}
	c.headers(w, tag)
	return false
}

// matches compares weakly: a proxy or our own packing may have made the tag a weak one.
func (c *conditional) matches(tag string) bool {
	for one := range strings.SplitSeq(c.asked, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

func (c *conditional) unchanged(w http.ResponseWriter, tag string) bool {
	c.headers(w, tag)
	w.WriteHeader(http.StatusNotModified)
	return true
}

// headers says that a program may keep the answer, that nobody between may, and that it has to ask before it uses it again.
func (c *conditional) headers(w http.ResponseWriter, tag string) {
	h := w.Header()
	h.Set("Etag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization")
}
