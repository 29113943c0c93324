package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// check says what the schema cannot, makes paths absolute and reads what the file refers to. Its error is what is
// wrong outside the file.
func (d *document) check(c *Config) error {
	folder, err := filepath.Abs(filepath.Dir(c.Path))
	if err != nil {
		return fmt.Errorf("find the folder of %s: %w", c.Path, err)
	}
	if c.Database.Listen != "" && c.Database.URL != Embedded {
		d.fault("database/listen", "is only for url: embedded, remove it")
	}
	names := map[string]int{}
	for i := range c.Pools {
		p, path := &c.Pools[i], join("pools", i)
		if first, ok := names[p.Name]; ok && p.Name != "" {
			d.fault(join(path, "name"), "%q is the name of pools[%d] too, give each pool its own", p.Name, first)
		} else {
			names[p.Name] = i
		}
		d.password(p, path, folder)
		d.tls(p, path, folder)
		d.follow(p, path)
	}
	return errors.Join(overrideURL(c), d.dataDir(c, folder))
}

// overrideURL lets SYNCD_DATABASE_URL take precedence over database.url.
func overrideURL(c *Config) error {
	override := os.Getenv("SYNCD_DATABASE_URL")
	if override == "" {
		return nil
	}
	c.Database.URL = Secret(override)
	if err := databaseURL(override); err != nil {
		return fmt.Errorf("the environment variable SYNCD_DATABASE_URL %w", err)
	}
	return nil
}

// dataDir makes data_dir absolute, or finds the default.
func (d *document) dataDir(c *Config, folder string) error {
	switch state := os.Getenv("XDG_STATE_HOME"); {
	case c.DataDir != "":
		c.DataDir = absolute(folder, c.DataDir)
	case d.broken["data_dir"]:
	case os.Geteuid() == 0:
		c.DataDir = "/var/lib/syncd"
	case filepath.IsAbs(state): // the XDG specification ignores relative ones
		c.DataDir = filepath.Join(state, "syncd")
	default:
		home, err := os.UserHomeDir()
		if err != nil {
			return fmt.Errorf("find the default of data_dir: %w, write data_dir in %s", err, c.Path)
		}
		c.DataDir = filepath.Join(home, ".local", "state", "syncd")
	}
	return nil
}

// password reads the one source that the schema made sure of.
func (d *document) password(p *Pool, path, folder string) {
	switch {
	case p.PasswordFile != "" && p.PasswordEnv != "":
	case p.PasswordFile != "":
		path = join(path, "password_file")
		p.PasswordFile = absolute(folder, p.PasswordFile)
		data, err := readFile(p.PasswordFile, longestPassword)
		p.Password = Secret(cutNewline(string(data)))
		switch {
		case d.draft:
		case err != nil:
			d.fault(path, "%v, create it or correct the path", err)
		case p.Password == "":
			d.fault(path, "%s is empty, write the password into it", p.PasswordFile)
		}
	case p.PasswordEnv != "":
		p.Password = Secret(os.Getenv(p.PasswordEnv))
		if p.Password == "" && !d.draft {
			d.fault(join(path, "password_env"), "the environment variable %s is not set or empty, set it to the password", p.PasswordEnv)
		}
	}
}

func (d *document) tls(p *Pool, path, folder string) {
	maybeHTTPS := func(url string) bool { return !strings.HasPrefix(strings.ToLower(url), "http:") }
	if d.has(join(path, "tls")) && len(p.URLs) > 0 && !slices.ContainsFunc(p.URLs, maybeHTTPS) {
		d.fault(join(path, "tls"), "is only for https:// and this pool has http:// URLs only, remove it or write https://")
	}
	d.pins(p, join(path, "tls"))
	if p.TLS.CAFile == "" {
		return
	}
	path = join(path, "tls/ca_file")
	if p.TLS.Mode != "verify" {
		d.fault(path, "is only for mode: verify, remove one of them")
		return
	}
	p.TLS.CAFile = absolute(folder, p.TLS.CAFile)
	data, err := readFile(p.TLS.CAFile, longestConfig)
	if err != nil {
		d.fault(path, "%v, create it or correct the path", err)
	} else if !x509.NewCertPool().AppendCertsFromPEM(data) {
		d.fault(path, "%s holds no certificate, write one in PEM (-----BEGIN CERTIFICATE-----)", p.TLS.CAFile)
	}
}

// pins makes sure that mode: pin and sha256 come together. A draft may lack the pins, so that syncd trust can add them.
func (d *document) pins(p *Pool, path string) {
	mode, sha256 := join(path, "mode"), join(path, "sha256")
	switch given := d.has(sha256); {
	case d.broken[mode]:
	case p.TLS.Mode == "pin" && !given && !d.draft:
		d.fault(mode, "is pin and there is no sha256 beside it, let syncd trust --write add the SHA-256 of each host's certificate")
	case p.TLS.Mode != "pin" && given:
		d.fault(sha256, "is only for mode: pin, write mode: pin or remove it")
	}
}

// follow makes sure that a pool that is followed is asked for what changed; each may be said at the top level.
func (d *document) follow(p *Pool, path string) {
	const remedy = "write read: auto or follow: false"
	follow, read := join(path, "follow"), join(path, "read")
	switch {
	case !p.Follow || p.Read != "full" || d.broken[read]:
	case d.has(follow):
		d.fault(follow, "is only for read: auto and read is full, "+remedy)
	case d.has(read):
		d.fault(read, "is full and follow is true at the top level, "+remedy+" here")
	default: // told once, however many pools it is about
		d.breaks("follow", "is only for read: auto and read is full, "+remedy)
	}
}

func absolute(folder, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(folder, path)
}
