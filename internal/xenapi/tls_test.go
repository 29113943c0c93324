package xenapi

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority signs certificates for the servers of a test.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lab authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, cert := sign(t, template, authority{})
	return authority{cert, key}
}

// sign completes a certificate; one that no authority signs signs itself.
func sign(t *testing.T, template *x509.Certificate, by authority) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key, certify(t, template, by, key)
}

// signRSA is sign with a key as XenServer makes them.
func signRSA(t *testing.T, template *x509.Certificate, by authority, bits int) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key, certify(t, template, by, key)
}

func certify(t *testing.T, template *x509.Certificate, by authority, key crypto.Signer) *x509.Certificate {
	t.Helper()
	if by.cert == nil {
		by = authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// serverTemplate is a certificate for 127.0.0.1 that is valid now.
func serverTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "xen1.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

// secure is newHost with TLS, up to a version (0 is any), and with its certificate.
func secure(t *testing.T, template *x509.Certificate, by authority, most uint16) (*host, *x509.Certificate) {
	t.Helper()
	key, cert := sign(t, template, by)
	return secureWith(t, key, cert, func(c *tls.Config) { c.MaxVersion = most }), cert
}

// secureWith is newHost with TLS of the kind that change makes of a server which takes everything.
func secureWith(t *testing.T, key crypto.Signer, cert *x509.Certificate, change func(*tls.Config)) *host {
	t.Helper()
	h := &host{open: map[string]bool{}}
	h.Server = httptest.NewUnstartedServer(h.handler(nil))
	h.EnableHTTP2 = true
	h.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS10}
	change(h.TLS)
	h.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail on purpose
	h.StartTLS()
	t.Cleanup(h.Close)
	t.Cleanup(func() {
		if open := h.sessions(); open != 0 {
			t.Errorf("%d sessions are left open", open)
		}
	})
	return h
}

func pemFile(t *testing.T, cert *x509.Certificate) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCertificateOfTheGivenAuthorityIsBelieved(t *testing.T) {
	ca := newAuthority(t)
	h, _ := secure(t, serverTemplate(), ca, 0)
	o := h.options()
	o.TLS.CAFile = pemFile(t, ca.cert)
	s := opened(t, o)
	if err := new(counter).read(t.Context(), s); err != nil {
		t.Error(err)
	}
	if proto := h.calls[0].proto; proto != "HTTP/1.1" {
		t.Errorf("spoke %s", proto)
	}
}

func TestSelfSignedCertificateIsBelievedWhereItIsTheFile(t *testing.T) {
	h, cert := secure(t, serverTemplate(), authority{}, 0)
	o := h.options()
	o.TLS.CAFile = pemFile(t, cert)
	opened(t, o)
}

func TestInsecureBelievesAnyCertificate(t *testing.T) {
	template := serverTemplate()
	template.NotAfter, template.IPAddresses = time.Now().Add(-time.Minute), nil
	h, _ := secure(t, template, authority{}, 0)
	o := h.options()
	o.TLS.Mode = "insecure"
	opened(t, o)
}

func TestCertificatesThatAreNotBelievedAreExplained(t *testing.T) {
	ca := newAuthority(t)
	for name, c := range map[string]struct {
		change func(*x509.Certificate)
		ca     string
		wants  []string
	}{
		"an unknown authority": {func(*x509.Certificate) {}, "",
			[]string{"its certificate is signed by an authority unknown here (", "): put that authority, ", "tls.ca_file, or compare"}},
		"another host": {func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"xen1.example"} }, pemFile(t, ca.cert),
			[]string{"its certificate is for xen1.example, not for 127.0.0.1 (", "): write such a name in urls, "}},
		"a common name alone": {func(c *x509.Certificate) { c.IPAddresses = nil }, pemFile(t, ca.cert),
			[]string{"its certificate has no subjectAltName, and a common name alone is not enough ("}},
		"an expired one": {func(c *x509.Certificate) { c.NotAfter = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC) }, pemFile(t, ca.cert),
			[]string{"its certificate expired on 2020-01-02T03:04:05Z (", "): issue another one"}},
		"one of the future": {func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, pemFile(t, ca.cert),
			[]string{"its certificate is valid only from ", "): check this machine's clock"}},
		"one for another purpose": {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, pemFile(t, ca.cert),
			[]string{"its certificate is not valid (", "): issue another one"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := serverTemplate()
			c.change(template)
			h, cert := secure(t, template, ca, 0)
			o := h.options()
			o.TLS.CAFile = c.ca
			_, err := Open(t.Context(), o)
			wants(t, err, append(c.wants, "logging in to "+h.URL+": ")...)
			wantsPin(t, err, h, cert)
		})
	}
}

// wantsPin checks that an error has all that is needed to pin a certificate.
func wantsPin(t *testing.T, err error, h *host, cert *x509.Certificate) {
	t.Helper()
	wants(t, err, "("+cert.Subject.String()+", issued by "+cert.Issuer.String(), "valid until "+cert.NotAfter.Format(time.RFC3339),
		"SHA-256 "+FingerprintOf(cert).String(), "pin it (syncd trust "+h.URL+")")
}

func TestSHA1OfAnAuthorityIsTheReasonThatIsNamed(t *testing.T) {
	t.Parallel()
	template := serverTemplate()
	template.Subject.CommonName, template.IsCA, template.BasicConstraintsValid = "old authority", true, true
	key, ca := signRSA(t, template, authority{}, 2048)
	template = serverTemplate()
	template.SignatureAlgorithm = x509.SHA1WithRSA
	hostKey, cert := signRSA(t, template, authority{ca, key}, 2048)
	h := secureWith(t, hostKey, cert, func(*tls.Config) {})
	o := h.options()
	o.TLS.CAFile = pemFile(t, ca)
	_, err := Open(t.Context(), o)
	wants(t, err, "its certificate is signed with SHA1-RSA, which is too weak to be verified (")
	wantsPin(t, err, h, cert)
	o.TLS = TLS{Mode: "pin", Pins: []Fingerprint{FingerprintOf(cert)}}
	opened(t, o)
}

func TestFileWithoutCertificatesIsNamed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		empty:          "tls.ca_file: " + empty + " has no certificate",
		empty + ".not": "tls.ca_file: open " + empty + ".not: no such file",
	} {
		_, err := Open(t.Context(), Options{URLs: []string{"https://xen1"}, TLS: TLS{CAFile: path}})
		wants(t, err, want)
	}
	if _, err := newSession(Options{URLs: []string{"http://xen1"}, TLS: TLS{CAFile: empty}}); err != nil {
		t.Errorf("http:// alone: %v", err)
	}
}

func TestHTTPToATLSPortIsExplained(t *testing.T) {
	h, _ := secure(t, serverTemplate(), authority{}, 0)
	o := h.options()
	o.URLs = []string{"http://" + h.Listener.Addr().String()}
	_, err := Open(t.Context(), o)
	wants(t, err, "this port speaks TLS, write https:// in urls")
}
