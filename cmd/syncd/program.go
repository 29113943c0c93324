package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"golang.org/x/term"

	"syncd/internal/config"
	"syncd/internal/pgembed"
	"syncd/internal/store"
)

// program is what the commands share.
type program struct {
	config string // as -c has it
	stdout io.Writer
	stderr io.Writer

	console *console // stderr, for the log
	log     *slog.Logger
}

func newProgram(c *cli, stdout, stderr io.Writer) *program {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		panic(err) // the command line takes the known ones only
	}
	options := &slog.HandlerOptions{Level: level}
	file, ok := stderr.(*os.File)
	console := &console{out: stderr}
	var handler slog.Handler = slog.NewJSONHandler(console, options)
	if c.LogFormat == "text" || c.LogFormat == "" && ok && term.IsTerminal(int(file.Fd())) {
		handler = slog.NewTextHandler(console, options)
	}
	return &program{config: c.Config, stdout: stdout, stderr: stderr, console: console, log: slog.New(handler)}
}

// findConfig is the file that -c names, or the first of the usual ones that is there; else it is empty.
func findConfig(named string) string {
	if named != "" {
		return named
	}
	for _, usual := range []string{"syncd.yaml", "/etc/syncd/syncd.yaml"} {
		if _, err := os.Stat(usual); !errors.Is(err, fs.ErrNotExist) {
			return usual
		}
	}
	return ""
}

// load reads the configuration.
func (p *program) load() (*config.Config, error) {
	path := findConfig(p.config)
	if path == "" {
		return nil, misuse{errors.New("there is neither syncd.yaml nor /etc/syncd/syncd.yaml, name the configuration with -c")}
	}
	c, err := config.Load(path)
	if err != nil {
		return nil, badConfig{err}
	}
	return c, nil
}

// open connects to the database, after starting it where it is embedded. Whoever opened it calls done.
func (p *program) open(ctx context.Context, c *config.Config) (db *store.DB, done func(), err error) {
	return p.openTo(ctx, c, false)
}

// openTo is open; to stay is for a daemon, whose embedded database runs until done, whatever becomes of its server.
func (p *program) openTo(ctx context.Context, c *config.Config, stay bool) (db *store.DB, done func(), err error) {
	if c.Database.URL != config.Embedded {
		db, err := store.Open(ctx, c.Database.URL.Reveal())
		return db, func() {}, err
	}
	server, db, err := p.openEmbedded(ctx, c, pgembed.Options{Stay: stay})
	if err != nil {
		return nil, nil, err
	}
	return db, func() { p.stop(ctx, server) }, nil
}
