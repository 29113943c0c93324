package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test binary be what the program runs itself as.
func TestMain(m *testing.M) {
	flag.Parse()
	if words := flag.Args(); len(words) > 0 && slices.Contains([]string{servePoolWord, measureWord, getWord}, words[0]) {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestABenchmarkOfASmallPoolHasEveryRowThePictureAndTheFigures(t *testing.T) {
	out := t.TempDir()
	if findPython() == "" {
		t.Log("NO PYTHON WITH psycopg2: the rows of the scripts are not tested. scripts/setup bench installs it")
	}
	if err := compare(t.Context(), strings.Fields("--vms 50 --repeats 1 --growth 50,100 --decoder=false --nosync --out "+out)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(out, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(r.Rows, r.Changes)
	for name, zero := range map[string]bool{
		firstAgainstScript: false, "first pass against the script with all classes": false,
		someAgainstScript: false, someAgainstAll: false, usualAgainstScript: false, usualAgainstHash: false,
		someAgainstHash: false, someAgainstHashAll: false,
		someAgainstGet: false, "1 % changed against a bare GET, both over TLS": false, "nothing changed against a bare GET": false,
		"WAL with 1 % changed against rewriting all rows, without page images": false, "WAL with nothing changed against rewriting all rows, without page images": false,
		"WAL with 1 % changed against rewriting all rows, right after a checkpoint": false, "WAL with nothing changed against rewriting all rows, right after a checkpoint": false,
		"dead rows for each that changed, at 1 %": false, "dead rows where nothing changed": true,
		"peak memory with 50 VMs, first pass": false, "peak memory with 50 VMs, 1 % changed": false,
		"peak memory with 100 VMs, first pass": false, "peak memory with 100 VMs, 1 % changed": false,
		"50 VMs, 0 changes: everything against what changed, bytes": false, "50 VMs, 1,000 changes: everything against what changed, wall": false,
		"growth from 50 to 100 VMs, 0 changes, bytes": true, "growth from 50 to 100 VMs, 10 changes, wall": true,
		"growth of CPU from 50 to 100 VMs, first pass": true, "growth of CPU from 50 to 100 VMs, 1 % changed": true,
	} {
		if strings.Contains(name, "script") && findPython() == "" {
			continue
		}
		i := slices.IndexFunc(all, func(r row) bool { return r.Name == name })
		switch {
		case i < 0:
			t.Errorf("the row %q is missing", name)
		case all[i].Figure <= 0 && !zero:
			t.Errorf("%s: %v", name, all[i].Figure)
		}
	}
	for _, s := range r.Series {
		if s.Runs[0].Wall <= 0 || s.Runs[0].CPU <= 0 || s.Runs[0].RSS < 1<<20 {
			t.Errorf("%s, %s: %+v", s.Program, s.Pass, s.Runs[0])
		}
		if s.Program == ours && s.Pass == first && s.Runs[0].Counts.New < int64(s.VMs) {
			t.Errorf("syncd found %d rows in a pool of %d VMs", s.Runs[0].Counts.New, s.VMs)
		}
		if s.Program == onlyWhat && s.Pass == changed(10) && s.Runs[0].Counts.written() < 10 {
			t.Errorf("10 objects changed, and syncd wrote %d rows", s.Runs[0].Counts.written())
		}
		if s.Program == ours && s.Pass == none && s.Runs[0].Counts.written() != 0 {
			t.Errorf("nothing changed, and syncd wrote %d rows", s.Runs[0].Counts.written())
		}
	}
	svg, err := os.Open(filepath.Join(out, "bench.svg"))
	if err != nil {
		t.Fatal(err)
	}
	defer svg.Close()
	bars := 0
	for d := xml.NewDecoder(svg); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			bars++
		}
	}
	if bars < 4 {
		t.Errorf("the chart has %d bars", bars)
	}
}

func TestMediansAndRatiosAreThoseOfTheSameTurn(t *testing.T) {
	t.Parallel()
	if got := median([]float64{9, 1, 4}); got != 4 {
		t.Errorf("median %v", got)
	}
	if got := median([]float64{4, 1, 2, 9}); got != 3 {
		t.Errorf("median of four %v", got)
	}
	if got := ratios([]float64{8, 9}, []float64{2, 3}); !slices.Equal(got, []float64{4, 3}) {
		t.Errorf("ratios %v", got)
	}
}

func TestAGoalIsMetAtItsBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		g    goal
		x    float64
		want bool
	}{
		{atLeast(3), 3, true}, {atLeast(3), 2.99, false}, {atMost(0), 0, true}, {atMost(0), 0.1, false}, {atMost(5), 5, true}, {atMost(1.05), -0.2, true}, {goal{}, 1e9, true},
	} {
		if c.g.met(c.x) != c.want {
			t.Errorf("%+v of %v", c.g, c.x)
		}
	}
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	t.Parallel()
	for want, show := range map[string]string{
		"0.5 %": show(0.5, "%"), "30×": show(30, "×"), "9.17×": show(9.1666, "×"), "1234 MB": show(1234.4, "MB"), "0": show(0, ""),
		"0.00123": show(0.00123456, ""), "-0.032": show(-0.032, ""), "100": show(99.999, ""),
	} {
		if show != want {
			t.Errorf("%s, want %s", show, want)
		}
	}
}

func TestBenchmarksOfGoAreRead(t *testing.T) {
	t.Parallel()
	d := decoderFigures{}
	for range 2 {
		d.add([]byte("goos: linux\nBenchmarkUnchanged-2   \t 211\t 5631348 ns/op\t2140.54 MB/s\t 1000 records/op\t 70512 B/op\t 20 allocs/op\nPASS\n\nok  \tsyncd 1s\n"))
	}
	if got := d["Unchanged"]; len(d) != 1 || !slices.Equal(got["MB/s"], []float64{2140.54, 2140.54}) || got["allocs/op"][1] != 20 {
		t.Errorf("%v", d)
	}
}

func TestWhatTheCommandLineCannotMean(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--vms 50001", "--vms 0", "--repeats 0", "--growth 10,x", "--growth 99999", "more"} {
		if _, err := parse(strings.Fields(args)); err == nil {
			t.Errorf("%s is taken", args)
		}
	}
	o, err := parse([]string{"--vms", "300", "--growth", "50,10,50"})
	if err != nil || o.hosts != 3 || !slices.Equal(o.growth, []int{10, 50}) {
		t.Errorf("%+v, %v", o, err)
	}
	if math.IsNaN(median(nil)) {
		t.Error("no figures have no median, and NaN is no JSON")
	}
}
