package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// tell says how the daemon is doing to systemd, where that started it: assignments of sd_notify(3), such as READY=1.
func (p *program) tell(assignments ...string) {
	if _, err := daemon.SdNotify(false, strings.Join(assignments, "\n")); err != nil {
		p.log.Warn("systemd cannot be told how syncd is doing", "err", err)
	}
}

// attend says that the daemon is alive, as often as systemd wants to hear it, and that it stops once ctx has ended.
func (p *program) attend(ctx context.Context) {
	var tick <-chan time.Time
	if limit, err := daemon.SdWatchdogEnabled(false); err != nil {
		p.log.Warn("systemd's watchdog is left alone", "err", err)
	} else if limit > 0 {
		ticker := time.NewTicker(limit / 3)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			p.tell(daemon.SdNotifyStopping, "STATUS=stopping")
			return
		case <-tick:
			p.tell(daemon.SdNotifyWatchdog)
		}
	}
}

// health is how the pools are doing, in a line of `systemctl status`.
type health struct {
	pools int

	mu      sync.Mutex
	failing []string
}

// note takes down what came of a pool's last pass, and returns the line.
func (h *health) note(pool string, failed bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failing = slices.DeleteFunc(h.failing, func(name string) bool { return name == pool })
	if failed {
		h.failing = append(h.failing, pool)
	}
	line := fmt.Sprintf("STATUS=pools: %d, failing: %d", h.pools, len(h.failing))
	if len(h.failing) > 0 {
		line += " (" + strings.Join(h.failing, ", ") + ")"
	}
	return line
}
