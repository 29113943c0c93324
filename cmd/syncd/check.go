package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"syncd/internal/config"
	"syncd/internal/ledger"
	"syncd/internal/model"
	"syncd/internal/schedule"
	"syncd/internal/store"
	"syncd/internal/xenapi"
)

type checkCmd struct {
	Output string `short:"o" enum:"table,json" default:"table" placeholder:"table|json" help:"How to print it (${default})."`
}

// finding is what came of one check.
type finding struct {
	Check  string `json:"check"`
	Target string `json:"target"`
	Result string `json:"result"`
	Remedy string `json:"remedy,omitempty"`
	Fault  bool   `json:"fault"`
}

// Run tries everything once and changes nothing.
func (c *checkCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	warnInsecure(p.log, cfg.Pools)
	sessions := p.sessions(ctx, cfg)
	findings := []finding{{Check: "configuration", Target: cfg.Path, Result: "ok"}}
	findings = append(findings, p.checkDatabase(ctx, cfg)...)
	for _, f := range eachPool(cfg.Parallel, cfg.Pools, func(pool config.Pool) []finding { return checkPool(ctx, p.log, sessions, pool) }) {
		findings = append(findings, f...)
	}
	t, faults := table{{"CHECK", "TARGET", "RESULT"}}, 0
	for _, f := range findings {
		t = append(t, []any{f.Check, f.Target, f.Result})
		if f.Remedy != "" {
			t = append(t, []any{" ", " ", "remedy: " + f.Remedy})
		}
		if f.Fault {
			faults++
		}
	}
	if err := p.print(c.Output, findings, t.fold(p.width())); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("check: interrupted")
	case faults > 0:
		return fmt.Errorf("check: %d of %d checks found a fault, see the remedies", faults, len(findings))
	}
	return nil
}

// failed is the finding of an error, whose remedy is what follows its last colon, unless it says.
func failed(check, target string, err error) finding {
	f := finding{Check: check, Target: target, Result: err.Error(), Fault: true}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Remedy != "" {
		f.Result, f.Remedy = strings.TrimSuffix(f.Result, ": "+e.Remedy), e.Remedy
	} else if i := strings.LastIndex(f.Result, ": "); i >= 0 {
		f.Result, f.Remedy = f.Result[:i], f.Result[i+2:]
	}
	f.Result = "FAULT: " + f.Result
	return f
}

func (p *program) checkDatabase(ctx context.Context, cfg *config.Config) []finding {
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return []finding{failed("database", "database.url", err)}
	}
	defer done()
	target, at := db.String(), ""
	if cfg.Database.URL == config.Embedded { // its place is long
		target, at = config.Embedded, " at "+target
	}
	server, err := db.Inspect(ctx)
	if err != nil {
		return []finding{failed("database", target, err)}
	}
	rights := finding{Check: "rights", Target: server.User, Result: "ok"}
	if len(server.Lacks) > 0 {
		rights.Result, rights.Fault = "FAULT: lacks "+strings.Join(server.Lacks, ", "), true
		rights.Remedy = "GRANT them to " + server.User + ", or let the owner of the database run syncd"
	}
	schema := checkSchema(ctx, db, target)
	findings := []finding{{Check: "database", Target: target, Result: "ok, PostgreSQL " + server.Version + at}, rights, schema}
	if cfg.Database.URL != config.Embedded && schema.Result == "ok" {
		findings = append(findings, checkReaders(ctx, db)...)
	}
	if cfg.Database.Listen != "" {
		findings = append(findings, finding{Check: "readers", Target: cfg.Database.Listen,
			Result: "ok, " + readerURL(cfg, "") + ", the password is in " + readerPasswordFile(cfg)})
	}
	return findings
}

// checkReaders is a note at most: nothing but people misses the group.
func checkReaders(ctx context.Context, db *store.DB) []finding {
	statements, err := db.LackingReaders(ctx)
	switch {
	case err != nil:
		return []finding{failed("readers", store.ReaderGroup, err)}
	case statements == nil:
		return []finding{{Check: "readers", Target: store.ReaderGroup, Result: "ok, GRANT it to whoever may read"}}
	}
	return []finding{{Check: "readers", Target: store.ReaderGroup,
		Result: "note: this group, which you could grant to whoever may read, is not there or lacks rights",
		Remedy: "none needed; to have it, let an administrator of the database run: " + strings.Join(statements, "; ") + ";"}}
}

