package main

import (
	"bytes"
	"fmt"
	"text/template"
	"time"
)

// panel is a group of bars with one scale.
type panel struct {
	Title string
	Y     int // of its title
	Bars  []bar
}

type bar struct {
	Name, Text string
	Y          int
	Width      float64
	Ours       bool
}

const (
	chartWidth = 760
	barsAt     = 230
	barsWidth  = chartWidth - barsAt - 110
	barHeight  = 22
)

// The text has no colour that a dark page swallows: the chart brings its own ground.
var chartTemplate = template.Must(template.New("").Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Width}} {{.Height}}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2933" role="img" aria-label="{{.Label}}">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
{{range .Panels}}<text x="20" y="{{.Y}}" font-weight="600" font-size="15">{{.Title}}</text>
{{range .Bars}}<text x="220" y="{{.Y}}" text-anchor="end">{{.Name}}</text>
<rect x="230" y="{{.Y}}" transform="translate(0 -13)" width="{{printf "%.1f" .Width}}" height="16" rx="2" fill="{{if .Ours}}#0f766e{{else}}#b8c2cc{{end}}"/>
<text x="{{printf "%.1f" .Width}}" y="{{.Y}}" dx="236" font-variant-numeric="tabular-nums">{{.Text}}</text>
{{end}}{{end}}<text x="20" y="{{.Foot}}" fill="#616e7c" font-size="11">{{.Label}}</text>
</svg>
`))

// chart draws what each program takes, shorter is better.
func (b *bench) chart(r report) ([]byte, error) {
	y := 14
	draw := func(title, unit string, pass string, figure func(*series) []float64, names ...string) (p panel) {
		y += 20
		p = panel{Title: title, Y: y}
		y += 8
		longest := 0.0
		for _, name := range names {
			longest = max(longest, median(figure(b.of(name, pass, b.vms))))
		}
		for _, name := range names {
			figures := figure(b.of(name, pass, b.vms))
			if len(figures) == 0 {
				continue
			}
			y += barHeight
			p.Bars = append(p.Bars, bar{Name: name, Text: show(median(figures), unit), Y: y, Ours: name == ours || name == onlyWhat, Width: max(1, median(figures)/longest*barsWidth)})
		}
		y += 14
		return p
	}
	size := thousands(b.vms) + " VMs: "
	peak := func(s *series) []float64 { return scale(s.rss(), 1e-6) }
	ms := func(s *series) []float64 { return scale(s.pass(), 1e3) }
	panels := []panel{
		draw(size+first, "s", first, (*series).wall, ours, script, scriptAll),
		draw(size+"a pass with 1 % changed", "s", some, (*series).wall, ours, bare, script, hash, scriptAll, hashAll),
		draw(size+"its peak memory", "MB", some, peak, ours, script, hash, scriptAll, hashAll),
		draw(size+"a pass in the daemon, nothing changed", "ms", changed(0), ms, onlyWhat, whole),
		draw(size+"a pass in the daemon, "+changed(1000), "ms", changed(1000), ms, onlyWhat, whole),
	}
	var out bytes.Buffer
	err := chartTemplate.Execute(&out, map[string]any{
		"Panels": panels, "Width": chartWidth, "Height": y + 28, "Foot": y + 14,
		"Label": fmt.Sprintf("syncd reads every class; the script only hosts and VMs, unless it says so. %s, %d cores, PostgreSQL %s", r.Date.Format(time.DateOnly), r.Machine.Cores, r.Machine.Postgres),
	})
	return out.Bytes(), err
}
