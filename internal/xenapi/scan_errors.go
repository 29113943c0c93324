package xenapi

import "fmt"

// SyntaxError is an answer that is not what XML-RPC and XenAPI allow. Nothing of it counts as read.
type SyntaxError struct {
	Class  string // that was read; empty where the answer is no records
	Offset int64  // in bytes, of the answer or the record
	What   string // stands there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("the answer cannot be read: at byte %d stands %s: the server or something on the way to it is at fault; "+
		"if that comes again, please report it with the release of XenServer", e.Offset, e.What)
}

// LimitError is an answer that costs more than the configuration allows, or that has more records than any pool.
type LimitError struct {
	Class  string
	Offset int64  // how far it was read, in bytes
	Name   string // of the limit: record, depth, answer, records
	Limit  int64
}

func (e *LimitError) Error() string {
	if e.Name == "records" {
		return fmt.Sprintf("the answer is too large: at byte %d it has more than %d objects of class %s, which no pool has: is this the address of a XenServer or XCP-ng host?",
			e.Offset, e.Limit, e.Class)
	}
	return fmt.Sprintf("the answer is too large: at byte %d it passes limits.%s of %d: raise it if the pool really has such objects",
		e.Offset, e.Name, e.Limit)
}

// brokenOff says how far the answer had come when reading it ended with err.
func (w *window) brokenOff(err error) error {
	return fmt.Errorf("the answer breaks off after %d bytes: %w", w.base+int64(len(w.buf)), err)
}

// fail keeps the first error; it returns false so that it can end a step.
func (w *window) fail(what string) bool {
	if w.err == nil {
		w.err = &SyntaxError{Class: w.class, Offset: w.at(), What: what}
	}
	return false
}

func (w *window) failf(format string, args ...any) bool { return w.fail(fmt.Sprintf(format, args...)) }

func (w *window) exceed(name string, limit int64) {
	if w.err == nil {
		w.err = &LimitError{Class: w.class, Offset: w.at(), Name: name, Limit: limit}
	}
}
