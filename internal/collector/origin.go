package collector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// origin is who gives tokens: a database that is younger or another one cannot tell what changed since.
type origin struct {
	source string
	logins int // of the session; a toolstack that restarts ends it
}

// probe asks for the pool's origin: nil where this pool cannot be asked what changed.
//
// A toolstack that restarts may have lost the latest changes of its database and number others like them. Tokens do not
// show that (xapi gives one of the future back as it is), but the time of its start in the master's other_config does.
func (c *collection) probe(ctx context.Context) (*origin, error) {
	if !c.plan.Changes {
		return nil, nil
	}
	host := model.Lookup("host")
	found := ""
	// The empty token asks for the object, changed or not: for this one alone, however many there are.
	_, err := c.session.Events(ctx, []string{xenapi.Subscription(host, c.master)}, "", 0, func() error { return nil }, func(e *xenapi.Event) error {
		if e.Record.Class != host || e.Deleted || string(e.Record.Ref) != c.master {
			return nil
		}
		if err := xenapi.Decode(e.Record); err != nil {
			return err
		}
		found = sourceOf(c.uuid, e.Record, c.plan)
		return nil
	})
	if err != nil || found == "" {
		return nil, c.without(err)
	}
	return &origin{source: found, logins: c.session.Logins()}, nil
}

// without returns nil where err only means that the pool cannot be asked what changed.
func (c *collection) without(err error) error {
	if err == nil {
		return nil
	}
	_, failure := errors.AsType[*xenapi.Error](err)
	_, fault := errors.AsType[*xenapi.Fault](err)
	_, syntax := errors.AsType[*xenapi.SyntaxError](err)
	_, limit := errors.AsType[*xenapi.LimitError](err)
	if !failure && !fault && !syntax && !limit {
		return err
	}
	c.log.Debug("the pool cannot be asked what changed", "err", err)
	return nil
}

// sourceOf is a fingerprint of what must be as it was for a token to be of use: the pool, its master, that one's
// software, the start of its toolstack, and what this syncd makes of records of which classes.
func sourceOf(pool string, master *model.Record, plan Plan) string {
	text := func(name string) []byte {
		value, _ := master.Value(master.Class.Field(name).Index)
		return value
	}
	var config map[string]any
	_ = json.Unmarshal(text("other_config"), &config) // what the decoder wrote; without it there is no start to know
	started, _ := config["agent_start_time"].(string)
	sum := sha256.New()
	// Another syncd may read more in the same bytes.
	for _, part := range [][]byte{model.Version[:], {xenapi.Revision}, []byte(pool), master.UUID(), text("software_version"), []byte(started)} {
		sum.Write(part)
		sum.Write([]byte{0})
	}
	for _, class := range model.Classes {
		if plan.excludes(class) {
			sum.Write([]byte(class.Name))
			sum.Write([]byte{0})
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
