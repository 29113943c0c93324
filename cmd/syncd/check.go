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
	"syncd/internal/store"
	"syncd/internal/xenapi"
)

type checkCmd struct{}

// finding is a line of check's table.
type finding struct {
	check, target, result, remedy string
	fault                         bool
}

// Run tries everything once and changes nothing.
func (*checkCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	findings := []finding{{check: "configuration", target: cfg.Path, result: "ok"}}
	findings = append(findings, p.checkDatabase(ctx, cfg)...)
	for _, f := range eachPool(cfg.Parallel, cfg.Pools, func(pool config.Pool) []finding { return checkPool(ctx, p.log, pool) }) {
		findings = append(findings, f...)
	}
	t, faults := table{{"CHECK", "TARGET", "RESULT", "REMEDY"}}, 0
	for _, f := range findings {
		t = append(t, []any{f.check, f.target, f.result, f.remedy})
		if f.fault {
			faults++
		}
	}
	if err := t.write(p.stdout); err != nil {
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
	f := finding{check: check, target: target, result: err.Error(), fault: true}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Remedy != "" {
		f.result, f.remedy = strings.TrimSuffix(f.result, ": "+e.Remedy), e.Remedy
	} else if i := strings.LastIndex(f.result, ": "); i >= 0 {
		f.result, f.remedy = f.result[:i], f.result[i+2:]
	}
	f.result = "FAULT: " + f.result
	return f
}

func (p *program) checkDatabase(ctx context.Context, cfg *config.Config) []finding {
	db, done, err := p.open(ctx, cfg)
	if err != nil {
		return []finding{failed("database", "database.url", err)}
	}
	defer done()
	server, err := db.Inspect(ctx)
	if err != nil {
		return []finding{failed("database", db.String(), err)}
	}
	rights := finding{check: "rights", target: server.User, result: "ok"}
	if len(server.Lacks) > 0 {
		rights.result, rights.fault = "FAULT: lacks "+strings.Join(server.Lacks, ", "), true
		rights.remedy = "GRANT them to " + server.User + ", or let the owner of the database run syncd"
	}
	return []finding{
		{check: "database", target: db.String(), result: "ok, PostgreSQL " + server.Version},
		rights,
		checkSchema(ctx, db),
	}
}

func checkSchema(ctx context.Context, db *store.DB) finding {
	f := finding{check: "schema", target: db.String(), result: "ok"}
	migrations, err := db.Migrations(ctx)
	if err != nil {
		return failed(f.check, f.target, err)
	}
	pending := 0
	for _, m := range migrations {
		switch {
		case m.AppliedAt == nil:
			pending++
		case m.Newer:
			f.result, f.fault = "FAULT: it was made by a newer syncd", true
			f.remedy = "use that one"
			return f
		}
	}
	if pending > 0 {
		f.result = fmt.Sprintf("note: %d of %d migrations are pending", pending, len(migrations))
		f.remedy = "none needed, sync applies them; or run syncd migrate up"
	}
	return f
}

// checkPool connects, logs in, reads the class pool and logs out.
func checkPool(ctx context.Context, log *slog.Logger, pool config.Pool) []finding {
	findings := []finding{{check: "schedule", target: pool.Name, result: "ok, next " + nextTimes(pool, time.Now())}}
	// A connection that was given up may still come about while the next one is in use.
	var reached atomic.Pointer[string]
	var secured atomic.Pointer[tls.ConnectionState]
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:          func(info httptrace.GotConnInfo) { reached.Store(new(info.Conn.RemoteAddr().String())) },
		TLSHandshakeDone: func(state tls.ConnectionState, _ error) { secured.Store(&state) },
	})
	warned := &warnings{Handler: log.With("pool", pool.Name).Handler()}
	s, err := xenapi.Open(ctx, session(pool, slog.New(warned)))
	for _, warning := range warned.take() {
		findings = append(findings, finding{check: "connect", target: pool.Name, result: "note: " + warning})
	}
	address := reached.Load()
	if address == nil {
		return append(findings, failed("connect", pool.Name, err))
	}
	connected := finding{check: "connect", target: pool.Name, result: "ok, " + *address}
	if state := secured.Load(); state != nil {
		connected.result += ", " + describeTLS(state)
	}
	findings = append(findings, connected)
	if err != nil {
		return append(findings, failed("login", pool.Name, err))
	}
	findings = append(findings,
		finding{check: "login", target: pool.Name, result: "ok, master " + s.URL()},
		checkRead(ctx, s, pool.Name))
	s.Close()
	logout := finding{check: "logout", target: pool.Name, result: "ok"}
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
	return finding{check: "read", target: name, result: "ok, " + found}
}

func nextTimes(pool config.Pool, t time.Time) string {
	var times []string
	for range 3 {
		t = pool.Schedule.Next(t)
		times = append(times, local(t))
	}
	return strings.Join(times, ", ")
}

func describeTLS(state *tls.ConnectionState) string {
	text := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		text += ", certificate until " + local(state.PeerCertificates[0].NotAfter)
	}
	return text
}
