package xensim

import (
	"maps"
	"time"
)

// Served is what a method cost the pool so far.
type Served struct {
	Calls int
	Bytes int64         // of the answers' bodies, before a fault broke any
	Time  time.Duration // to make the answers: without what the network took, and without what event.from waited
}

// Served is the cost by method.
func (s *Sim) Served() map[string]Served {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.served)
}

func (s *Sim) count(method string, bytes int, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.served[method]
	s.served[method] = Served{n.Calls + 1, n.Bytes + int64(bytes), n.Time + took}
}
