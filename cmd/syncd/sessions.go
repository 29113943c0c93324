package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"syncd/internal/config"
	"syncd/internal/ledger"
	"syncd/internal/xenapi"
)

const (
	sweepTime  = 5 * time.Second // that all logouts of a start have together
	sessionAge = 24 * time.Hour  // after which xapi ends a session that nobody uses
)

// sessions is the ledger of data_dir, after the sessions that it has of processes which are gone were logged out.
// Whatever comes of that, it fails nobody.
func (p *program) sessions(ctx context.Context, c *config.Config) *ledger.Ledger {
	l := ledger.New(filepath.Join(c.DataDir, "sessions"), p.log)
	ctx, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	l.Sweep(ctx, func(ctx context.Context, s ledger.Session) bool { return p.logOut(ctx, c, s) })
	return l
}

// logOut ends one session, and tells whether it can be forgotten.
func (p *program) logOut(ctx context.Context, c *config.Config, s ledger.Session) bool {
	log := p.log.With("pool", s.Pool)
	i := slices.IndexFunc(c.Pools, func(pool config.Pool) bool { return pool.Name == s.Pool })
	switch {
	case time.Since(s.Issued) > sessionAge:
		return true
	case i < 0:
		log.Warn("a session that an earlier syncd left open is given up, since its pool is not in the configuration any more; xapi ends it after 24 hours")
		return true
	}
	if err := xenapi.Logout(ctx, session(c.Pools[i], log), s.URL, s.Ref); err != nil {
		log.Warn("a session that an earlier syncd left open could not be logged out, the next start tries again", "err", err)
		return false
	}
	log.Info("logged out a session that an earlier syncd left open")
	return true
}
