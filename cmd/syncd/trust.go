package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"syncd/internal/config"
	"syncd/internal/xenapi"
)

type trustCmd struct {
	URL    []string `arg:"" optional:"" name:"url" help:"A host of a pool, https://xen1.example. Default: all urls of the configuration."`
	Pool   string   `placeholder:"NAME" help:"The pool: all of its urls, or the one that the given URLs are hosts of."`
	Write  bool     `help:"Pin what they show in the configuration, after a question."`
	Yes    bool     `short:"y" help:"Do not ask."`
	Output string   `short:"o" enum:"text,json" default:"text" placeholder:"text|json" help:"How to print it (${default})."`
}

// Help describes what --help has no room for elsewhere.
func (trustCmd) Help() string {
	return `It shows the certificate of each host, and the lines that pin it. It sends nothing to a host, and believes nothing that it shows: compare the SHA-256 with what the host itself says.

--write changes the tls entry of the pool and nothing else in the file. Certificates that are pinned already stay pinned.

-o json prints a list with an object for each host:

  url, pool                  pool is empty where none is known
  address                    IP:PORT
  tls, legacy                legacy: only tls.legacy reaches it
  subject, issuer
  dns_names, ip_addresses    lists
  not_before, not_after      RFC 3339, UTC
  key, signature
  sha256                     as openssl prints it
  pinned                     whether the pool pins it already
  error                      instead of all that, where there is no answer`
}

// member is a host that is asked.
type member struct {
	url  string
	pool *config.Pool // nil where none is known
}

// Run shows the certificates of hosts, and pins them where it is asked to. Passwords may be missing.
func (c *trustCmd) Run(ctx context.Context, p *program) error {
	asked, ok := p.terminal()
	if c.Write && !c.Yes && !ok {
		return misuse{errors.New("trust: there is no terminal to ask on whether the certificates are right, compare them and say --yes")}
	}
	path, text, cfg, err := c.load(p)
	if err != nil {
		return err
	}
	members, err := c.members(cfg)
	if err != nil {
		return misuse{err}
	}
	hosts := showAll(ctx, members)
	if c.Output == "json" {
		err = p.print(c.Output, hosts, nil)
	} else {
		_, err = p.stdout.Write(trustText(cfg, hosts))
	}
	if err != nil {
		return err
	}
	var faults []error
	for _, h := range hosts {
		if h.err != nil {
			faults = append(faults, fmt.Errorf("trust: %w", h.err))
		}
	}
	if c.Write && len(faults) > 0 {
		faults = append(faults, errors.New("trust: nothing was written, give the URLs of the hosts that answer"))
	}
	if !c.Write || len(faults) > 0 {
		return errors.Join(faults...)
	}
	return c.pin(ctx, p, asked, path, text, hosts)
}

// load reads the configuration. Where hosts are only to be shown, there may be none, or a bad one.
func (c *trustCmd) load(p *program) (path string, text []byte, cfg *config.Config, err error) {
	needed := len(c.URL) == 0 || c.Write || c.Pool != "" || p.config != ""
	path = findConfig(p.config)
	if path == "" && needed {
		return "", nil, nil, misuse{errors.New("there is neither syncd.yaml nor /etc/syncd/syncd.yaml, name the configuration with -c")}
	}
	text, err = os.ReadFile(path)
	if err != nil {
		err = fmt.Errorf("read the configuration: %w, name the right file with -c or create it", err)
	} else {
		cfg, err = config.Draft(path, text)
	}
	if err != nil && needed {
		return "", nil, nil, badConfig{err}
	}
	return path, text, cfg, nil
}

