package xenapi

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Untrusted is a server's certificate that the options do not accept. Its text has all that is needed to pin it.
type Untrusted struct {
	URL         string // of the server
	Certificate *x509.Certificate

	err    error  // what is wrong with it
	remedy string // besides pinning it; may be empty
}

func (e *Untrusted) Error() string {
	remedy := e.remedy
	if remedy != "" {
		remedy += ", or "
	}
	c := e.Certificate
	return fmt.Sprintf("its certificate %v (%s, valid until %s, SHA-256 %s): %scompare it with the host's own and pin it (syncd trust %s)",
		e.err, printable(fmt.Sprintf("%s, issued by %s", c.Subject, c.Issuer), 200), c.NotAfter.UTC().Format(time.RFC3339),
		FingerprintOf(c), remedy, e.URL)
}

func (e *Untrusted) Unwrap() error { return e.err }

// UnknownAuthority is a certificate that tls.ca_file, or this machine, does not vouch for.
type UnknownAuthority struct{ Certificate *x509.Certificate }

func (e *UnknownAuthority) Error() string { return "is signed by an authority unknown here" }

// unpinned is a certificate that is not pinned where only pinned ones are accepted.
type unpinned struct{ leaf *x509.Certificate }

func (e *unpinned) Error() string { return "is none of those that tls.sha256 pins" }

// noAgreement is a handshake that found no protocol or suite that both sides speak, as far as one can tell.
type noAgreement struct{ what, remedy string }

func (e *noAgreement) Error() string { return e.what + ": " + e.remedy }

// handshake is one with a server.
type handshake struct {
	url    string
	config *tls.Config
}

// fault says what an error of the handshake means, and what to do about it. An error of the network stays as it is.
func (h handshake) fault(err error) error {
	if e, ok := errors.AsType[*unpinned](err); ok {
		return &Untrusted{h.url, e.leaf, e, ""}
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return h.unverified(e)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return errors.New("the port does not speak TLS: write http:// in urls, or the port of https")
	}
	remedy := "turn on tls.legacy if it is a release before 8.0"
	if h.config.MinVersion < tls.VersionTLS12 {
		remedy = "it speaks nothing that tls.legacy adds, which is TLS 1.0 and RSA key exchange with AES"
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "remote error" {
		return &noAgreement{fmt.Sprintf("it broke off the TLS handshake (%v)", e.Err), remedy}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return &noAgreement{"it closed the connection within the TLS handshake",
			"is its toolstack running, and does the port speak TLS? If so, " + remedy}
	}
	switch text := err.Error(); {
	case strings.HasPrefix(text, "tls: failed to parse certificate"):
		return fmt.Errorf("its certificate cannot be read (%w): issue another one for the host", err)
	case strings.HasPrefix(text, "crypto/rsa: "):
		return fmt.Errorf("the key of its certificate cannot be used (%w): issue another one with 2048 bits or more for the host", err)
	case strings.HasPrefix(text, "tls: "):
		return &noAgreement{"TLS handshake: " + text, remedy}
	}
	return err
}

// unverified says why a certificate was not accepted in the mode verify.
func (h handshake) unverified(e *tls.CertificateVerificationError) error {
	leaf := e.UnverifiedCertificates[0]
	u := &Untrusted{URL: h.url, Certificate: leaf, err: fmt.Errorf("is not valid (%w)", e.Err), remedy: "issue another one for the host"}
	if host, ok := errors.AsType[x509.HostnameError](e); ok {
		u.remedy, u.err = wrongHost(host)
	} else if invalid, ok := errors.AsType[x509.CertificateInvalidError](e); ok && invalid.Reason == x509.Expired {
		u.remedy, u.err = wrongTime(invalid.Cert, time.Now())
	} else if unknown, ok := errors.AsType[x509.UnknownAuthorityError](e); ok {
		u.remedy, u.err = wrongAuthority(unknown.Cert)
	}
	return u
}

func wrongHost(e x509.HostnameError) (remedy string, err error) {
	names := slices.Clone(e.Certificate.DNSNames)
	for _, ip := range e.Certificate.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "issue another one for the host", errors.New("has no subjectAltName, and a common name alone is not enough")
	}
	return "write such a name in urls, or issue a certificate that has this one",
		fmt.Errorf("is for %s, not for %s", printable(strings.Join(names, ", "), 200), e.Host)
}

func wrongTime(c *x509.Certificate, now time.Time) (remedy string, err error) {
	if now.Before(c.NotBefore) {
		return "check this machine's clock", fmt.Errorf("is valid only from %s on", c.NotBefore.UTC().Format(time.RFC3339))
	}
	return "issue another one for the host, or check this machine's clock", fmt.Errorf("expired on %s", c.NotAfter.UTC().Format(time.RFC3339))
}

// wrongAuthority goes by the certificate that nobody vouches for. A weak signature is not even looked at, unless the
// very certificate is trusted, as one that is self-signed can be.
func wrongAuthority(c *x509.Certificate) (remedy string, err error) {
	selfSigned := bytes.Equal(c.RawSubject, c.RawIssuer)
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		if !selfSigned {
			return "issue another one for the host", fmt.Errorf("is signed with %s, which is too weak to be verified", c.SignatureAlgorithm)
		}
	}
	return "put that authority, or the certificate itself where it is self-signed, in a file for tls.ca_file", &UnknownAuthority{c}
}
