package xenapi

import (
	"testing"
	"time"
)

func TestOptionsDefaultsAreTheContracts(t *testing.T) {
	o := Options{Timeouts: Timeouts{Idle: time.Second}, Limits: Limits{Depth: 7}}.withDefaults()
	if want := (Timeouts{10 * time.Second, 60 * time.Second, time.Second, 15 * time.Minute}); o.Timeouts != want {
		t.Errorf("timeouts %v, want %v", o.Timeouts, want)
	}
	if want := (Limits{16 << 20, 7, 2 << 30}); o.Limits != want {
		t.Errorf("limits %v, want %v", o.Limits, want)
	}
	if o.TLS.Mode != "verify" || o.Log == nil {
		t.Errorf("tls mode %q, log %v", o.TLS.Mode, o.Log)
	}
}

func TestOptionsThatCannotWorkAreNamed(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, "urls: there are none"},
		{Options{URLs: []string{"xen1.example"}}, `"xen1.example": write https://host`},
		{Options{URLs: []string{"ftp://xen1"}}, `"ftp://xen1": write https://host`},
		{Options{URLs: []string{"https://"}}, "write https://host"},
		{Options{URLs: []string{"https://xen1/RPC2"}}, "leave out what stands behind"},
		{Options{URLs: []string{"https://xen1?x=1"}}, "leave out what stands behind"},
		{Options{URLs: []string{"https://xen 1"}}, "cannot be read"},
		{Options{URLs: []string{"https://root:xapi-pass@xen1"}}, "belongs in username and password"},
		{Options{URLs: []string{"root:xapi-pass@xen1"}}, "belongs in username and password"},
		{Options{URLs: []string{"https://x"}, Username: "r\x00t"}, "username: it has a control character"},
		{Options{URLs: []string{"https://x"}, Password: "xapi-pass\x1b"}, "password: it has a control character"},
		{Options{URLs: []string{"https://x"}, Password: "xapi-pass\xff"}, "is no UTF-8"},
		{Options{URLs: []string{"https://x"}, Password: "xapi-pass\ufffe"}, "XML cannot carry"},
		{Options{URLs: []string{"https://x"}, TLS: TLS{Mode: "tofu"}}, `tls.mode: "tofu" is none of`},
		{Options{URLs: []string{"https://x"}, TLS: TLS{Mode: "pin"}}, "tls.sha256: there is none to pin"},
	} {
		s, err := Open(t.Context(), c.o)
		if err == nil {
			s.Close()
		}
		wants(t, err, c.want)
	}
}

func TestOptionsShowEveryFaultAtOnce(t *testing.T) {
	_, err := Open(t.Context(), Options{URLs: []string{"a", "b"}, Password: "\x01"})
	wants(t, err, `"a"`, `"b"`, "password")
}
