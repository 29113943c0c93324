package xenapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

// dialer makes the connections of a client.
type dialer struct {
	connect time.Duration // for TCP and TLS together
	tls     *tls.Config
}

func (d dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := d.bound(ctx)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, connectFault(ctx, err)
	}
	return conn, nil
}

func (d dialer) dialTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := d.bound(ctx)
	defer cancel()
	plain, err := d.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	config := d.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(addr)
	conn := tls.Client(plain, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, connectFault(ctx, handshake{"https://" + strings.TrimSuffix(addr, ":443"), config}.fault(err))
	}
	return conn, nil
}

func (d dialer) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d.connect, &timeoutError{"connect", d.connect, "is the address right, and no firewall between?"})
}

// connectError is a connection that could not be made: nothing was sent, and another member may do better.
type connectError struct{ err error }

func (e *connectError) Error() string { return e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// connectFault says what an error of dialing or of the handshake means, and what to do about it.
func connectFault(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*connectError](err); ok {
		return e
	}
	if cause := context.Cause(ctx); cause != nil {
		return &connectError{cause}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return &connectError{errors.New("no such host: check the name in urls, and the resolver of this machine")}
		}
		return &connectError{fmt.Errorf("looking up the name: %s: check the resolver of this machine", dns.Err)}
	}
	for errno, text := range map[syscall.Errno]string{
		syscall.ECONNREFUSED: "connection refused: is the host up, its toolstack running, and the port right?",
		syscall.EHOSTUNREACH: "no route to host: is the host up, and the network between?",
		syscall.ENETUNREACH:  "network is unreachable: check this machine's network",
		syscall.ECONNRESET:   "connection reset while it was made: is its toolstack running, and no firewall between?",
		syscall.ETIMEDOUT:    "connection timed out: is the host up, and no firewall between?",
	} {
		if errors.Is(err, errno) {
			return &connectError{errors.New(text)}
		}
	}
	return &connectError{err}
}
