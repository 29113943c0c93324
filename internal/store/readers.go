package store

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ReaderGroup is the role that may read the mirror: every table and view of its schemas, but none of the hidden columns. It cannot log in;
// Reader can, and is a member.
const (
	ReaderGroup = "syncd_reader"
	Reader      = "reader"
)

// readable are the schemas that people read.
var readable = []string{"xen", "inventory", "syncd"}

// hidden are the columns that nobody but syncd reads, as table.column: hashes, and their key.
var hidden = []string{"xen.object.content_hash", "syncd.pool.refused_credentials", "syncd.pool.fingerprint_key"}

// readerConnections is how many connections Reader may have at once, so that syncd finds one free.
const readerConnections = 30

// AdmitReaders has Migrate make ReaderGroup and give it its rights; and Reader, with this password, unless that is
// empty. It is for a private server: it also takes from everybody what PostgreSQL lets everybody do, to make temporary
// tables and tables in the schema public.
func (db *DB) AdmitReaders(password string) { db.readers = &password }

// admit does what AdmitReaders says, where that was called. What is so already is not written again.
func (db *DB) admit(ctx context.Context, applied []Migration) error {
	conn, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if db.readers == nil {
		return db.explain("giving readers their rights", makeGroup(ctx, conn, applied))
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Two processes that grant at once would fail with "tuple concurrently updated".
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1::int, -1)`, lockSpace); err != nil {
			return err
		}
		if err := apply(ctx, tx, lackingRoles, ReaderGroup, Reader, readerConnections, *db.readers != ""); err != nil {
			return err
		}
		if err := apply(ctx, tx, lackingRights, ReaderGroup, readable, hidden); err != nil {
			return err
		}
		if err := apply(ctx, tx, keyRights, ReaderGroup, readable, hidden); err != nil {
			return err
		}
		if err := apply(ctx, tx, publicRights); err != nil {
			return err
		}
		return setPassword(ctx, tx, *db.readers)
	})
	return db.explain("giving readers their rights", err)
}

// lackingRoles lists the statements that make the roles, as far as they are not there.
const lackingRoles = `
	SELECT format('CREATE ROLE %I NOLOGIN', $1::text) WHERE to_regrole($1::text) IS NULL
	UNION ALL
	SELECT format('CREATE ROLE %I LOGIN CONNECTION LIMIT %s IN ROLE %I', $2::text, $3::int, $1::text) WHERE $4::bool AND to_regrole($2::text) IS NULL
	UNION ALL
	SELECT format('ALTER ROLE %I SET default_transaction_read_only = on', $2::text) WHERE $4::bool AND to_regrole($2::text) IS NULL`

// lackingRights lists the statements that give the group its rights, as far as it lacks them. Of a table with a hidden
// column it gets the other columns; one that a migration made anew has been granted whole by the default privileges.
const lackingRights = `
	WITH schema AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY ($2::text[])),
	relation AS (
		SELECT c.oid, c.oid::regclass::text AS name,
			EXISTS (SELECT FROM unnest($3::text[]) h WHERE h LIKE c.oid::regclass || '.%') AS partly,
			EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = to_regrole($1::text) AND a.privilege_type = 'SELECT') AS whole
		FROM pg_class c JOIN schema ON schema.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm'))
	SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, $1::text)
	FROM schema WHERE NOT has_schema_privilege($1::text, oid, 'USAGE')
	UNION ALL
	-- What later migrations make.
	SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO %I', nspname, $1::text)
	FROM schema WHERE NOT EXISTS (
		SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a
		WHERE d.defaclnamespace = schema.oid AND d.defaclobjtype = 'r' AND a.grantee = to_regrole($1::text) AND a.privilege_type = 'SELECT')
	UNION ALL
	SELECT format('GRANT SELECT ON %s TO %I', name, $1::text)
	FROM relation WHERE NOT partly AND NOT has_table_privilege($1::text, oid, 'SELECT')
	UNION ALL
	SELECT format('REVOKE SELECT ON %s FROM %I', name, $1::text) FROM relation WHERE partly AND whole
	UNION ALL
	SELECT format('GRANT SELECT (%I) ON %s TO %I', attname, name, $1::text)
	FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
	WHERE partly AND name || '.' || attname <> ALL ($3::text[])
		AND (whole OR NOT has_column_privilege($1::text, attrelid, attnum, 'SELECT'))`

// keyRights lists the statements by which the group sees keys where BI tools look for them, as far as it does not:
// information_schema shows the constraints of a table to those who may do more with it than read. A right to REFERENCES of one
// column will do, and is of no use: the column alone is no unique key, so that no foreign key can lead to it.
const keyRights = `
	WITH blind AS MATERIALIZED ( -- mostly none
		SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY ($2::text[]) AND NOT has_any_column_privilege($1::text, c.oid, 'REFERENCES'))
	SELECT DISTINCT ON (t.oid) format('GRANT REFERENCES (%I) ON %s TO %I', a.attname, t.oid::regclass, $1::text)
	FROM blind t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE has_column_privilege($1::text, t.oid, a.attnum, 'SELECT')
		AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisunique AND i.indkey::text = a.attnum::text)
		AND t.oid::regclass || '.' || a.attname <> ALL ($3::text[])
	ORDER BY t.oid, a.attnum DESC`

// publicRights lists the statements that take from everybody what a private server lets nobody do.
const publicRights = `
	SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
	FROM pg_namespace WHERE nspname = 'public' AND has_schema_privilege('public', oid, 'CREATE')
	UNION ALL
	SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', datname)
	FROM pg_database WHERE datname = current_database() AND has_database_privilege('public', oid, 'TEMPORARY')`

// apply runs the statements that a query lists.
func apply(ctx context.Context, tx pgx.Tx, list string, args ...any) error {
	rows, err := tx.Query(ctx, list, args...)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// setPassword gives Reader its password, unless it has it. The server gets what it stores, never the password: a
// statement may be logged.
func setPassword(ctx context.Context, tx pgx.Tx, password string) error {
	if password == "" {
		return nil
	}
	var stored string
	if err := tx.QueryRow(ctx, `SELECT coalesce(rolpassword, '') FROM pg_authid WHERE rolname = $1`, Reader).Scan(&stored); err != nil {
		return err
	}
	if isPassword(stored, password) {
		return nil
	}
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	verifier, err := scramVerifier(password, salt, 4096)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `ALTER ROLE `+Reader+` PASSWORD '`+verifier+`'`)
	return err
}

// scramVerifier is what PostgreSQL stores of a password (RFC 5803, RFC 7677).
func scramVerifier(password string, salt []byte, iterations int) (string, error) {
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", err
	}
	sum := func(text string) []byte {
		h := hmac.New(sha256.New, salted)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	stored := sha256.Sum256(sum("Client Key"))
	text := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, text(salt), text(stored[:]), text(sum("Server Key"))), nil
}

// isPassword tells whether a verifier is that of a password.
func isPassword(verifier, password string) bool {
	parts := strings.FieldsFunc(verifier, func(r rune) bool { return r == '$' || r == ':' })
	if len(parts) != 5 {
		return false
	}
	iterations, _ := strconv.Atoi(parts[1])
	salt, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || iterations < 1 {
		return false
	}
	again, err := scramVerifier(password, salt, iterations)
	return err == nil && again == verifier
}
