package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"syncd/internal/schedule"
)

// formats are the texts that schema.json names as format. An error says what is wrong and what to write instead.
var formats = map[string]func(string) error{
	"go-duration":      func(s string) error { return new(Duration).UnmarshalText([]byte(s)) },
	"byte-size":        func(s string) error { return new(Size).UnmarshalText([]byte(s)) },
	"cron":             func(s string) error { return new(schedule.Schedule).UnmarshalText([]byte(s)) },
	"sha256":           func(s string) error { return new(Fingerprint).UnmarshalText([]byte(s)) },
	"class":            func(s string) error { return new(ClassName).UnmarshalText([]byte(s)) },
	"interval":         interval,
	"pool-name":        poolName,
	"pool-url":         poolURL,
	"database-url":     databaseURL,
	"address":          func(s string) error { _, err := address(s); return err },
	"loopback-address": loopback,
}

// interval is the pace of a pool that is followed: below a second xapi and the runs in the database would work for
// what nobody sees, beyond an hour a schedule is meant.
func interval(s string) error {
	var d Duration
	if err := d.UnmarshalText([]byte(s)); err != nil {
		return err
	}
	switch {
	case d < Duration(time.Second):
		return fmt.Errorf("%s is too short, write 1s or more", s)
	case d > Duration(time.Hour):
		return fmt.Errorf("%s is too long, write 1h or less, or follow: false and a schedule", s)
	}
	return nil
}

func poolName(s string) error {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if s == "" || s != strings.TrimSpace(s) || strings.ContainsFunc(s, unprintable) {
		return fmt.Errorf("%q is no name for a pool, write printable characters without blanks around them", s)
	}
	return nil
}

// poolURL quotes nothing: people put credentials into URLs.
func poolURL(s string) error {
	const remedy = "write one such as https://xen1.example"
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", strings.ContainsAny(u.Host, " \t"):
		return errors.New("is not https:// or http:// and a host, " + remedy)
	case u.User != nil:
		return errors.New("has an account in it, write it as username and password_file and only scheme, host and port here")
	case u.Path != "" && u.Path != "/", u.RawQuery != "" || u.ForceQuery, u.Fragment != "":
		return errors.New("has more than scheme, host and port, " + remedy)
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		return checkPort(port)
	}
	return nil
}

// sslModes are those of libpq.
var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

// databaseURL quotes nothing that may hold the password.
func databaseURL(s string) error {
	const remedy = "write embedded or postgres://USER@HOST:PORT/NAME"
	if s == Embedded {
		return nil
	}
	u, err := url.Parse(s)
	switch {
	case err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && u.Fragment == "" && !strings.Contains(u.Path, "@"):
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		return errors.New("is a PostgreSQL URL with a character that must be written as %XX, check its password: " + remedy)
	default:
		return errors.New("is neither embedded nor a PostgreSQL URL, " + remedy)
	}
	if mode := u.Query().Get("sslmode"); mode != "" && !slices.Contains(sslModes, mode) {
		return fmt.Errorf("has an unknown sslmode, write one of %s", strings.Join(sslModes, ", "))
	}
	if port := u.Port(); port != "" {
		return checkPort(port)
	}
	return nil
}

func address(s string) (host string, err error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", fmt.Errorf("%q is not HOST:PORT, write an address such as 127.0.0.1:9747", s)
	}
	return host, checkPort(port)
}

func loopback(s string) error {
	host, err := address(s)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("%q is reachable from other machines, write a loopback address such as 127.0.0.1:54329", s)
	}
	return nil
}

func checkPort(port string) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%q is no port, write 1 to 65535", port)
	}
	return nil
}
