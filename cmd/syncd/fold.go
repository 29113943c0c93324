package main

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// width is that of the terminal on stdout, and 0 where there is none: then nothing is folded, for scripts.
func (p *program) width() int {
	file, ok := p.stdout.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// fold breaks the last cells of a table's rows, so that no line is wider than width; 0 is any width.
func (t table) fold(width int) table {
	const narrowest = 30 // below it a column is worse to read than a line that the terminal breaks
	var columns []int
	for _, row := range t {
		for i, cell := range row[:len(row)-1] {
			if i == len(columns) {
				columns = append(columns, 0)
			}
			columns[i] = max(columns[i], utf8.RuneCountInString(fmt.Sprint(cell)))
		}
	}
	for _, column := range columns {
		width -= column + 2
	}
	if width < narrowest {
		return t
	}
	var folded table
	for _, row := range t {
		last := len(row) - 1
		for i, line := range breakLines(fmt.Sprint(row[last]), width) {
			next := append(make([]any, 0, len(row)), row[:last]...)
			if i > 0 {
				for j := range next {
					next[j] = " "
				}
			}
			folded = append(folded, append(next, line))
		}
	}
	return folded
}

// breakLines breaks a text at its blanks. A word that is longer than a line has one of its own.
func breakLines(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
