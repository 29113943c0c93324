package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error is a failure of the database: what was being done, where, why, and what an operator can do about it.
type Error struct {
	Doing    string // connecting, publishing pool lab
	Database string // host:port/database
	Remedy   string // may be empty
	Err      error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("database %s: %s: %s", e.Database, e.Doing, reason(e.Err))
	if e.Remedy != "" {
		text += ": " + e.Remedy
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// outcome is an error that the database has no part in, such as a pass that the brake stopped.
type outcome interface {
	error
	outcome()
}

// refusal is an outcome that nobody branches on by its type.
type refusal struct{ text string }

func (e *refusal) Error() string { return e.text }
func (*refusal) outcome()        {}

// explain gives an error of the driver or the server its words. An outcome stays as it is.
func (db *DB) explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[outcome](err); ok {
		return e
	}
	return &Error{Doing: doing, Database: db.String(), Remedy: remedy(err), Err: err}
}

// reason is the innermost message: the driver's own wraps it in the whole connection string and in one line for
// every address that it tried.
func reason(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		text := fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.Code)
		if e.ConstraintName != "" {
			text += " on " + e.ConstraintName
		}
		if e.Code == "2BP01" || e.Code == "0A000" { // what depends on it, a line each
			text += ": " + strings.Join(strings.Split(e.Detail, "\n"), "; ")
		}
		return text
	}
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		return "unknown host " + e.Name
	}
	if lost(err) {
		return "the connection was lost"
	}
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

// remedies by SQLSTATE, or by its class (its first two characters).
var remedies = map[string]string{
	"28P01": "check user and password in database.url",
	"28000": "check user and password in database.url, and the server's pg_hba.conf",
	"3D000": "create the database, or correct its name in database.url",
	"42501": "grant our user the right, or let the owner of the database run syncd migrate up",
	"42P01": "run syncd migrate up",
	"3F000": "run syncd migrate up",
	"42703": "run syncd migrate up; where that has nothing to do, the schema was changed by hand",
	"53100": "free space on the database's disk; nothing was changed",
	"53300": "raise max_connections of the server or the connection limit of our role, or close other connections",
	"23503": "something that you built refers to these rows: remove or move that first; nothing was changed",
	"25006": "use the primary in database.url, and look for default_transaction_read_only of our role",
	"57P01": "the server was shut down; the next pass tries again",
	"57P02": "the server crashed; the next pass tries again",
	"57P03": "the server is starting or stopping: try again in a moment",
}

func remedy(err error) string {
	if code := sqlState(err); code != "" {
		return remedies[code]
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "check the host in database.url"
	}
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case lost(err):
		return "the server was restarted, or something between ended the connection; the next pass tries again"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "is PostgreSQL running there? check host and port in database.url"
	case errors.Is(err, syscall.ENOENT):
		return "no server has its socket there: is PostgreSQL running? check database.url"
	case errors.Is(err, context.DeadlineExceeded):
		return "is the host up and reachable? check host and port in database.url"
	}
	return ""
}

// lost tells whether a connection that was there is gone, and nobody said why.
func lost(err error) bool {
	for _, e := range []error{syscall.EPIPE, syscall.ECONNRESET, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// sqlState is the server's code for an error, and empty where the error is not the server's.
func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// Unavailable tells whether err says that the database cannot be used for now: it is down, starting, full, read-only or
// out of reach. What only a person can cure, such as a wrong password, is not that, nor is an error of anything else.
func Unavailable(err error) bool {
	if code := sqlState(err); code != "" {
		switch code[:2] {
		case "08", "40", "53", "57": // connection, serialization, resources, operator
			return true
		}
		return code == "25006" || code == "55P03" // read-only, lock not available
	}
	_, ours := errors.AsType[*Error](err)
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	if !ours && !connecting {
		return false
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e != syscall.EACCES
	}
	return errors.Is(err, context.DeadlineExceeded) || lost(err)
}
