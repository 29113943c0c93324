package config

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	pinA = "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"
	pinB = "BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB:BB"
)

// certificate is of an authority, for a ca_file; its key is gone.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS2gAwIBAgIUTEElbXOCn1i/YVmzae1ehbyP36wwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNbGFiIGF1dGhvcml0eTAgFw0yNjExMjQxNjMyNDFaGA8yMTI2
MTAzMTE2MzI0MVowGDEWMBQGA1UEAwwNbGFiIGF1dGhvcml0eTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABMPQLUNX/+SJHOKgd3cVhKyhbO1YP0ikQLXKgoz1qWGh
kwiXuz/RERvNvp+0ibqWZDiCC3rzMcnilZ/24PD2azijUzBRMB0GA1UdDgQWBBQC
ZdVdgBhxqbUxu3e4VxpFosdMPTAfBgNVHSMEGDAWgBQCZdVdgBhxqbUxu3e4VxpF
osdMPTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQD6YWJWfd5w
93gtagZ9rx+ZwFDRpyO1PKATQ0/PpNvrowIhAJHUA6Dt/c5jTdvjJE8GYHQvZllR
97LrBiNF83vC/SYS
-----END CERTIFICATE-----
`

func pinned(t *testing.T, text, url string) Pinned {
	t.Helper()
	p := Pinned{URL: url}
	if err := p.SHA256.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPinsAreWrittenIntoEachShapeOfAConfiguration pins B, of https://xen2. In before and after, A and B stand for fingerprints.
func TestPinsAreWrittenIntoEachShapeOfAConfiguration(t *testing.T) {
	t.Parallel()
	const inBlock = "pools:\n# the lab\n- name: lab   # é\n  urls: [https://xen1]\n  username: root\n  password_file: password # secret\n  # behind it\n  schedule: \"@daily\"\n"
	for _, c := range []struct {
		name, before, after string
		legacy              bool
	}{
		{"no tls", inBlock,
			strings.Replace(inBlock, " # secret\n", " # secret\n  tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n", 1), false},
		{"no tls, legacy", inBlock,
			strings.Replace(inBlock, " # secret\n", " # secret\n  tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n    legacy: true\n", 1), true},
		{"no tls, the end of the file is near", strings.TrimSuffix(inPool, "\n  "),
			strings.TrimSuffix(inPool, "\n  ") + "\n  tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2", false},
		{"no tls, in braces", "pools: [ {name: lab, urls: [https://xen1], username: root, password_file: password} ] # é\n",
			"pools: [ {name: lab, urls: [https://xen1], username: root, password_file: password, tls: {mode: pin, sha256: [\"B\"], legacy: true}} ] # é\n", true},
		{"verify in braces", inPool + "tls: {mode: verify}  # why\n  # behind it\n  schedule: \"@daily\"\n",
			inPool + "tls:  # why\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n  # behind it\n  schedule: \"@daily\"\n", false},
		{"legacy in braces stays", inPool + "tls: {legacy: true, mode: insecure}\n",
			inPool + "tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n    legacy: true\n", false},
		{"verify in braces in braces", "pools: [{name: \"é\", urls: [https://xen1], username: root, password_file: password, tls: {ca_file: ca.pem}, schedule: \"@daily\"}]\n",
			"pools: [{name: \"é\", urls: [https://xen1], username: root, password_file: password, tls: {mode: pin, sha256: [\"B\"]}, schedule: \"@daily\"}]\n", false},
		{"lines with a ca_file", inPool + "tls:\n    # ours\n    ca_file: ca.pem # of the lab\n    mode: \"verify\"   # why\n  schedule: \"@daily\"\n",
			inPool + "tls:\n    # ours\n    # ca_file: ca.pem # of the lab\n    mode: pin   # why\n    sha256:\n      - \"B\"  # https://xen2\n  schedule: \"@daily\"\n", false},
		{"lines with a ca_file alone", inPool + "tls:\n     ca_file: ca.pem\n",
			inPool + "tls:\n     mode: pin\n     sha256:\n       - \"B\"  # https://xen2\n     # ca_file: ca.pem\n", false},
		{"lines with legacy alone", inPool + "tls:\n    legacy: false # not yet\n",
			inPool + "tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n    legacy: true # not yet\n", true},
		{"pins", inPool + "tls:\n    mode: pin\n    sha256:\n    - A   # xen1\n    # and no more\n",
			inPool + "tls:\n    mode: pin\n    sha256:\n    - A   # xen1\n    - \"B\"  # https://xen2\n    # and no more\n", false},
		{"pins first, legacy", inPool + "tls:\n    sha256:\n      - A\n    mode: pin\n",
			inPool + "tls:\n    legacy: true\n    sha256:\n      - A\n      - \"B\"  # https://xen2\n    mode: pin\n", true},
		{"pins in brackets", inPool + "tls:\n    mode: pin\n    sha256: [A]   # xen1\n",
			inPool + "tls:\n    mode: pin\n    sha256: [A, \"B\"]   # xen1\n", false},
		{"pins in braces, over lines", inPool + "tls: {mode: pin, # why\n    sha256: [A], legacy: false}\n",
			inPool + "tls: {mode: pin, # why\n    sha256: [A, \"B\"], legacy: true}\n", true},
		{"a pin that is there", inPool + "tls: {mode: pin, sha256: [B]}\n", inPool + "tls: {mode: pin, sha256: [B]}\n", false},
		{"a mode that lacks its pins", inPool + "tls: {mode: pin}\n",
			inPool + "tls:\n    mode: pin\n    sha256:\n      - \"B\"  # https://xen2\n", false},
	} {
		for eol, name := range map[string]string{"\n": c.name, "\r\n": c.name + ", as Windows has it"} {
			t.Run(name, func(t *testing.T) {
				full := strings.NewReplacer("\n", eol, "A", pinA, "\"B\"", "\""+pinB+"\"", "[B]", "["+pinB+"]")
				before, after := "\ufeff"+full.Replace(c.before), "\ufeff"+full.Replace(c.after)
				path := write(t, before)
				if err := os.WriteFile(strings.TrimSuffix(path, "syncd.yaml")+"ca.pem", []byte(certificate), 0o600); err != nil {
					t.Fatal(err)
				}
				name := "lab"
				if strings.Contains(before, "\"é\"") {
					name = "é"
				}
				got, err := Pin(path, []byte(before), name, []Pinned{pinned(t, pinB, "https://xen2")}, c.legacy)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(after, string(got)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestOnlyThePoolThatIsNamedIsPinned(t *testing.T) {
	t.Parallel()
	const a, b = "- {name: a, urls: [https://a], username: root, password_file: password, tls: {mode: insecure}}\n",
		"- {name: b, urls: [https://b], username: root, password_file: password, tls: {mode: insecure}}\n"
	before := "pools:\n" + a + b
	got, err := Pin(write(t, before), []byte(before), "b", []Pinned{pinned(t, pinA, ""), pinned(t, pinB, "")}, false)
	if err != nil {
		t.Fatal(err)
	}
	want := "pools:\n" + a + strings.Replace(b, "mode: insecure", "mode: pin, sha256: [\""+pinA+"\", \""+pinB+"\"]", 1)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := Pin("syncd.yaml", []byte(before), "c", nil, false); err == nil || !strings.Contains(err.Error(), `syncd.yaml has no pool "c"`) {
		t.Errorf("an unknown pool: %v", err)
	}
}

func FuzzAPinnedConfigurationIsEditedRightOrNotAtAll(f *testing.F) {
	for _, text := range []string{
		pool, inPool, inPool + "tls: {mode: verify} # x\n", inPool + "tls:\n    mode: 'insecure'\n    legacy: false",
		inPool + "tls: {mode: pin, sha256: [" + pinA + "]}", inPool + "tls:\n    sha256:\n    - " + pinA + "\n    mode: pin\n",
		"pools: [{name: lab, urls: [https://xen1], username: root, password_env: X, tls: {legacy: true}}]", "\ufeff" + inPool + "tls:\r\n    mode: verify\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p := Pinned{URL: "https://xen2"}
		after, err := Pin("/nowhere/syncd.yaml", text, "lab", []Pinned{p}, true)
		if err != nil {
			return
		}
		c, err := Draft("/nowhere/syncd.yaml", after)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, after, err)
		}
		for _, pool := range c.Pools {
			if pool.Name == "lab" && (pool.TLS.Mode != "pin" || !pool.TLS.Legacy || !slices.Contains(pool.TLS.SHA256, p.SHA256)) {
				t.Errorf("%q became %q", text, after)
			}
		}
	})
}

func TestAShapeThatCannotBeEditedSafelyIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{
		"braces over lines":        inPool + "tls: {mode: verify, # why\n    legacy: false}\n",
		"brackets over lines":      inPool + "tls: {mode: pin, sha256: [\n    " + pinA + " # xen1\n    ]}\n",
		"a comma before the brace": "pools: [{name: lab, urls: [https://xen1], username: root, password_file: password,}]\n",
		"a password over lines":    "pools:\n- name: lab\n  urls: [https://xen1]\n  username: root\n  password_file: \"pass\\\n    word\"\n",
		"a mode in odd characters": inPool + "tls:\n    mode: \"veri\\x66y\"\n",
	} {
		if _, err := Pin(write(t, before), []byte(before), "lab", []Pinned{pinned(t, pinB, "")}, false); !errors.Is(err, ErrByHand) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
