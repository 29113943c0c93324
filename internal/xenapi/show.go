package xenapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"
)

// Shown is what a server shows of itself before anything is sent to it.
type Shown struct {
	Certificate *x509.Certificate // its own, the leaf
	Address     string            // IP:PORT
	Version     uint16            // of TLS, as crypto/tls numbers them
	Legacy      bool              // it can be reached with TLS.Legacy only
}

// Show makes a TLS handshake with a member of a pool and believes everything, to be judged by somebody else. It sends
// nothing. Zero is the default of connect.
func Show(ctx context.Context, member string, connect time.Duration) (*Shown, error) {
	base, err := parseURL(member)
	if err != nil {
		return nil, err
	}
	if base.Scheme != "https" {
		return nil, fmt.Errorf("urls: %q has no certificate: write https://", member)
	}
	address := net.JoinHostPort(base.Hostname(), cmp.Or(base.Port(), "443"))
	shown, err := show(ctx, address, connect, false)
	if _, ok := errors.AsType[*noAgreement](err); ok {
		shown, err = show(ctx, address, connect, true)
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", base, err)
	}
	return shown, nil
}

func show(ctx context.Context, address string, connect time.Duration, legacy bool) (*Shown, error) {
	config, err := TLS{Mode: "insecure", Legacy: legacy}.config()
	if err != nil {
		return nil, err
	}
	o := Options{Timeouts: Timeouts{Connect: connect}}.withDefaults()
	conn, err := dialer{o.Timeouts.Connect, config}.dialTLS(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState()
	return &Shown{state.PeerCertificates[0], conn.RemoteAddr().String(), state.Version, legacy}, nil
}
