package xenapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"syncd/internal/xensim"
)

func TestCloseLogsOutWhateverCameBefore(t *testing.T) {
	for name, faults := range map[string][]string{
		"nothing":                        nil,
		"a call that failed":             {"error=INTERNAL_ERROR:VM.get_all_records"},
		"new logins":                     {"expire:VM.get_all_records:2"},
		"sessions called invalid":        {"error=SESSION_INVALID,x:VM.get_all_records:3"}, // and they are not
		"a logout that was lost":         {"reset=0:session.logout"},
		"a logout that failed":           {"status=503:session.logout"},
		"a login in two drops":           {"slow=5000:session.login_with_password"},
		"a login that lost its last end": {"truncate=90:session.login_with_password"},
		"a login cut by the connection":  {"reset=90:session.login_with_password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, o := simulate(t, xensim.Options{}, faults...)
			log, text := logged()
			o.Log = log
			s, err := Open(t.Context(), o)
			if err == nil {
				new(counter).read(t.Context(), s)
				s.Close()
				s.Close()
			}
			if strings.Contains(text(), "could not be logged out") {
				t.Errorf("the log:\n%s", text())
			}
		})
	}
}

func TestCloseWorksAfterCancel(t *testing.T) {
	_, o := simulate(t, xensim.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	s.Close()
}

func TestLogoutThatFailsTwiceIsWarnedAboutWithoutTheReference(t *testing.T) {
	h := startHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		if c.Method != "session.logout" {
			return false
		}
		fail(w, "INTERNAL_ERROR", c.Params[0])
		return true
	})
	log, text := logged()
	o := h.options()
	o.Log = log
	opened(t, o).Close()
	if got := h.called(); got != "login_with_password/4 logout/1 logout/1" {
		t.Errorf("calls: %s", got)
	}
	if got := text(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, h.URL) || strings.Contains(got, "c0de") {
		t.Errorf("the log:\n%s", got)
	}
}

func TestCloseTakesNoLongerThanItsFarewell(t *testing.T) {
	h := startHost(t, func(_ http.ResponseWriter, r *http.Request, c call) bool {
		if c.Method == "session.logout" {
			<-r.Context().Done()
		}
		return false
	})
	s := opened(t, h.options())
	s.farewell = 50 * time.Millisecond
	start := time.Now()
	s.Close()
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s", took)
	}
	if got := h.called(); got != "login_with_password/4 logout/1 logout/1" {
		t.Errorf("calls: %s", got)
	}
}

func TestEachSessionIsLoggedOutWhereItWasIssued(t *testing.T) {
	second := newHost(t, nil)
	first := newHost(t, func(w http.ResponseWriter, _ *http.Request, c call) bool {
		if c.Method != "VM.get_all_records" {
			return false
		}
		fail(w, "HOST_IS_SLAVE", address(second.URL))
		return true
	})
	s := opened(t, first.options())
	if err := new(counter).read(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got := first.called(); got != "login_with_password/4 VM.get_all_records/1 logout/1" {
		t.Errorf("the first: %s", got)
	}
	if got := second.called(); got != "login_with_password/4 VM.get_all_records/1 logout/1" {
		t.Errorf("the second: %s", got)
	}
}
