package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"syncd/internal/config"
)

type initCmd struct {
	Name         string   `placeholder:"NAME" help:"What SQL will call the pool."`
	URL          []string `name:"url" sep:"none" placeholder:"URL" help:"A member of the pool, https://xen1.example; can be given again."`
	Username     string   `placeholder:"USER" help:"The account to log in with; the role read-only is enough."`
	PasswordFile string   `placeholder:"FILE" xor:"password" help:"The file in which syncd will find the password."`
	PasswordEnv  string   `placeholder:"VARIABLE" xor:"password" help:"The environment variable in which syncd will find it."`
	TLSMode      string   `name:"tls-mode" enum:",verify,insecure" default:"" placeholder:"verify|insecure" help:"Whether the servers' certificates are verified (verify)."`
	CAFile       string   `name:"ca-file" placeholder:"FILE" help:"The certificates to trust, instead of this machine's own."`
	Database     string   `placeholder:"URL" help:"postgres://USER@HOST/NAME, or embedded for a private one (embedded)."`
	Output       string   `short:"o" default:"syncd.yaml" placeholder:"FILE" help:"The file to write (${default})."`
	Force        bool     `help:"Replace the file if it is there."`
	NoInput      bool     `help:"Never ask."`
	NoTry        bool     `help:"Do not try the pool."`
}

// Run writes a configuration without a secret in it.
func (c *initCmd) Run(ctx context.Context, p *program) error {
	if _, err := os.Lstat(c.Output); !c.Force && !errors.Is(err, fs.ErrNotExist) {
		return misuse{fmt.Errorf("init: %s is there already, say --force to replace it or --output for another file", c.Output)}
	}
	s, err := c.settings()
	if err != nil {
		return misuse{err}
	}
	asked, ok := p.terminal()
	if c.NoInput || !ok {
		asked = nil
	}
	if asked != nil {
		err = c.ask(ctx, asked, &s)
	} else {
		err = s.missing()
	}
	if err != nil {
		return err
	}
	if _, err := c.draft(s); err != nil {
		return misuse{err}
	}
	if !c.NoTry {
		t := trial{program: p, command: c, asked: asked, settings: &s}
		if err := t.run(ctx); err != nil {
			return err
		}
	}
	if err := replaceFile(c.Output, s.fill(), nil); err != nil {
		return fmt.Errorf("init: %w", err)
	}
	return c.next(p, s)
}

// settings are those of the flags. Relative paths of flags count from here, those of the file from its folder.
func (c *initCmd) settings() (settings, error) {
	s := settings{
		Database: cmp.Or(c.Database, config.Embedded), Name: c.Name, Username: c.Username,
		PasswordEnv: c.PasswordEnv, TLSMode: c.TLSMode,
	}
	for _, url := range c.URL {
		s.URLs = append(s.URLs, withScheme(url))
	}
	if hasPassword(s.Database) {
		return s, errors.New("init: --database holds a password, which the file would show: write postgres://USER:${VARIABLE}@…, or leave it to PGPASSWORD or ~/.pgpass")
	}
	var err, caErr error
	s.PasswordFile, err = c.path(c.PasswordFile)
	s.CAFile, caErr = c.path(c.CAFile)
	return s, errors.Join(err, caErr)
}

func (c *initCmd) path(path string) (string, error) {
	if path == "" || filepath.Dir(c.Output) == "." {
		return path, nil
	}
	return filepath.Abs(path)
}

// withScheme makes an URL of a host.
func withScheme(host string) string {
	if host == "" || strings.Contains(host, "://") {
		return host
	}
	return "https://" + host
}

var passwordInURL = regexp.MustCompile(`^[a-z]+://[^/@:]*:([^/@]*)@|[?&]password=([^&]*)`)

// hasPassword tells whether a URL holds a password, and not only the name of a variable.
func hasPassword(url string) bool {
	m := passwordInURL.FindStringSubmatch(url)
	return m != nil && !regexp.MustCompile(`^(\$\{\w+\})?$`).MatchString(m[1]+m[2])
}

// missing says which flags are needed where nobody can be asked.
func (s *settings) missing() error {
	var flags []string
	for _, need := range []struct {
		flag  string
		lacks bool
	}{
		{"--url", len(s.URLs) == 0}, {"--name", s.Name == ""}, {"--username", s.Username == ""},
		{"--password-file or --password-env", s.PasswordFile == "" && s.PasswordEnv == ""},
	} {
		if need.lacks {
			flags = append(flags, need.flag)
		}
	}
	if len(flags) == 0 {
		return nil
	}
	return misuse{fmt.Errorf("init: there is no terminal to ask on, give %s", strings.Join(flags, ", "))}
}

// place is where in a file a fault of config stands, which a file that is not there yet has no use for.
var place = regexp.MustCompile(`(?m)^.*?:\d+:\d+: `)

// draft loads what would be written.
func (c *initCmd) draft(s settings) (config.Pool, error) {
	cfg, err := config.Draft(c.Output, s.fill())
	if err != nil {
		return config.Pool{}, errors.New(strings.ReplaceAll(place.ReplaceAllString(err.Error(), ""), "pools[0].", ""))
	}
	return cfg.Pools[0], nil
}

// next says what to do now.
func (c *initCmd) next(p *program, s settings) error {
	var b strings.Builder
	fmt.Fprintf(&b, "wrote %s\n\nNext:\n", c.Output)
	file := ""
	if c.Output != "syncd.yaml" {
		file = " -c " + c.Output
	}
	pool, err := c.draft(s)
	if err != nil {
		return err
	}
	switch {
	case pool.Password != "":
	case s.PasswordEnv != "":
		fmt.Fprintf(&b, "  export %s=…\n", s.PasswordEnv)
	default:
		fmt.Fprintf(&b, "  (umask 077; cat >%s)    # then the password, Enter and Ctrl-D\n", pool.PasswordFile)
	}
	fmt.Fprintf(&b, "  syncd check%s    # tries all of it\n  syncd sync%[1]s     # one pass now\n  syncd run%[1]s      # passes on its schedule, until it is stopped\n", file)
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

// replaceFile writes a file at once or not at all. It gets the owner and the rights of like, where that is given.
func replaceFile(path string, data []byte, like fs.FileInfo) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".syncd-*.yaml")
	if err != nil {
		return fmt.Errorf("%w, is there such a folder, and may we write there?", err)
	}
	defer os.Remove(file.Name()) // nothing, once it is renamed
	mode := fs.FileMode(0o644)
	if like != nil {
		mode = like.Mode().Perm()
		if owner, ok := like.Sys().(*syscall.Stat_t); ok {
			err = file.Chown(int(owner.Uid), int(owner.Gid))
		}
	}
	_, writeErr := file.Write(data)
	err = errors.Join(err, writeErr, file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
