package xenapi

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// config is what the handshake needs.
func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Legacy {
		config.MinVersion = tls.VersionTLS10
		config.CipherSuites = legacySuites()
	}
	switch t.Mode {
	case "verify":
		return config, t.roots(config)
	case "pin":
		if len(t.Pins) == 0 {
			return nil, errors.New("tls.sha256: there is none to pin: syncd trust shows the certificates of a pool")
		}
		config.InsecureSkipVerify = true // of names, dates and authorities; that the server holds the key is still proven
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if leaf := state.PeerCertificates[0]; !slices.Contains(t.Pins, FingerprintOf(leaf)) {
				return &unpinned{leaf}
			}
			return nil
		}
		return config, nil
	case "insecure":
		config.InsecureSkipVerify = true
		return config, nil
	}
	return nil, fmt.Errorf("tls.mode: %q is none of verify, pin and insecure", t.Mode)
}

// roots makes the certificates of CAFile those that are trusted.
func (t TLS) roots(config *tls.Config) error {
	if t.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(t.CAFile)
	if err != nil {
		return fmt.Errorf("tls.ca_file: %w: give a PEM file that syncd may read", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("tls.ca_file: %s has no certificate: give a PEM file with -----BEGIN CERTIFICATE-----", t.CAFile)
	}
	return nil
}

// legacySuites are Go's own and those that the stunnel of older hosts offers: RSA+AES128-SHA256 alone for 7.x,
// RSA+AES256-SHA and RSA+AES128-SHA before. Its RC4 and 3DES are left out, since no release has only those. Whatever
// is named here counts without GODEBUG (tlsrsakex, tls10server).
func legacySuites() []uint16 {
	suites := []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_RSA_WITH_AES_256_CBC_SHA,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	}
	for _, suite := range tls.CipherSuites() {
		suites = append(suites, suite.ID)
	}
	return suites
}

// Fingerprint is the SHA-256 of a certificate in DER.
type Fingerprint [sha256.Size]byte

// FingerprintOf is the fingerprint of a certificate.
func FingerprintOf(c *x509.Certificate) Fingerprint { return sha256.Sum256(c.Raw) }

// String is the form that `openssl x509 -fingerprint -sha256` prints: 32 times two capital digits, with colons between.
func (f Fingerprint) String() string {
	return strings.ReplaceAll(fmt.Sprintf("% X", f[:]), " ", ":")
}
