// Package floor is what the product is held against: net/http and the database's own driver, one right statement a request, JSON written by
// hand, a bearer that is signed and not looked up. It has no policies, no audit trail, no limits and no log; it knows the tenant, and that is all.
package floor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"intelliwiz/internal/id"
)

// store is the statements on one engine. It appends JSON and gives it.
type store interface {
	list(ctx context.Context, tenant id.Tenant, limit int, out []byte) ([]byte, error)
	changed(ctx context.Context, tenant id.Tenant, after time.Time, limit int, out []byte) ([]byte, error)
	one(ctx context.Context, tenant id.Tenant, ticket id.Ticket, out []byte) ([]byte, error)
	create(ctx context.Context, c claim, in newTicket, out []byte) ([]byte, error)
	day(ctx context.Context, name string, c claim, w when, out []byte) ([]byte, error)
	report(ctx context.Context, c claim, in newReport) error
	close()
}

// newTicket is what one says about a new ticket.
type newTicket struct {
	Site        id.Site     `json:"site_id"`
	Category    id.Category `json:"category_id"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
}

// claim is who a bearer says that one is.
type claim struct {
	tenant id.Tenant
	person id.Person
}

// Bearer makes the bearer of a person.
func Bearer(key []byte, tenant id.Tenant, person id.Person) string {
	text := tenant.String() + "." + person.String() + "." + strconv.FormatInt(1<<40, 10)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(key, text))
}

func sign(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text)) // a hash never fails
	return h.Sum(nil)
}

// server answers.
type server struct {
	store store
	key   []byte
}

// Serve answers on a listener until ctx ends. The URL is sqlite:path or postgres://.
func Serve(ctx context.Context, l net.Listener, url string, key []byte) error {
	open := openPostgres
	if strings.HasPrefix(url, "sqlite:") {
		open = openSQLite
	}
	st, err := open(ctx, url)
	if err != nil {
		return err
	}
	defer st.close()
	s := &server{st, key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tickets", s.list)
	mux.HandleFunc("GET /tickets/{id}", s.one)
	mux.HandleFunc("POST /tickets", s.create)
	mux.HandleFunc("GET /day/{name}", s.day)
	mux.HandleFunc("POST /reports", s.report)
	h := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = h.Close() })
	if err := h.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

// who proves the bearer.
func (s *server) who(r *http.Request) (c claim, ok bool) {
	text, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	i := strings.LastIndexByte(text, '.')
	if !found || i < 0 {
		return c, false
	}
	mac, err := base64.RawURLEncoding.DecodeString(text[i+1:])
	if err != nil || !hmac.Equal(mac, sign(s.key, text[:i])) {
		return c, false
	}
	parts := strings.SplitN(text[:i], ".", 3)
	if len(parts) != 3 {
		return c, false
	}
	until, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || time.Now().Unix() > until {
		return c, false
	}
	if c.tenant, err = id.Parse[id.Tenant](parts[0]); err != nil {
		return c, false
	}
	c.person, err = id.Parse[id.Person](parts[1])
	return c, err == nil
}

// answer asks who it is, does the work and writes JSON.
func (s *server) answer(w http.ResponseWriter, r *http.Request, status int, work func(c claim, out []byte) ([]byte, error)) {
	c, ok := s.who(r)
	if !ok {
		http.Error(w, "unauthenticated", http.StatusUnauthorized)
		return
	}
	out, err := work(c, make([]byte, 0, 16<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	w.WriteHeader(status)
	_, _ = w.Write(out)
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func(c claim, out []byte) ([]byte, error) {
		q := r.URL.Query()
		limit, err := strconv.Atoi(q.Get("limit"))
		if err != nil {
			return nil, err
		}
		after := q.Get("changed_after")
		if after == "" {
			return s.store.list(r.Context(), c.tenant, limit, out)
		}
		t, err := time.Parse(time.RFC3339Nano, after)
		if err != nil {
			return nil, err
		}
		return s.store.changed(r.Context(), c.tenant, t, limit, out)
	})
}

func (s *server) one(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func(c claim, out []byte) ([]byte, error) {
		ticket, err := id.Parse[id.Ticket](r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return s.store.one(r.Context(), c.tenant, ticket, out)
	})
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusCreated, func(c claim, out []byte) ([]byte, error) {
		var in newTicket
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			return nil, err
		}
		return s.store.create(r.Context(), c, in, out)
	})
}