// members are the hosts that are asked.
func (c *trustCmd) members(cfg *config.Config) (members []member, err error) {
	var pools []config.Pool
	if cfg != nil {
		var names []string
		if c.Pool != "" {
			names = []string{c.Pool}
		}
		if pools, err = choose(cfg, names); err != nil {
			return nil, err
		}
	}
	for _, url := range c.URL {
		url = withScheme(url)
		m := member{url: url}
		of := slices.IndexFunc(pools, func(pool config.Pool) bool {
			return c.Pool != "" || slices.ContainsFunc(pool.URLs, func(known string) bool { return sameURL(known, url) })
		})
		if of >= 0 {
			m.pool = &pools[of]
		} else if c.Write {
			return nil, fmt.Errorf("trust: no pool of %s has %s in its urls, say with --pool which one it is a host of", cfg.Path, url)
		}
		members = append(members, m)
	}
	if len(c.URL) > 0 {
		return members, nil
	}
	for i := range pools {
		for _, url := range pools[i].URLs {
			if strings.HasPrefix(strings.ToLower(url), "https:") {
				members = append(members, member{url, &pools[i]})
			}
		}
	}
	if len(members) == 0 {
		return nil, fmt.Errorf("trust: no pool has a URL with https://, and http:// has no certificate: name a host, or change urls in %s", cfg.Path)
	}
	return members, nil
}

func sameURL(a, b string) bool {
	plain := func(url string) string {
		return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(url), "/"), ":443")
	}
	return plain(a) == plain(b)
}

// showAll asks all hosts, some at a time.
func showAll(ctx context.Context, members []member) []shownHost {
	hosts := make([]shownHost, len(members))
	var group errgroup.Group
	group.SetLimit(8)
	for i, m := range members {
		group.Go(func() error {
			connect := time.Duration(0)
			if m.pool != nil {
				connect = time.Duration(m.pool.Timeouts.Connect)
			}
			shown, err := xenapi.Show(ctx, m.url, connect)
			hosts[i] = newShownHost(m, shown, err)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
	return hosts
}

// pin writes into the configuration what the hosts of each pool show.
func (c *trustCmd) pin(ctx context.Context, p *program, asked *terminal, path string, before []byte, hosts []shownHost) error {
	after, wrote := before, []string{}
	for _, group := range byPool(hosts) {
		var err error
		was := after
		after, err = config.Pin(path, was, group.pool.Name, group.shown(), group.legacy())
		if errors.Is(err, config.ErrByHand) {
			return fmt.Errorf("trust: %s: %w, pool %s: write the lines above by hand; nothing was written", path, err, group.pool.Name)
		}
		if err != nil {
			return fmt.Errorf("trust: %w", err)
		}
		if !bytes.Equal(was, after) {
			wrote = append(wrote, group.pool.Name)
		}
	}
	if len(wrote) == 0 {
		return c.say(p, path+" pins them already, nothing was written")
	}
	if !c.Yes {
		yes, err := asked.confirm(ctx, "Are these the certificates of the hosts, and shall "+path+" pin them for "+strings.Join(wrote, ", "))
		if err != nil {
			return fmt.Errorf("trust: %w, nothing was written", err)
		}
		if !yes {
			return errors.New("trust: not confirmed, nothing was written")
		}
	}
	if err := rewriteFile(path, before, after); err != nil {
		return fmt.Errorf("trust: %w; nothing was written, the lines above can be by hand", err)
	}
	return c.say(p, "wrote "+path+", pinned: "+strings.Join(wrote, ", "))
}

// say keeps JSON on stdout by itself.
func (c *trustCmd) say(p *program, what string) error {
	if c.Output == "json" {
		p.log.Info(what)
		return nil
	}
	_, err := fmt.Fprintln(p.stdout, what)
	return err
}

// rewriteFile puts after in the place of before, at once or not at all, for the same owner and with the same rights.
func rewriteFile(path string, before, after []byte) error {
	path, err := filepath.EvalSymlinks(path) // of which the link stays
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, before) {
		return errors.Join(err, fmt.Errorf("%s has been changed meanwhile", path))
	}
	return replaceFile(path, after, info)
}
