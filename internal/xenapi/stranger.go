package xenapi

import (
	"context"
	"errors"
	"fmt"

	"syncd/internal/model"
)

// stranger is a host that answers as a pool of its own: it was ejected from the pool that is meant, or rebuilt.
type stranger struct{ meant, answered string } // uuids

func (e *stranger) Error() string {
	return fmt.Sprintf("the pool that is meant has uuid %s, and another one answered: %s: "+
		"if this host was ejected or rebuilt, take it out of urls", e.meant, e.answered)
}

// recognize makes sure, before a class is read or events are, that the session is of the pool that is meant: a login in
// the midst of a pass may have led to another one. The class pool tells itself.
func (s *Session) recognize(ctx context.Context, what string) error {
	if s.recognized || s.options.Pool == "" || what == "pool" {
		return nil
	}
	wire, _ := s.read(ctx, model.Lookup("pool"), func() error { return nil }, func(*model.Record) error { return nil }, "get_all_records")
	if wire == nil && !s.recognized {
		return errors.New("reading pool: no record has a uuid: is this a XenServer pool?")
	}
	return wire
}

// meet notes by the first record of class pool which pool answers, and refuses another than the one that is meant.
func (s *Session) meet(rec *model.Record) error {
	if rec.Class.Name != "pool" || s.recognized {
		return nil
	}
	if err := Decode(rec); err != nil {
		return err
	}
	uuid := string(rec.UUID())
	switch {
	case uuid == "":
		return nil // for the reader to refuse
	case s.options.Pool != "" && s.options.Pool != uuid:
		return &stranger{meant: s.options.Pool, answered: uuid}
	}
	s.options.Pool, s.recognized = uuid, true
	if master := s.options.Master; master != nil {
		if *master != "" && *master != s.URL() {
			s.log.Info("the pool has another master, "+s.URL(), "was", *master)
		}
		*master = s.URL()
	}
	return nil
}
