// Command bench tells how fast syncd is: it runs the real program and what one would use in its place by turns, on the
// same simulated pool and the same PostgreSQL server, and prints medians, spreads and ratios. `make bench` runs it.
//
// What is compared: syncd, which mirrors every class; script.py, which copies hosts and VMs or every class, with and
// without hashes of its own; and a bare GET, which asks for the same bodies and looks at nothing of them. Each is a
// process of its own, and its wall time, CPU and memory are those of the whole process, its start included. The CPU that
// PostgreSQL spends for it is added where CPU is compared. The schema is there before syncd's first pass, as a day
// later it always is; the script makes its few tables itself.
//
// What the simulated pool costs is nobody's: it has its answers ready before the clock runs, and is another process.
// A real xapi needs more than a second for 5,000 VMs, which no client can make up for. Its changes are those of life:
// see life.go. Postgres is set up as out of its package, waits for the disk, and writes what is due before each run.
//
// `bench profile` makes passes in this process and tells where their time and their memory goes.
package main
