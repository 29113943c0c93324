// Package migrations embeds the SQL that makes the schemas syncd, xen and inventory, in goose's format. A file that
// has been released never changes: what is to be different is a new file.
package migrations

import "embed"

// FS holds the migrations, named NNNNN_what.sql and applied in the order of their numbers.
//
//go:embed *.sql
var FS embed.FS
