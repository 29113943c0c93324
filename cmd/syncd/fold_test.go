package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestATableIsFoldedToTheWidthOfItsTerminalAndLosesNoWord(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("für ein Wort ", 20)
	rows := table{{"A", "LAST"}, {"lab", long}, {"a longer name", "short"}, {"empty", ""}}
	var folded strings.Builder
	if err := rows.fold(60).write(&folded); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(folded.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 60 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	want := "A LAST lab " + strings.TrimSpace(long) + " a longer name short empty -"
	if got := strings.Join(strings.Fields(folded.String()), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if strings.Count(folded.String(), "\n                für ") == 0 && strings.Count(folded.String(), "\n               für ") == 0 {
		t.Errorf("what was broken does not stand below itself:\n%s", folded.String())
	}
	for _, width := range []int{0, 20} {
		if diff := cmp.Diff(rows, rows.fold(width)); diff != "" {
			t.Errorf("width %d folds:\n%s", width, diff)
		}
	}
}
