package xenapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
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
	key  *ecdsa.PrivateKey
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
func sign(t *testing.T, template *x509.Certificate, by authority) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by.cert == nil {
		by = authority{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, cert
}

// serverTemplate is a certificate for 127.0.0.1 that is valid now.
func serverTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "xen1.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

// secure is newHost with TLS.
func secure(t *testing.T, template *x509.Certificate, by authority, most uint16) (*host, *x509.Certificate) {
	t.Helper()
	key, cert := sign(t, template, by)
	h := &host{open: map[string]bool{}}
	h.Server = httptest.NewUnstartedServer(h.handler(nil))
	h.EnableHTTP2 = true
	h.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}},
		MinVersion: tls.VersionTLS10, MaxVersion: most}
	h.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail on purpose
	h.StartTLS()
	t.Cleanup(h.Close)
	t.Cleanup(func() {
		if open := h.sessions(); open != 0 {
			t.Errorf("%d sessions are left open", open)
		}
	})
	return h, cert
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
		most   uint16
		ca     string
		wants  []string
	}{
		"an unknown authority": {func(*x509.Certificate) {}, 0, "",
			[]string{"(CN=xen1.example, issued by CN=lab authority) is signed by an authority unknown here", "tls.ca_file"}},
		"another host": {func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"xen1.example"} }, 0, pemFile(t, ca.cert),
			[]string{"its certificate is for xen1.example, not for 127.0.0.1: write such a name in urls"}},
		"a common name alone": {func(c *x509.Certificate) { c.IPAddresses = nil }, 0, pemFile(t, ca.cert),
			[]string{"(CN=xen1.example, issued by CN=lab authority) has no subjectAltName"}},
		"an expired one": {func(c *x509.Certificate) { c.NotAfter = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC) }, 0, pemFile(t, ca.cert),
			[]string{"its certificate expired on 2020-01-02T03:04:05Z"}},
		"one of the future": {func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, 0, pemFile(t, ca.cert),
			[]string{"is valid from ", "check this machine's clock"}},
		"one for another purpose": {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, 0, pemFile(t, ca.cert),
			[]string{"is not valid (", "issue another one"}},
		"an old protocol": {func(*x509.Certificate) {}, tls.VersionTLS11, pemFile(t, ca.cert),
			[]string{"TLS handshake", "too old for TLS 1.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := serverTemplate()
			c.change(template)
			h, _ := secure(t, template, ca, c.most)
			o := h.options()
			o.TLS.CAFile = c.ca
			_, err := Open(t.Context(), o)
			wants(t, err, append(c.wants, "logging in to "+h.URL+": ")...)
		})
	}
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
