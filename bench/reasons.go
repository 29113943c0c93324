package main

// Names of rows that are spoken of elsewhere.
const (
	firstAgainstScript = "first pass of all classes against the script with hosts and VMs"
	someAgainstScript  = "1 % changed, all classes, against the script with hosts and VMs"
	someAgainstHash    = "1 % changed, all classes, against the hashing script with hosts and VMs"
	usualAgainstScript = "1 % changed, syncd as it comes, against the script with hosts and VMs"
	usualAgainstHash   = "1 % changed, syncd as it comes, against the hashing script with hosts and VMs"
	someAgainstAll     = "1 % changed against the script with all classes"
	someAgainstGet     = "1 % changed against a bare GET of the same bodies"

	someAfterCheckpoint = "WAL with 1 % changed against rewriting all rows, right after a checkpoint"
	noneAfterCheckpoint = "WAL with nothing changed against rewriting all rows, right after a checkpoint"
)

// reasons say why a row's goal is missed, as measured. They are printed only where it is.
var reasons = map[string]string{
	firstAgainstScript: "one connection publishes 81,000 rows of thirteen classes in one transaction, where the script stores 11,000 rows of two without references. " +
		"Of Postgres's CPU, which is most of it, foreign keys are 22 %, the registry 13 %, xen.vm 11 %, COPY 10 %",
	someAgainstScript:   "it reads all thirteen classes, more than twice the bytes of hosts and VMs, and looks at every byte; the bare GET of them alone is a fiftieth of the script",
	someAgainstAll:      "0.40 s of it is a pass in which nothing changed, so the bytes of all records; the rest is Postgres. What changed alone is the second table",
	someAgainstHash:     "as for the script",
	someAfterCheckpoint: "Postgres writes the image of each page that is touched first behind a checkpoint, and the rows that changed are spread over many pages",
	noneAfterCheckpoint: "what the pass before left dead is tidied by whoever reads the page next, and its image goes into the WAL",
}
