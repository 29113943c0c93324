package main

import (
	"strings"
	"testing"
)

func TestTheExitCodeOfSyncTellsAllFromSomeFromNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		results string
		want    int
	}{
		{"ok", 0}, {"ok ok", 0}, {"failed", 1}, {"failed failed", 1}, {"ok failed", 3}, {"failed ok ok", 3},
		{"interrupted", 1}, {"ok interrupted", 1}, {"failed interrupted ok", 1},
	} {
		var results []passResult
		for result := range strings.FieldsSeq(c.results) {
			results = append(results, passResult{Pool: "lab", Result: result})
		}
		if got := exitCode(verdict(results)); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.results, got, c.want)
		}
	}
}
