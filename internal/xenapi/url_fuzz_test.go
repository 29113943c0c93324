package xenapi

import (
	"net/url"
	"strings"
	"testing"
)

// bareHost fails unless u is a scheme, a host and perhaps a port, and survives being written and read.
func bareHost(t *testing.T, u *url.URL) {
	t.Helper()
	again, err := parseURL(u.String())
	if err != nil || *again != *u {
		t.Fatalf("%q is read again as %v, %v", u, again, err)
	}
	if u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" {
		t.Fatalf("%q (%#v) is more than a host and its port", u, u)
	}
}

func FuzzAMasterThatAMemberNamesIsAHostOrRefused(f *testing.F) {
	for _, address := range []string{"10.0.0.12", "fd00::12", "[fd00::12]:8443", "[fd00::12]", "fe80::1%eth0", "xen1.example", "xen1:443", "xen1:0", "xen1:99999",
		" 10.0.0.1 ", "", "OpaqueRef:NULL", "root:x@evil", "a/b", "a?b", "::ffff:10.0.0.1", "::", "[::]:", "[::%%#0]"} {
		f.Add(address, false)
		f.Add(address, true)
	}
	f.Fuzz(func(t *testing.T, address string, ported bool) {
		base := &url.URL{Scheme: "https", Host: "xen0.example"}
		if ported {
			base.Host += ":8443"
		}
		u, err := masterURL(base, &Error{Code: "HOST_IS_SLAVE", Params: []string{address}})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x00") {
				t.Fatalf("error %q", err)
			}
			return
		}
		if u.Scheme != base.Scheme || ported && u.Port() == "" {
			t.Fatalf("%q leads from %s to %s", address, base, u)
		}
		bareHost(t, u)
	})
}

func FuzzAURLOfAMemberIsAHostOrRefused(f *testing.F) {
	for _, text := range []string{"https://xen1", "http://[fd00::1]:80/", "HTTPS://XEN1:443", "https://u:p@h", "https://h/path", "https://h?q", "https://h#f", "xen1", "https://", "https://:443",
		"https://a b", "https://h:x", "http://[fe80::1%25eth0]", "https://h:", "file:///etc"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parseURL(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x00") {
				t.Fatalf("error %q", err)
			}
			return
		}
		bareHost(t, u)
		if endpoint(u) == "" {
			t.Fatalf("%q has no endpoint", text)
		}
	})
}
