package store

import (
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"syncd/internal/model"
)

// URL is the connection string of a database, for tests that look into it.
func URL(db *DB) string { return db.config.ConnString() }

// Statements is all SQL that is made for a class, for a reviewer.
func Statements(class string) string {
	s := classStatements[model.Lookup(class)]
	all := []string{
		"-- createStage", s.createStage, "-- copyStage", s.copyStage, "-- identify", s.identify, "-- mention", s.mention,
		"-- update", s.update, "-- insert", s.insert, "-- remove", s.remove,
	}
	for _, f := range s.refs {
		all = append(all, "-- repoint "+f.Name, repoint(f, s.class.SQLTable()))
	}
	return strings.Join(all, "\n") + "\n"
}

// OnNotice has what the server says beside its answers to a database's connections told to f.
func OnNotice(db *DB, f func(text string)) {
	db.config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { f(n.Message) }
}

// UseMigrations has a database migrated by other files.
func UseMigrations(db *DB, files fs.FS) { db.migrations = files }
