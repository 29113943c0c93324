package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const inPool = "pools:\n- name: lab\n  urls: [https://xen1]\n  username: root\n  password_file: password\n  "

const twoPools = "- {name: a, urls: [http://a], username: a, password_file: password}\n- {name: b, urls: [http://b], username: b, password_file: password}\n"

var fingerprint = strings.Repeat("AB:", 31) + "0C"

// faults loads a text and gives its faults with the folder cut off.
func faults(t *testing.T, text string) []string {
	t.Helper()
	path := write(t, text)
	c, err := Load(path)
	if err == nil {
		t.Fatalf("%q was taken", text)
	}
	if c != nil {
		t.Errorf("%q: a configuration came back with the error", text)
	}
	return strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", ""), "\n")
}

func TestEachKindOfFaultIsOneLineWithItsPlaceAndARemedy(t *testing.T) {
	t.Setenv("LAB_SECRET", "hunter2")
	t.Setenv("EMPTY", "")
	for _, c := range []struct{ name, text, want string }{
		// YAML
		{"tab", "a:\n\tb: 1\n", `syncd.yaml:2:1: is not YAML: found character '\t' that cannot start any token, indent with spaces, not with tabs`},
		{"unclosed list", "pools: [a\nschedule: b\n", "syncd.yaml:2:1: is not YAML: ',' or ']' must be specified, check the indentation, the quotes and the brackets here"},
		{"unquoted star", "schedule: */5 * * * *\n", "syncd.yaml:1:15: is not YAML: value is not allowed in this context. map key-value is pre-defined, put a value that begins with * in quotes"},
		{"alias", "schedule: *every\n" + pool, "syncd.yaml:1:11: schedule: YAML anchors (&) and aliases (*) are not read here, write the value out, in quotes where it begins with one of them"},
		{"tag", "schedule: !!str x\n" + pool, "syncd.yaml:1:11: schedule: YAML tags (!) are not read here, remove it, or put a value that begins with it in quotes"},
		{"NaN", "max_removed_ratio: .nan\n" + pool, "syncd.yaml:1:20: max_removed_ratio: cannot be used as a value, write text or a number"},
		{"empty", "", "syncd.yaml:1:1: is empty, write at least database and pools (syncd config schema describes every key)"},
		{"comments only", "# nothing\n", "syncd.yaml:1:1: is empty, write at least database and pools (syncd config schema describes every key)"},
		{"two documents", "---\n" + pool + "---\nx: 1\n", "syncd.yaml:3:1: a second YAML document begins here, keep one and remove the --- or the % line"},
		{"Latin-1", "# caf\xe9\n" + pool, "syncd.yaml:1:6: is not UTF-8 here, save the file as UTF-8"},
		{"UTF-16", "\xff\xfea\x00", "syncd.yaml:1:1: is not UTF-8 here, save the file as UTF-8"},
		{"huge", strings.Repeat("#", largest+1), "syncd.yaml:1:1: has 1048577 bytes, more than the 1048576 that are read, check that it is the configuration"},
		{"duplicate key", pool + "schedule: \"@daily\"\nschedule: \"@hourly\"\n", "syncd.yaml:3:1: schedule stands twice, first in line 2, remove one"},
		{"a list", "- a\n", "syncd.yaml:1:1: is a list where keys with values is wanted, write its keys below it"},

		// keys
		{"typing error", "shedule: x\n" + pool, "syncd.yaml:1:1: unknown key shedule, did you mean schedule?"},
		{"inline password", inPool + "password: hunter2\n", "syncd.yaml:6:3: unknown key pools[0].password, did you mean password_env or password_file?"},
		{"nothing like it", "database: {colour: red}\n" + pool, "syncd.yaml:1:12: unknown key database.colour, remove it or write one of listen, url"},
		{"merge key", "<<: {}\n" + pool, "syncd.yaml:1:1: unknown key <<, remove it or write one of classes, data_dir, database, follow, full_schedule, http, limits, max_removed_ratio, min_interval, parallel, pools, read, schedule, timeouts"},
		{"no pools", "schedule: \"@daily\"\n", "syncd.yaml:1:1: lacks pools, add it"},
		{"empty pools", "pools: []\n", "syncd.yaml:1:8: pools: is empty, give it a value"},
		{"lacking key", "pools:\n- {urls: [http://a], username: a, password_file: password}\n", "syncd.yaml:2:3: pools[0]: lacks name, add it"},
		{"no password", "pools:\n- {name: a, urls: [http://a], username: root}\n", "syncd.yaml:2:3: pools[0]: has neither password_file nor password_env, add one of them"},
		{"two passwords", inPool + "password_env: X\n", "syncd.yaml:2:3: pools[0]: has both password_file and password_env, remove one"},

		// types
		{"null", "timeouts:\n" + pool, "syncd.yaml:1:10: timeouts: is empty, give it a value or remove it"},
		{"text for keys", "database: postgres://x:hunter2@db\n" + pool, "syncd.yaml:1:11: database: is text where keys with values is wanted, write its keys below it"},
		{"text for a list", "pools:\n- {name: a, urls: http://a, username: root, password_file: password}\n", "syncd.yaml:2:19: pools[0].urls: is text where a list is wanted, write a list such as [first, second]"},
		{"number for text", "timeouts: {idle: 60}\n" + pool, "syncd.yaml:1:18: timeouts.idle: is a number where text is wanted, write text, in quotes where it looks like something else"},
		{"text for a number", "limits: {depth: \"64\"}\n" + pool, "syncd.yaml:1:17: limits.depth: is text where a whole number is wanted, write a whole number without quotes"},
		{"half a number", "limits: {depth: 1.5}\n" + pool, "syncd.yaml:1:17: limits.depth: is a number where a whole number is wanted, write a whole number without quotes"},
		{"pool of text", "pools: [lab]\n", "syncd.yaml:1:9: pools[0]: is text where keys with values is wanted, write its keys below it"},

		// values
		{"duration", "timeouts: {connect: 5x}\n" + pool, `syncd.yaml:1:21: timeouts.connect: "5x" is no duration, write one such as 10s, 1m30s or 15m`},
		{"no duration", "timeouts: {connect: 0s}\n" + pool, "syncd.yaml:1:21: timeouts.connect: 0s is no time to wait, write more than 0s"},
		{"size", "limits: {record: 16MB}\n" + pool, `syncd.yaml:1:18: limits.record: "16MB" is no size, write a whole number with its unit such as 512KiB, 16MiB or 2GiB`},
		{"huge size", "limits: {record: 99999999999999999999GiB}\n" + pool, "syncd.yaml:1:18: limits.record: 99999999999999999999GiB is too large, write 1TiB or less"},
		{"no size", "limits: {record: 0MiB}\n" + pool, "syncd.yaml:1:18: limits.record: 0MiB is no size, write 1KiB or more"},
		{"depth", "limits: {depth: 0}\n" + pool, "syncd.yaml:1:17: limits.depth: 0 is too small, write 1 or more"},
		{"parallel", "parallel: 0\n" + pool, "syncd.yaml:1:11: parallel: 0 is too small, write 1 or more"},
		{"too parallel", "parallel: 65\n" + pool, "syncd.yaml:1:11: parallel: 65 is too large, write 64 or less"},
		{"ratio", "max_removed_ratio: 1.25\n" + pool, "syncd.yaml:1:20: max_removed_ratio: 1.25 is too large, write 1 or less"},
		{"negative ratio", "max_removed_ratio: -0.5\n" + pool, "syncd.yaml:1:20: max_removed_ratio: -0.5 is too small, write 0 or more"},
		{"schedule", "schedule: 0 0 30 2 *\n" + pool, `syncd.yaml:1:11: schedule: "0 0 30 2 *" never comes, name a day that its months have`},
		{"schedule of a pool", inPool + "schedule: TZ=UTC\n", `syncd.yaml:6:13: pools[0].schedule: a time zone alone is no schedule, write five cron fields after it: "TZ=UTC */5 * * * *"`},
		{"read", "read: events\n" + pool, `syncd.yaml:1:7: read: "events" is not known, write one of "auto" "full"`},
		{"read of a pool", inPool + "read: yes\n", `syncd.yaml:6:9: pools[0].read: "yes" is not known, write one of "auto" "full"`},
		{"full schedule", "full_schedule: 0 0 31 6 *\n" + pool, `syncd.yaml:1:16: full_schedule: "0 0 31 6 *" never comes, name a day that its months have`},
		{"full schedule of a pool", inPool + "full_schedule: CRON_TZ=Mars/Base @daily\n", `syncd.yaml:6:18: pools[0].full_schedule: unknown time zone "Mars/Base", write one such as CRON_TZ=Europe/Berlin`},
		{"follow", "follow: \"on\"\n" + pool, "syncd.yaml:1:9: follow: is text where true or false is wanted, write true or false without quotes"},
		{"no interval", "min_interval: soon\n" + pool, `syncd.yaml:1:15: min_interval: "soon" is no duration, write one such as 10s, 1m30s or 15m`},
		{"short interval", "min_interval: 999ms\n" + pool, "syncd.yaml:1:15: min_interval: 999ms is too short, write 1s or more"},
		{"long interval", inPool + "min_interval: 61m\n", "syncd.yaml:6:17: pools[0].min_interval: 61m is too long, write 1h or less, or follow: false and a schedule"},
		{"followed and read in full", inPool + "read: full\n  follow: true\n", "syncd.yaml:7:11: pools[0].follow: is only for read: auto and read is full, write read: auto or follow: false"},
		{"followed where all are read in full", "read: full\n" + inPool + "follow: true\n", "syncd.yaml:7:11: pools[0].follow: is only for read: auto and read is full, write read: auto or follow: false"},
		{"read in full where all are followed", "follow: true\n" + inPool + "read: full\n", "syncd.yaml:7:9: pools[0].read: is full and follow is true at the top level, write read: auto or follow: false here"},
		{"all followed and read in full", "read: full\nfollow: true\npools:\n" + twoPools, "syncd.yaml:2:9: follow: is only for read: auto and read is full, write read: auto or follow: false"},
		{"followed, and read as nobody knows", "read: full\n" + inPool + "read: ful\n  follow: true\n", `syncd.yaml:7:9: pools[0].read: "ful" is not known, write one of "auto" "full"`},
		{"class", "classes: {exclude: [PVS_sites]}\n" + pool, `syncd.yaml:1:21: classes.exclude[0]: "PVS_sites" is no class that syncd mirrors, did you mean PVS_site?`},
		{"class of a pool, by another case", inPool + "classes: {exclude: [SR, pvs_site]}\n", `syncd.yaml:6:27: pools[0].classes.exclude[1]: "pvs_site" is no class that syncd mirrors, did you mean PVS_site?`},
		{"class that is none", "classes: {exclude: [\"\"]}\n" + pool, "syncd.yaml:1:21: classes.exclude[0]: is empty, write the name of a class or remove it"},
		{"class pool", "classes: {exclude: [pool]}\n" + pool, "syncd.yaml:1:21: classes.exclude[0]: pool cannot be left out, since it tells which pool answered, remove it here"},
		{"class host", "classes: {exclude: [SR, Host]}\n" + pool, "syncd.yaml:1:25: classes.exclude[1]: host cannot be left out, since it is what syncd is for, remove it here"},
		{"class VM", inPool + "classes: {exclude: [vm]}\n", "syncd.yaml:6:23: pools[0].classes.exclude[0]: VM cannot be left out, since it is what syncd is for, remove it here"},
		{"same class", inPool + "classes: {exclude: [SR, VDI, SR]}\n", "syncd.yaml:6:32: pools[0].classes.exclude[2]: is the same as pools[0].classes.exclude[0], remove one"},
		{"class for a list", "classes: {exclude: SR}\n" + pool, "syncd.yaml:1:20: classes.exclude: is text where a list is wanted, write a list such as [first, second]"},
		{"classes without exclude", "classes: {only: [SR]}\n" + pool, "syncd.yaml:1:11: unknown key classes.only, remove it or write one of exclude"},
		{"tls mode", inPool + "tls: {mode: tofu}\n", `syncd.yaml:6:15: pools[0].tls.mode: "tofu" is not known, write one of "verify" "pin" "insecure"`},
		{"tls mode and a pin", inPool + "tls: {mode: tofu, sha256: [" + fingerprint + "]}\n", `syncd.yaml:6:15: pools[0].tls.mode: "tofu" is not known, write one of "verify" "pin" "insecure"`},
		{"pin without sha256", inPool + "tls: {legacy: true, mode: pin}\n", "syncd.yaml:6:29: pools[0].tls.mode: is pin and there is no sha256 beside it, let syncd trust --write add the SHA-256 of each host's certificate"},
		{"sha256 without pin", inPool + "tls: {sha256: [" + fingerprint + "]}\n", "syncd.yaml:6:17: pools[0].tls.sha256: is only for mode: pin, write mode: pin or remove it"},
		{"sha256 of insecure", inPool + "tls:\n    mode: insecure\n    sha256:\n    - " + fingerprint + "\n", "syncd.yaml:9:5: pools[0].tls.sha256: is only for mode: pin, write mode: pin or remove it"},
		{"no sha256", inPool + "tls: {mode: pin, sha256: []}\n", "syncd.yaml:6:28: pools[0].tls.sha256: is empty, give it a value"},
		{"short sha256", inPool + "tls: {mode: pin, sha256: [ABCD]}\n", `syncd.yaml:6:29: pools[0].tls.sha256[0]: "ABCD" is no SHA-256 of a certificate, write 32 pairs of hexadecimal digits as syncd trust shows them, in quotes`},
		{"same sha256", inPool + "tls: {mode: pin, sha256: [" + fingerprint + ", " + fingerprint + "]}\n", "syncd.yaml:6:126: pools[0].tls.sha256[1]: is the same as pools[0].tls.sha256[0], remove one"},
		{"CA file of pin", inPool + "tls: {mode: pin, ca_file: password, sha256: [" + fingerprint + "]}\n", "syncd.yaml:6:29: pools[0].tls.ca_file: is only for mode: verify, remove one of them"},
		{"legacy as text", inPool + "tls: {legacy: \"true\"}\n", "syncd.yaml:6:17: pools[0].tls.legacy: is text where true or false is wanted, write true or false without quotes"},
		{"empty name", "pools: [{name: '', urls: [http://a], username: a, password_file: password}]\n", `syncd.yaml:1:16: pools[0].name: "" is no name for a pool, write printable characters without blanks around them`},
		{"name with a control character", "pools: [{name: \"a\\0b\", urls: [http://a], username: a, password_file: password}]\n", `syncd.yaml:1:16: pools[0].name: "a\x00b" is no name for a pool, write printable characters without blanks around them`},
		{"no user", "pools: [{name: a, urls: [http://a], username: '', password_file: password}]\n", "syncd.yaml:1:47: pools[0].username: is empty, give it a value"},
		{"same name", "pools:\n- {name: a, urls: [http://a], username: a, password_file: password}\n- {name: a, urls: [http://b], username: a, password_file: password}\n", `syncd.yaml:3:10: pools[1].name: "a" is the name of pools[0] too, give each pool its own`},
		{"same URL", "pools: [{name: a, urls: [http://a, http://a], username: a, password_file: password}]\n", "syncd.yaml:1:36: pools[0].urls[1]: is the same as pools[0].urls[0], remove one"},

		// addresses
		{"database of another kind", "database: {url: mysql://root:hunter2@db}\n" + pool, "syncd.yaml:1:17: database.url: is neither embedded nor a PostgreSQL URL, write embedded or postgres://USER@HOST:PORT/NAME"},
		{"database URL with a raw character", "database: {url: \"postgres://root:hun/ter2@db\"}\n" + pool, "syncd.yaml:1:17: database.url: is a PostgreSQL URL with a character that must be written as %XX, check its password: write embedded or postgres://USER@HOST:PORT/NAME"},
		{"database URL with a raw @", "database: {url: \"postgres://root:h@n/ter2@db\"}\n" + pool, "syncd.yaml:1:17: database.url: is a PostgreSQL URL with a character that must be written as %XX, check its password: write embedded or postgres://USER@HOST:PORT/NAME"},
		{"database URL with a raw #", "database: {url: \"postgres://root:h@n/ter#2@db\"}\n" + pool, "syncd.yaml:1:17: database.url: is a PostgreSQL URL with a character that must be written as %XX, check its password: write embedded or postgres://USER@HOST:PORT/NAME"},
		{"database URL with a bad setting", "database: {url: \"postgres://root:hunter2@db/x?sslmode=maybe\"}\n" + pool, "syncd.yaml:1:17: database.url: has an unknown sslmode, write one of disable, allow, prefer, require, verify-ca, verify-full"},
		{"database URL without a port", "database: {url: \"postgres://root:hunter2@db:0/x\"}\n" + pool, `syncd.yaml:1:17: database.url: "0" is no port, write 1 to 65535`},
		{"listen without embedded", "database: {url: \"postgres://db/x\", listen: 127.0.0.1:1}\n" + pool, "syncd.yaml:1:44: database.listen: is only for url: embedded, remove it"},
		{"listen for all", "database: {listen: 0.0.0.0:5432}\n" + pool, `syncd.yaml:1:20: database.listen: "0.0.0.0:5432" is reachable from other machines, write a loopback address such as 127.0.0.1:54329`},
		{"listen without a port", "http: {listen: localhost}\n" + pool, `syncd.yaml:1:16: http.listen: "localhost" is not HOST:PORT, write an address such as 127.0.0.1:9747`},
		{"listen on no port", "http: {listen: \"localhost:99999\"}\n" + pool, `syncd.yaml:1:16: http.listen: "99999" is no port, write 1 to 65535`},

		// files and the environment
		{"password file", "pools:\n- {name: a, urls: [http://a], username: a, password_file: absent}\n", "syncd.yaml:2:59: pools[0].password_file: open absent: no such file or directory, create it or correct the path"},
		{"password folder", "pools:\n- {name: a, urls: [http://a], username: a, password_file: /}\n", "syncd.yaml:2:59: pools[0].password_file: read /: is a directory, create it or correct the path"},
		{"password device", "pools:\n- {name: a, urls: [http://a], username: a, password_file: /dev/null}\n", "syncd.yaml:2:59: pools[0].password_file: /dev/null is a pipe or a device (<(command) of a shell is one) and no file, create it or correct the path"},
		{"password variable", "pools:\n- {name: a, urls: [http://a], username: a, password_env: EMPTY}\n", "syncd.yaml:2:58: pools[0].password_env: the environment variable EMPTY is not set or empty, set it to the password"},
		{"CA file", inPool + "tls: {ca_file: absent.pem}\n", "syncd.yaml:6:18: pools[0].tls.ca_file: open absent.pem: no such file or directory, create it or correct the path"},
		{"CA file without certificate", inPool + "tls: {ca_file: password}\n", "syncd.yaml:6:18: pools[0].tls.ca_file: password holds no certificate, write one in PEM (-----BEGIN CERTIFICATE-----)"},
		{"CA file that counts for nothing", inPool + "tls: {mode: insecure, ca_file: password}\n", "syncd.yaml:6:34: pools[0].tls.ca_file: is only for mode: verify, remove one of them"},
		{"tls over http", "pools:\n- {name: a, urls: [http://a], username: a, password_file: password, tls: {mode: verify}}\n", "syncd.yaml:2:74: pools[0].tls: is only for https:// and this pool has http:// URLs only, remove it or write https://"},
		{"variable not set", "data_dir: ${NOT_SET_HERE}/x\n" + pool, "syncd.yaml:1:11: data_dir: the environment variable NOT_SET_HERE is not set, set it, or write $${ for the characters ${ themselves"},
		{"variable not closed", "data_dir: ${HOME\n" + pool, "syncd.yaml:1:11: data_dir: ${ begins an environment variable's name and } ends it, write ${NAME}, or $${ for the characters themselves"},
		{"variable with a shell's default", "data_dir: ${HOME:-x}\n" + pool, "syncd.yaml:1:11: data_dir: ${ begins an environment variable's name and } ends it, write ${NAME}, or $${ for the characters themselves"},
		{"secret where its name belongs", "pools:\n- {name: a, urls: [http://a], username: a, password_env: \"${LAB_SECRET}\"}\n", "syncd.yaml:2:58: pools[0].password_env: the environment variable ${LAB_SECRET} is not set or empty, set it to the password"},
		{"secret in a URL", "pools:\n- {name: a, urls: [\"https://root:${LAB_SECRET}@a\"], username: a, password_file: password}\n", "syncd.yaml:2:20: pools[0].urls[0]: has an account in it, write it as username and password_file and only scheme, host and port here"},
		{"byte order mark, Windows line ends", "\ufeffschedule: \"@daily\"\r\n# a\r\ntimeouts:\r\n  # b\r\n  idle: 1\r\n" + pool, "syncd.yaml:5:9: timeouts.idle: is a number where text is wanted, write text, in quotes where it looks like something else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, faults(t, c.text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestURLsOfAPoolAreSchemeHostAndPort(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"xen1", "xen1.example:443", "ftp://xen1", "https://", "https://:443", "//xen1", "https://root@xen1", "https://root:hunter2@xen1",
		"https://xen1/jsonrpc", "https://xen1?x=1", "https://xen1/?", "https://xen1#x", "https://xen1:0", "https://xen1:", "https://xen1:65536",
		"https://xen 1", "https://xe\x00n", "https://[::1", "https:xen1", "",
	} {
		if err := poolURL(url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, url := range []string{"https://xen1", "HTTP://XEN1/", "https://10.0.0.1:8443", "https://[2001:db8::1]", "http://[::1]:80/"} {
		if err := poolURL(url); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestAllFaultsAreToldAtOnceInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	got := faults(t, `
database: {url: mysql://x}
max_removed_ratio: lots
colour: red
timeouts: {connect: 0s, idle: 5}
pools:
- name: lab
  urls: [https://root:hunter2@xen1, http://xen2]
  username: 7
  password_file: absent
  tls: {ca_file: absent.pem, mode: pin}
- name: lab
  urls: []
  password_env: NOT_SET_HERE
  schedule: ${NOT_SET_HERE}
`)
	places := []string{"2:17", "3:20", "4:1", "5:21", "5:31", "8:10", "9:13", "10:18", "11:18", "11:36", "12:3", "12:9", "13:9", "14:17", "15:13"}
	var told []string
	for _, line := range got {
		parts := strings.SplitN(line, ":", 4)
		told = append(told, parts[1]+":"+parts[2])
	}
	if !slices.Equal(told, places) {
		t.Errorf("places %v, want %v:\n%s", told, places, strings.Join(got, "\n"))
	}
	if strings.Contains(strings.Join(got, "\n"), "hunter2") {
		t.Errorf("a password was told:\n%s", strings.Join(got, "\n"))
	}
}

func FuzzLoadTellsEachFaultInOneLine(f *testing.F) {
	for _, text := range []string{pool, inPool, "a: [", "a: &x [*x]\n", "---\n--- |\n", "? x\n: y\n", "schedule: ${", "- - - -\n", "{", "pools: [[]]", "!a", "\"", "a: 1\na: 2", "%YAML", "<<: *a"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "syncd.yaml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		if (c == nil) == (err == nil) {
			t.Fatalf("configuration %v with error %v", c, err)
		}
		if err == nil {
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, path+":") {
				t.Errorf("%q: no place in %q", text, line)
			}
		}
	})
}
