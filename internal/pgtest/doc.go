// Package pgtest gives a test a database of its own on a real PostgreSQL server.
//
// Start from [New]: a migrated database, or [Empty]: one without tables. The server is one for each test binary,
// started by the first test that asks, without waits for the disk; where SYNCD_TEST_DSN is set (the URL of a superuser)
// the databases are made on that server. A machine without Postgres fails the tests and never skips them.
//
// A database is dropped after its test. When the test failed it is kept, and so is the server's directory: the log says
// how to look at it. Otherwise nothing is left once the test binary has ended, in whatever way.
//
// Since this package uses store, store's own tests are of package store_test.
package pgtest
