package xenapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

const apiVersion = "1.0" // that a client speaks; xapi only writes it down

// loginAt logs in to one member. Releases before 6.2 take no originator, those before 4.1 no version.
func (s *Session) loginAt(ctx context.Context, base *url.URL) error {
	args := []any{s.options.Username, s.options.Password, apiVersion, "syncd/" + s.options.Version}
	lost := false
	for {
		err := s.loginOnce(ctx, base, args)
		e, ok := errors.AsType[*Error](err)
		switch {
		case err == nil:
			return nil
		case ok && e.Code == "MESSAGE_PARAMETER_COUNT_MISMATCH" && len(args) > 2:
			args = args[:len(args)-1]
		case isBooting(err):
			return err // another member may not be
		default:
			if err := s.again(ctx, err, &lost); err != nil {
				return err
			}
		}
	}
}

// sessionRef is what xapi calls a session. It is looked for only in an answer that broke off or cannot be read.
var sessionRef = regexp.MustCompile(`OpaqueRef:[0-9A-Fa-f-]{36}`)

// loginOnce keeps every session that an answer brings for Close to log out, also when the answer comes after the login
// was given up, and when it cannot be read to its end.
func (s *Session) loginOnce(ctx context.Context, base *url.URL, args []any) error {
	const method = "session.login_with_password"
	a, err := s.client.post(ctx, base, s.grace, method, args...)
	if err != nil {
		return s.complete(err, method, nil)
	}
	defer a.Close()
	limits := s.options.Limits
	limits.Answer = min(limits.Answer, 64<<10)
	var seen bytes.Buffer
	ref, err := newDecoder(io.TeeReader(a, &seen), nil, limits).text()
	_, refused := errors.AsType[*Error](err)
	if err != nil && !refused {
		ref = sessionRef.FindString(seen.String())
	}
	if ref != "" {
		s.issued = append(s.issued, issued{base, ref, s.options.Issued(base.String(), ref)})
	}
	if gaveUp := a.watch.gaveUp(); gaveUp != nil {
		return gaveUp
	}
	if err == nil && ref == "" {
		err = errors.New("xapi answers with no session")
	}
	if err != nil {
		return s.complete(err, method, a)
	}
	s.base, s.ref, s.recognized = base, ref, false
	s.logins++
	return nil
}

// masterURL is where HOST_IS_SLAVE from base leads: to an address or a name, in brackets or not, with a port or not.
// The scheme stays, and so does the port where none is given.
func masterURL(base *url.URL, slave *Error) (*url.URL, error) {
	given := ""
	if len(slave.Params) > 0 {
		given = strings.TrimSpace(slave.Params[0])
	}
	host, port := given, base.Port()
	if _, err := netip.ParseAddr(given); err != nil { // a bare IPv6 address is no host and port
		if h, p, err := net.SplitHostPort(given); err == nil {
			host, port = h, cmp.Or(p, port)
		}
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	name := host
	if ip, err := netip.ParseAddr(host); err == nil {
		name = cmp.Or(ip.Zone(), "x") // an address is one whatever its zone, which an URL may not hold
	}
	if !hostName.MatchString(name) {
		return nil, fmt.Errorf("%s is no master, and names none that can be asked (%q): name the master itself in urls",
			base, printable(given, 80))
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return nil, fmt.Errorf("%s is no master, and names one with an odd port (%q): name the master itself in urls",
			base, printable(given, 80))
	}
	master := &url.URL{Scheme: base.Scheme, Host: host}
	switch {
	case port != "":
		master.Host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		master.Host = "[" + host + "]"
	}
	return master, nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)

// endpoint is a URL in the one form in which two of them can be compared: without the port that its scheme has anyway.
func endpoint(u *url.URL) string {
	s := u.Scheme + "://" + strings.ToLower(u.Host)
	return strings.TrimSuffix(s, ":"+ports[u.Scheme])
}

// oneLine joins errors for a message of one line; nil where there is none.
func oneLine(errs []error) error {
	var all error
	for _, err := range errs {
		if all == nil {
			all = err
			continue
		}
		all = fmt.Errorf("%w; %w", all, err)
	}
	return all
}
