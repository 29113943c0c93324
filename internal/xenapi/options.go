package xenapi

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Options say how to reach one pool. URLs, Username and Password are needed, the rest has defaults.
//
// Connections go straight to the hosts: HTTP_PROXY and its like are ignored, since the root password of a pool is
// nothing to hand to a proxy that happens to be set.
type Options struct {
	// URLs of any members, http:// or https://, with nothing behind the port. The next ones are tried only where the
	// one before does not lead to the pool's master.
	URLs []string

	// Pool is the uuid that the pool must have: another one that answers is passed over. Empty takes the pool that
	// answers first, and keeps to it as long as the session lives.
	Pool string

	// Key is a secret of whoever keeps the hashes of records (model.Record.Hash): random bytes, 16 or more. Hashes can
	// only be compared under one key, and under one without secret somebody could make two records of one hash.
	Key []byte

	// Members are addresses of the pool's hosts (host.address) as they were known earlier, those first that are the
	// likelier to answer. They are tried where no URL leads to the master, with the schemes and ports of URLs.
	Members []string

	// Master is where the session before found the master, and this one writes where it does. A change is told at INFO.
	// nil keeps no memory.
	Master *string

	// Issued is told of each session before it is used: the URL that issued it and its reference, which is a
	// credential. What it returns is called once when the session is given up, with whether it was logged out. nil is
	// nobody.
	Issued func(url, ref string) (ended func(loggedOut bool))

	Username, Password string
	TLS                TLS // nothing to http://
	Timeouts           Timeouts
	Limits             Limits

	// Version of syncd: the pool sees it as User-Agent and as the originator of the session, both syncd/VERSION.
	// The host's name is left out of the originator: xapi keeps 500 sessions of one, so that those which a kill -9
	// left behind are the first to go. Empty is "dev".
	Version string

	Log *slog.Logger // nil says nothing
}

// TLS says whom https:// believes.
type TLS struct {
	Mode   string        // verify, the default; pin: the certificates of Pins; insecure: any certificate of anyone
	CAFile string        // verify trusts these PEM certificates alone; empty is the system's roots
	Pins   []Fingerprint // pin takes exactly these, whatever their names, dates and authorities

	// Legacy adds what releases before 8.0 need: RSA key exchange, AES in CBC mode with SHA-256, TLS 1.0 and 1.1.
	Legacy bool
}

// Timeouts of one call. Zero is the default.
type Timeouts struct {
	Connect   time.Duration // for TCP and TLS together; 10 s
	FirstByte time.Duration // from the request sent to the headers of the answer; 60 s
	Idle      time.Duration // for the next bytes of an answer; 60 s
	Call      time.Duration // for all of it, the time that the reader of the records takes included; 15 min
}

// Limits of what an answer may cost. Zero is the default.
type Limits struct {
	Record int64 // bytes of one record; 16 MiB
	Depth  int   // of elements within each other; 64
	Answer int64 // bytes of one answer; 2 GiB
}

func (o Options) withDefaults() Options {
	o.TLS.Mode = cmp.Or(o.TLS.Mode, "verify")
	o.Timeouts = Timeouts{
		Connect:   cmp.Or(o.Timeouts.Connect, 10*time.Second),
		FirstByte: cmp.Or(o.Timeouts.FirstByte, 60*time.Second),
		Idle:      cmp.Or(o.Timeouts.Idle, 60*time.Second),
		Call:      cmp.Or(o.Timeouts.Call, 15*time.Minute),
	}
	o.Limits = Limits{
		Record: cmp.Or(o.Limits.Record, 16<<20),
		Depth:  cmp.Or(o.Limits.Depth, 64),
		Answer: cmp.Or(o.Limits.Answer, 2<<30),
	}
	o.Version = cmp.Or(o.Version, "dev")
	if o.Issued == nil {
		o.Issued = func(string, string) func(bool) { return func(bool) {} }
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}

// tlsConfig is what https:// needs; a ca_file that no URL asks for is not read.
func (o Options) tlsConfig(urls []*url.URL) (*tls.Config, error) {
	if !slices.ContainsFunc(urls, func(u *url.URL) bool { return u.Scheme == "https" }) {
		return nil, nil
	}
	return o.TLS.config()
}

// addresses are the URLs parsed, with every fault of the options at once.
func (o Options) addresses() ([]*url.URL, error) {
	var faults []error
	if len(o.URLs) == 0 {
		faults = append(faults, errors.New("urls: there are none, name a member of the pool"))
	}
	var bases []*url.URL
	for _, s := range o.URLs {
		base, err := parseURL(s)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		bases = append(bases, base)
	}
	// The encoder would replace these characters without a word, and the login would only be called wrong.
	if !sendable(o.Username) {
		faults = append(faults, errors.New("username: it has a control character or is no UTF-8, which XML cannot carry"))
	}
	if !sendable(o.Password) {
		faults = append(faults, errors.New("password: it has a control character or is no UTF-8, which XML cannot carry: "+
			"save its file as UTF-8, or give the account another password"))
	}
	return bases, oneLine(faults)
}

func parseURL(s string) (*url.URL, error) {
	if strings.Contains(s, "@") { // do not show it
		return nil, errors.New("urls: one names an account, which belongs in username and password")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("urls: %q cannot be read: write https://host or https://host:port", s)
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, fmt.Errorf("urls: %q: write https://host or https://host:port", s)
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return nil, fmt.Errorf("urls: %q: leave out what stands behind the host and its port", s)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// sendable tells whether XML 1.0 has a form for each character of s.
func sendable(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return utf8.ValidString(s)
}
