package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// wire is an op as bytes.
type wire [][]byte

// line is a connection to one side.
type line struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(address string) (*line, error) {
	c, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &line{c, bufio.NewReaderSize(c, 32<<10)}, nil
}

// send makes one request and gives its answer's status and tag; the body goes to a writer.
func (l *line) send(request []byte, to io.Writer) (status int, tag string, err error) {
	if err := l.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, "", err
	}
	if _, err := l.conn.Write(request); err != nil {
		return 0, "", err
	}
	r, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return 0, "", err
	}
	_, err = io.Copy(to, r.Body)
	return r.StatusCode, r.Header.Get("Etag"), errors.Join(err, r.Body.Close())
}

// driven is what a side did in a round.
type driven struct {
	done  int
	took  time.Duration
	times []time.Duration // of each op, sorted
}

// rate is how many a second.
func (d driven) rate() float64 { return float64(d.done) / d.took.Seconds() }

// part gives the time that so much of the ops took at most.
func (d driven) part(share float64) time.Duration {
	if len(d.times) == 0 {
		return 0
	}
	return d.times[int(share*float64(len(d.times)-1))]
}

// drive has every connection do one op after another until the time is over, and until so many are done together; each begins elsewhere among
// the ops. Ops that are done once are shared out, and the round ends with the last of them.
func drive(ctx context.Context, address string, ops []wire, once bool, status, connections int, d time.Duration, least int) (driven, error) {
	lines := make([]*line, connections)
	for i := range lines {
		l, err := dial(address)
		if err != nil {
			return driven{}, err
		}
		defer func() { _ = l.conn.Close() }()
		lines[i] = l
	}
	var all sync.WaitGroup
	times, faults := make([][]time.Duration, connections), make([]error, connections)
	start := time.Now()
	for i, l := range lines {
		all.Go(func() {
			first := i * len(ops) / connections
			last := math.MaxInt
			if once {
				last = (i + 1) * len(ops) / connections
			}
			for n := first; n < last && (time.Since(start) < d || n-first <= least/connections) && ctx.Err() == nil; n++ {
				begun := time.Now()
				for _, request := range ops[n%len(ops)] {
					got, _, err := l.send(request, io.Discard)
					if err == nil && got != status {
						err = fmt.Errorf("%s answers %d to %.60s", address, got, request)
					}
					if err != nil {
						faults[i] = err
						return
					}
				}
				times[i] = append(times[i], time.Since(begun))
			}
		})
	}
	all.Wait()
	out := driven{took: time.Since(start), times: slices.Concat(times...)}
	slices.Sort(out.times)
	out.done = len(out.times)
	for _, err := range append(faults, ctx.Err()) {
		if err != nil {
			return out, err // the others say the same
		}
	}
	return out, nil
}
