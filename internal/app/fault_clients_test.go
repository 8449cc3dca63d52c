//go:build faults

package app

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// dial opens so many connections to a process, as far as it takes them.
func dial(t *testing.T, p *process, n int) (out []net.Conn) {
	t.Helper()
	for range n {
		c, err := net.DialTimeout("tcp", strings.TrimPrefix(p.start.URL, "http://"), 2*time.Second)
		if err != nil {
			break // no more are taken
		}
		out = append(out, c)
	}
	return out
}

// TestFiveHundredSlowClients: 200 send their headers letter by letter, 200 a body, 100 ask for much and read nothing. Others are answered as
// if they were alone, and the slow ones are shown out.
func TestFiveHundredSlowClients(t *testing.T) {
	p := startDemo(t, t.TempDir(), "IW_HEADER_TIMEOUT=3s", "IW_REQUEST_TIMEOUT=6s", "IW_IDLE_TIMEOUT=3s")
	token, _, _, _ := p.account(0, "administrator")
	quick := p.medianOf(token, 60)
	slow := dial(t, p, 500)
	if len(slow) < 500 {
		t.Fatalf("only %d connections were taken", len(slow))
	}
	done := make(chan struct{})
	var all sync.WaitGroup
	for i, c := range slow {
		all.Go(func() { drip(c, i, token, done) })
	}
	time.Sleep(time.Second)
	beside := p.medianOf(token, 60)
	t.Logf("the middle answer takes %s alone and %s beside 500 slow clients", quick, beside)
	if beside > 10*quick+500*time.Millisecond {
		t.Errorf("beside slow clients an answer takes %s, without them %s", beside, quick)
	}
	if status := p.status("/readyz"); status != http.StatusOK {
		t.Errorf("ready answers %d", status)
	}
	shown := 0
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if shown = 500 - p.established(); shown >= 495 {
			break
		}
	}
	if shown < 495 {
		t.Errorf("only %d of 500 slow clients were shown out", shown)
	}
	close(done)
	for _, c := range slow {
		_ = c.Close() // the other side has closed it
	}
	all.Wait()
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.log)
	}
}

// drip is one slow client.
func drip(c net.Conn, i int, token string, done chan struct{}) {
	head := "GET /api/v1/tickets?limit=200 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n"
	switch i % 5 {
	case 0, 1: // headers that never end
	case 2, 3:
		head = strings.Replace(head, "GET /api/v1/tickets?limit=200", "POST /api/v1/people", 1) + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
	default:
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetReadBuffer(1) // as little as the system allows
		}
		head = strings.Repeat(head+"\r\n", 3) // more than what a buffer holds
	}
	if _, err := io.WriteString(c, head); err != nil {
		return
	}
	for {
		select {
		case <-done:
			return
		case <-time.After(200 * time.Millisecond):
			if i%5 < 4 {
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
			}
		}
	}
}

// medianOf asks for a list so often, eight at a time, and gives the middle of the times.
func (p *process) medianOf(token string, n int) time.Duration {
	p.t.Helper()
	took := make([]time.Duration, n)
	var all sync.WaitGroup
	for client := range 8 {
		all.Go(func() {
			for i := client; i < n; i += 8 {
				began := time.Now()
				answer, err := p.get(token, "/api/v1/sites?limit=20")
				if took[i] = time.Since(began); err != nil || answer.StatusCode != http.StatusOK {
					p.t.Errorf("a list answers %v, %v", answer, err)
				}
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	return took[n/2]
}

// established counts the connections that the process holds open at its public port.
func (p *process) established() (n int) {
	p.t.Helper()
	_, text, err := net.SplitHostPort(strings.TrimPrefix(p.start.URL, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		p.t.Fatal(err)
	}
	const open = "01"
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); f[1] == fmt.Sprintf("0100007F:%04X", port) && f[3] == open {
			n++
		}
	}
	return n
}
