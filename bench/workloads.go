package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"intelliwiz/bench/floor"
)

// request is one HTTP request, ready to be sent.
type request struct {
	method, path string
	header       []string // names and values
	body         string
}

// bytes gives it as it goes over the wire.
func (r request) bytes(host string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.path, host)
	for i := 0; i+1 < len(r.header); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", r.header[i], r.header[i+1])
	}
	if r.method == "POST" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.body))
	}
	b.WriteString("\r\n" + r.body)
	return b.Bytes()
}

// op is what is counted as one: a request, or those that together give what the other side gives at once.
type op []request

// workload is one thing that both sides do.
type workload struct {
	name   string
	target float64 // the least ratio
	floor  []op
	bench  []op           // of the product
	status int            // of a success
	holds  map[string]int // how often the product's answers to an op hold a text, to know that it did the work
	paged  bool           // the product's op goes on by its cursor
	tagged bool           // asked again with the answer's ETag
	writes bool           // leaves work behind, which is waited for and counted
	once   bool           // no op is done twice: each round has its own
}

// lists is the GraphQL query of the list, with the three names that the floor gives.
const lists = `{ tickets(first: 25) { edges { node { id number title status priority dueAt createdAt updatedAt version siteName categoryName personName } } } }`

// workloads gives what is asked of both sides; several customers and records, so that nothing is asked twice in a row.
func workloads(world []customer, key []byte) []workload {
	list := workload{name: "list of 25, REST", target: 0.80, status: 200, holds: map[string]int{`"number":`: 25}}
	anew := workload{name: "list of 25, REST, not from memory", status: 200, holds: list.holds}
	query := workload{name: "list of 25, GraphQL", target: 0.45, status: 200, holds: map[string]int{`"number":`: 25}}
	html := workload{name: "list as an HTML page", target: 0.60, status: 200, holds: map[string]int{"stops between floors": 25}}
	one := workload{name: "one ticket, 10 rows of history", target: 0.70, status: 200, holds: map[string]int{`"at":`: 10}}
	oneAnew := workload{name: "one ticket, not from memory", status: 200, holds: one.holds}
	changed := workload{name: "delta of 500 changed", target: 0.70, status: 200, holds: map[string]int{`"number":`: delta}, paged: true}
	tagged := workload{name: "read again with ETag", target: 5, status: 304, tagged: true}
	create := workload{name: "create a ticket", target: 0.60, status: 201, writes: true}
	graph, err := json.Marshal(map[string]string{"query": lists})
	if err != nil {
		panic(err) // a text is always JSON
	}
	for _, c := range world {
		bare := []string{"Authorization", "Bearer " + floor.Bearer(key, c.ID, c.People[0].ID)}
		who := []string{"Authorization", "Bearer " + c.Token, "Accept", "application/json"}
		unkept := append([]string{"Cache-Control", "no-cache"}, who...)
		page := []string{"Cookie", "iw=" + c.Session, "Accept", "text/html"}
		floorList := op{{"GET", "/tickets?limit=25", bare, ""}}
		restList := op{{"GET", "/api/v1/tickets?limit=25", who, ""}}
		list.add(floorList, restList)
		anew.add(floorList, op{{"GET", "/api/v1/tickets?limit=25", unkept, ""}})
		tagged.add(floorList, restList)
		query.add(floorList, op{{"POST", "/graphql", who, string(graph)}})
		html.add(floorList, op{{"GET", "/tickets", page, ""}})
		since := url.QueryEscape(c.Mark.Format(time.RFC3339Nano))
		changed.add(op{{"GET", "/tickets?limit=500&changed_after=" + since, bare, ""}}, op{{"GET", "/api/v1/tickets?limit=500&changed_after=" + since, who, ""}})
		for _, t := range c.Busy {
			floorOne, path := op{{"GET", "/tickets/" + t.String(), bare, ""}}, "/api/v1/tickets/"+t.String()+"?history=10"
			one.add(floorOne, op{{"GET", path, who, ""}})
			oneAnew.add(floorOne, op{{"GET", path, unkept, ""}})
		}
		for n, s := range c.Sites {
			body := fmt.Sprintf(`{"site_id":%q,"category_id":%q,"title":"Lift %d stops between floors","description":"Nobody inside."}`, s.ID, c.Categories[n%len(c.Categories)].ID, n)
			create.add(op{{"POST", "/tickets", bare, body}}, op{{"POST", "/api/v1/tickets", who, body}})
		}
	}
	return []workload{list, anew, query, html, one, oneAnew, changed, tagged, create}
}

func (w *workload) add(floor, bench op) {
	w.floor, w.bench = append(w.floor, floor), append(w.bench, bench)
}
