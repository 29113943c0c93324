package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"syncd/internal/config"
	"syncd/internal/ledger"
	"syncd/internal/schedule"
	"syncd/internal/store"
)

type runCmd struct{}

// Run migrates, then syncs every pool on its schedule until ctx ends, which is no error.
func (*runCmd) Run(ctx context.Context, p *program) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	warnInsecure(p.log, cfg.Pools)
	attended, leave := context.WithCancel(ctx)
	var attendant sync.WaitGroup
	attendant.Go(func() { p.attend(attended) })
	defer attendant.Wait()
	defer leave()

	sessions := p.sessions(ctx, cfg)
	db, done, err := p.await(ctx, cfg)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	defer done()
	p.mirror(ctx, cfg, db, sessions)
	return nil
}

// await opens the database and migrates it, and waits where it is down.
func (p *program) await(ctx context.Context, cfg *config.Config) (db *store.DB, done func(), err error) {
	err = p.insist(ctx, func() error {
		if db, done, err = p.openTo(ctx, cfg, true); err != nil {
			return err
		}
		if err = p.migrate(ctx, db); err != nil {
			done()
		}
		return err
	})
	return db, done, err
}

// insist does something that needs the database again and again while that is unavailable, with pauses of 1, 2, 4 to
// 30 seconds. The error is that of the last attempt.
func (p *program) insist(ctx context.Context, do func() error) error {
	for pause := time.Second; ; pause = min(2*pause, 30*time.Second) {
		err := do()
		if !store.Unavailable(err) || ctx.Err() != nil {
			return err
		}
		p.log.Warn(fmt.Sprintf("the database is not available, trying again in %v", pause), "err", err)
		p.tell("STATUS=waiting: " + err.Error())
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// mirror syncs every pool at once and then on its schedule, until ctx ends and the passes under way have.
func (p *program) mirror(ctx context.Context, cfg *config.Config, db *store.DB, sessions *ledger.Ledger) {
	health := &health{pools: len(cfg.Pools)}
	p.tell(daemon.SdNotifyReady, fmt.Sprintf("STATUS=pools: %d", len(cfg.Pools)))
	places := schedule.NewPlaces(cfg.Parallel)
	var loops sync.WaitGroup
	for _, pool := range cfg.Pools {
		var told time.Time // until when the log says that the pool is left alone
		var master string  // where the last pass found it
		pass := func(ctx context.Context, l *line) passResult {
			r := makePass(ctx, p.log, db, pool, passOptions{noWait: true, heed: true, ledger: sessions, master: &master, line: l})
			r.complain(p.log)
			if r.leftAlone.After(told) {
				told = r.leftAlone
				p.log.Warn("left alone", "pool", pool.Name, "err", r.Error)
			}
			if bad := r.Result == "failed" || !r.leftAlone.IsZero(); bad || r.Result == "ok" {
				p.tell(health.note(pool.Name, bad))
			}
			return r
		}
		loop := &schedule.Loop{
			Schedule: pool.Schedule,
			Places:   places,
			Work:     func(ctx context.Context) { pass(ctx, nil) },
			Skipped: func(due, since time.Time) {
				p.log.Info("skipped, the pass that began at "+local(since)+" is not done yet", "pool", pool.Name)
			},
		}
		if pool.Follow {
			// It works until it can follow no longer, and then begins anew at the next instant of the schedule. A place is
			// for its passes, and not for its waiting.
			f := &follower{pool: pool, log: p.log, pass: func(ctx context.Context, l *line) (r passResult) {
				places.Do(ctx, func() { r = pass(ctx, l) })
				return r
			}}
			loop.Places, loop.Work, loop.Skipped = nil, f.follow, f.skipped(loop.Skipped)
		}
		loops.Go(func() { loop.Run(ctx) })
	}
	loops.Wait()
}

// complain logs a pass that came to nothing.
func (r *passResult) complain(log *slog.Logger) {
	log = log.With("pool", r.Pool)
	if r.Run != nil {
		log = log.With("run", *r.Run)
	}
	switch r.Result {
	case "failed":
		log.Error("the pass failed", "duration_seconds", r.Seconds, "err", r.Error)
	case "interrupted":
		log.Info("interrupted, nothing was changed", "duration_seconds", r.Seconds)
	}
}
