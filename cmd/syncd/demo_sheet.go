package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// sheet is where people look. Width and height are 0 where it is no terminal: then nothing is cut.
type sheet struct {
	out           io.Writer
	width, height int
	bold          func(string) string
}

func newSheet(out io.Writer) *sheet {
	s := &sheet{out: out, bold: func(text string) string { return text }}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return s
	}
	if width, height, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		s.width, s.height = max(width, 40), height
	}
	if os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		s.bold = func(text string) string { return "\x1b[1m" + text + "\x1b[0m" }
	}
	return s
}

// oneLine makes a name of a pool fit for a line.
func oneLine(text string) string { return printable(strings.Join(strings.Fields(text), " ")) }

// cut shortens a text to a width, in columns of a terminal; 0 is any.
func (s *sheet) cut(text string, width int) string {
	if s.width == 0 {
		return text
	}
	return runewidth.Truncate(text, width, "…")
}

// some lists as many texts as the width has room for.
func (s *sheet) some(texts []string, width int) string {
	line := ""
	for i, text := range texts {
		next := text
		if i > 0 {
			next = line + ", " + text
		}
		more := ""
		if left := len(texts) - i - 1; left > 0 {
			more = fmt.Sprintf(", %d more", left)
		}
		if s.width > 0 && runewidth.StringWidth(next+more) > width {
			if i == 0 {
				return s.cut(text, width-len(more)) + more
			}
			return fmt.Sprintf("%s, %d more", line, len(texts)-i)
		}
		line = next
	}
	return line
}

// column is one of a grid.
type column struct {
	title string
	right bool // numbers
	limit int  // no wider than this: on a terminal what is longer is cut, elsewhere it sticks out; 0 is any width
}

// grid prints rows below the titles, in columns as wide as need be. Where the terminal is narrower, the last columns but one
// are left out, and then the last one is cut.
func (s *sheet) grid(columns []column, rows [][]string, bold func(row int) bool) {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = runewidth.StringWidth(c.title)
		for _, row := range rows {
			if w := runewidth.StringWidth(row[i]); w <= cmp.Or(c.limit, w) || s.width > 0 {
				widths[i] = max(widths[i], min(w, cmp.Or(c.limit, w)))
			}
		}
	}
	shown := len(columns)
	if s.width > 0 {
		for ; shown > 1 && total(widths[:shown]) > s.width; shown-- {
			// A column of which at least ten characters fit is cut and stays the last.
			if room := s.width - total(widths[:shown-1]) - gap; room >= 10 {
				widths[shown-1] = room
				break
			}
		}
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	fmt.Fprintln(s.out, s.bold(s.line(columns[:shown], widths, titles)))
	for i, row := range rows {
		line := s.line(columns[:shown], widths, row)
		if bold(i) {
			line = s.bold(line)
		}
		fmt.Fprintln(s.out, line)
	}
}

const gap = 2

func total(widths []int) int {
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

func (s *sheet) line(columns []column, widths []int, cells []string) string {
	var line strings.Builder
	for i, c := range columns {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", gap))
		}
		cell := s.cut(cells[i], widths[i])
		if c.right {
			cell = runewidth.FillLeft(cell, widths[i])
		} else {
			cell = runewidth.FillRight(cell, widths[i])
		}
		line.WriteString(cell)
	}
	return strings.TrimRight(line.String(), " ")
}
