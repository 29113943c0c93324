// Package config reads syncd's configuration: one YAML file, strictly.
//
// Start from [Load]. Whoever holds a [Config] holds a valid one: its URLs have hosts, its schedules come, its
// passwords have been read, and what a pool does not say itself it has from the top level.
//
// Load reports every fault of a file at once, each on one line as FILE:LINE:COLUMN: what, remedy. It goes through
// three steps, and each fault leaves out only the value it is about, so that the next step still sees the rest:
//
//   - the YAML becomes a tree of plain values that knows where each stood (document.go). One document, no anchors or
//     aliases, no key twice. ${VAR} in a value becomes that environment variable, after parsing, so that nothing in
//     it can change the shape of the file; the result is always text. $${ stands for ${ itself, any other $ for itself.
//   - the tree is held against the JSON Schema (schema.json, reflected from the structs and their comments). Texts
//     such as durations and URLs are formats of it (format.go), so that what passes also decodes.
//   - what a schema cannot say is checked on the decoded values (check.go): files, the environment, names used twice.
//
// Relative paths count from the configuration's folder. A fault never quotes a value that may hold a credential.
package config
