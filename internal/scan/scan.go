// Package scan asks a clamd whether content is known to be harmful, over the protocol of its INSTREAM command. It decides nothing: a server
// that does not answer, or does not know, is a fault, and whoever asks must not go on as if the content were clean.
package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"intelliwiz/internal/fault"
)

// Clamd is a server to ask.
type Clamd struct{ network, address string }

// New makes the client of an address tcp://HOST:PORT or unix:PATH. Nothing is sent yet.
func New(address string) (*Clamd, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok && path != "" {
		return &Clamd{"unix", path}, nil
	}
	if host, ok := strings.CutPrefix(address, "tcp://"); ok && host != "" {
		return &Clamd{"tcp", host}, nil
	}
	return nil, fmt.Errorf("address of clamd: %q is neither tcp://HOST:PORT nor unix:PATH", address)
}

// patience is how long one answer may take, beside what the context allows.
const patience = 30 * time.Second

// piece is how much is sent at once.
const piece = 64 << 10

// Scan sends the content and gives the name of what was found in it, "" for nothing. Unavailable when the server does not answer or
// answers something else.
func (c *Clamd) Scan(ctx context.Context, content io.Reader) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", away(err)
	}
	defer func() { _ = conn.Close() }() // the answer is known by then
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	sent := send(conn, content)
	if sent != nil { // it may have said why it takes no more
		_ = conn.SetReadDeadline(time.Now().Add(time.Second)) //nolint:forbidigo // a connection's deadline is one of the machine's clock
	}
	answer, err := bufio.NewReader(io.LimitReader(conn, 1000)).ReadString(0)
	if err != nil && (answer == "" || !errors.Is(err, io.EOF)) { // an answer may come although we could not send all
		return "", away(errors.Join(sent, err))
	}
	answer = strings.TrimPrefix(strings.TrimRight(answer, "\x00\n"), "stream: ")
	if name, ok := strings.CutSuffix(answer, " FOUND"); ok {
		return name, nil
	}
	if answer == "OK" && sent == nil {
		return "", nil
	}
	return "", away(errors.Join(sent, fmt.Errorf("it answered %q", answer)))
}

// send sends the command and the content in pieces, each with its length before it; an empty one ends it.
func send(w io.Writer, content io.Reader) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(content, buf[4:])
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return fmt.Errorf("read the content: %w", err)
		}
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if _, err := w.Write(buf[:4+n]); err != nil {
				return err
			}
		}
		if end {
			_, err := w.Write([]byte{0, 0, 0, 0})
			return err
		}
	}
}

func away(cause error) error {
	f := fault.Of(fault.Unavailable, "Files cannot be checked for viruses at the moment, so none are taken. Try again in a while.").Because(fmt.Errorf("clamd: %w", cause))
	f.RetryAfter = 10 * time.Second
	return f
}
