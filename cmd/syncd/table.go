package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// table is a heading and its rows. What is nil or empty is printed as -.
type table [][]any

func (t table) write(w io.Writer) error {
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range t {
		var cells []string
		for _, cell := range row {
			text := fmt.Sprint(cell)
			if cell == nil || text == "" {
				text = "-"
			}
			cells = append(cells, printable(strings.Join(strings.Fields(text), " ")))
		}
		fmt.Fprintln(columns, strings.Join(cells, "\t"))
	}
	return columns.Flush()
}

// printable takes out of a text what a terminal would obey: names come from pools.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, text)
}

// print prints a value as JSON, or else the table of it.
func (p *program) print(output string, value any, t table) error {
	if output != "json" {
		return t.write(p.stdout)
	}
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// local is an instant for people, in this machine's time zone.
func local(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 MST") }
