package store_test

import (
	"errors"
	"strings"
	"testing"

	"syncd/internal/model"
	"syncd/internal/store"
)

// The decoder makes no such value; a fault of the server would be told as late.
func TestRowsThatCannotBeCopiedEndThePassAtItsNextStep(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, next := range map[string]func(*store.Pass) error{
		"another class": func(p *store.Pass) error { return stage(t.Context(), p, estate{}, model.Lookup("VIF")) },
		"publishing": func(p *store.Pass) error {
			_, err := p.Publish(t.Context())
			return err
		},
	} {
		p := begin(t, db, "lab")
		e := estate{}
		e.add("VDI", "d", "virtual_size", "no number")
		if err := stage(t.Context(), p, e, model.Lookup("VDI")); err != nil {
			t.Fatalf("%s: told before it can be known: %v", name, err)
		}
		err := next(p)
		if err == nil || !strings.HasPrefix(err.Error(), "database ") || !strings.Contains(err.Error(), "staging class VDI: ") {
			t.Errorf("%s: %v", name, err)
		}
		if err := p.Fail(t.Context(), errors.New("ended by a test")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
