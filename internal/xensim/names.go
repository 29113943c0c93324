package xensim

import "strings"

// system is an operating system that guests run, with what its tools say of it.
type system struct {
	template string
	hvm      bool
	disk     int64 // of the first disk, in GiB
	memory   int64 // GiB
	version  pairs
}

var systems = []system{
	{"Debian Bookworm 12", true, 20, 2, pairs{{"name", "Debian GNU/Linux 12 (bookworm)"}, {"uname", "6.1.0-28-amd64"}, {"distro", "debian"}, {"major", "12"}, {"minor", "8"}}},
	{"Debian Bullseye 11", true, 10, 1, pairs{{"name", "Debian GNU/Linux 11 (bullseye)"}, {"uname", "5.10.0-32-amd64"}, {"distro", "debian"}, {"major", "11"}, {"minor", "11"}}},
	{"Ubuntu Jammy Jellyfish 22.04", true, 30, 4, pairs{{"name", "Ubuntu 22.04.5 LTS"}, {"uname", "5.15.0-126-generic"}, {"distro", "ubuntu"}, {"major", "22"}, {"minor", "04"}}},
	{"Ubuntu Noble Numbat 24.04", true, 40, 4, pairs{{"name", "Ubuntu 24.04.1 LTS"}, {"uname", "6.8.0-49-generic"}, {"distro", "ubuntu"}, {"major", "24"}, {"minor", "04"}}},
	{"Rocky Linux 9", true, 40, 8, pairs{{"name", "Rocky Linux release 9.5 (Blue Onyx)"}, {"uname", "5.14.0-503.14.1.el9_5.x86_64"}, {"distro", "rocky"}, {"major", "9"}, {"minor", "5"}}},
	{"CentOS 7", false, 16, 2, pairs{{"name", "CentOS Linux release 7.9.2009 (Core)"}, {"uname", "3.10.0-1160.el7.x86_64"}, {"distro", "centos"}, {"major", "7"}, {"minor", "9"}}},
	{"SUSE Linux Enterprise Server 15 (64-bit)", true, 60, 8, pairs{{"name", "SUSE Linux Enterprise Server 15 SP6"}, {"uname", "6.4.0-150600.23.25-default"}, {"distro", "sles"}, {"major", "15"}, {"minor", "6"}}},
	{"Windows Server 2019 (64-bit)", true, 80, 8, pairs{{"name", `Microsoft Windows Server 2019 Standard|C:\Windows|\Device\Harddisk0\Partition4`}, {"distro", "windows"}, {"major", "10"}, {"minor", "0"}, {"spmajor", "0"}, {"spminor", "0"}}},
	{"Windows Server 2022 (64-bit)", true, 120, 16, pairs{{"name", `Microsoft Windows Server 2022 Datacenter|C:\Windows|\Device\Harddisk0\Partition3`}, {"distro", "windows"}, {"major", "10"}, {"minor", "0"}, {"spmajor", "0"}, {"spminor", "0"}}},
	{"Windows 11", true, 64, 8, pairs{{"name", `Microsoft Windows 11 Pro|C:\WINDOWS|\Device\Harddisk0\Partition3`}, {"distro", "windows"}, {"major", "10"}, {"minor", "0"}, {"spmajor", "0"}, {"spminor", "0"}}},
}

// moreTemplates are default templates beyond those of the systems above.
var moreTemplates = []string{
	"AlmaLinux 8", "AlmaLinux 9", "CentOS Stream 9", "CoreOS", "Debian Buster 10", "Gooroom Platform 2.0",
	"Kylin 7", "Oracle Linux 7", "Oracle Linux 8", "Oracle Linux 9", "Other install media", "Red Hat Enterprise Linux 7",
	"Red Hat Enterprise Linux 8", "Red Hat Enterprise Linux 9", "Rocky Linux 8", "Scientific Linux 7",
	"SUSE Linux Enterprise Server 12 (64-bit)", "Ubuntu Focal Fossa 20.04", "Windows 10 (64-bit)",
	"Windows Server 2016 (64-bit)", "Windows Server 2025 (64-bit)",
}

