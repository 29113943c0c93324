package model

import (
	"strings"
	"testing"
)

func TestTableHoldsTheClassesWithUniqueColumns(t *testing.T) {
	names := []string{}
	for _, c := range Classes {
		names = append(names, c.Name)
		seen := map[string]bool{"id": true, "pool_id": true, "ref": true, "extra": true}
		for i, f := range c.Columns {
			columns := []string{f.Column}
			if f.Text {
				columns = append(columns, f.IDColumn)
			}
			for _, column := range columns {
				if seen[column] {
					t.Errorf("%s: column %s stands twice", c.Name, column)
				}
				seen[column] = true
			}
			if f.Index != i {
				t.Errorf("%s.%s: index %d at place %d", c.Name, f.Name, f.Index, i)
			}
		}
	}
	want := "pool host host_metrics SR PBD network PIF VM VM_metrics VM_guest_metrics VIF VDI VBD " +
		"PIF_metrics Bond VLAN tunnel network_sriov host_cpu PCI GPU_group PGPU VGPU_type VGPU USB_group PUSB VUSB SM " +
		"pool_patch host_patch pool_update Repository Certificate VM_appliance VMSS VM_group Cluster Cluster_host Feature subject " +
		"PVS_site PVS_server PVS_proxy PVS_cache_storage SDN_controller VTPM Host_driver message"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("classes:\n got %s\nwant %s", got, want)
	}
}

func TestColumnsFollowTheKindOfReference(t *testing.T) {
	for path, want := range map[string]string{
		"VM.resident_on":           "resident_on_id",    // a mirrored class
		"VM.appliance":             "appliance_ref",     // one that was not, when the column came
		"PIF.tunnel_access_PIF_of": "",                  // derived from tunnel.access_PIF
		"VBD.metrics":              "metrics_ref",       // one that is not
		"VM.attached_PCIs":         "attached_pcis_ref", // the authority
		"Cluster.cluster_token":    "",                  // a secret
		"VM.order":                 "start_order",
		"VM.VCPUs_max":             "vcpus_max",
		"VM.VBDs":                  "", // derived from VBD.VM
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

func TestSetsOfReferencesThatAreTheAuthorityAreLinks(t *testing.T) {
	var links []string
	for _, c := range Classes {
		for _, f := range c.Links {
			links = append(links, c.LinkTable(f)+"."+c.LinkColumn())
		}
	}
	want := "pool_repositories.xen_pool_id host_updates_requiring_reboot.host_id vm_attached_pcis.vm_id pci_dependencies.pci_id " +
		"gpu_group_enabled_vgpu_types.gpu_group_id gpu_group_supported_vgpu_types.gpu_group_id pgpu_enabled_vgpu_types.pgpu_id " +
		"pgpu_supported_vgpu_types.pgpu_id vgpu_type_compatible_types_in_vm.vgpu_type_id pool_update_hosts.pool_update_id vm_group_vms.vm_group_id"
	if got := strings.Join(links, " "); got != want {
		t.Errorf("links:\n got %s\nwant %s", got, want)
	}
}

func TestATextReferenceHasItsIDBesides(t *testing.T) {
	f := Lookup("PIF").Field("metrics")
	if f.Column != "metrics_ref" || f.IDColumn != "metrics_id" || f.Target() != Lookup("PIF_metrics") {
		t.Errorf("column %q, id in %q", f.Column, f.IDColumn)
	}
	if f := Lookup("VM").Field("metrics"); f.Column != "metrics_id" || f.IDColumn != "metrics_id" {
		t.Errorf("column %q, id in %q", f.Column, f.IDColumn)
	}
}
