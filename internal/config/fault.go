package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fault is one thing that is wrong with a file.
type fault struct {
	file string
	at   place
	what string
}

func (f fault) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.file, f.at.line, f.at.column, f.what)
}

// add notes a fault of what stands at a place. What environment variables brought into the value of the path is
// shown as ${NAME} again.
func (d *document) add(at place, path, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	for name, value := range d.vars[path] {
		quoted := strconv.Quote(value)
		for _, text := range []string{value, quoted[1 : len(quoted)-1]} {
			if text != "" {
				what = strings.ReplaceAll(what, text, "${"+name+"}")
			}
		}
	}
	d.faults = append(d.faults, fault{d.file, at, what})
}

// fault notes a fault of the value of a path, unless that value is broken.
func (d *document) fault(path, format string, args ...any) {
	if d.broken[path] {
		return
	}
	if path != "" {
		format = dotted(path) + ": " + format
	}
	d.add(d.values[path], path, format, args...)
}

// breaks is fault for a value that cannot be used at all: decode leaves it out, and later faults of it are not told.
func (d *document) breaks(path, format string, args ...any) {
	d.fault(path, format, args...)
	d.broken[path] = true
}

// has tells whether the file gives a key, whatever its value.
func (d *document) has(path string) bool {
	_, ok := d.keys[path]
	return ok
}

// err joins the faults in the order of the file.
func (d *document) err() error {
	slices.SortStableFunc(d.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column))
	})
	var errs []error
	for _, f := range d.faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// dotted is a path for people: pools[0].name.
func dotted(path string) string {
	var b strings.Builder
	for i, part := range strings.Split(path, "/") {
		switch _, err := strconv.Atoi(part); {
		case err == nil && i > 0:
			b.WriteString("[" + part + "]")
		case i > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}
