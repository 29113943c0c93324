// Package configs holds the commented sample of syncd's configuration. A test of internal/config loads it.
package configs

import _ "embed"

// Sample is syncd.yaml: every key of the configuration, with its default where it has one.
//
//go:embed syncd.yaml
var Sample []byte
