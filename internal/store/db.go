package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"syncd/migrations"
)

// oldestServer is the first major version of Postgres that the schema works on.
const oldestServer = 13

// DB is a Postgres database that holds the mirror. It keeps no connection: each pass and each question opens its own,
// so that what a pass locks and stages is gone when its connection is.
type DB struct {
	config     *pgx.ConnConfig
	migrations fs.FS
	readers    *string // the password that AdmitReaders was given
}

// Open reads a postgres:// URL and connects once, to see that the database is there and recent enough. The schema is
// not looked at: see [DB.Migrate].
func Open(ctx context.Context, url string) (*DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// pgx masks a password that it can find, yet a URL that it cannot read may hold one anywhere.
		return nil, errors.New("reading database.url: it is no PostgreSQL URL: write postgres://user:password@host:5432/database")
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, 10*time.Second)
	config.RuntimeParams["application_name"] = applicationName()
	db := &DB{config: config, migrations: migrations.FS}
	conn, err := db.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var version int
	var encoding string
	err = conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')`).Scan(&version, &encoding)
	if err != nil {
		return nil, db.explain("asking for the server's version", err)
	}
	if version < oldestServer {
		return nil, fmt.Errorf("connecting to %s: it is PostgreSQL %d: syncd needs %d or newer", db, version, oldestServer)
	}
	if encoding != "UTF8" { // names are any characters, and another encoding may take their bytes for others
		return nil, fmt.Errorf("connecting to %s: its encoding is %s: create one with ENCODING 'UTF8' TEMPLATE template0", db, encoding)
	}
	return db, nil
}

// String names the database without its credentials: host:port/database.
func (db *DB) String() string {
	host := db.config.Host
	if host == "" || host[0] != '/' {
		host = net.JoinHostPort(host, strconv.Itoa(int(db.config.Port)))
	}
	return host + "/" + db.config.Database
}

// connect opens a connection in a state that the statements of this package rely on.
func (db *DB) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, db.config.Copy())
	if err != nil {
		return nil, db.explain("connecting", err)
	}
	err = settle(ctx, conn)
	if err != nil {
		conn.Close(context.WithoutCancel(ctx))
		return nil, db.explain("setting up a connection", err)
	}
	return conn, nil
}

// settle makes of a connection what the statements of this package and of the migrations rely on.
func settle(ctx context.Context, conn *pgx.Conn) error {
	// Set here and not in the start-up packet, which poolers refuse. Names are written with their schema throughout;
	// an empty path keeps a stranger's public functions and tables out of them. A role may have other settings of its
	// own: time limits that end a wait for a pool or for its answer, an encoding that makes others of our bytes.
	// Compiling a statement of a pass takes longer than running it. What a pass looks up is mostly in memory, where a row by
	// an index costs little more than the next one: by Postgres's own price it would read all rows to find a hundredth of
	// them. Of temporary tables the planner has to know little more than their size. LZ4 compresses wide rows in a
	// fraction of the time, where the server was built with it.
	_, err := conn.Exec(ctx, `SELECT set_config('search_path', '', false), set_config('timezone', 'UTC', false),
		set_config('client_encoding', 'UTF8', false), set_config('statement_timeout', '0', false),
		set_config('lock_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false),
		(SELECT count(set_config(name, CASE name WHEN 'idle_session_timeout' THEN '0' ELSE 'lz4' END, false)) FROM pg_catalog.pg_settings
			WHERE name = 'idle_session_timeout' OR name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)), -- since 14
		set_config('random_page_cost', '1.1', false), set_config('default_statistics_target', '10', false),
		set_config('jit', 'off', false), set_config('client_min_messages', 'warning', false)`)
	return err
}

// applicationName is what pg_stat_activity shows, and what a process that waits for this one's lock is told.
func applicationName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	name := fmt.Sprintf("syncd %d on %s", os.Getpid(), host)
	return name[:min(len(name), 63)] // Postgres cuts it there, with a notice
}
