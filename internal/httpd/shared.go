package httpd

import (
	"context"
	"errors"
	"net"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// listenShared opens an address that another process of this product may have open as well: that of the version before, which is about to
// go. Both are given connections until lead says which.
func listenShared(ctx context.Context, address string) (net.Listener, error) {
	c := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		return control(raw, func(fd int) error { return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) })
	}}
	c.SetMultipathTCP(false) // the kernel takes no word on who leads for its sockets
	return c.Listen(ctx, "tcp", address)
}

// lead has the kernel give new connections to the process that came second, so that the first can answer those that wait in its queue and
// close without resetting one. When it has gone, there is no second, and all go to the one that is left.
func lead(l net.Listener) error {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return errors.New("a shared listener is one of TCP")
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	program, err := bpf.Assemble([]bpf.Instruction{bpf.RetConstant{Val: 1}}) // the number of the second, from 0
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, x := range program {
		filter[i] = unix.SockFilter{Code: x.Op, Jt: x.Jt, Jf: x.Jf, K: x.K}
	}
	return control(raw, func(fd int) error {
		return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_REUSEPORT_CBPF, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}) //nolint:gosec // one instruction
	})
}

func control(raw syscall.RawConn, do func(fd int) error) error {
	var inner error
	err := raw.Control(func(fd uintptr) { inner = do(int(fd)) }) //nolint:gosec // a file descriptor is small
	return errors.Join(err, inner)
}
