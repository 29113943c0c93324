package collector

import (
	"slices"
	"time"

	"syncd/internal/model"
)

// Plan is what the passes before left to go by. The zero value reads everything, and asks for no changes.
type Plan struct {
	// Changes says whether the pool may be asked what changed (event.from). Without it a pass is never incremental, and
	// leaves nothing for the next one to go by.
	Changes bool

	// Exclude are classes that are not asked for.
	Exclude []*model.Class

	Token, Source string               // as the last pass left them in its Reading; empty where it did not
	Full          string               // why everything is to be read anyway; empty where changes will do
	Since         map[string]time.Time // from when on objects are read of classes of which only new ones are: by class
	Most          int                  // changes since Token that are cheaper to take than to read everything
}

// Reading is how a pass read its pool, and what it knows of the result.
type Reading struct {
	Incremental bool   // what changed was read, and class pool
	Reason      string // why everything was read instead; empty where the pool may not be asked for changes

	Rounds  int   // answers of event.from that were taken
	Changes int64 // in them

	// Quiet: the last of them told of no change. What the sink has been told is what the pool was at that instant.
	Quiet bool

	// Since: the changes are all since Plan.Token. What a full pass finds that is not among them was missed before.
	Since bool

	// Counts are the pool's objects by class as the last answer told them; nil where none did.
	Counts map[string]int64

	// Token and Source are for the Plan of the next pass; empty where there is nothing to go by.
	Token, Source string
}

// excludes tells whether a class is not asked for.
func (p *Plan) excludes(class *model.Class) bool { return slices.Contains(p.Exclude, class) }
