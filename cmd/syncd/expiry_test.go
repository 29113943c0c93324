package main

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"syncd/internal/config"
)

func TestACertificateThatExpiresWithin30DaysIsWarnedAbout(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		left           time.Duration
		mode           string
		result, remedy string
	}{
		{30*24*time.Hour + time.Second, "verify", "", ""},
		{30 * 24 * time.Hour, "verify", "warning: it expires in 30 days, on ", "issue another one for the host before that"},
		{time.Hour, "verify", "warning: it expires in 0 days, on ", "issue another one"},
		{29 * 24 * time.Hour, "pin", "warning: it expires in 29 days, on ", "none needed, it is pinned"},
		{-time.Hour, "pin", "warning: it expired on ", "none needed, it is pinned"},
		{-time.Hour, "insecure", "warning: it expired on ", "none needed, tls.mode insecure does not ask"},
	} {
		pool := config.Pool{Name: "lab", TLS: config.TLS{Mode: c.mode}}
		found := checkExpiry(pool, &x509.Certificate{NotAfter: now.Add(c.left)}, now)
		if c.result == "" {
			if len(found) != 0 {
				t.Errorf("%v: %v", c.left, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Fault || !strings.HasPrefix(found[0].Result, c.result+local(now.Add(c.left))) || !strings.HasPrefix(found[0].Remedy, c.remedy) {
			t.Errorf("%v, %s: %+v", c.left, c.mode, found)
		}
	}
}
