package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"

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
	Exclude(ctx context.Context, class *model.Class) error // in the place of Begin to End

	// BeginChanges starts an answer that tells what changed. Where it follows another BeginChanges, without an
	// EndChanges between them, what came since that is forgotten. Of two changes of an object that have a generation
	// each, the greater one counts, and any counts more than what was staged before it.
	BeginChanges(ctx context.Context) error
	Change(ctx context.Context, rec *model.Record, deleted bool, generation int64) error
	EndChanges(ctx context.Context) error
	ForgetChanges(ctx context.Context) error // all of them
}

// Collect makes one pass over the pool that options lead to, as [Read] does.
func Collect(ctx context.Context, options xenapi.Options, plan Plan, sink Sink) (Reading, error) {
	session, err := xenapi.Open(ctx, options)
	if err != nil {
		return Reading{}, err
	}
	defer session.Close()
	return Read(ctx, session, options.Log, plan, sink)
}

// Read makes one pass over the pool of a session, which stays open. After an error the sink holds part of the pool and
// must not be published.
//
// It takes what changed where the plan and the pool allow, and reads everything otherwise, then what changed meanwhile.
func Read(ctx context.Context, session *xenapi.Session, log *slog.Logger, plan Plan, sink Sink) (Reading, error) {
	c := &collection{session: session, sink: sink, plan: plan, log: cmp.Or(log, slog.New(slog.DiscardHandler))}
	if err := c.read(ctx, model.Lookup("pool")); err != nil {
		return Reading{}, err
	}
	o, err := c.probe(ctx)
	if err != nil {
		return Reading{}, err
	}
	if plan.Changes {
		reason, err := c.incremental(ctx, o)
		if err != nil {
			return Reading{}, err
		}
		if reason == "" {
			c.reading.Incremental = true
			return c.reading, c.news(ctx)
		}
		c.reading = Reading{Reason: reason}
		if o != nil && plan.Full == "" {
			// It may be another toolstack by now.
			if err := sink.ForgetChanges(ctx); err != nil {
				return Reading{}, err
			}
			if o, err = c.probe(ctx); err != nil {
				return Reading{}, err
			}
		}
	}
	err = c.everything(ctx, o)
	return c.reading, err
}

// news reads what is new of the classes of which the pool is not asked what changed.
func (c *collection) news(ctx context.Context) error {
	for _, class := range model.Classes {
		if class.Since == nil || c.plan.excludes(class) {
			continue
		}
		if err := c.read(ctx, class); err != nil {
			return err
		}
	}
	return nil
}

// everything reads all classes but the first, which was, and then what changed meanwhile.
func (c *collection) everything(ctx context.Context, o *origin) error {
	token, recent, most := "", "", math.MaxInt
	if o != nil {
		var err error
		if recent, err = c.recent(ctx); err != nil {
			return err
		}
		token = recent
		// A token that just did not do is not tried again.
		if c.reading.Since = c.plan.Full != "" && c.plan.Token != "" && c.plan.Source == o.source; c.reading.Since {
			token, most = c.plan.Token, c.plan.Most
		}
	}
	for _, class := range model.Classes[1:] {
		read := c.read
		if c.plan.excludes(class) {
			read = c.sink.Exclude
		}
		if err := read(ctx, class); err != nil {
			return err
		}
	}
	if c.strayed {
		// A host joined the pool after the hosts were read.
		if err := c.read(ctx, model.Lookup("host")); err != nil {
			return err
		}
	}
	if token == "" {
		return nil
	}
	reason, err := c.rounds(ctx, o, token, most)
	if err == nil && reason == "" && c.reading.Since && recent != "" {
		// What came since that token and went while everything was read is told to those alone who ask from in between.
		reason, err = c.rounds(ctx, o, recent, math.MaxInt)
	}
	if err == nil && reason != "" && c.reading.Since && recent != "" {
		// What was missed before nobody can say, but what changed since this pass began.
		c.reading = Reading{Reason: c.reading.Reason}
		if err := c.sink.ForgetChanges(ctx); err != nil {
			return err
		}
		reason, err = c.rounds(ctx, o, recent, math.MaxInt)
	}
	if err != nil || reason == "" {
		return err
	}
	// What was read is published all the same. Nobody knows what changed meanwhile: the next pass reads everything again.
	c.log.Info("what changed while the pool was read is not known", "err", reason)
	c.reading = Reading{Reason: c.reading.Reason}
	return c.sink.ForgetChanges(ctx)
}

// collection is one pass under way.
type collection struct {
	session *xenapi.Session
	sink    Sink
	plan    Plan
	log     *slog.Logger
	reading Reading

	uuid, master string          // of the pool: its own, and the reference of its master
	records      int             // of the class that is read
	hosts        map[string]bool // references of the hosts that were read
	strayed      bool            // a VM is resident on a host that is not among them
}

// read asks for one class.
func (c *collection) read(ctx context.Context, class *model.Class) error {
	begin := func() error {
		c.records = 0
		if class.Name == "host" {
			c.hosts = map[string]bool{}
		}
		return c.sink.Begin(ctx, class)
	}
	each := func(rec *model.Record) error {
		c.records++
		return c.take(ctx, rec)
	}
	read := c.session.Read
	if class.Since != nil {
		read = c.readSince
	}
	err := read(ctx, class, begin, each)
	if e, ok := errors.AsType[*xenapi.Error](err); ok && e.Missing() && strings.HasPrefix(e.Method, class.Name+".") && class.Name != "pool" {
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

// readSince reads what is new of a class.
func (c *collection) readSince(ctx context.Context, class *model.Class, begin func() error, each func(*model.Record) error) error {
	return c.session.ReadSince(ctx, class, c.plan.Since[class.Name], begin, each)
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
			master, _ := rec.Value(masterOfPool)
			c.uuid, c.master = string(rec.UUID()), string(master)
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

var (
	residentOn   = model.Lookup("VM").Field("resident_on").Index
	masterOfPool = model.Lookup("pool").Field("master").Index
)
