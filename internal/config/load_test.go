package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"syncd/configs"
	"syncd/internal/schedule"
)

// pool is the least that a valid file needs.
const pool = "pools: [{name: lab, urls: [http://xen1], username: root, password_file: password}]\n"

// write makes a configuration in a folder of its own, with a password file beside it.
func write(t testing.TB, text string) string {
	dir := t.TempDir()
	for name, content := range map[string]string{"syncd.yaml": text, "password": "hunter2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "syncd.yaml")
}

func load(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var compareSchedules = cmp.Comparer(func(a, b schedule.Schedule) bool { return a.String() == b.String() })

func TestTheSampleIsValidAndNamesEveryKeyWithItsDefault(t *testing.T) {
	t.Parallel()
	text := bytes.ReplaceAll(configs.Sample, []byte("/run/secrets/lab"), []byte("password"))
	got := load(t, string(text))
	want := defaults()
	want.Path = got.Path
	want.Database.Listen = "127.0.0.1:54329"
	want.DataDir = "/var/lib/syncd"
	want.HTTP.Listen = "127.0.0.1:9747"
	want.FullSchedule = schedule.Hourly("lab")
	want.Classes.Exclude = []ClassName{}
	want.Pools = []Pool{{
		Name: "lab", URLs: []string{"https://xen1.example", "https://xen2.example"}, Username: "root",
		PasswordFile: filepath.Join(filepath.Dir(got.Path), "password"), Password: "hunter2",
		TLS: TLS{Mode: "verify"}, Schedule: want.Schedule, Timeouts: want.Timeouts, Limits: want.Limits, MaxRemovedRatio: 0.5,
		Read: want.Read, FullSchedule: want.FullSchedule, MinInterval: want.MinInterval, Classes: want.Classes,
	}}
	if diff := cmp.Diff(want, got, compareSchedules); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	var sample, schema map[string]any
	if err := yaml.Unmarshal(configs.Sample, &sample); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for key := range schema["properties"].(map[string]any) {
		if sample[key] == nil {
			t.Errorf("the sample does not name %s", key)
		}
	}
}

func TestWhatIsLeftOutHasTheDefaultOfTheSchema(t *testing.T) {
	t.Parallel()
	var schema struct {
		Defs map[string]struct {
			Properties map[string]struct{ Default any }
		} `json:"$defs"`
		Properties map[string]struct{ Default any }
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	said := map[string]any{"pools": []any{}}
	for key, p := range schema.Properties {
		if p.Default != nil {
			said[key] = p.Default
		}
	}
	for key, def := range map[string]string{"database": "Database", "timeouts": "Timeouts", "limits": "Limits"} {
		below := map[string]any{}
		for k, p := range schema.Defs[def].Properties {
			if p.Default != nil {
				below[k] = p.Default
			}
		}
		said[key] = below
	}
	got := &Config{}
	if err := decode(said, got); err != nil {
		t.Fatal(err)
	}
	got.Pools = nil
	if diff := cmp.Diff(defaults(), got, compareSchedules); diff != "" {
		t.Errorf("-defaults +schema:\n%s", diff)
	}
}

func TestAPoolHasFromTheTopLevelWhatItDoesNotSay(t *testing.T) {
	t.Parallel()
	c := load(t, `
schedule: "@hourly"
timeouts: {connect: 1s, call: 2m}
limits: {record: 1MiB}
max_removed_ratio: 0.25
read: full
full_schedule: "0 4 * * *"
min_interval: 1m
classes: {exclude: [SR, PVS_site]}
pools:
- {name: a, urls: [http://a], username: root, password_file: password}
- name: b
  urls: ["https://b:8443/", "http://[fe80::1]:8080"]
  username: ro
  password_file: password
  tls: {mode: insecure}
  schedule: "@daily"
  timeouts: {connect: 3s}
  limits: {depth: 9}
  max_removed_ratio: 0
  read: auto
  full_schedule: "CRON_TZ=Europe/Berlin 0 3 * * 0"
  follow: true
  min_interval: 1s
  classes: {exclude: [VDI]}
- {name: c, urls: [http://c], username: root, password_file: password, classes: {exclude: []}}
`)
	a, b := c.Pools[0], c.Pools[1]
	for i, want := range [][]ClassName{{"SR", "PVS_site"}, {"VDI"}, {}} {
		if got := c.Pools[i].Classes.Exclude; !slices.Equal(got, want) {
			t.Errorf("pool %d leaves out %v, want %v", i, got, want)
		}
	}
	type said struct {
		schedule                       string
		connect, firstByte, call, idle time.Duration
		record                         Size
		depth                          int
		ratio                          float64
		mode                           string
		read, full                     string
		follow                         bool
		interval                       time.Duration
	}
	of := func(p Pool) said {
		return said{
			p.Schedule.String(), time.Duration(p.Timeouts.Connect), time.Duration(p.Timeouts.FirstByte), time.Duration(p.Timeouts.Call),
			time.Duration(p.Timeouts.Idle), p.Limits.Record, p.Limits.Depth, p.MaxRemovedRatio, p.TLS.Mode,
			p.Read, p.FullSchedule.String(), p.Follow, time.Duration(p.MinInterval),
		}
	}
	if got, want := of(a), (said{"@hourly", time.Second, time.Minute, 2 * time.Minute, time.Minute, 1 << 20, 64, 0.25, "verify", "full", "0 4 * * *", false, time.Minute}); got != want {
		t.Errorf("a: got %v, want %v", got, want)
	}
	if got, want := of(b), (said{"@daily", 3 * time.Second, time.Minute, 2 * time.Minute, time.Minute, 1 << 20, 9, 0, "insecure", "auto", "CRON_TZ=Europe/Berlin 0 3 * * 0", true, time.Second}); got != want {
		t.Errorf("b: got %v, want %v", got, want)
	}
}

func TestAPoolIsFollowedUnlessItSaysOtherwiseWhereTheTopLevelSaysSo(t *testing.T) {
	t.Parallel()
	c := load(t, `
follow: true
pools:
- {name: a, urls: [http://a], username: root, password_file: password}
- {name: b, urls: [http://b], username: root, password_file: password, follow: false, read: full}
- {name: c, urls: [http://c], username: root, password_file: password, follow: false}
`)
	var got []bool
	for _, p := range c.Pools {
		got = append(got, p.Follow)
	}
	if want := []bool{true, false, false}; !slices.Equal(got, want) {
		t.Errorf("followed: %v, want %v", got, want)
	}
}

func TestWithoutAFullScheduleEachPoolHasAMinuteOfItsOwn(t *testing.T) {
	t.Parallel()
	c := load(t, `
pools:
- {name: lab, urls: [http://a], username: root, password_file: password}
- {name: east, urls: [http://b], username: root, password_file: password}
- {name: west, urls: [http://c], username: root, password_file: password, full_schedule: "@daily"}
`)
	var got []string
	for _, p := range c.Pools {
		got = append(got, p.FullSchedule.String())
	}
	want := []string{schedule.Hourly("lab").String(), schedule.Hourly("east").String(), "@daily"}
	if !slices.Equal(got, want) || got[0] == got[1] {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFingerprintIsTheSameInEachForm(t *testing.T) {
	t.Parallel()
	var want Fingerprint
	for i := range want {
		want[i] = byte(i)
	}
	want[31] = 0xEF
	upper := want.String() // begins with digits, which YAML may take for a number
	lower, bare := strings.ToLower(upper), strings.ReplaceAll(upper, ":", "")
	for _, list := range []string{
		"[" + upper + ", \"" + lower + "\", '" + bare + "', " + strings.ToLower(bare) + "]",
		"\n    - " + upper + "\n    - " + lower + "   # xen1\n    - " + bare + "\n    - " + strings.ToLower(bare),
	} {
		c := load(t, inPool+"tls:\n    legacy: true\n    mode: pin\n    sha256: "+list+"\n")
		if diff := cmp.Diff(TLS{Mode: "pin", SHA256: []Fingerprint{want, want, want, want}, Legacy: true}, c.Pools[0].TLS); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	for _, bad := range []string{
		"", ":", upper + ":", ":" + upper, upper[3:], upper + ":00", bare + "00", bare[1:], "0" + upper[1:95] + "g", upper[:93] + "0:0",
		strings.ReplaceAll(upper, ":", "-"), "sha256:" + bare, upper[:47] + upper[48:], strings.Repeat(":", 31), " " + bare,
	} {
		if err := new(Fingerprint).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestAPortInAListWithinBracesIsPartOfItsURL(t *testing.T) {
	t.Parallel()
	c := load(t, "pools: [{name: a, urls: [http://xen1:8080, http://xen2, https://10.0.0.1:8443/], username: root, password_file: password}]\n")
	want := []string{"http://xen1:8080", "http://xen2", "https://10.0.0.1:8443/"}
	if diff := cmp.Diff(want, c.Pools[0].URLs); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOneTrailingNewlineOfAPasswordFileIsCut(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"pw": "pw", "pw\n": "pw", "pw\r\n": "pw", "pw\n\n": "pw\n", " pw ": " pw ", "p\nw\n": "p\nw",
	} {
		path := write(t, pool)
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "password"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Pools[0].Password.Reveal(); got != want {
			t.Errorf("%q became %q, want %q", content, got, want)
		}
	}
}

func TestEnvironmentVariablesStandForThemselvesOnlyInValues(t *testing.T) {
	t.Setenv("POOL", "a: b # ${HOME}")
	t.Setenv("LAB_PASSWORD", "hunter2\n")
	c := load(t, `
data_dir: ./${POOL}/$POOL/$${POOL}/$$
pools: [{name: "${POOL}", urls: [http://xen1], username: root, password_env: LAB_PASSWORD}]
`)
	if got, want := c.Pools[0].Name, "a: b # ${HOME}"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	if got, want := c.DataDir, filepath.Join(filepath.Dir(c.Path), "a: b # ${HOME}/$POOL/${POOL}/$$"); got != want {
		t.Errorf("data_dir %q, want %q", got, want)
	}
	if got, want := c.Pools[0].Password.Reveal(), "hunter2\n"; got != want {
		t.Errorf("password %q, want %q", got, want)
	}
}

func TestTheEnvironmentsDatabaseURLTakesPrecedence(t *testing.T) {
	t.Setenv("SYNCD_DATABASE_URL", "postgres://syncd:hunter2@db/inventory")
	c := load(t, "database: {listen: 127.0.0.1:5432}\n"+pool)
	if got, want := c.Database.URL.Reveal(), "postgres://syncd:hunter2@db/inventory"; got != want {
		t.Errorf("url %q, want %q", got, want)
	}
	t.Setenv("SYNCD_DATABASE_URL", "mysql://root:hunter2@db")
	_, err := Load(write(t, pool))
	if want := "the environment variable SYNCD_DATABASE_URL is neither embedded nor a PostgreSQL URL, write embedded or postgres://USER@HOST:PORT/NAME"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheDefaultDataDirFollowsTheUser(t *testing.T) {
	if os.Geteuid() == 0 {
		if got := load(t, pool).DataDir; got != "/var/lib/syncd" {
			t.Errorf("as root: %s", got)
		}
		return
	}
	for state, want := range map[string]string{"/state": "/state/syncd", "": "/home/lab/.local/state/syncd", "relative": "/home/lab/.local/state/syncd"} {
		t.Setenv("HOME", "/home/lab")
		t.Setenv("XDG_STATE_HOME", state)
		if got := load(t, pool).DataDir; got != want {
			t.Errorf("XDG_STATE_HOME=%s: %s, want %s", state, got, want)
		}
	}
}

func TestASecretPrintsAsStars(t *testing.T) {
	t.Parallel()
	c := load(t, "database: {url: postgres://syncd:hunter2@db/inventory}\n"+pool)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("pool", "password", c.Pools[0].Password, "pool", c.Pools[0])
	text, err := json.Marshal([]any{c, c.Pools[0].Password})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%s %v %+v %#v %q %s", c.Pools[0].Password, c, c.Pools, c.Pools, c.Pools[0].Password, text)
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), masked) {
		t.Errorf("printed: %s", out.String())
	}
}

func TestAFileThatCannotBeReadSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "absent.yaml"))
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "name the right file with -c") {
		t.Errorf("absent: %v", err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "is a directory, name the right file with -c") {
		t.Errorf("folder: %v", err)
	}
}
