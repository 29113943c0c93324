package main

import (
	"crypto/x509"
	"fmt"
	"time"

	"syncd/internal/config"
)

// expiresSoon is how long before its end a certificate is warned about: time enough to issue another one.
const expiresSoon = 30 * 24 * time.Hour

// checkExpiry warns about a certificate whose end is near. What that means is up to the mode.
func checkExpiry(pool config.Pool, c *x509.Certificate, now time.Time) []finding {
	left := c.NotAfter.Sub(now)
	if left > expiresSoon {
		return nil
	}
	f := finding{Check: "certificate", Target: pool.Name, Result: "warning: it expired on " + local(c.NotAfter)}
	if left > 0 {
		f.Result = fmt.Sprintf("warning: it expires in %d days, on %s", left/(24*time.Hour), local(c.NotAfter))
	}
	switch pool.TLS.Mode {
	case "pin":
		f.Remedy = "none needed, it is pinned; when the host gets another one, syncd trust --write pins that"
	case "insecure":
		f.Remedy = "none needed, tls.mode insecure does not ask; clients that verify do"
	default:
		f.Remedy = "issue another one for the host before that, or pin this one with syncd trust --write"
	}
	return []finding{f}
}
