// Package pgtest gives a test a database of its own on a real PostgreSQL server.
//
// Start from [New]: a migrated database, or [Empty]: one without tables. Each is dropped after its test. The server is
// one for each test binary, started by the first test that asks, and never waits for the disk. A machine without
// Postgres fails the tests, saying how to install it, and never skips them.
//
// The server and its directory go when the test binary ends, in whatever way. Where a test failed, the directory stays
// for a day and with it the failed tests' databases; the log says how to start a server on it.
//
// Where SYNCD_TEST_DSN is set, the URL of a user who may create databases, they are made on that server, each migrated
// anew; those of failed tests stay there.
//
// Since this package uses store, store's own tests are of package store_test.
package pgtest
