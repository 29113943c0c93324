package main

import (
	"path/filepath"
	"testing"

	diff "github.com/google/go-cmp/cmp"
)

func TestWhatMigrationsTookAwayComesBackWithTheNextPass(t *testing.T) {
	t.Parallel()
	for _, read := range []string{"auto", "full"} {
		t.Run(read, func(t *testing.T) {
			t.Parallel()
			s := newSchool(t)
			sim, pool := furnished(t)
			pool = yearly(t, pool)
			pool.Read = read
			if err := sim.Remove("PCI", sim.Objects("PCI")[0].Ref); err != nil { // references that lead nowhere
				t.Fatal(err)
			}
			s.pass(t, pool, "ok", passOptions{})
			before := content(t, s.conn)
			for _, down := range []string{"00012_message.sql", "00008_classes.sql", "00002_xen.sql"} {
				for last := ""; last != down; {
					m, err := s.db.MigrateDown(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					last = filepath.Base(m.Name)
				}
				if _, err := s.db.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := s.conn.DeallocateAll(t.Context()); err != nil {
					t.Fatal(err)
				}
				s.pass(t, pool, "ok", passOptions{})
				if d := diff.Diff(before, content(t, s.conn)); d != "" {
					t.Fatalf("down to %s and up again (-before +after):\n%.4000s", down, d)
				}
			}
		})
	}
}