func checkSchema(ctx context.Context, db *store.DB, target string) finding {
	f := finding{Check: "schema", Target: target, Result: "ok"}
	migrations, err := db.Migrations(ctx)
	if err != nil {
		return failed(f.Check, f.Target, err)
	}
	pending := 0
	for _, m := range migrations {
		switch {
		case m.AppliedAt == nil:
			pending++
		case m.Newer:
			f.Result, f.Fault = "FAULT: it was made by a newer syncd", true
			f.Remedy = "use that one"
			return f
		}
	}
	if pending > 0 {
		f.Result = fmt.Sprintf("note: %d of %d migrations are pending", pending, len(migrations))
		f.Remedy = "none needed, sync applies them; or run syncd migrate up"
	}
	return f
}

// checkPool connects, logs in, reads the class pool and logs out.
func checkPool(ctx context.Context, log *slog.Logger, sessions *ledger.Ledger, pool config.Pool) []finding {
	findings := []finding{checkSchedule("schedule", pool.Name, pool.Schedule)}
	if pool.Read != "full" {
		findings = append(findings, checkSchedule("full_schedule", pool.Name, pool.FullSchedule))
	}
	if out := excluded(pool); len(out) > 0 {
		findings = append(findings, checkClasses(pool.Name, out))
	}
	// A connection that was given up may still come about while the next one is in use.
	var reached atomic.Pointer[string]
	var secured atomic.Pointer[tls.ConnectionState]
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:          func(info httptrace.GotConnInfo) { reached.Store(new(info.Conn.RemoteAddr().String())) },
		TLSHandshakeDone: func(state tls.ConnectionState, _ error) { secured.Store(&state) },
	})
	warned := &warnings{Handler: log.With("pool", pool.Name).Handler()}
	options := session(pool, slog.New(warned))
	options.Issued = sessions.Pool(pool.Name)
	s, err := xenapi.Open(ctx, options)
	for _, warning := range warned.take() {
		findings = append(findings, finding{Check: "connect", Target: pool.Name, Result: "note: " + warning})
	}
	address := reached.Load()
	if address == nil {
		return append(findings, failed("connect", pool.Name, err))
	}
	connected := finding{Check: "connect", Target: pool.Name, Result: "ok, " + *address}
	if state := secured.Load(); state != nil {
		connected.Result += ", " + describeTLS(state)
	}
	findings = append(findings, connected)
	if state := secured.Load(); state != nil {
		findings = append(findings, checkExpiry(pool, state.PeerCertificates[0], time.Now())...)
	}
	if err != nil {
		return append(findings, failed("login", pool.Name, err))
	}
	findings = append(findings,
		finding{Check: "login", Target: pool.Name, Result: "ok, master " + s.URL()},
		checkRead(ctx, s, pool.Name),
		checkRole(pool))
	s.Close()
	logout := finding{Check: "logout", Target: pool.Name, Result: "ok"}
	for _, warning := range warned.take() {
		logout = failed("logout", pool.Name, errors.New(warning))
	}
	return append(findings, logout)
}

func checkRead(ctx context.Context, s *xenapi.Session, name string) finding {
	found, err := probe(ctx, s)
	if err != nil {
		return failed("read", name, err)
	}
	return finding{Check: "read", Target: name, Result: "ok, " + found}
}

// checkRole says which role is enough. Which one an account has could only be asked by calls that syncd does not make.
func checkRole(pool config.Pool) finding {
	f := finding{Check: "role", Target: pool.Name, Result: "ok, read-only is enough; which one " + pool.Username + " has is not told"}
	if pool.Username == "root" {
		f.Result = "note: root may do everything, an account with the role read-only is enough"
	}
	return f
}

// checkClasses names those that are left out.
func checkClasses(pool string, out []*model.Class) finding {
	var names []string
	for _, class := range out {
		names = append(names, class.Name)
	}
	return finding{Check: "classes", Target: pool, Result: "ok, left out: " + strings.Join(names, ", ")}
}

// checkSchedule shows the next three times.
func checkSchedule(check, pool string, s schedule.Schedule) finding {
	var times []string
	t := time.Now()
	for range 3 {
		t = s.Next(t)
		times = append(times, local(t))
	}
	return finding{Check: check, Target: pool, Result: fmt.Sprintf("ok, %s: next %s", s, strings.Join(times, ", "))}
}

func describeTLS(state *tls.ConnectionState) string {
	text := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		text += ", certificate until " + local(state.PeerCertificates[0].NotAfter)
	}
	return text
}
