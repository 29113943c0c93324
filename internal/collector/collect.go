package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"syncd/internal/model"
	"syncd/internal/xenapi"
)

// Sink is where a pass goes; the store's Pass is one. Between Begin and End of a class, each of its records is asked
// for by Unchanged, and decoded and staged where the answer is no. Begin of a class that was begun before, whether it
// was ended or not, forgets what came since.
type Sink interface {
	Identify(ctx context.Context, poolUUID string) error
	Begin(ctx context.Context, class *model.Class) error
	Unchanged(rec *model.Record) bool
	Stage(ctx context.Context, rec *model.Record) error
	Resident(host, vm string)
	End(ctx context.Context) error
	Missing(class *model.Class, note string)
}

// Collect makes one pass over the pool that options lead to. After an error the sink holds part of the pool and must
// not be published.
func Collect(ctx context.Context, options xenapi.Options, sink Sink) error {
	session, err := xenapi.Open(ctx, options)
	if err != nil {
		return err
	}
	defer session.Close()
	c := &collection{session: session, sink: sink, log: cmp.Or(options.Log, slog.New(slog.DiscardHandler)), hosts: map[string]bool{}}
	for _, class := range model.Classes {
		if err := c.read(ctx, class); err != nil {
			return err
		}
	}
	if c.strayed {
		// A host joined the pool after the hosts were read.
		return c.read(ctx, model.Lookup("host"))
	}
	return nil
}

// collection is one pass under way.
type collection struct {
	session *xenapi.Session
	sink    Sink
	log     *slog.Logger

	records int             // of the class that is read
	hosts   map[string]bool // references of the hosts that were read
	strayed bool            // a VM is resident on a host that is not among them
}

// read asks for one class.
func (c *collection) read(ctx context.Context, class *model.Class) error {
	err := c.session.Read(ctx, class,
		func() error {
			c.records = 0
			return c.sink.Begin(ctx, class)
		},
		func(rec *model.Record) error {
			c.records++
			return c.take(ctx, rec)
		})
	if e, ok := errors.AsType[*xenapi.Error](err); ok && e.Missing() && e.Method == class.Name+".get_all_records" && class.Name != "pool" {
		c.log.Debug("class left out", "class", class.Name, "err", e.Code)
		c.sink.Missing(class, e.Code)
		return nil
	}
	if err != nil {
		return err
	}
	switch class.Name {
	case "pool":
		if c.records != 1 {
			return fmt.Errorf("reading class pool: %d records instead of one: is this a XenServer pool? nothing was changed", c.records)
		}
	case "host", "VM":
		// No pool lacks them, since each host is a VM too (dom0): nobody can mean that all are gone, not even with --force.
		if c.records == 0 {
			return fmt.Errorf("reading class %s: the answer holds none, and every pool has some: its toolstack or its database is unwell, restart the toolstack of its master; nothing was changed", class.Name)
		}
	}
	return c.sink.End(ctx)
}

// take hands one record on. Records of pool and host are always looked into: there are few.
func (c *collection) take(ctx context.Context, rec *model.Record) error {
	decoded := false
	switch rec.Class.Name {
	case "pool":
		if err := xenapi.Decode(rec); err != nil {
			return err
		}
		decoded = true
		if len(rec.UUID()) == 0 {
			return errors.New("reading class pool: its record has no uuid: is this a XenServer pool? nothing was changed")
		}
		if c.records == 1 {
			if err := c.sink.Identify(ctx, string(rec.UUID())); err != nil {
				return err
			}
		}
	case "host":
		host := string(rec.Ref)
		c.hosts[host] = true
		for vm := range xenapi.Refs(rec, "resident_VMs") {
			c.sink.Resident(host, vm)
		}
	}
	if c.sink.Unchanged(rec) {
		return nil
	}
	if !decoded {
		if err := xenapi.Decode(rec); err != nil {
			return err
		}
	}
	if rec.Class.Name == "VM" {
		// A VM whose bytes are those of the last pass was checked then.
		if host, ok := rec.Value(residentOn); ok && !c.hosts[string(host)] {
			c.strayed = true
		}
	}
	return c.sink.Stage(ctx, rec)
}

var residentOn = model.Lookup("VM").Field("resident_on").Index
