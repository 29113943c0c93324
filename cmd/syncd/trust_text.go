package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"syncd/internal/config"
	"syncd/internal/xenapi"
)

// shownHost is what a host shows, or why it shows nothing.
type shownHost struct {
	URL       string     `json:"url"`
	Pool      string     `json:"pool"`
	Address   string     `json:"address,omitempty"`
	TLS       string     `json:"tls,omitempty"`
	Legacy    bool       `json:"legacy"`
	Subject   string     `json:"subject,omitempty"`
	Issuer    string     `json:"issuer,omitempty"`
	DNSNames  []string   `json:"dns_names,omitempty"`
	IPs       []string   `json:"ip_addresses,omitempty"`
	NotBefore *time.Time `json:"not_before,omitempty"`
	NotAfter  *time.Time `json:"not_after,omitempty"`
	Key       string     `json:"key,omitempty"`
	Signature string     `json:"signature,omitempty"`
	SHA256    string     `json:"sha256,omitempty"`
	Pinned    bool       `json:"pinned"`
	Error     string     `json:"error,omitempty"`

	pool *config.Pool // nil where none is known
	pin  config.Fingerprint
	err  error
}

func newShownHost(m member, shown *xenapi.Shown, err error) shownHost {
	h := shownHost{URL: m.url, pool: m.pool, err: err}
	if m.pool != nil {
		h.Pool = m.pool.Name
	}
	if err != nil {
		h.Error = err.Error()
		return h
	}
	c := shown.Certificate
	h.Address, h.TLS, h.Legacy = shown.Address, tls.VersionName(shown.Version), shown.Legacy
	h.Subject, h.Issuer, h.DNSNames = c.Subject.String(), c.Issuer.String(), c.DNSNames
	for _, ip := range c.IPAddresses {
		h.IPs = append(h.IPs, ip.String())
	}
	h.NotBefore, h.NotAfter = new(c.NotBefore.UTC()), new(c.NotAfter.UTC())
	h.Key, h.Signature = describeKey(c), c.SignatureAlgorithm.String()
	h.pin = config.Fingerprint(xenapi.FingerprintOf(c))
	h.SHA256 = h.pin.String()
	h.Pinned = m.pool != nil && slices.Contains(m.pool.TLS.SHA256, h.pin)
	return h
}

func describeKey(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d bits", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	}
	return c.PublicKeyAlgorithm.String()
}

// poolHosts are the hosts of one pool that showed something. The pool is nil where none is known.
type poolHosts struct {
	pool  *config.Pool
	hosts []shownHost
}

// byPool groups hosts in the order in which their pools come.
func byPool(hosts []shownHost) (groups []poolHosts) {
	for _, h := range hosts {
		if h.err != nil {
			continue
		}
		i := slices.IndexFunc(groups, func(g poolHosts) bool { return g.pool == h.pool })
		if i < 0 {
			i = len(groups)
			groups = append(groups, poolHosts{pool: h.pool})
		}
		groups[i].hosts = append(groups[i].hosts, h)
	}
	return groups
}

// shown are the certificates of the hosts, each once.
func (g poolHosts) shown() (pins []config.Pinned) {
	for _, h := range g.hosts {
		if !slices.ContainsFunc(pins, func(p config.Pinned) bool { return p.SHA256 == h.pin }) {
			pins = append(pins, config.Pinned{SHA256: h.pin, URL: h.URL})
		}
	}
	return pins
}

// others are the certificates that the pool pins and none of the hosts shows.
func (g poolHosts) others() (pins []config.Pinned) {
	if g.pool == nil {
		return nil
	}
	for _, f := range g.pool.TLS.SHA256 {
		if !slices.ContainsFunc(g.hosts, func(h shownHost) bool { return h.pin == f }) {
			pins = append(pins, config.Pinned{SHA256: f})
		}
	}
	return pins
}

func (g poolHosts) legacy() bool {
	return slices.ContainsFunc(g.hosts, func(h shownHost) bool { return h.Legacy })
}

// trustText is what people read: each certificate, what to compare it with, and the lines that pin it.
func trustText(cfg *config.Config, hosts []shownHost) []byte {
	var b bytes.Buffer
	for _, h := range hosts {
		if h.err == nil {
			h.describe(&b)
		}
	}
	groups := byPool(hosts)
	if len(groups) == 0 {
		return nil
	}
	b.WriteString("Compare each SHA-256 with what the host itself says, at its console or over an ssh that knows it:\n" +
		"  openssl x509 -fingerprint -sha256 -noout -in /etc/xensource/xapi-ssl.pem\n")
	for _, g := range groups {
		g.describe(&b, cfg)
	}
	return b.Bytes()
}

func (h shownHost) describe(b *bytes.Buffer) {
	issuer, names := h.Issuer, strings.Join(slices.Concat(h.DNSNames, h.IPs), ", ")
	if h.Issuer == h.Subject {
		issuer = "itself"
	}
	if names == "" {
		names = "none, a certificate for mode pin only"
	}
	pinned := ""
	if h.Pinned {
		pinned = " (pinned)"
	}
	fmt.Fprintf(b, "%s (%s, %s)\n  subject  %s\n  issuer   %s\n  names    %s\n  valid    %s to %s\n  key      %s, signed with %s\n  SHA-256  %s%s\n\n",
		h.URL, h.Address, h.TLS, clean(h.Subject), clean(issuer), clean(names), local(*h.NotBefore), local(*h.NotAfter), h.Key, h.Signature, h.SHA256, pinned)
}

// clean takes from the text of a certificate, which may be anybody's, what could play with a terminal.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// describe shows the lines that pin the certificates of a pool.
func (g poolHosts) describe(b *bytes.Buffer, cfg *config.Config) {
	others := g.others()
	legacy := g.legacy() || g.pool != nil && g.pool.TLS.Legacy
	lines := config.PinLines(slices.Concat(others, g.shown()), legacy)
	unpinned := slices.ContainsFunc(g.hosts, func(h shownHost) bool { return !h.Pinned })
	switch {
	case g.pool == nil:
		b.WriteString("\nTo accept these certificates and no others, write below the pool:\n")
	case unpinned || legacy != g.pool.TLS.Legacy:
		fmt.Fprintf(b, "\nTo accept these certificates and no others, write below pool %s in %s, or let --write do it:\n", g.pool.Name, cfg.Path)
	default:
		fmt.Fprintf(b, "\n%s pins these for pool %s.\n", cfg.Path, g.pool.Name)
		lines = nil
	}
	for _, line := range lines {
		fmt.Fprintf(b, "    %s\n", line)
	}
	if g.legacy() {
		b.WriteString("legacy is for releases before 8.0 and weakens what TLS promises; turn it off after an upgrade.\n")
	}
	for _, p := range others {
		fmt.Fprintf(b, "Also pinned, and shown by none of these: %s. Remove it if its host is gone or has another certificate.\n", p.SHA256)
	}
}
