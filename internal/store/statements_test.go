package store_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncd/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// PBD is small, and has every kind of column that the statements tell apart: a reference, a map and plain ones.
func TestTheStatementsOfAClassAreThoseThatAReviewerRead(t *testing.T) {
	t.Parallel()
	const golden = "testdata/pbd.sql"
	got := store.Statements("PBD")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-file +made): read the change, then go test ./internal/store -run Statements -update\n%s", golden, diff)
	}
}
