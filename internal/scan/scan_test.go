package scan_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"intelliwiz/internal/fault"
	"intelliwiz/internal/scan"
)

// clamd answers one connection after another: with what it is told, or, "", as clamd does.
func clamd(t *testing.T, network, address, answer string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c, answer)
			_ = c.Close()
		}
	}()
	return l.Addr()
}

func serve(c net.Conn, answer string) {
	in := bufio.NewReader(c)
	if command, _ := in.ReadString(0); command != "zINSTREAM\x00" {
		_, _ = io.WriteString(c, "UNKNOWN COMMAND\x00")
		return
	}
	var content []byte
	for {
		var size uint32
		if binary.Read(in, binary.BigEndian, &size) != nil || size > 1<<20 {
			return
		}
		if size == 0 {
			break
		}
		part := make([]byte, size)
		if _, err := io.ReadFull(in, part); err != nil {
			return
		}
		content = append(content, part...)
	}
	switch {
	case answer == "hang":
		time.Sleep(3 * time.Second)
	case answer != "":
		_, _ = io.WriteString(c, answer)
	case bytes.Contains(content, []byte("EICAR")):
		_, _ = io.WriteString(c, "stream: Eicar-Test-Signature FOUND\x00")
	default:
		_, _ = io.WriteString(c, "stream: OK\x00")
	}
}

func client(t *testing.T, address string) *scan.Clamd {
	t.Helper()
	c, err := scan.New(address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatIsKnownIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clamd")
	clamd(t, "unix", path, "")
	for name, c := range map[string]*scan.Clamd{"tcp": client(t, "tcp://"+clamd(t, "tcp", "127.0.0.1:0", "").String()), "unix": client(t, "unix:"+path)} {
		for content, want := range map[string]string{"": "", "clean": "", strings.Repeat("x", 200_000): "", strings.Repeat("x", 150_000) + "EICAR": "Eicar-Test-Signature"} {
			found, err := c.Scan(t.Context(), strings.NewReader(content))
			if found != want || err != nil {
				t.Errorf("%s: %d bytes: %q %v", name, len(content), found, err)
			}
		}
	}
}

func TestWhoeverDoesNotKnowDoesNotSayThatItIsClean(t *testing.T) {
	for _, answer := range []string{"stream: INSTREAM size limit exceeded. ERROR\x00", "INSTREAM: OK?\x00", "\x00", "stream: OK and more\x00", "UNKNOWN COMMAND\x00"} {
		c := client(t, "tcp://"+clamd(t, "tcp", "127.0.0.1:0", answer).String())
		if found, err := c.Scan(t.Context(), strings.NewReader("x")); fault.KindOf(err) != fault.Unavailable || found != "" {
			t.Errorf("%q: %q %v", answer, found, err)
		}
	}
	c := client(t, "tcp://"+clamd(t, "tcp", "127.0.0.1:0", "hang").String())
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := c.Scan(ctx, strings.NewReader("x")); fault.KindOf(err) != fault.Unavailable || time.Since(start) > 2*time.Second {
		t.Errorf("it hangs: %v after %s", err, time.Since(start))
	}
	c = client(t, "tcp://127.0.0.1:1")
	if _, err := c.Scan(t.Context(), strings.NewReader("x")); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("nobody is there: %v", err)
	}
	c = client(t, "tcp://"+clamd(t, "tcp", "127.0.0.1:0", "").String())
	if _, err := c.Scan(t.Context(), io.MultiReader(strings.NewReader("x"), iotest.ErrReader(errors.New("disk")))); err == nil {
		t.Error("what could not be read is clean")
	}
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "clamd:3310", "tcp://", "unix:", "http://x"} {
		if _, err := scan.New(address); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}
