package model

import (
	"strings"
	"testing"
)

func TestTableHoldsTheThirteenClassesWithUniqueColumns(t *testing.T) {
	names := []string{}
	for _, c := range Classes {
		names = append(names, c.Name)
		seen := map[string]bool{"id": true, "pool_id": true, "ref": true, "extra": true}
		for i, f := range c.Columns {
			if seen[f.Column] {
				t.Errorf("%s: column %s stands twice", c.Name, f.Column)
			}
			seen[f.Column] = true
			if f.Index != i {
				t.Errorf("%s.%s: index %d at place %d", c.Name, f.Name, f.Index, i)
			}
		}
	}
	want := "pool host host_metrics SR PBD network PIF VM VM_metrics VM_guest_metrics VIF VDI VBD"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("classes:\n got %s\nwant %s", got, want)
	}
}

func TestColumnsFollowTheKindOfReference(t *testing.T) {
	for path, want := range map[string]string{
		"VM.resident_on":   "resident_on_id",    // a mirrored class
		"VM.appliance":     "appliance_ref",     // one that is not
		"VM.attached_PCIs": "attached_pcis_ref", // the authority, of a class that is not
		"VM.order":         "start_order",
		"VM.VCPUs_max":     "vcpus_max",
		"VM.VBDs":          "", // derived from VBD.VM
	} {
		class, field, _ := strings.Cut(path, ".")
		if got := Lookup(class).Field(field).Column; got != want {
			t.Errorf("%s: column %q, want %q", path, got, want)
		}
	}
}

func TestParseNamesTheLineItCannotRead(t *testing.T) {
	for table, want := range map[string]string{
		"nonsense":                                          "model.txt:1: neither",
		"class A\n  uuid strin rio -":                       `model.txt:2: unknown type "strin"`,
		"class A\n  uuid set(no) rio -":                     `model.txt:2: unknown type "no"`,
		"class A\n  uuid string rio odd":                    `model.txt:2: unknown flag "odd"`,
		"class A\n  size int rio -":                         "first stored field of A is not uuid",
		"class A\n  uuid string rio -\n  uuid string rio -": "A.uuid stands twice",
	} {
		if _, err := parse(table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%q) = %v, want an error with %q", table, err, want)
		}
	}
}

func TestTypesAreWrittenAsTheyAreRead(t *testing.T) {
	for _, s := range []string{"string", "ref(VM)", "set(ref(PIF))", "map(int,set(string))", "map(ref(VIF),string)", "float"} {
		typ, err := parseType(s)
		if err != nil || typ.String() != s {
			t.Errorf("%s: read as %s, %v", s, typ, err)
		}
	}
}

func TestRecordValuesAreNullUntilMarked(t *testing.T) {
	r := Record{Class: Lookup("PBD")}
	r.Reset()
	if _, ok := r.Value(1); ok {
		t.Error("a value that nobody marked is there")
	}
	r.Buf = append(r.Buf, "abc"...)
	r.Mark(0, 0)
	r.Mark(r.Class.Extra(), 3)
	if string(r.UUID()) != "abc" {
		t.Errorf("uuid %q", r.UUID())
	}
	if v, ok := r.Value(r.Class.Extra()); !ok || len(v) != 0 {
		t.Errorf("an empty value is %q, %v", v, ok)
	}
}

func TestKeysThatNameCredentialsAreSecret(t *testing.T) {
	for _, key := range []string{"password", "chappassword", "incoming_chappassword", "cifspassword_secret", "PasswordSecret", "power_on_password_secret", "pass"} {
		if !SecretKey([]byte(key)) {
			t.Errorf("%s is not taken for a secret", key)
		}
	}
	for _, key := range []string{"device", "SCSIid", "server", "serverpath", "chapuser", "mac_seed", "target", "passthrough"} {
		if SecretKey([]byte(key)) {
			t.Errorf("%s is taken for a secret", key)
		}
	}
}

func TestCredentialsWithinAValueAreMasked(t *testing.T) {
	for text, want := range map[string]string{
		"username=a,password=hunter2,vers=3.0":  "username=a,password=***,vers=3.0",
		"-o PASS=hunter2":                       "-o PASS=***",
		"//alice:hunter2@filer/iso":             "//alice:***@filer/iso",
		"https://filer/iso?a=b":                 "https://filer/iso?a=b",
		"filer:/vol/groups/images":              "filer:/vol/groups/images",
		"compass=north":                         "compass=north",
		"iqn.2004-04.com.qnap:ts-859uplus@host": "iqn.2004-04.com.qnap:ts-859uplus@host",
	} {
		if got := string(MaskWithin([]byte(text))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
