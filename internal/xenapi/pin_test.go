package xenapi

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"
)

func pins(certs ...*x509.Certificate) TLS {
	t := TLS{Mode: "pin"}
	for _, c := range certs {
		t.Pins = append(t.Pins, FingerprintOf(c))
	}
	return t
}

func TestAPinnedCertificateIsBelievedWhateverItsNameDatesAndAuthority(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*x509.Certificate){
		"as it should be":     func(*x509.Certificate) {},
		"a common name alone": func(c *x509.Certificate) { c.IPAddresses = nil },
		"another host":        func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"xen9.example"} },
		"expired":             func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) },
		"of the future":       func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) },
		"another purpose":     func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := serverTemplate()
			change(template)
			h, cert := secure(t, template, newAuthority(t), 0)
			o := h.options()
			o.TLS = pins(cert)
			if err := new(counter).read(t.Context(), opened(t, o)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEachHostOfAPoolHasAPinOfItsOwn(t *testing.T) {
	t.Parallel()
	h1, cert1 := secure(t, serverTemplate(), authority{}, 0)
	h2, cert2 := secure(t, serverTemplate(), authority{}, 0)
	for _, h := range []*host{h1, h2} {
		o := h.options()
		o.TLS = pins(cert1, cert2)
		opened(t, o)
	}
}

func TestACertificateThatWasReplacedIsRefusedAndShown(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	_, before := sign(t, serverTemplate(), ca)
	h, after := secure(t, serverTemplate(), ca, 0)
	o := h.options()
	o.TLS = pins(before, ca.cert) // that of its authority is not the host's own
	o.TLS.CAFile = pemFile(t, ca.cert)
	_, err := Open(t.Context(), o)
	wants(t, err, "logging in to "+h.URL+": its certificate is none of those that tls.sha256 pins (")
	wantsPin(t, err, h, after)
	if called := h.called(); called != "" {
		t.Errorf("it was called with %s", called)
	}
}

// TestALegacyHostIsReachedWithLegacyOnly goes by what the stunnel of hosts offers, see legacySuites.
func TestALegacyHostIsReachedWithLegacyOnly(t *testing.T) {
	t.Parallel()
	key, cert := signRSA(t, serverTemplate(), authority{}, 2048)
	for name, change := range map[string]func(*tls.Config){
		"7.x: RSA key exchange with CBC and SHA-256": func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA256}
		},
		"6.5: RSA key exchange over TLS 1.0": func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS10
			c.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
		},
		"TLS 1.1":                       func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 },
		"ECDHE with CBC and SHA-256":    func(c *tls.Config) { only12(c, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256) },
		"RSA key exchange with AES-GCM": func(c *tls.Config) { only12(c, tls.TLS_RSA_WITH_AES_256_GCM_SHA384) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := secureWith(t, key, cert, change)
			o := h.options()
			o.TLS = TLS{Mode: "insecure"}
			_, err := Open(t.Context(), o)
			wants(t, err, "logging in to "+h.URL+": it broke off the TLS handshake (tls: ", "): turn on tls.legacy if it is a release before 8.0")
			for _, trust := range []TLS{{Mode: "insecure"}, {CAFile: pemFile(t, cert)}, pins(cert)} {
				trust.Legacy = true
				o.TLS = trust
				opened(t, o)
			}
			o.TLS = TLS{Legacy: true}
			_, err = Open(t.Context(), o)
			wants(t, err, "authority unknown here")
		})
	}
}

func only12(c *tls.Config, suite uint16) {
	c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{suite}
}

func TestLegacyTakesTheBestThatAHostSpeaks(t *testing.T) {
	t.Parallel()
	h, cert := secure(t, serverTemplate(), authority{}, 0)
	o := h.options()
	o.TLS = pins(cert)
	o.TLS.Legacy = true
	opened(t, o)
	config, err := TLS{Mode: "insecure", Legacy: true}.config()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", h.Listener.Addr().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.ConnectionState().Version; got != tls.VersionTLS13 {
		t.Errorf("spoke %s", tls.VersionName(got))
	}
}

func TestAHostWithNothingThatLegacyAddsIsExplained(t *testing.T) {
	t.Parallel()
	key, cert := signRSA(t, serverTemplate(), authority{}, 2048)
	h := secureWith(t, key, cert, func(c *tls.Config) {
		c.MaxVersion, c.CipherSuites = tls.VersionTLS10, []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
	})
	o := h.options()
	o.TLS = TLS{Mode: "insecure", Legacy: true}
	_, err := Open(t.Context(), o)
	wants(t, err, "it broke off the TLS handshake", "it speaks nothing that tls.legacy adds")
}

// TestAKeyThatGoRefusesIsExplained cannot be parallel: it makes the key by a setting of the whole process.
func TestAKeyThatGoRefusesIsExplained(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, cert := signRSA(t, serverTemplate(), authority{}, 512)
	h := secureWith(t, key, cert, func(c *tls.Config) { only12(c, tls.TLS_RSA_WITH_AES_128_CBC_SHA256) })
	t.Setenv("GODEBUG", "rsa1024min=1")
	o := h.options()
	o.TLS = pins(cert)
	o.TLS.Legacy = true
	_, err := Open(t.Context(), o)
	wants(t, err, "the key of its certificate cannot be used (crypto/rsa: 512-bit keys are insecure", "issue another one with 2048 bits or more")
}

func TestAServerShowsItsCertificateWhateverItIs(t *testing.T) {
	t.Parallel()
	template := serverTemplate()
	template.NotAfter, template.IPAddresses = time.Now().Add(-time.Minute), nil
	key, cert := signRSA(t, template, authority{}, 2048)
	for name, c := range map[string]struct {
		change func(*tls.Config)
		want   Shown
	}{
		"today's":          {func(*tls.Config) {}, Shown{cert, "", tls.VersionTLS13, false}},
		"TLS 1.2":          {func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, Shown{cert, "", tls.VersionTLS12, false}},
		"RSA key exchange": {func(c *tls.Config) { only12(c, tls.TLS_RSA_WITH_AES_128_CBC_SHA256) }, Shown{cert, "", tls.VersionTLS12, true}},
		"TLS 1.0":          {func(c *tls.Config) { c.MaxVersion = tls.VersionTLS10 }, Shown{cert, "", tls.VersionTLS10, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := secureWith(t, key, cert, c.change)
			c.want.Address = h.Listener.Addr().String()
			got, err := Show(t.Context(), h.URL, 0)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Certificate.Equal(cert) || got.Address != c.want.Address || got.Version != c.want.Version || got.Legacy != c.want.Legacy {
				t.Errorf("got %s, %s, legacy %t", got.Address, tls.VersionName(got.Version), got.Legacy)
			}
			if called := h.called(); called != "" {
				t.Errorf("it was called with %s", called)
			}
		})
	}
}

func TestAServerThatShowsNothingIsExplained(t *testing.T) {
	t.Parallel()
	plain := newHost(t, nil)
	for url, want := range map[string]string{
		"http://xen1":           `"http://xen1" has no certificate: write https://`,
		"xen1":                  `"xen1": write https://host`,
		"https://127.0.0.1:1":   "connecting to https://127.0.0.1:1: connection refused",
		"https" + plain.URL[4:]: "the port does not speak TLS",
	} {
		_, err := Show(t.Context(), url, 0)
		wants(t, err, want)
	}
}
