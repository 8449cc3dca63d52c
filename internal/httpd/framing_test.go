package httpd

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"intelliwiz/internal/reply"
)

// TestNoRequestIsHiddenInAnother: where a message ends is read in one way only. Pieces go before a length, as the standard says, so that what
// comes after them is a request of its own; anything else that could be read in two ways is refused, and the connection ends.
func TestNoRequestIsHiddenInAnother(t *testing.T) {
	inner := make(chan bool, 9)
	d := newDoor(t, nil, page("POST", "/x", reply.Public, func(w http.ResponseWriter, r *http.Request) error {
		raw, err := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "["+string(raw)+"]")
		return err
	}), page("GET", "/inner", reply.Public, func(http.ResponseWriter, *http.Request) error { inner <- true; return nil }))
	url, _ := run(t, d)
	const hidden = "GET /inner HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	for _, c := range []struct{ name, head, body, want string }{
		{"a length beside pieces", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 200"},
		{"pieces in other words", "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 501"},
		{"pieces twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 501"},
		{"a blank before the colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 400"},
		{"a length with a sign", "Content-Length: +5\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 400"},
		{"a line that goes on", "Content-Length: 5\r\n 6\r\n", "0\r\n\r\n" + hidden, "HTTP/1.1 400"},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
		_, _ = io.WriteString(conn, "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\n"+c.head+"\r\n"+c.body)
		first, _ := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(first, c.want) {
			t.Errorf("%s: %q, want %s", c.name, first, c.want)
		}
		_ = conn.Close()
		done := false
		select {
		case <-inner:
			done = true
		case <-time.After(20 * time.Millisecond):
		}
		if own := c.want == "HTTP/1.1 200"; done != own {
			t.Errorf("%s: what comes after it is a request of its own: %v, want %v", c.name, done, own)
		}
	}
}
