package torture

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"syncd/internal/model"
	"syncd/internal/pgtest"
	"syncd/internal/xensim"
)

// fault is a way in which calls break, and what a pass makes of it.
type fault struct {
	name   string
	inject string // a fault of xensim without its method; ADDR stands for the pool's address. Or one of the door: shut, slam
	count  int    // how many calls it meets; 0 is one

	login string // how the line of error goes on where a login meets it; empty: the pass survives
	read  string // the same for the reading of a class

	// How many sessions stay open because no client could know them or reach the pool, at the most: where a login, the
	// reading of a class or a logout meets it.
	left [3]int
}

// A login that was done and whose answer never came whole leaves a session that nobody knows.
var (
	none     = [3]int{}
	once     = [3]int{1, 0, 0}
	twice    = [3]int{2, 0, 0}
	outside  = [3]int{0, 1, 1} // the pool cannot be reached for a logout
	believed = [3]int{0, 0, 1} // the pool says that the session is gone
)

var faults = []fault{
	{"connection refused", "shut", 0, "connection refused: is the host up", "connection refused: is the host up", outside},
	{"reset at connect", "slam", 0, "connection (lost|reset)", "connection (lost|reset)", outside},
	{"reset before the answer", "reset=0", 1, "", "", once},
	{"reset before every answer", "reset=0", -1, "connection lost", "connection lost", twice},
	{"reset in the headers", "behead", 1, "", "", once},
	{"reset in all headers", "behead", -1, "connection lost", "connection lost", twice},
	{"reset at 1 %", "reset=1", 1, "", "", once},
	{"reset at 50 %", "reset=50", 1, "", "", once},
	{"reset at 99 %", "reset=99", 1, "", "", once},
	{"reset at 1 % for ever", "reset=1", -1, "connection lost", "connection lost", twice},
	{"reset at 50 % for ever", "reset=50", -1, "connection lost", "connection lost", twice},
	{"reset at 99 % for ever", "reset=99", -1, "connection lost", "connection lost", twice},

	{"silence", "delay=1h", 1, `timeouts\.first_byte`, `timeouts\.first_byte`, once},
	{"an answer that comes too late", "delay=3500ms", 1, `timeouts\.first_byte`, `timeouts\.first_byte`, none},
	{"silence at 0 %", "stall=0", 1, `timeouts\.idle`, `timeouts\.idle`, once},
	{"silence at 50 %", "stall=50", 1, `timeouts\.idle`, `timeouts\.idle`, once},
	{"silence at 99 %", "stall=99", 1, `timeouts\.idle`, `timeouts\.idle`, none},
	{"one byte a second", "slow=1", 1, `timeouts\.call`, `timeouts\.call`, once},

	{"truncated to nothing", "truncate=0", 1, "no XML-RPC: .* empty", "no XML-RPC: .* empty", once},
	{"truncated at 1 %", "truncate=1", 1, "unfinished document", "unfinished document", once},
	{"truncated at 50 %", "truncate=50", 1, "unfinished document", "unfinished document", once},
	{"truncated at 99 %", "truncate=99", 1, "unfinished document", "unfinished document", none},
	{"garbage", "garbage", 1, "no XML-RPC", "no XML-RPC", once},
	{"HTML", "html", 1, "no XML-RPC: HTTP 200", "no XML-RPC: HTTP 200", none},
	{"500", "status=500", 1, "HTTP 500", "HTTP 500", none},
	{"503", "status=503", 1, "HTTP 503", "HTTP 503", none},
	{"redirect", "redirect=http://127.0.0.1:1/", 1, "redirects are not followed", "redirects are not followed", none},
	{"XML-RPC fault", "fault", 1, "XML-RPC fault -3", "XML-RPC fault -3", none},

	{"sessions end", "expire", 1, "", "", none},
	{"SESSION_INVALID", "error=SESSION_INVALID,OpaqueRef:x", 1, "SESSION_INVALID: the toolstack restarts", "", believed},
	{"SESSION_INVALID for ever", "error=SESSION_INVALID,OpaqueRef:x", -1, "SESSION_INVALID: the toolstack restarts", "after 3 new logins", believed},
	{"SESSION_AUTHENTICATION_FAILED", "error=SESSION_AUTHENTICATION_FAILED,root", 1, "check username and password", "check username and password", none},
	{"HOST_IS_SLAVE", "error=HOST_IS_SLAVE,ADDR", 1, "do not agree on their master", "", none},
	{"HOST_IS_SLAVE for ever", "error=HOST_IS_SLAVE,ADDR", -1, "do not agree on their master", "after 3 new logins", believed},
	{"HOST_IS_SLAVE of nowhere", "error=HOST_IS_SLAVE,not an address", 1, "name the master itself in urls", "name the master itself in urls", believed},
	{"HOST_STILL_BOOTING, short", "error=HOST_STILL_BOOTING", 1, "", "", none},
	{"HOST_STILL_BOOTING for ever", "error=HOST_STILL_BOOTING", -1, "HOST_STILL_BOOTING: its toolstack", "HOST_STILL_BOOTING: its toolstack", believed},
	{"TOO_MANY_PENDING_TASKS, short", "error=TOO_MANY_PENDING_TASKS", 1, "", "", none},
	{"TOO_MANY_PENDING_TASKS for ever", "error=TOO_MANY_PENDING_TASKS", -1, "use a slower schedule", "use a slower schedule", believed},
	{"MESSAGE_PARAMETER_COUNT_MISMATCH", "error=MESSAGE_PARAMETER_COUNT_MISMATCH,m,4,3", 1, "", "release of XenServer is not known", none},
	{"MESSAGE_METHOD_UNKNOWN", "error=MESSAGE_METHOD_UNKNOWN,m", 1, "MESSAGE_METHOD_UNKNOWN", lacks + "MESSAGE_METHOD_UNKNOWN", none},
	{"MESSAGE_REMOVED", "error=MESSAGE_REMOVED", 1, "MESSAGE_REMOVED", lacks + "MESSAGE_REMOVED", none},
	{"a class beyond the role", "error=RBAC_PERMISSION_DENIED,host.call_extension,No permission", 1, "role read-only", lacks + "role read-only", none},
	{"RBAC_PERMISSION_DENIED", "error=RBAC_PERMISSION_DENIED,m,No permission", 1, "role read-only", "role read-only", none},
	{"INTERNAL_ERROR", "error=INTERNAL_ERROR,Not_found", 1, `INTERNAL_ERROR \(Not_found\)`, `INTERNAL_ERROR \(Not_found\)`, none},
	{"EVENTS_LOST", "error=EVENTS_LOST", 1, "EVENTS_LOST", "EVENTS_LOST", none},
	{"EVENT_FROM_TOKEN_PARSE_FAILURE", "error=EVENT_FROM_TOKEN_PARSE_FAILURE,t", 1, "EVENT_FROM_TOKEN_PARSE_FAILURE", "EVENT_FROM_TOKEN_PARSE_FAILURE", none},

	{"a record of 100 MB", "huge=104857600", 1, "no text|too large", `limits\.record`, once},
	{"nesting 300,000", "nest=300000", 1, "no text|too large", `limits\.depth`, once},
	{"ten million records", "many=10000000", 1, "no text|too large", `limits\.answer|another (pool|one) answered`, once},
}

