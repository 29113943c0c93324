package xenapi

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
)

// Error is a call that xapi answered with Status Failure. Its text carries a remedy where there is one.
type Error struct {
	Method string   // the call: VM.get_all_records
	Code   string   // the first string of ErrorDescription: SESSION_INVALID
	Params []string // the rest; those of SESSION_INVALID name the session and are never printed
}

// remedies are what an operator can do about a code.
var remedies = map[string]string{
	"SESSION_AUTHENTICATION_FAILED":    "check username and password; a directory account may be locked or without a role",
	"SESSION_INVALID":                  "the toolstack restarts again and again, or someone ends its sessions; see xensource.log of that host",
	"HOST_IS_SLAVE":                    "the members do not agree on their master; a failover may be under way",
	"HOST_STILL_BOOTING":               "its toolstack is starting, or it has lost its master; see whether the pool has one, and name other members in urls",
	"TOO_MANY_PENDING_TASKS":           "the pool is overloaded; use a slower schedule",
	"RBAC_PERMISSION_DENIED":           "give the account the role read-only or a greater one",
	"MESSAGE_PARAMETER_COUNT_MISMATCH": "this release of XenServer is not known to syncd",
}

// Missing tells that this release, or the role of this account, lacks the class, or the events, that the call asked for.
// An unknown class is a call to an extension as xapi sees it, and lesser roles may make none.
func (e *Error) Missing() bool {
	switch e.Code {
	case "MESSAGE_METHOD_UNKNOWN", "MESSAGE_REMOVED":
		return true
	case "RBAC_PERMISSION_DENIED":
		return len(e.Params) > 0 && (e.Params[0] == "host.call_extension" || e.Params[0] == "event.from")
	}
	return false
}

// TokenLost tells that the server cannot say what changed since the token that it was sent: fetch everything.
func (e *Error) TokenLost() bool {
	return e.Code == "EVENTS_LOST" || e.Code == "EVENT_FROM_TOKEN_PARSE_FAILURE"
}

// Refused tells that username and password were refused. Asking again and again locks a directory account.
func (e *Error) Refused() bool { return e.Code == "SESSION_AUTHENTICATION_FAILED" }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("xapi answers " + printable(e.Code, 80))
	if len(e.Params) > 0 && e.Code != "SESSION_INVALID" {
		shown := make([]string, len(e.Params))
		for i, p := range e.Params {
			shown[i] = printable(p, 200)
		}
		b.WriteString(" (" + strings.Join(shown, ", ") + ")")
	}
	b.WriteString(": " + cmp.Or(remedies[e.Code], "see /var/log/xensource.log of that host"))
	return b.String()
}

// Fault is a raw XML-RPC fault: the server speaks XML-RPC and did not come as far as to call XenAPI.
type Fault struct {
	Code   int
	String string
}

func (e *Fault) Error() string {
	return fmt.Sprintf("the server answers XML-RPC fault %d %q: is it XenServer's own port, and is its toolstack well?",
		e.Code, printable(e.String, 200))
}

// NotXMLRPC is an answer that is no XML-RPC: another HTTP status than 200, or a page of a proxy or of another server.
type NotXMLRPC struct {
	Status      int    // of HTTP
	ContentType string // as the server calls it; may be empty
	Location    string // of a redirect, which is never followed
	Head        string // its first 80 characters, made printable; empty where it has none
}

func (e *NotXMLRPC) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the answer is no XML-RPC: HTTP %d", e.Status)
	if e.ContentType != "" {
		b.WriteString(", " + printable(e.ContentType, 80))
	}
	switch {
	case e.Location != "":
		fmt.Fprintf(&b, ", a redirect to %q", printable(e.Location, 200))
	case e.Head == "":
		b.WriteString(", empty")
	default:
		fmt.Fprintf(&b, ", %q", e.Head)
	}
	b.WriteString(": " + e.remedy())
	return b.String()
}

func (e *NotXMLRPC) remedy() string {
	switch {
	case strings.Contains(e.Head, "HTTP request to an HTTPS server"):
		return "this port speaks TLS, write https:// in urls"
	case e.Location != "":
		return "redirects are not followed, name the host itself in urls (XenServer's own address, mostly https://)"
	case e.Status == 401, e.Status == 403, e.Status == 407:
		return "a proxy or another server stands at this address, name the host itself in urls"
	case e.Status >= 500:
		return "its toolstack may be starting or unwell, see /var/log/xensource.log of that host"
	}
	return "is this the address of a XenServer or XCP-ng host, and no proxy before it?"
}

// printable is s on one line, at most max characters of it.
func printable(s string, max int) string {
	var b strings.Builder
	for _, r := range s {
		if max--; max < 0 {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
