package main

import (
	"testing"
	"time"
)

func TestAgesAreToldAsPeopleTellThem(t *testing.T) {
	t.Parallel()
	for age, want := range map[string]string{
		"-3s": "now", "0s": "now", "999ms": "now", "1s": "1 s ago", "59.9s": "59 s ago", "1m": "1 min ago", "3m59s": "3 min ago",
		"59m59s": "59 min ago", "1h": "1 h ago", "47h59m": "47 h ago", "48h": "2 d ago", "2400h": "100 d ago",
	} {
		d, err := time.ParseDuration(age)
		if err != nil {
			t.Fatal(err)
		}
		if got := ago(d); got != want {
			t.Errorf("%s: %q, want %q", age, got, want)
		}
	}
}
