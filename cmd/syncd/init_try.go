package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"syncd/internal/config"
	"syncd/internal/xenapi"
)

// trial is how init tries the pool of its settings.
type trial struct {
	*program
	command  *initCmd
	asked    *terminal // nil where nobody can be asked
	settings *settings
}

// errStopped is the wish of whoever was asked.
var errStopped = errors.New("init: stopped, nothing was written")

// run tries the pool until it answers, or whoever is asked has it otherwise.
func (t *trial) run(ctx context.Context) error {
	var typed config.Secret
	for {
		pool, err := t.command.draft(*t.settings)
		if err != nil {
			return err
		}
		pool.Password = cmp.Or(pool.Password, typed)
		if pool.Password == "" && t.asked != nil {
			line, err := t.asked.secret(ctx, "The password of "+pool.Username+", only to try it now (empty: do not try)")
			if err != nil {
				return fmt.Errorf("init: %w, nothing was written", err)
			}
			typed = config.Secret(line)
			pool.Password = typed
		}
		if pool.Password == "" {
			_, err := fmt.Fprintln(t.stdout, "not tried: the password is not at hand")
			return err
		}
		found, err := t.try(ctx, pool)
		if err == nil {
			_, err := fmt.Fprintln(t.stdout, "tried:", found)
			return err
		}
		if t.asked == nil || ctx.Err() != nil {
			return fmt.Errorf("init: %w; nothing was written, --no-try writes it untried", err)
		}
		t.asked.say(err)
		if e, ok := errors.AsType[*xenapi.Error](err); ok && e.Code == "SESSION_AUTHENTICATION_FAILED" {
			typed = ""
		}
		again := true
		if untrusted, ok := errors.AsType[*xenapi.Untrusted](err); ok {
			err = t.trust(ctx, untrusted)
		} else {
			again, err = t.again(ctx)
		}
		if err != nil || !again {
			return err
		}
	}
}

// try logs in, reads what the pool says of itself, and logs out.
func (t *trial) try(ctx context.Context, pool config.Pool) (string, error) {
	s, err := xenapi.Open(ctx, session(pool, t.log.With("pool", pool.Name)))
	if err != nil {
		return "", err
	}
	defer s.Close()
	return probe(ctx, s)
}

// again asks what to do after a trial that failed. Without an error, false is to write the file untried.
func (t *trial) again(ctx context.Context) (bool, error) {
	for {
		answer, err := t.asked.ask(ctx, "again, to try again; write, to write the file all the same; or stop", "stop")
		switch {
		case err != nil:
			return false, fmt.Errorf("init: %w, nothing was written", err)
		case answer == "again":
			return true, nil
		case answer == "write":
			return false, nil
		case answer == "stop":
			return false, errStopped
		}
	}
}

// trust asks what to do about a certificate that is not accepted.
func (t *trial) trust(ctx context.Context, u *xenapi.Untrusted) error {
	fmt.Fprint(t.asked.out, "  The host itself shows the SHA-256 of its certificate so:\n",
		"    openssl x509 -noout -fingerprint -sha256 -in /etc/xensource/xapi-ssl.pem\n")
	for {
		answer, err := t.asked.ask(ctx, "pin, if it is the same; a file to trust; insecure, for any; or stop", "stop")
		changed := *t.settings
		switch {
		case err != nil:
			return fmt.Errorf("init: %w, nothing was written", err)
		case answer == "stop":
			return errStopped
		case answer == "insecure":
			changed.TLSMode, changed.CAFile = "insecure", ""
		case answer == "pin":
			changed.TLSMode, changed.CAFile = "pin", ""
			changed.Pins = append(changed.Pins, xenapi.FingerprintOf(u.Certificate).String())
		default:
			changed.TLSMode = "verify"
			if changed.CAFile, err = t.command.path(answer); err != nil {
				return err
			}
		}
		if _, err := t.command.draft(changed); err != nil {
			t.asked.say(err)
			continue
		}
		*t.settings = changed
		return nil
	}
}
