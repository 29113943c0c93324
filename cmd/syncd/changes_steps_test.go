package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"syncd/internal/model"
	"syncd/internal/xensim"
)

// What happens to a pool, and on the way to it, in the steps of TestChangesAndEverythingMakeOneMirror.

// change does something to the pool that is told in its events.
func (tw *twins) change(t *testing.T) {
	t.Helper()
	class := model.Classes[1+tw.IntN(len(model.Classes)-1)].Name
	if class == "host" && tw.IntN(8) > 0 {
		class = "VM" // life goes on with the hosts of the beginning
	}
	o, other := tw.any(class), tw.any(class)
	if o == nil {
		return
	}
	uuid := o.Fields["uuid"].(string)
	tw.made++
	ref := fmt.Sprint("OpaqueRef:made-", tw.made)
	var err error
	switch n := tw.IntN(40); {
	case n < 20:
		many := 1 + tw.IntN(6)
		tw.say("%d changes", many)
		tw.sim.Change(many)
	case n < 22:
		many := 30 + tw.IntN(60)
		tw.say("a burst of %d changes", many)
		tw.sim.Change(many)
	case n < 24:
		tw.say("%s %s goes", class, o.Ref)
		err = tw.sim.Remove(class, o.Ref)
	case n < 26:
		tw.say("%s %s comes", class, ref)
		err = tw.sim.Add(class, ref, tw.again(o, class, fmt.Sprint("made-", tw.made)))
	case n < 28:
		tw.say("%s %s is made anew under its reference", class, o.Ref)
		if err = tw.sim.Remove(class, o.Ref); err == nil {
			err = tw.sim.Add(class, o.Ref, tw.again(o, class, fmt.Sprint("made-", tw.made)))
		}
	case n < 30:
		tw.say("%s %s is made anew with its uuid", class, o.Ref)
		if err = tw.sim.Remove(class, o.Ref); err == nil {
			err = tw.sim.Add(class, ref, tw.again(o, class, uuid))
		}
	case n < 31:
		tw.say("%s %s is made anew", class, o.Ref)
		if err = tw.sim.Remove(class, o.Ref); err == nil {
			err = tw.sim.Add(class, o.Ref, tw.again(o, class, uuid))
		}
	case n < 33:
		tw.say("%s %s gets another reference", class, o.Ref)
		err = tw.sim.SetRef(class, o.Ref, ref)
	case n < 34:
		tw.say("%s %s gets another reference, alone", class, o.Ref)
		err = tw.sim.SetRefAlone(class, o.Ref, ref)
	case n < 36 && o.Ref != other.Ref:
		tw.say("%s %s and %s swap their references", class, o.Ref, other.Ref)
		err = tw.sim.SwapRefs(class, o.Ref, other.Ref)
	case n < 37:
		tw.say("a master")
		tw.master(t)
	default:
		if _, named := o.Fields["other_config"]; named {
			tw.say("%s %s is another", class, o.Ref)
			err = tw.sim.Set(class, o.Ref, "other_config", map[string]string{"made": ref})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	pool := tw.sim.Objects("pool")[0]
	lost := !slices.ContainsFunc(tw.sim.Objects("host"), func(h xensim.Object) bool { return h.Ref == pool.Fields["master"] })
	if lost && tw.IntN(4) == 0 {
		tw.say("a master in place of the one that is gone")
		tw.master(t)
	}
}

// master makes some host the master.
func (tw *twins) master(t *testing.T) {
	t.Helper()
	if host := tw.any("host"); host != nil {
		if err := tw.sim.Set("pool", tw.sim.Objects("pool")[0].Ref, "master", host.Ref); err != nil {
			t.Fatal(err)
		}
	}
}

// trouble is what makes the pool forget, or a pass fail.
func (tw *twins) trouble(t *testing.T) {
	t.Helper()
	switch n := tw.IntN(20); {
	case n < 2:
		tw.say("the toolstack restarts")
		tw.restart(t)
	case n < 3:
		tw.say("the toolstack restarts, and its generations overtake the token")
		tw.restart(t)
		tw.sim.Change(200)
	case n < 6:
		tw.say("the deletions are forgotten")
		tw.forgot = true
		tw.sim.Forget()
	case n < 7:
		tw.flood(t)
	case n < 10:
		call := tw.call()
		for call == "session.logout" { // then it was read
			call = tw.call()
		}
		many := 1 + tw.IntN(10)
		tw.say("%d changes under %s", many, call)
		tw.moving = true
		tw.door.at(call, func() { tw.sim.Change(many) })
		tw.pass(t, passOptions{})
	case n < 12:
		call := tw.call()
		tw.say("the connection to the database ends at %s", call)
		tw.door.at(call, func() { tw.terminate(t) })
		tw.pass(t, passOptions{})
	default:
		tw.fault(t)
		tw.pass(t, passOptions{})
	}
}

// leave leaves other classes out than before, or none.
func (tw *twins) leave(t *testing.T) {
	t.Helper()
	var names []string
	for _, c := range model.Classes {
		if c.Name != "pool" && c.Name != "host" && c.Name != "VM" && tw.IntN(12) == 0 {
			names = append(names, c.Name)
		}
	}
	if tw.IntN(3) == 0 {
		names = nil
	}
	tw.say("left out are %v", names)
	tw.exclude(t, names...)
	tw.pass(t, passOptions{})
}

// fault breaks an answer of the next pass.
func (tw *twins) fault(t *testing.T) {
	t.Helper()
	tw.faults = true
	call := tw.call()
	if tw.IntN(2) == 0 {
		// The first of them asks where changes come from, others what they are.
		call = "event.from"
		for range tw.IntN(4) {
			inject(t, tw.sim, "delay=0s:event.from")
		}
	}
	kinds := []string{"reset=#", "truncate=#", "behead", "garbage", "html", "status=503", "fault", "error=INTERNAL_ERROR,x", "expire", "restart", "forget"}
	if call == "event.from" {
		kinds = append(kinds, "error=EVENTS_LOST", "error=EVENT_FROM_TOKEN_PARSE_FAILURE,x", "error=MESSAGE_METHOD_UNKNOWN,x", "churn=5", "churn=5", "churn=5")
	}
	kind := kinds[tw.IntN(len(kinds))]
	tw.churns = strings.HasPrefix(kind, "churn") || kind == "restart"
	if kind == "forget" {
		tw.forgot = true
	}
	text := fmt.Sprintf("%s:%s:%d", strings.Replace(kind, "#", strconv.Itoa(tw.IntN(100)), 1), call, 1+tw.IntN(1+tw.IntN(8)))
	tw.say("%s", text)
	inject(t, tw.sim, text)
}

// call is one that a pass makes.
func (tw *twins) call() string {
	all := []string{"session.login_with_password", "session.logout", "event.from", "pool.get_all_records"}
	for _, c := range model.Classes {
		all = append(all, c.Name+".get_all_records")
	}
	return all[tw.IntN(len(all))]
}

// any is an object of a class; nil where there is none.
func (tw *twins) any(class string) *xensim.Object {
	all := tw.sim.Objects(class)
	if len(all) == 0 {
		return nil
	}
	return &all[tw.IntN(len(all))]
}

// again are the fields of an object like another.
func (tw *twins) again(o *xensim.Object, class, uuid string) map[string]any {
	fields := map[string]any{"uuid": uuid}
	for _, f := range model.Lookup(class).Fields[1:] {
		if value, sent := o.Fields[f.Name]; sent && !f.Mirror {
			fields[f.Name] = value
		}
	}
	return fields
}

// restart starts the toolstack again, with what it knew.
func (tw *twins) restart(t *testing.T) {
	t.Helper()
	tw.forgot = true
	tw.sim.Restart()
}

// flood brings more changes than are worth to be asked for, and more deletions than the pool keeps in mind.
func (tw *twins) flood(t *testing.T) {
	t.Helper()
	const many = 1100
	tw.say("%d networks come and go", many)
	tw.made++
	name := func(n int) string { return fmt.Sprintf("OpaqueRef:flood-%d-%d", tw.made, n) }
	for n := range many {
		if err := tw.sim.Add("network", name(n), map[string]any{"uuid": name(n)}); err != nil {
			t.Fatal(err)
		}
	}
	tw.pass(t, passOptions{})
	for n := range many {
		if err := tw.sim.Remove("network", name(n)); err != nil {
			t.Fatal(err)
		}
	}
	tw.forgot = true
	tw.pass(t, passOptions{})
}

// terminate ends the connections of a pass. It may be called from the pool's side.
func (tw *twins) terminate(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), tw.changes.url)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name LIKE 'syncd %'`)
	if err != nil {
		t.Error(err)
	}
}
