package httpd

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intelliwiz/internal/reply"
)

// TestACrowdIsToldToComeAgain: with two places, two are worked on and forty-eight wait; the next is refused at once, what takes no place goes on,
// and those that wait are answered when there is room, or refused when their moment is over.
func TestACrowdIsToldToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		d := newDoor(t, func(c *Config) { c.AtOnce = 2 },
			page("GET", "/slow", reply.SignedIn, func(w http.ResponseWriter, r *http.Request) error { <-gate; return hello(w, r) }),
			page("GET", "/open", reply.Public, hello),
			reply.Route{Method: "GET", Path: "/events", Permission: reply.SignedIn, Handler: hello, Name: "events", Stream: true, Timeout: 1})
		var all sync.WaitGroup
		codes := make(chan int, 80)
		crowd := func(n int) {
			for range n {
				all.Go(func() { codes <- d.ask("GET", "/slow", "Cookie: iw=meera").Code })
			}
			synctest.Wait()
		}
		crowd(50)
		if w := d.ask("GET", "/slow", "Cookie: iw=meera", "Accept: application/json"); w.Code != 503 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("the next: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		} else if log := d.log.String(); w.Header().Get("Content-Security-Policy") == "" || !strings.Contains(log, `"status":503`) || !strings.Contains(log, w.Header().Get("X-Request-Id")) {
			t.Errorf("who is turned away at the door gets what all others get: %v, and the log tells of it: %s", w.Header(), log)
		}
		for _, path := range []string{"/open", "/events", "/livez"} {
			if w := d.ask("GET", path, "Cookie: iw=meera"); w.Code != 200 {
				t.Errorf("%s takes no place: %d", path, w.Code)
			}
		}
		for range 48 {
			gate <- struct{}{}
		}
		synctest.Wait()
		crowd(1) // beside the two that have come in
		if len(codes) != 48 {
			t.Errorf("%d were answered when there was room, not 48", len(codes))
		}
		for range 48 {
			if code := <-codes; code != 200 {
				t.Errorf("who waited: %d", code)
			}
		}
		if code := <-codes; code != 503 { // time goes on only when all wait
			t.Errorf("who waited too long: %d", code)
		}
		close(gate)
		all.Wait()
		if w := d.ask("GET", "/slow", "Cookie: iw=meera"); w.Code != 200 {
			t.Errorf("when all have left: %d", w.Code)
		}
	})
}

// TestACrowdThatStaysDoesNotWait: who comes in a gust waits two seconds for a place; when for three seconds many were refused, all who come wait a
// moment only, as many as there are places. One place that is free is no end of it; a second in which nobody was refused is.
func TestACrowdThatStaysDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		d := newDoor(t, func(c *Config) { c.AtOnce = 1 }, page("GET", "/slow", reply.SignedIn, func(w http.ResponseWriter, r *http.Request) error {
			<-gate
			return hello(w, r)
		}))
		wait := func() time.Duration {
			start := time.Now()
			if code := d.ask("GET", "/slow", "Cookie: iw=meera").Code; code != 503 {
				t.Errorf("no place: %d", code)
			}
			return time.Since(start)
		}
		var inside sync.WaitGroup
		enter := func() {
			inside.Go(func() { d.ask("GET", "/slow", "Cookie: iw=meera") })
			synctest.Wait()
		}
		enter()
		gusts := make(chan time.Duration, standing+1)
		for range cap(gusts) {
			inside.Go(func() { gusts <- wait() })
			time.Sleep(time.Second)
		}
		time.Sleep(time.Second)
		synctest.Wait() // the last of them has gone
		crowd := wait()
		inside.Go(func() { wait() }) // as many wait as there are places
		synctest.Wait()
		next := wait()
		time.Sleep(shortTurn)
		synctest.Wait() // the one that waits has gone
		enter()         // waits, and finds the place that is given up
		gate <- struct{}{}
		gate <- struct{}{}
		inside.Wait()
		enter()
		still := wait()
		time.Sleep(2 * time.Second)
		again := wait()
		if gust := <-gusts; gust != turnTime || crowd != shortTurn || next != 0 || still != shortTurn || again != turnTime {
			t.Errorf("waited %s in a gust, %s in a crowd that stays, %s as the next one there, %s after one place, %s after it", gust, crowd, next, still, again)
		}
		close(gate)
		inside.Wait()
	})
}

// TestASlowClientTakesNoPlace: what it sends is read first, and the handler gets it as it came, with what went wrong; what it is sent is past the
// work.
func TestASlowClientTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read := make(chan struct{})
		d := newDoor(t, func(c *Config) { c.AtOnce = 1 }, page("GET", "/x", reply.SignedIn, hello),
			page("GET", "/long", reply.SignedIn, func(w http.ResponseWriter, r *http.Request) error {
				w.WriteHeader(http.StatusOK) // the answer begins, and takes as long as its reader
				<-read
				return hello(w, r)
			}),
			page("POST", "/x", reply.SignedIn, func(w http.ResponseWriter, r *http.Request) error {
				raw, err := io.ReadAll(r.Body)
				_, _ = fmt.Fprintf(w, "%s %v", raw, err)
				return nil
			}))
		post := func(body io.Reader, size int64) *httptest.ResponseRecorder {
			r := httptest.NewRequest("POST", "/x", body)
			r.ContentLength = size
			return d.send(r, "Cookie: iw=meera")
		}
		slow, client := io.Pipe()
		got := make(chan string)
		go func() { got <- post(slow, 6).Body.String() }()
		_, _ = client.Write([]byte("abc"))
		synctest.Wait()
		var reader sync.WaitGroup
		reader.Go(func() { d.ask("GET", "/long", "Cookie: iw=meera") })
		synctest.Wait()
		if w := d.ask("GET", "/x", "Cookie: iw=meera"); w.Code != 200 {
			t.Errorf("beside slow clients: %d", w.Code)
		}
		close(read)
		reader.Wait()
		_ = client.CloseWithError(errors.New("gone"))
		if text := <-got; text != "abc gone" {
			t.Errorf("the handler got %q", text)
		}
		if text := post(strings.NewReader("abcdef"), 6).Body.String(); text != "abcdef <nil>" {
			t.Errorf("the handler got %q", text)
		}
	})
}
