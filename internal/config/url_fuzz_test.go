package config

import (
	"net/url"
	"strings"
	"testing"
)

func FuzzAURLThatIsTakenIsAHostAndItsPort(f *testing.F) {
	for _, text := range []string{"https://xen1", "http://[fd00::1]:80/", "HTTPS://XEN1:443", "https://u:p@h", "https://h/path", "https://h?", "https://h#", "https://h:0",
		"https://a b", "https://h:", "https://[fe80::1%25eth0]", "postgres://u:p@h:5432/d?sslmode=require", "postgres://u:p%40@h/d", "postgres:///d?host=/run", "postgresql://", "embedded"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := databaseURL(text); err == nil && text != Embedded {
			if u, err := url.Parse(text); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
				t.Errorf("%q is a database: %v, %v", text, u, err)
			}
		} else if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("error %q", err)
		}
		if poolURL(text) != nil {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.User != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%q is a pool: %#v, %v", text, u, err)
		}
	})
}
