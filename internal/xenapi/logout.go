package xenapi

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Close logs out every session that the logins returned, each where it was issued, also those that xapi called invalid
// meanwhile. It has a context and a time of its own, 4 s for all together. It never fails: a session that stays behind
// is warned about. A second Close does nothing.
func (s *Session) Close() {
	s.closed = true
	ctx, cancel := context.WithTimeout(context.Background(), s.farewell)
	defer cancel()
	var wg sync.WaitGroup
	for _, i := range s.issued {
		wg.Go(func() {
			err := s.logout(ctx, i)
			i.ended(err == nil)
			if err != nil {
				s.log.Warn("a session could not be logged out; xapi ends it after 24 hours", "url", i.base.String(), "err", s.masked(err))
			}
		})
	}
	wg.Wait()
	s.issued = nil
	s.client.http.CloseIdleConnections()
}

// Logout ends a session that a process which is gone left at url. The options need no URLs. One that xapi does not know
// any more is logged out.
func Logout(ctx context.Context, o Options, url, ref string) error {
	o.URLs = []string{url}
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer s.client.http.CloseIdleConnections()
	i := issued{base: s.urls[0], ref: ref}
	s.issued = []issued{i} // so that no error shows it
	if err := s.logout(ctx, i); err != nil {
		return fmt.Errorf("logging out at %s: %w", i.base, err)
	}
	return nil
}

// logout tries twice, the second time with what the first left of the time, and at the master that a member which is
// no longer it may name.
func (s *Session) logout(ctx context.Context, i issued) error {
	first, cancel := context.WithTimeout(ctx, s.farewell*3/5)
	defer cancel()
	err := s.logoutOnce(first, i)
	if err == nil {
		return nil
	}
	if slave, ok := errors.AsType[*Error](err); ok && slave.Code == "HOST_IS_SLAVE" {
		if i.base, err = masterURL(i.base, slave); err != nil {
			return err
		}
	}
	return s.logoutOnce(ctx, i)
}

func (s *Session) logoutOnce(ctx context.Context, i issued) error {
	const method = "session.logout"
	a, err := s.client.post(ctx, i.base, 0, method, i.ref)
	if err != nil {
		return s.complete(err, method, nil)
	}
	defer a.Close()
	_, err = newDecoder(a, nil, s.options.Limits).text()
	if e, ok := errors.AsType[*Error](err); ok && e.Code == "SESSION_INVALID" {
		return nil // it is gone
	}
	return s.complete(err, method, a)
}
