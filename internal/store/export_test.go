package store

// URL is the connection string of a database, for tests that look into it.
func URL(db *DB) string { return db.config.ConnString() }
