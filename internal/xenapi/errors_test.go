package xenapi

import (
	"strings"
	"testing"
)

func TestErrorIsMissingWhereTheClassIsUnknownToReleaseOrRole(t *testing.T) {
	for _, c := range []struct {
		e    Error
		want bool
	}{
		{Error{Code: "MESSAGE_METHOD_UNKNOWN", Params: []string{"VM_group.get_all_records"}}, true},
		{Error{Code: "MESSAGE_REMOVED"}, true},
		{Error{Code: "RBAC_PERMISSION_DENIED", Params: []string{"host.call_extension", "No permission"}}, true},
		{Error{Code: "RBAC_PERMISSION_DENIED", Params: []string{"event.from", "No permission"}}, true},
		{Error{Code: "RBAC_PERMISSION_DENIED", Params: []string{"secret.get_all_records", "No permission"}}, false},
		{Error{Code: "RBAC_PERMISSION_DENIED"}, false},
		{Error{Code: "SESSION_INVALID", Params: []string{"host.call_extension"}}, false},
	} {
		if got := c.e.Missing(); got != c.want {
			t.Errorf("%v: Missing is %v", &c.e, got)
		}
	}
}

func TestErrorTextsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&Error{Code: "SESSION_AUTHENTICATION_FAILED", Params: []string{"root", "Authentication failure"}},
			"xapi answers SESSION_AUTHENTICATION_FAILED (root, Authentication failure): check username and password"},
		{&Error{Code: "ODD_ONE", Params: []string{"a\nb\x00"}}, "xapi answers ODD_ONE (a b ): see /var/log/xensource.log"},
		{&Fault{Code: -3, String: "what\nnow"}, `XML-RPC fault -3 "what now": is it`},
		{&NotXMLRPC{Status: 200, ContentType: "text/html", Head: "<html>"}, `HTTP 200, text/html, "<html>": is this the address`},
		{&NotXMLRPC{Status: 200}, "HTTP 200, empty: is this"},
		{&NotXMLRPC{Status: 301, Location: "https://x/"}, `a redirect to "https://x/": redirects are not followed`},
		{&NotXMLRPC{Status: 503, Head: "busy"}, "its toolstack may be starting"},
		{&NotXMLRPC{Status: 407, Head: "who"}, "a proxy or another server"},
		{&NotXMLRPC{Status: 400, Head: "Client sent an HTTP request to an HTTPS server."}, "write https://"},
	} {
		wants(t, c.err, c.want)
	}
}

func TestErrorHidesTheSessionAndKeepsTheRest(t *testing.T) {
	e := &Error{Code: "SESSION_INVALID", Params: []string{"OpaqueRef:c0de"}}
	wants(t, e, "SESSION_INVALID: the toolstack restarts")
}

func TestLongTextsOfTheServerAreCut(t *testing.T) {
	e := &Error{Code: "INTERNAL_ERROR", Params: []string{strings.Repeat("é", 5000)}}
	if n := len([]rune(e.Error())); n > 400 {
		t.Errorf("%d characters", n)
	}
}
