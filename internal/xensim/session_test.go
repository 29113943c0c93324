package xensim

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// alive tells whether a session is answered.
func alive(t *testing.T, s *Sim, session string) bool {
	t.Helper()
	body := call(t, s, "pool.get_all", session)
	switch {
	case strings.Contains(body, "<value>SESSION_INVALID</value><value>"+session+"</value>"):
		return false
	case strings.Contains(body, "<value>Success</value>"):
		return true
	}
	t.Fatalf("neither: %s", body)
	return false
}

func counts(s *Sim) string {
	open, logins, logouts := s.Sessions()
	return fmt.Sprintf("open %d, logins %d, logouts %d", open, logins, logouts)
}

func TestSessionsAreCounted(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	a, b := login(t, s), login(t, s)
	call(t, s, "session.logout", a)
	call(t, s, "session.logout", a) // is dead, and counts no more
	call(t, s, "session.login_with_password", "root", "wrong")
	if got := counts(s); got != "open 1, logins 2, logouts 1" {
		t.Error(got)
	}
	if alive(t, s, a) || !alive(t, s, b) {
		t.Error("the one that logged out is alive, or the other is not")
	}
	s.Expire()
	if got := counts(s); got != "open 0, logins 2, logouts 1" || alive(t, s, b) {
		t.Error("after a restart of the toolstack:", got)
	}
}

func TestASessionThatNobodyUsesExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		used, idle := login(t, s), login(t, s)
		for range 3 {
			time.Sleep(10 * time.Hour)
			if !alive(t, s, used) {
				t.Error("a session that is used expired")
			}
		}
		if open, _, _ := s.Sessions(); open != 1 || alive(t, s, idle) {
			t.Error("a session that nobody used for 30 hours is open")
		}
		time.Sleep(24 * time.Hour)
		if open, _, _ := s.Sessions(); open != 0 {
			t.Errorf("%d are open after 24 hours", open)
		}
	})
}

func TestALoginBeyondTheLimitEndsTheSessionUsedTheLongestAgo(t *testing.T) {
	t.Parallel()
	for originator, limit := range map[string]int{"syncd": 500, "": 400} {
		synctest.Test(t, func(t *testing.T) {
			s := newSim(t, Options{})
			other := aReference.FindString(call(t, s, "session.login_with_password", "root", "xensim", "1.0", "another"))
			var sessions []string
			for range limit {
				time.Sleep(time.Second)
				sessions = append(sessions, aReference.FindString(call(t, s, "session.login_with_password", "root", "xensim", "1.0", originator)))
			}
			time.Sleep(time.Second)
			alive(t, s, sessions[0]) // is used, so that the second is the oldest now
			call(t, s, "session.login_with_password", "root", "xensim", "1.0", originator)
			if !alive(t, s, sessions[0]) || alive(t, s, sessions[1]) || !alive(t, s, sessions[2]) || !alive(t, s, other) {
				t.Errorf("originator %q: another session than the oldest of it was ended", originator)
			}
			if open, _, _ := s.Sessions(); open != limit+1 {
				t.Errorf("originator %q: %d sessions are open", originator, open)
			}
		})
	}
}

func TestOldReleasesKnowFewerArgumentsOfLogin(t *testing.T) {
	t.Parallel()
	for release, most := range map[string]int{"4.0": 2, "4.1": 3, "6.1": 3, "6.2": 4, "": 4} {
		s := newSim(t, Options{Release: release})
		args := []string{"root", "xensim", "1.0", "syncd"}
		for n := range 5 {
			body := call(t, s, "session.login_with_password", args[:n]...)
			mismatch := fmt.Sprintf("<value>MESSAGE_PARAMETER_COUNT_MISMATCH</value><value>session.login_with_password</value><value>%d</value><value>%d</value>", most, n)
			if refused := strings.Contains(body, mismatch); refused != (n < 2 || n > most) {
				t.Errorf("release %q, %d arguments: %s", release, n, body)
			}
		}
	}
}

func TestAMemberNamesItsMaster(t *testing.T) {
	t.Parallel()
	s := newSim(t, Options{})
	member := s.Member("[fd00::1]:8443")
	for _, password := range []string{"xensim", "wrong"} {
		if body := call(t, member, "session.login_with_password", "root", password); !strings.Contains(body, "<value>HOST_IS_SLAVE</value><value>[fd00::1]:8443</value>") {
			t.Errorf("login with %s: %s", password, body)
		}
	}
	if got := counts(s); got != "open 0, logins 0, logouts 0" {
		t.Error(got)
	}
}
