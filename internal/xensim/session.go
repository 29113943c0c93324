package xensim

import (
	"crypto/rand"
	"fmt"
	"time"
)

// The limits of xapi: sessions of one originator, sessions without one, and how long one lives that nobody uses.
const (
	originatorLimit = 500
	sharedLimit     = 400
	defaultIdle     = 24 * time.Hour
)

// sessions are those that are open. As in xapi, a login beyond the limit kills the one that was used the longest ago.
type sessions struct {
	idle            time.Duration
	byRef           map[string]*session
	logins, logouts int
}

type session struct {
	originator string
	used       time.Time
}

func (s *sessions) login(originator string) string {
	s.expire()
	limit := sharedLimit
	if originator != "" {
		limit = originatorLimit
	}
	n, oldest := 0, ""
	for ref, open := range s.byRef {
		if open.originator == originator {
			n++
			if oldest == "" || open.used.Before(s.byRef[oldest].used) {
				oldest = ref
			}
		}
	}
	if n >= limit {
		delete(s.byRef, oldest)
	}
	ref := randomRef()
	s.byRef[ref] = &session{originator, time.Now()}
	s.logins++
	return ref
}

// use tells whether a session is open, and keeps it alive.
func (s *sessions) use(ref string) bool {
	s.expire()
	open := s.byRef[ref]
	if open != nil {
		open.used = time.Now()
	}
	return open != nil
}

func (s *sessions) logout(ref string) {
	delete(s.byRef, ref)
	s.logouts++
}

func (s *sessions) expire() {
	for ref, open := range s.byRef {
		if time.Since(open.used) >= s.idle {
			delete(s.byRef, ref)
		}
	}
}

// randomRef is a reference that no two pools have, whatever their seeds.
func randomRef() string {
	var b [16]byte
	rand.Read(b[:])
	return "OpaqueRef:" + formatUUID(b)
}

func formatUUID(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
