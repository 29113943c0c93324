package xensim

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong with an answer on purpose.
type Fault struct {
	Kind   string // one of those that FaultHelp lists
	Arg    string // as the kind wants it
	Method string // such as VM.get_all_records; "" or "*" is every one
	Count  int    // how many calls it meets: 0 is one, -1 all from now on
}

type kind struct {
	name, arg, help string
	check           func(arg string) error
	instead         bool // the call never comes to the pool: a login of which the client is refused opens no session
}

var kinds = []kind{
	{"error", "=CODE[,PARAM]…", "an error of XenAPI in place of the call, such as HOST_IS_SLAVE,10.0.0.12", checkText, true},
	{"fault", "", "a raw XML-RPC fault in place of the call", checkNone, true},
	{"html", "", "an HTML page with status 200 in place of the call, as proxies send", checkNone, true},
	{"status", "=CODE", "an HTML page with this HTTP status in place of the call", checkRange(200, 599), true},
	{"redirect", "=URL", "302 Found in place of the call", checkText, true},
	{"garbage", "", "bytes that are no XML", checkNone, false},
	{"truncate", "=PERCENT", "the document ends there; HTTP is in order", checkRange(0, 99), false},
	{"reset", "=PERCENT", "the connection is reset there; 0 is before the answer begins", checkRange(0, 99), false},
	{"behead", "", "the connection is reset in the midst of the answer's HTTP head", checkNone, false},
	{"stall", "=PERCENT", "nothing more comes from there on", checkRange(0, 99), false},
	{"slow", "=BYTES", "so many bytes a second", checkRange(1, 1<<30), false},
	{"delay", "=DURATION", "the call is done, its answer comes later, such as 2s", checkDuration, false},
	{"huge", "=BYTES", "one more record, with a field of this size", checkRange(1, 1<<40), false},
	{"nest", "=DEPTH", "one more record, with a field of so many arrays in each other", checkRange(1, 1<<30), false},
	{"many", "=RECORDS", "so many more records, each of a uuid alone", checkRange(1, 1e12), false},
	{"expire", "", "every session is ended before the call", checkNone, false},
	{"restart", "", "so it is, and the database's generations start low again", checkNone, false},
	{"forget", "", "all deletions so far are forgotten before the call", checkNone, false},
	{"churn", "=CHANGES", "so many changes between what event.from notes and the records that it reads", checkRange(1, 1e6), false},
}

// FaultHelp describes every kind in a line, for a command line's help.
func FaultHelp() string {
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "  %-22s %s\n", k.name+k.arg, k.help)
	}
	return b.String()
}

func checkNone(arg string) error {
	if arg != "" {
		return fmt.Errorf("it takes no argument")
	}
	return nil
}

func checkText(arg string) error {
	if arg == "" {
		return fmt.Errorf("it needs an argument")
	}
	return nil
}

func checkRange(from, to int64) func(string) error {
	return func(arg string) error {
		if n, err := strconv.ParseInt(arg, 10, 64); err != nil || n < from || n > to {
			return fmt.Errorf("its argument is a whole number from %d to %d, not %q", from, to, arg)
		}
		return nil
	}
}

func checkDuration(arg string) error {
	if d, err := time.ParseDuration(arg); err != nil || d < 0 {
		return fmt.Errorf("its argument is a duration such as 1m30s, not %q", arg)
	}
	return nil
}

// faultForm cuts KIND[=ARG][:METHOD[:COUNT]]. An argument may hold colons (URLs, addresses), so that a method is known by
// its dot.
var faultForm = regexp.MustCompile(`^([a-z]+)(?:=(.*?))?(?::(\*|[A-Za-z_]+\.[A-Za-z_]+)(?::(-?[0-9]+))?)?$`)

// ParseFault reads KIND[=ARG][:METHOD[:COUNT]].
func ParseFault(s string) (Fault, error) {
	m := faultForm.FindStringSubmatch(s)
	if m == nil {
		return Fault{}, fmt.Errorf("fault %q: write KIND[=ARG][:METHOD[:COUNT]], as in status=503:VM.get_all_records:2 or html:*:-1", s)
	}
	f := Fault{Kind: m[1], Arg: m[2], Method: m[3]}
	if m[4] != "" {
		n, err := strconv.Atoi(m[4])
		if err != nil || n == 0 || n < -1 {
			return Fault{}, fmt.Errorf("fault %q: a count is a number from 1, or -1 for ever", s)
		}
		f.Count = n
	}
	return f, f.check()
}

// check finds an unknown kind and an argument that the kind does not take.
func (f Fault) check() error {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == f.Kind })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.name)
		}
		return fmt.Errorf("fault %q: the kinds are %s", f.Kind, strings.Join(names, ", "))
	}
	if err := kinds[i].check(f.Arg); err != nil {
		return fmt.Errorf("fault %s: %w", f.Kind, err)
	}
	return nil
}

// Inject breaks the answers to come, after the faults that are waiting already. It panics at a fault that ParseFault
// would refuse.
func (s *Sim) Inject(f Fault) {
	if err := f.check(); err != nil {
		panic(err)
	}
	f.Count = cmp.Or(f.Count, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal takes back the faults that have not been met yet, those for ever among them.
func (s *Sim) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// instead tells whether the call of this fault never comes to the pool.
func (f *Fault) instead() bool {
	return slices.ContainsFunc(kinds, func(k kind) bool { return k.name == f.Kind && k.instead })
}

// fault takes the first fault that waits for this method; nil is none.
func (s *Sim) fault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Method != "" && f.Method != "*" && f.Method != method {
			continue
		}
		if f.Count--; f.Count == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return nil
}
