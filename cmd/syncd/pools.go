package main

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"syncd/internal/config"
	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// choose finds the pools of these names; all where none is named.
func choose(c *config.Config, names []string) ([]config.Pool, error) {
	if len(names) == 0 {
		return c.Pools, nil
	}
	var known []string
	for _, pool := range c.Pools {
		known = append(known, pool.Name)
	}
	var faults []error
	for _, name := range names {
		if !slices.Contains(known, name) {
			faults = append(faults, fmt.Errorf("unknown pool %q, write one of %s or add it to %s", name, strings.Join(known, ", "), c.Path))
		}
	}
	if len(faults) > 0 {
		return nil, misuse{errors.Join(faults...)}
	}
	return slices.DeleteFunc(slices.Clone(c.Pools), func(p config.Pool) bool { return !slices.Contains(names, p.Name) }), nil
}

// eachPool does something with every pool, with a number of them at a time, and returns what came of it in their order.
func eachPool[T any](parallel int, pools []config.Pool, do func(config.Pool) T) []T {
	results := make([]T, len(pools))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, pool := range pools {
		group.Go(func() error {
			results[i] = do(pool)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
	return results
}

// excluded are the classes that are left out.
func excluded(p config.Pool) (classes []*model.Class) {
	for _, name := range p.Classes.Exclude {
		classes = append(classes, model.Lookup(string(name)))
	}
	return classes
}

// session is how to log in to a pool.
func session(p config.Pool, log *slog.Logger) xenapi.Options {
	return xenapi.Options{
		URLs: p.URLs, Username: p.Username, Password: p.Password.Reveal(),
		TLS: xenapi.TLS{Mode: p.TLS.Mode, CAFile: p.TLS.CAFile, Pins: pins(p.TLS), Legacy: p.TLS.Legacy},
		Timeouts: xenapi.Timeouts{
			Connect: time.Duration(p.Timeouts.Connect), FirstByte: time.Duration(p.Timeouts.FirstByte),
			Idle: time.Duration(p.Timeouts.Idle), Call: time.Duration(p.Timeouts.Call),
		},
		Limits:  xenapi.Limits{Record: int64(p.Limits.Record), Depth: p.Limits.Depth, Answer: int64(p.Limits.Answer)},
		Version: build().Version,
		Log:     log,
	}
}

func pins(t config.TLS) (pins []xenapi.Fingerprint) {
	for _, f := range t.SHA256 {
		pins = append(pins, xenapi.Fingerprint(f))
	}
	return pins
}

// warnInsecure is for the start of a command that logs in to these pools.
func warnInsecure(log *slog.Logger, pools []config.Pool) {
	for _, pool := range pools {
		if pool.TLS.Mode == "insecure" {
			log.Warn("tls.mode is insecure: whoever is between syncd and the pool can read its password; syncd trust pins its certificates instead",
				"pool", pool.Name)
		}
	}
}
