package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The account of the simulated pool.
const user, password = "root", "xensim"

// Names of the programs, as the report has them.
const (
	ours      = "syncd"
	usual     = "syncd, as it comes" // it asks what changed, where the other one reads everything
	bare      = "bare GET"
	script    = "script"
	onlyWhat  = "syncd, what changed"
	whole     = "syncd, everything"
	scriptAll = "script, all classes"
	hash      = "hashing script"
	hashAll   = "hashing script, all classes"
)

// program copies a pool into a database, all but the bare GET.
type program struct {
	name    string
	command func(pool, database string) []string
	prepare func(database string) []string // makes the schema, where that is not the program's own affair; may be nil
	shares  string                         // the program whose database is this one's as well; empty: none
}

// database is the name of the program's database.
func (p program) database() string {
	return strings.Map(func(c rune) rune {
		if c < 'a' || c > 'z' {
			return '_'
		}
		return c
	}, cmp.Or(p.shares, p.name))
}

// programs are those that a machine can run. Without Python's psycopg2 the scripts are left out, and said to be.
func (b *bench) programs() (all map[string]program) {
	self, _ := os.Executable()
	sync := func(read string, flags ...string) func(pool, database string) []string {
		return func(pool, database string) []string {
			return append([]string{b.syncd, "sync", "-c", b.configure(pool, database, read), "--pool", "lab", "-o", "json", "--log-level", "warn"}, flags...)
		}
	}
	migrate := func(database string) []string {
		return []string{b.syncd, "migrate", "up", "-c", b.configure("http://127.0.0.1:1", database, "full")}
	}
	all = map[string]program{
		ours:     {name: ours, command: sync("full"), prepare: migrate},
		usual:    {name: usual, command: sync("auto"), prepare: migrate},
		onlyWhat: {name: onlyWhat, command: sync("auto"), shares: ours},
		whole:    {name: whole, command: sync("auto", "--full"), shares: ours},
		bare:     {name: bare, command: func(pool, _ string) []string { return []string{self, getWord, pool} }},
	}
	python := findPython()
	if python == "" {
		fmt.Fprintln(os.Stderr, "bench: NO PYTHON WITH psycopg2: the rows of the script are missing. scripts/setup bench installs it")
		return all
	}
	for name, flags := range map[string][]string{
		script: nil, scriptAll: {"--classes", "all"}, hash: {"--hash"}, hashAll: {"--classes", "all", "--hash"},
	} {
		all[name] = program{name: name, command: func(pool, database string) []string {
			return append([]string{python, filepath.Join(b.root, "bench", "script.py"), pool, database}, flags...)
		}}
	}
	return all
}

// findPython finds a Python that has psycopg2; "" where there is none.
func findPython() string {
	for _, python := range []string{"python3", "/usr/bin/python3"} { // the second is the one that Debian's packages are for
		if exec.Command(python, "-c", "import psycopg2.extras").Run() == nil {
			return python
		}
	}
	return ""
}

// configure writes a configuration and returns its path. No pass reads everything because it is time to.
func (b *bench) configure(pool, database, read string) string {
	path := filepath.Join(b.postgres.dir, "syncd.yaml")
	tls := ""
	if strings.HasPrefix(pool, "https:") {
		tls = "\n    tls: {mode: insecure}"
	}
	text := fmt.Sprintf("database: {url: %q}\ndata_dir: data\npools:\n  - name: lab\n    urls: [%q]\n    read: %s\n    full_schedule: 0 0 1 1 *\n    username: %s\n    password_env: LAB_PASSWORD%s\n",
		database, pool, read, user, tls)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err) // in a folder that we have just made
	}
	return path
}

// counts is what syncd says of a pass.
type counts struct {
	Seconds float64 `json:"duration_seconds"`
	Mode    string  `json:"mode"`
	Reason  string  `json:"reason,omitempty"`
	Rows    int64   `json:"rows"`
	New     int64   `json:"new"`
	Changed int64   `json:"changed"`
	Removed int64   `json:"removed"`
	Faults  int64   `json:"faults"`
}

func (c counts) written() int64 { return c.New + c.Changed + c.Removed }

// exec runs a program on its database.
func (b *bench) exec(ctx context.Context, p program, url string) (r run, err error) {
	var out []byte
	r, err = b.postgres.watched(ctx, func() (run, error) {
		var r run
		var err error
		out, r, err = execute(ctx, []string{"LAB_PASSWORD=" + password}, p.command(url, b.postgres.server.URL(p.database()))...)
		return r, err
	})
	if err == nil && p.database() == b.all[ours].database() {
		var pools []counts
		if err = json.Unmarshal(out, &pools); err == nil {
			r.Counts = pools[0]
		}
	}
	return r, err
}

// empty gives a program a fresh database.
func (b *bench) empty(ctx context.Context, p program) error {
	url, err := b.postgres.fresh(ctx, p.database())
	if err == nil && p.prepare != nil {
		_, _, err = execute(ctx, []string{"LAB_PASSWORD=" + password}, p.prepare(url)...)
	}
	return err
}
