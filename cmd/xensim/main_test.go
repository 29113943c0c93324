package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary be the program.
func TestMain(m *testing.M) {
	if os.Getenv("XENSIM_TEST_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is xensim as a process of its own.
type program struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	stderr bytes.Buffer
	url    string
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.CommandContext(t.Context(), os.Args[0], append([]string{"--listen", "127.0.0.1:0"}, args...)...)}
	p.cmd.Env = append(os.Environ(), "XENSIM_TEST_MAIN=1")
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	line, err := p.stdout.ReadString('\n')
	url, ok := strings.CutPrefix(line, "listening on ")
	if err != nil || !ok {
		t.Fatalf("the first line is %q: %v", line, err)
	}
	p.url = strings.TrimSpace(url)
	return p
}

// stop ends the program with SIGTERM and returns what else it said on stdout.
func (p *program) stop(t *testing.T) string {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("exit: %v\n%s", err, &p.stderr)
	}
	return string(rest)
}

func login(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	const body = `<?xml version="1.0"?><methodCall><methodName>session.login_with_password</methodName><params>` +
		`<param><value>root</value></param><param><value>xensim</value></param></params></methodCall>`
	resp, err := client.Post(url+"/any/path", "text/xml", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestItServesAndCountsItsSessions(t *testing.T) {
	t.Parallel()
	p := start(t, "--fault", "truncate=20:session.login_with_password", "--rate", "100", "--verbose")
	if body := login(t, http.DefaultClient, p.url); strings.Contains(body, "</methodResponse>") {
		t.Errorf("the fault met nothing: %s", body)
	}
	if body := login(t, http.DefaultClient, p.url); !strings.Contains(body, "OpaqueRef:") {
		t.Errorf("login: %s", body)
	}
	// The call that the fault met was done before its answer was broken.
	if rest := p.stop(t); rest != "sessions open 2, logins 2, logouts 0\n" {
		t.Errorf("at the end it says %q", rest)
	}
	if log := p.stderr.String(); !strings.Contains(log, "method=session.login_with_password") {
		t.Errorf("the log says %q", log)
	}
}

func TestItEndsInTheMiddleOfAStalledAnswer(t *testing.T) {
	t.Parallel()
	p := start(t, "--fault", "stall=50")
	const body = `<methodCall><methodName>system.listMethods</methodName><params/></methodCall>`
	resp, err := http.Post(p.url, "text/xml", strings.NewReader(body)) // returns at the answer's head
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if rest := p.stop(t); rest != "sessions open 0, logins 0, logouts 0\n" {
		t.Errorf("at the end it says %q", rest)
	}
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("the answer was whole")
	}
}

func TestTLSHasACertificateSignedByItself(t *testing.T) {
	t.Parallel()
	p := start(t, "--tls")
	conn, err := tls.Dial("tcp", strings.TrimPrefix(p.url, "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(conn.ConnectionState().PeerCertificates[0])
	conn.Close()
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	if body := login(t, trusting, p.url); !strings.Contains(body, "OpaqueRef:") {
		t.Errorf("login: %s", body)
	}
	if _, err := http.Get(p.url); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("one that does not know the certificate: %v", err)
	}
	p.stop(t)
}

func TestMisuseIsSaidInOneLineWithExitCode2(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.xml")
	if err := os.WriteFile(bad, []byte("<html/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for flags, want := range map[string]string{
		"--bogus":              "xensim: unknown flag --bogus; xensim --help lists the flags\n",
		"--hosts x":            `xensim: --hosts: expected a valid 64 bit int but got "x"; xensim --help lists the flags` + "\n",
		"--hosts=-1":           "xensim: a pool of -1 hosts and 30 VMs cannot be: give numbers from 1\n",
		"--fault nope":         `xensim: fault "nope": the kinds are error,`,
		"--db /does/not/exist": "xensim: reading a database dump: open /does/not/exist: no such file or directory\n",
		"--db " + bad:          "xensim: " + bad + ":1: this is no database dump",
		"--release 3.2":        `xensim: there is no release "3.2" here: give one of`,
		"--role king":          `xensim: there is no role "king" here`,
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(flags), &stdout, &stderr)
		if code != exitMisuse || !strings.HasPrefix(stderr.String(), want) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, %q and on stdout %q", flags, code, stderr.String(), stdout.String())
		}
	}
}

func TestAPortInUseIsSaidWithTheRemedy(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--listen", listener.Addr().String()}, &stdout, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "address already in use; give another --listen") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
}

func TestHelpListsTheFlagsAndTheKindsOfFaults(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--help"}, &stdout, &stderr); code != exitOK {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
	for _, want := range []string{"--db=FILE", "--fault=KIND[=ARG][:METHOD[:COUNT]]", "truncate=PERCENT"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %s in\n%s", want, &stdout)
		}
	}
}

func TestItEndsInTheMiddleOfAPoll(t *testing.T) {
	t.Parallel()
	p := start(t)
	session := regexp.MustCompile("OpaqueRef:[-0-9a-f]+").FindString(login(t, http.DefaultClient, p.url))
	poll := `<methodCall><methodName>event.from</methodName><params><param><value>` + session + `</value></param>` +
		`<param><value><array><data><value>vm</value></data></array></value></param>` +
		`<param><value>99999999,0</value></param><param><value><double>3600</double></value></param></params></methodCall>`
	polled := make(chan error, 1)
	go func() {
		_, err := http.Post(p.url, "text/xml", strings.NewReader(poll))
		polled <- err
	}()
	// The pool answers others while it polls.
	if body := login(t, http.DefaultClient, p.url); !strings.Contains(body, "OpaqueRef:") {
		t.Errorf("login: %s", body)
	}
	if rest := p.stop(t); rest != "sessions open 2, logins 2, logouts 0\n" {
		t.Errorf("at the end it says %q", rest)
	}
	if err := <-polled; err == nil {
		t.Error("the poll was answered")
	}
}
