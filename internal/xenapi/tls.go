package xenapi

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// config is what the handshake needs.
func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch t.Mode {
	case "insecure":
		config.InsecureSkipVerify = true
		return config, nil
	case "verify":
	default:
		return nil, fmt.Errorf("tls.mode: %q is neither verify nor insecure", t.Mode)
	}
	if t.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(t.CAFile)
	if err != nil {
		return nil, fmt.Errorf("tls.ca_file: %w: give a PEM file that syncd may read", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("tls.ca_file: %s has no certificate: give a PEM file with -----BEGIN CERTIFICATE-----", t.CAFile)
	}
	return config, nil
}

// UnknownAuthority is a certificate that tls.ca_file, or this machine, does not vouch for.
type UnknownAuthority struct{ Certificate *x509.Certificate }

func (e *UnknownAuthority) Error() string {
	return fmt.Sprintf("its certificate (%s) is signed by an authority unknown here: put that authority, or the "+
		"certificate itself where it is self-signed, in a file for tls.ca_file", describe(e.Certificate))
}

// tlsFault says what an error of the handshake means, and what to do about it. An error of the network stays as it is.
func tlsFault(err error) error {
	if e, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return &UnknownAuthority{e.Cert}
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return wrongHost(e)
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return invalidCertificate(e, time.Now())
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return errors.New("the port does not speak TLS: write http:// in urls, or the port of https")
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "remote error" {
		return fmt.Errorf("it broke off the TLS handshake (%w): it may be too old for TLS 1.2", e.Err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return errors.New("it closed the connection within the TLS handshake: is its toolstack running, and does the port speak TLS?")
	}
	if strings.HasPrefix(err.Error(), "tls: ") {
		return fmt.Errorf("TLS handshake: %w: it may be too old for TLS 1.2", err)
	}
	return err
}

func wrongHost(e x509.HostnameError) error {
	names := slices.Clone(e.Certificate.DNSNames)
	for _, ip := range e.Certificate.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return fmt.Errorf("its certificate (%s) has no subjectAltName, and a common name alone is not enough: issue another "+
			"one for the host, or use tls.mode insecure", describe(e.Certificate))
	}
	return fmt.Errorf("its certificate is for %s, not for %s: write such a name in urls, or issue a certificate that has this one",
		printable(strings.Join(names, ", "), 200), e.Host)
}

func invalidCertificate(e x509.CertificateInvalidError, now time.Time) error {
	switch c := e.Cert; {
	case e.Reason != x509.Expired:
		return fmt.Errorf("its certificate (%s) is not valid (%w): issue another one for the host", describe(c), e)
	case now.Before(c.NotBefore):
		return fmt.Errorf("its certificate is valid from %s on: check this machine's clock", c.NotBefore.UTC().Format(time.RFC3339))
	default:
		return fmt.Errorf("its certificate expired on %s: issue another one for the host, or check this machine's clock",
			c.NotAfter.UTC().Format(time.RFC3339))
	}
}

func describe(c *x509.Certificate) string {
	return printable(fmt.Sprintf("%s, issued by %s", c.Subject, c.Issuer), 200)
}
