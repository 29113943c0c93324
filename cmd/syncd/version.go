package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker: -X main.version=v1.2.3.
var version string

// buildInfo is what this program was built from. Commit is empty where it was not built in a checkout.
type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Time     string `json:"commit_time"`
	Modified bool   `json:"modified"` // the checkout differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func build() buildInfo {
	b := buildInfo{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	if main := info.Main.Version; main != "(devel)" {
		b.Version = cmp.Or(b.Version, main)
	}
	b.Version = cmp.Or(b.Version, "dev")
	return b
}

type versionCmd struct {
	Output string `short:"o" enum:"text,json" default:"text" placeholder:"text|json" help:"How to print it (${default})."`
}

// Run needs no configuration.
func (c *versionCmd) Run(p *program) error {
	b := build()
	if c.Output == "json" {
		return p.print(c.Output, b, nil)
	}
	commit := "of no checkout"
	if b.Commit != "" {
		commit = "commit " + b.Commit + " of " + b.Time
	}
	if b.Modified {
		commit += ", modified"
	}
	_, err := fmt.Fprintf(p.stdout, "syncd %s (%s; %s %s)\n", b.Version, commit, b.Go, b.Platform)
	return err
}
