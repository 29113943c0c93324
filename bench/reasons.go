package main

// Names of rows that are spoken of elsewhere.
const (
	firstAgainstScript = "first pass of all classes against the script with hosts and VMs"
	someAgainstScript  = "1 % changed, all classes, against the script with hosts and VMs"
	someAgainstHash    = "1 % changed, all classes, against the hashing script with hosts and VMs"
	usualAgainstScript = "1 % changed, syncd as it comes, against the script with hosts and VMs"
	usualAgainstHash   = "1 % changed, syncd as it comes, against the hashing script with hosts and VMs"
	someAgainstHashAll = "1 % changed against the hashing script with all classes"
	someAgainstAll     = "1 % changed against the script with all classes"
	someAgainstGet     = "1 % changed against a bare GET of the same bodies"

	someAfterCheckpoint = "WAL with 1 % changed against rewriting all rows, right after a checkpoint"
	noneAfterCheckpoint = "WAL with nothing changed against rewriting all rows, right after a checkpoint"
)

// reasons say why a row's goal is missed, as measured. They are printed only where it is.
var reasons = map[string]string{
	firstAgainstScript: "one connection publishes 87,000 rows of all classes in one transaction, where the script stores 11,000 rows of two without references. " +
		"Most of it is Postgres's work; docs/decisions/0009-what-a-pass-costs.md has its parts",
	someAgainstScript:  "it reads all classes, more than twice the bytes of hosts and VMs, and looks at every byte; the bare GET of them alone is a fiftieth of the script",
	someAgainstAll:     "two thirds of it is a pass in which nothing changed, so the bytes of all records; the rest is Postgres. What changed alone is the second table",
	someAgainstHash:    "as for the script",
	someAgainstHashAll: "as for the script",
	usualAgainstScript: "two hundredths have changed since its last turn, the one for TLS among them, and the process starts and connects; " +
		"a pass of 1,000 changes by itself is in the second table",
	usualAgainstHash:    "as for the script",
	someAgainstGet:      "it is near the bound: two thirds of it is a pass in which nothing changed, so the bytes and their fingerprints; the rest is Postgres",
	someAfterCheckpoint: "Postgres writes the image of each page that is touched first behind a checkpoint, and the rows that changed are spread over many pages",
	noneAfterCheckpoint: "what the pass before left dead is tidied by whoever reads the page next, and its image goes into the WAL",
}