var (
	environments = []string{"prod", "prod", "prod", "test", "test", "dev", "stage", "dr"}
	roles        = []string{"web", "db", "app", "mail", "dns", "ldap", "proxy", "build", "git", "monitor", "file", "print", "vdi", "erp", "cache", "queue", "backup", "k8s-node"}
	tags         = []string{"prod", "test", "backup:daily", "backup:none", "büro", "<r&d>", "owner=\"ops\"", "🔒"}
	descriptions = []string{
		"", "", "", "Installed from the standard image", "Ask ops before you stop it",
		"two\nlines & <b>a tag</b>", "Ticket 4711: \"temporary\" since 2019", "Ansprechpartner: Jürgen Müßig",
	}
	// oddNames are the names that break what is built carelessly: entities, quotes, scripts, line breaks, lengths.
	oddNames = []string{
		"Büro-Server 東京 🚀", `R&D <test> "quoted" 'single'`, "  spaces around  ", "line\nbreak", "tab\there",
		"é decomposed, é composed", "'; DROP TABLE vm; --", "&amp; is no entity here", "مرحبا", "carriage\r\nreturn",
		"100% {json: [1]} \\ ${HOME}", "]]> <!-- no comment -->", longName,
	}
)

// longName has 300 characters.
const longName = "a name of three hundred characters " +
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" +
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" +
	"01234567890123456789012345678901234567890123456789012345678901234"

// operations are what xapi allows with a VM in each power state.
var operations = map[string][]string{
	"Running": {"changing_dynamic_range", "migrate_send", "pool_migrate", "changing_VCPUs_live", "suspend", "hard_reboot", "hard_shutdown",
		"clean_reboot", "clean_shutdown", "pause", "checkpoint", "snapshot"},
	"Paused":    {"unpause", "hard_reboot", "hard_shutdown", "checkpoint", "snapshot"},
	"Suspended": {"resume_on", "resume", "export", "copy", "hard_shutdown", "checkpoint", "snapshot"},
	"Halted": {"changing_NVRAM", "changing_dynamic_range", "changing_shadow_memory", "changing_static_range", "make_into_template", "migrate_send",
		"destroy", "export", "start_on", "start", "clone", "copy", "snapshot"},
	"template": {"changing_NVRAM", "changing_dynamic_range", "changing_shadow_memory", "changing_static_range", "provision", "export", "clone", "copy"},
}

// Maps that most VMs have, shared by them.
var (
	bios = pairs{
		{"bios-vendor", "Xen"}, {"bios-version", ""}, {"system-manufacturer", "Xen"}, {"system-product-name", "HVM domU"},
		{"hp-rombios", ""}, {"oem-2", "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d"},
	}
	platform = pairs{
		{"nx", "true"}, {"acpi", "1"}, {"apic", "true"}, {"pae", "true"}, {"viridian", "true"}, {"hpet", "true"}, {"cores-per-socket", "2"},
		{"device-model", "qemu-upstream-uefi"}, {"videoram", "8"}, {"secureboot", "auto"}, {"timeoffset", "0"}, {"vga", "std"},
	}
	bootParams = pairs{{"order", "cdn"}, {"firmware", "uefi"}}
	cpuParams  = pairs{{"weight", "256"}, {"cap", "0"}}
	efi        = pairs{{"EFI-variables", strings.Repeat("VkFSUwEAAAAGAAAAAAAAAKoCAAAAAAAA", 40)}}
	drivers    = pairs{{"major", "7"}, {"minor", "30"}, {"micro", "0"}, {"build", "12"}}
	features   = pairs{
		{"platform-feature-multiprocessor-suspend", "1"}, {"has-vendor-device", "0"}, {"feature-balloon", "1"}, {"feature-suspend", "1"},
		{"feature-shutdown", "1"}, {"feature-reboot", "1"}, {"data-vif", "<1>"},
	}
	bootFlags = pairs{{"vendor", "GenuineIntel"}, {"features", "1fcbfbff-f7fa3223-2d93fbff-00000023-00000001-000007ab"}}
)

const recommendations = `<restrictions><restriction field="memory-static-max" max="1649267441664"/><restriction field="vcpus-max" max="32"/>` +
	`<restriction field="supports-uefi" value="yes"/><restriction max="255" property="number-of-vbds"/></restrictions>`
