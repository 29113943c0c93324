package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// versionTable is goose's table of applied migrations.
const versionTable = "syncd.schema_migration"

// migrateLock is the advisory lock under which migrations run: two processes migrate one after the other.
const migrateLock = int64(lockSpace) << 32

// deadlocks is how often a migration is tried that the server ends to resolve a deadlock, for which it waits a second each
// time (deadlock_timeout). A report that has read one table and waits for the next one may be in the way of a migration
// that has that one. Each file is one transaction, so that nothing is lost.
const deadlocks = 30

// Migration is one file of the schema.
type Migration struct {
	Version   int64
	Name      string     // its file: 00001_syncd.sql
	AppliedAt *time.Time // nil while it is pending
	Newer     bool       // applied by a newer syncd; this one has no such file
}

// Migrate brings the schema to this program's version, and admits readers where it was asked to. It returns what it
// applied; nothing where the schema is current. Several processes may call it at the same time.
func (db *DB) Migrate(ctx context.Context) ([]Migration, error) {
	var applied []Migration
	err := db.goose(ctx, func(p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		results, err := p.Up(ctx)
		if part, ok := errors.AsType[*goose.PartialError](err); ok {
			results = part.Applied
		}
		for _, r := range results {
			applied = append(applied, Migration{Version: r.Source.Version, Name: r.Source.Path})
		}
		return err
	})
	if err != nil {
		return applied, db.explainMigration("migrating the schema", err)
	}
	if len(applied) > 0 {
		forgetParser()
	}
	return applied, db.admit(ctx, applied)
}

// forgetParser lets go the buffers of goose's parser, 16 MB in a sync.Pool, which outlives one collection. A pass holds
// less than that in all.
func forgetParser() {
	runtime.GC()
	runtime.GC()
}

// MigrateDown takes back the newest migration that is applied, with the rows of the tables it made. It returns nil
// where none is left.
func (db *DB) MigrateDown(ctx context.Context) (*Migration, error) {
	var undone *Migration
	err := db.goose(ctx, func(p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		r, err := p.Down(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return nil
		}
		if err == nil {
			undone = &Migration{Version: r.Source.Version, Name: r.Source.Path}
		}
		return err
	})
	return undone, db.explainMigration("taking back a migration", err)
}

// explainMigration is explain that names the file. What somebody built on the mirror may be in its way: the server says
// what, and each file is one transaction.
func (db *DB) explainMigration(doing string, err error) error {
	part, ok := errors.AsType[*goose.PartialError](err)
	if !ok {
		return db.explain(doing, err)
	}
	file := filepath.Base(part.Failed.Source.Path)
	doing, again := "applying migration "+file, "syncd migrate up"
	if part.Failed.Direction == "down" {
		doing, again = "taking back migration "+file, "syncd migrate down"
	}
	explained := db.explain(doing, err)
	if e, ok := errors.AsType[*Error](explained); ok {
		switch sqlState(err) {
		case "2BP01", "0A000": // dependent_objects_still_exist, and a column of a view that is to have another type
			e.Remedy = "drop it, run " + again + " again, and make it anew; the migration changed nothing"
		case "42P07": // duplicate_table
			e.Remedy = "somebody made one of that name in a schema of syncd: drop or rename it, and run " + again + " again; the migration changed nothing"
		}
	}
	return explained
}

// Migrations lists the schema's files in their order, applied and pending. It changes nothing.
func (db *DB) Migrations(ctx context.Context) ([]Migration, error) {
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	applied, err := appliedMigrations(ctx, conn)
	if err != nil {
		return nil, db.explain("reading which migrations are applied", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, stdlib.OpenDB(*db.config), db.migrations,
		goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations of this program: %w", err)
	}
	defer provider.Close()
	var list []Migration
	for _, s := range provider.ListSources() {
		m := Migration{Version: s.Version, Name: s.Path}
		if at, ok := applied[s.Version]; ok {
			m.AppliedAt = &at
			delete(applied, s.Version)
		}
		list = append(list, m)
	}
	for version, at := range applied {
		list = append(list, Migration{Version: version, Name: "of a newer syncd", AppliedAt: &at, Newer: true})
	}
	return list, nil
}

func appliedMigrations(ctx context.Context, conn *pgx.Conn) (map[int64]time.Time, error) {
	applied := map[int64]time.Time{}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&exists); err != nil || !exists {
		return applied, err
	}
	rows, err := conn.Query(ctx, `SELECT version_id, tstamp FROM `+versionTable+` WHERE is_applied AND version_id > 0`)
	if err != nil {
		return nil, err
	}
	var version int64
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&version, &at}, func() error {
		applied[version] = at
		return nil
	})
	return applied, err
}

// goose runs f with a provider on a connection of its own; again, where the server ended what it did for a deadlock.
func (db *DB) goose(ctx context.Context, f func(*goose.Provider) error) error {
	sqlDB := stdlib.OpenDB(*db.config, stdlib.OptionAfterConnect(settle))
	defer sqlDB.Close()
	if err := makeSchema(ctx, sqlDB); err != nil {
		return err
	}
	// Goose tries for the lock again and again rather than waiting for it: each second, for ten minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrateLock), lock.WithLockTimeout(1, 600))
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, sqlDB, db.migrations,
		goose.WithTableName(versionTable), goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	defer provider.Close()
	for try := 1; ; try++ {
		if err := f(provider); sqlState(err) != "40P01" || try == deadlocks {
			return err
		}
	}
}

// makeSchema makes the schema that goose's table lives in.
func makeSchema(ctx context.Context, sqlDB *sql.DB) error {
	var exists bool
	err := sqlDB.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'syncd')`).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = sqlDB.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS syncd`)
	if code := sqlState(err); code == "23505" || code == "42P06" {
		return nil // another process made it at the same instant
	}
	return err
}

// refuseNewer keeps an old program from working on a schema that it does not know.
func refuseNewer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return fmt.Errorf("the schema has version %d, this syncd knows it up to %d: use the newer syncd that made it", current, target)
	}
	return nil
}
