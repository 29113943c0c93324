package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"syncd/internal/config"
	"syncd/internal/pgembed"
	"syncd/internal/schedule"
	"syncd/internal/store"
	"syncd/internal/xensim"
)

type demoCmd struct {
	Once   bool    `help:"End after the table, and leave nothing running."`
	Hosts  int     `default:"3" placeholder:"N" help:"Hosts of the simulated pool (${default})."`
	VMs    int     `name:"vms" default:"24" placeholder:"N" help:"VMs of the simulated pool (${default})."`
	Rate   float64 `default:"0.5" placeholder:"R" help:"Changes of the simulated pool a second (${default})."`
	Listen string  `placeholder:"HOST:PORT" help:"Where BI tools reach the database, a loopback address. Default: 127.0.0.1:54329, or any port where that is taken."`
}

// Run shows what syncd does on a pool and a database of its own, which are gone when it ends.
func (c *demoCmd) Run(ctx context.Context, p *program) error {
	if p.config != "" {
		return misuse{errors.New("demo makes a configuration of its own, leave out -c")}
	}
	if c.Hosts < 1 || c.VMs < 1 {
		return misuse{errors.New("demo: --hosts and --vms are numbers from 1")}
	}
	err := c.run(ctx, p)
	switch {
	case ctx.Err() == nil:
		return err
	case c.Once:
		return errors.New("demo: interrupted, nothing is left of it")
	}
	fmt.Fprintln(p.stdout, "\nThe demo is over, nothing is left of it.")
	return nil
}

func (c *demoCmd) run(ctx context.Context, p *program) error {
	if !p.log.Enabled(ctx, slog.LevelDebug) { // what it says is on the screen already
		p.log = slog.New(slog.NewTextHandler(p.console, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	dir, err := os.MkdirTemp("", "syncd-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // as root the database is another user, who must pass
		return err
	}
	d := &demo{program: p, sheet: newSheet(p.stdout)}
	poolURL, end, err := c.simulate(ctx)
	if err != nil {
		return err
	}
	defer end()
	if d.config, err = c.configure(dir, poolURL); err != nil {
		return err
	}
	if err := d.step("starting PostgreSQL", func() error { return d.open(ctx) }); err != nil {
		return err
	}
	defer p.stop(ctx, d.server)
	if err := d.step("making the tables", func() error { return p.migrate(ctx, d.db) }); err != nil {
		return err
	}
	what := fmt.Sprintf("reading a simulated pool of %d hosts and %d VMs", c.Hosts, c.VMs)
	if err := d.step(what, func() error { return d.first(ctx) }); err != nil {
		return err
	}
	if err := d.table(ctx); err != nil || c.Once {
		return err
	}
	if err := d.invite(ctx); err != nil {
		return err
	}
	d.live(ctx)
	return nil
}

// demoSeed is that of the simulated pool: every demo begins with the same one.
const demoSeed = 1

// simulate serves a living pool from this process, until end.
func (c *demoCmd) simulate(ctx context.Context) (url string, end func(), err error) {
	sim, err := xensim.New(xensim.Options{Hosts: c.Hosts, VMs: c.VMs, Rate: c.Rate, Seed: demoSeed})
	if err != nil {
		return "", nil, misuse{err}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: time.Minute}
	ctx, cancel := context.WithCancel(ctx)
	var both sync.WaitGroup
	both.Go(func() { sim.Live(ctx) })
	both.Go(func() { server.Serve(listener) })
	return "http://" + listener.Addr().String(), func() {
		cancel()
		server.Close()
		both.Wait()
	}, nil
}

// configure writes a configuration, so that every command of syncd can be tried on the demo too, and reads it.
func (c *demoCmd) configure(dir, poolURL string) (*config.Config, error) {
	password, path := filepath.Join(dir, "pool.password"), filepath.Join(dir, "syncd.yaml")
	text := fmt.Sprintf(`# Made by syncd demo, and gone with it.
database: {url: embedded, listen: %q}
data_dir: .
schedule: "@every 5s"
pools:
  - name: demo
    urls: [%q]
    username: root
    password_file: pool.password
`, cmp.Or(c.Listen, readersAddress()), poolURL)
	if err := errors.Join(os.WriteFile(password, []byte("xensim\n"), 0o600), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		return nil, err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, misuse{err} // --listen is all that can be wrong
	}
	return cfg, nil
}

// readersAddress is the usual one, or where somebody has that any that is free.
func readersAddress() string {
	for _, address := range []string{"127.0.0.1:54329", "127.0.0.1:0"} {
		if l, err := net.Listen("tcp", address); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	return "127.0.0.1:54329"
}

// demo is a demonstration that runs.
type demo struct {
	*program
	config *config.Config
	server *pgembed.Server
	db     *store.DB
	reader string // the URL that BI tools connect with
	sheet  *sheet
	seen   map[string]vmState // by uuid, as of the last pass that went well
}

// step does something that takes a moment, and says what and how long.
func (d *demo) step(what string, do func() error) error {
	fmt.Fprint(d.stderr, what, "… ")
	began := time.Now()
	if err := do(); err != nil {
		fmt.Fprintln(d.stderr)
		return err
	}
	fmt.Fprintf(d.stderr, "%.1fs\n", time.Since(began).Seconds())
	return nil
}

func (d *demo) open(ctx context.Context) (err error) {
	if d.server, d.db, err = d.openEmbedded(ctx, d.config, pgembed.Options{Stay: true, NoSync: true}); err != nil {
		return err
	}
	password, err := readerPassword(readerPasswordFile(d.config))
	d.reader = readerURL(d.config, password)
	return err
}

// first makes the pass that fills the database.
func (d *demo) first(ctx context.Context) (err error) {
	r := makePass(ctx, d.log, d.db, d.config.Pools[0], passOptions{})
	if r.Result != "ok" {
		return errors.New(r.Error)
	}
	d.seen, err = d.look(ctx)
	return err
}

// live makes passes and tells of each, until ctx ends or nobody listens.
func (d *demo) live(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pool := d.config.Pools[0]
	loop := &schedule.Loop{
		Schedule: pool.Schedule,
		Work: func(ctx context.Context) {
			r := makePass(ctx, d.log, d.db, pool, passOptions{noWait: true})
			if line := d.tell(ctx, r); line != "" {
				if _, err := fmt.Fprintln(d.stdout, line); err != nil {
					cancel()
				}
			}
		},
		Skipped: func(time.Time, time.Time) {}, // the pass that takes so long will have its line
	}
	loop.Run(ctx)
}