// lacks marks an error that says that this release has no such class: it fails the pass in class pool only, and leaves
// the rows of another class alone.
const lacks = "class left out: "

// methods are where a fault strikes.
var methods = []string{
	"session.login_with_password", "pool.get_all_records", "host.get_all_records", "VM.get_all_records", "VBD.get_all_records", "session.logout", events,
}

// events is what asks for changes.
const events = "event.from"

// flags lets a pass come to a call of the method: where what changed will do, most classes are not read.
func flags(method string) []string {
	if strings.HasSuffix(method, ".get_all_records") {
		return []string{"--full"}
	}
	return nil
}

// unreadable are the errors that fail a pass whatever it asked. After another one of event.from everything is read.
var unreadable = regexp.MustCompile(`connection|timeouts|HTTP|redirects|no XML-RPC|unfinished|name the master`)

// short keeps what stalls from taking minutes.
var short = []string{"timeouts: {connect: 2s, first_byte: 2s, idle: 2s, call: 8s}", "limits: {answer: 24MiB}"}

func TestAPassSurvivesAFaultOrFailsAndChangesNothing(t *testing.T) {
	t.Parallel()
	for i, f := range faults {
		for j, method := range methods {
			// The sample has each fault once, and each method with many.
			if !whole && (i+j)%len(methods) != 0 || !whole && f.slow() {
				continue
			}
			t.Run(f.name+"/"+method, func(t *testing.T) {
				t.Parallel()
				f.strike(t, method)
			})
		}
	}
}

// TestTenMillionRecordsNeedLittleMemory has the limits and times that a configuration has by default.
func TestTenMillionRecordsNeedLittleMemory(t *testing.T) {
	t.Parallel()
	if !whole {
		t.Skip("SKIPPED: it takes half a minute; SYNCD_TORTURE=1 runs it")
	}
	r := newRig(t, pgtest.New(t), xensim.Options{Hosts: 2, VMs: 15, Bare: true})
	r.good(t)
	before := dump(t, r.database)
	r.sim.Inject(xensim.Fault{Kind: "many", Arg: "10000000", Method: "VM.get_all_records"})
	r.judge(t, r.sync(t, "--full"), "more than 300000 objects of class VM")
	differ(t, "the pass failed and changed SQL (-before +after)", before, dump(t, r.database))
	r.peace(t)
}

