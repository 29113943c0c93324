// Package torture holds syncd against everything that goes wrong around it: its tests run the real binary, a simulated
// pool over real HTTP and a real PostgreSQL, break one of them, and then ask four things. Did the pass end as promised,
// with its exit code and one line of error? Is SQL one committed state, to the row? Is no session left open at the pool?
// Does the next pass bring SQL to what the pool says?
//
// matrix_test.go breaks each kind of call in each way, database_test.go the database, kill_test.go the process itself.
// rig_test.go is what they stand on.
//
// `go test` runs a fixed sample. SYNCD_TORTURE=1 (`make torture`) runs everything and prints figures.
package torture
