package main

// Names of rows that are spoken of elsewhere.
const (
	firstAgainstScript = "first pass of all classes against the script with hosts and VMs"
	someAgainstScript  = "1 % changed, all classes, against the script with hosts and VMs"
	someAgainstHash    = "1 % changed, all classes, against the hashing script with hosts and VMs"
	someAgainstGet     = "1 % changed against a bare GET of the same bodies"
)

// reasons say why a row's goal is missed, as measured. They are printed only where it is.
var reasons = map[string]string{}