// slow faults take half a minute of retries.
func (f *fault) slow() bool {
	return f.count == -1 && strings.Contains(f.inject, "BOOTING") || strings.Contains(f.inject, "PENDING") && f.count == -1
}

// promise is what is to come of a fault in a method: the error, or none; the sessions that stay; whether a class is
// left out.
func (f *fault) promise(method string) (wrong string, left int, leavesOut bool) {
	switch method {
	case "session.login_with_password":
		return f.login, f.left[0], false
	case "session.logout":
		return "", f.left[2], false
	case events:
		if !unreadable.MatchString(f.read) {
			return "", f.left[1], false
		}
	}
	wrong, leavesOut = strings.CutPrefix(f.read, lacks)
	if leavesOut && method != "pool.get_all_records" {
		return "", f.left[1], true
	}
	return wrong, f.left[1], false
}

// strike makes a good pass, changes the pool, makes a pass that meets the fault, and one in peace again.
func (f *fault) strike(t *testing.T, method string) {
	r := newRig(t, pgtest.New(t), xensim.Options{Hosts: 2, VMs: 15, Bare: true, Seed: int64(len(f.name))}, short...)
	r.good(t)
	r.sim.Change(5)
	before := dump(t, r.database)

	f.arm(t, r, method)
	o := r.sync(t, flags(method)...)
	wrong, left, leavesOut := f.promise(method)
	r.judge(t, o, wrong)
	r.sim.Heal()
	r.reopen(t)
	open, logins, _ := r.sim.Sessions()
	if open > left {
		t.Errorf("%d sessions are open, and %d can be known by nobody: %v", open, left, o)
	}
	switch {
	case wrong != "":
		differ(t, "the pass failed and changed SQL (-before +after)", before, dump(t, r.database))
	case leavesOut:
		class, _, _ := strings.Cut(method, ".")
		table := "xen." + model.Lookup(class).SQLTable()
		if got, want := len(dump(t, r.database)[table]), len(before[table]); got != want {
			t.Errorf("%s was left out and has %d rows, want the %d of before", table, got, want)
		}
	default:
		r.equal(t)
	}
	sound(t, r.database)

	r.good(t)
	r.equal(t)
	sound(t, r.database)
	if f.left == outside {
		open = 0 // the next pass logs out what the pool, out of reach, did not hear of
	}
	if now, _, _ := r.sim.Sessions(); now > open {
		t.Errorf("after a pass in peace %d sessions are open, want %d at most", now, open)
	}
	figures.done(logins, open)
}

// judge compares how a pass ended with what was promised: no error, or one line that goes on as wrong.
func (r *rig) judge(t *testing.T, o outcome, wrong string) {
	t.Helper()
	status, said := lastRun(t, r.database)
	if wrong == "" {
		if o.code != 0 || len(o.errors) != 0 || status != "ok" {
			t.Errorf("the pass was to survive; its run says %s: %v", status, o)
		}
		return
	}
	line := regexp.MustCompile(`^sync lab: .*(` + wrong + `)`)
	if o.code != 1 || len(o.errors) != 1 || !line.MatchString(o.errors[0]) {
		t.Errorf("want exit 1 and one line that matches %s: %v", line, o)
		return
	}
	if status != "failed" || "sync lab: "+said != o.errors[0] {
		t.Errorf("its run says %s, %s; it said %v", status, said, o)
	}
}

// arm puts the fault where the next call of the method meets it.
func (f *fault) arm(t *testing.T, r *rig, method string) {
	t.Helper()
	var happens func()
	switch f.inject {
	case "shut":
		happens = r.door.shut
	case "slam":
		happens = func() { r.door.slams.Store(true) }
	default:
		in, err := xensim.ParseFault(strings.ReplaceAll(f.inject, "ADDR", r.door.addr))
		if err != nil {
			t.Fatal(err)
		}
		in.Method, in.Count = method, f.count
		r.sim.Inject(in)
		return
	}
	if method == "session.login_with_password" {
		happens() // before there is a connection
		return
	}
	r.door.at(method, func() bool { happens(); return true })
}

// reopen lets calls through again.
func (r *rig) reopen(t *testing.T) {
	t.Helper()
	r.door.slams.Store(false)
	if !r.door.closed.Load() {
		return
	}
	err := r.door.open()
	// The port was free, and somebody may have been given it for a connection.
	for end := time.Now().Add(time.Minute); err != nil && time.Now().Before(end); err = r.door.open() {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
}
