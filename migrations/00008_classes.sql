-- +goose Up
-- The rest of the inventory: docs/decisions/0011-the-whole-inventory.md.

CREATE TABLE xen.pif_metrics (
    id           bigint PRIMARY KEY,
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid         text NOT NULL,
    ref          text NOT NULL,
    carrier      boolean,
    device_id    text,
    device_name  text,
    duplex       boolean,
    io_read_kbs  double precision,
    io_write_kbs double precision,
    last_updated timestamptz,
    other_config jsonb,
    pci_bus_path text,
    speed        bigint,
    vendor_id    text,
    vendor_name  text,
    extra        jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pif_metrics IS 'Link and hardware of the network interfaces of hosts; xen.pif.metrics_id leads here';
COMMENT ON COLUMN xen.pif_metrics.id IS 'Key of the measures of an interface, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pif_metrics.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pif_metrics.uuid IS 'UUID of the measures of an interface; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pif_metrics.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pif_metrics.carrier IS 'Whether the card has a link; false = cable out or port down';
COMMENT ON COLUMN xen.pif_metrics.device_id IS 'PCI identifier of the card''s model, such as 0x1563; empty where it has none, as VLANs and bonds';
COMMENT ON COLUMN xen.pif_metrics.device_name IS 'Model of the card in words; empty where it has none';
COMMENT ON COLUMN xen.pif_metrics.duplex IS 'true = full duplex; false also where the link is down';
COMMENT ON COLUMN xen.pif_metrics.io_read_kbs IS 'Received, in KB/s; 0 on releases that no longer measure it here';
COMMENT ON COLUMN xen.pif_metrics.io_write_kbs IS 'Sent, in KB/s; 0 on releases that no longer measure it here';
COMMENT ON COLUMN xen.pif_metrics.last_updated IS 'When these measures were taken; NULL = never';
COMMENT ON COLUMN xen.pif_metrics.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pif_metrics.pci_bus_path IS 'Where the card is plugged in, such as 0000:3b:00.0; empty or N/A where it is no card';
COMMENT ON COLUMN xen.pif_metrics.speed IS 'Speed of the link in Mbit/s; 0 or 65535 = unknown';
COMMENT ON COLUMN xen.pif_metrics.vendor_id IS 'PCI identifier of the card''s maker, such as 0x8086';
COMMENT ON COLUMN xen.pif_metrics.vendor_name IS 'Maker of the card in words';
COMMENT ON COLUMN xen.pif_metrics.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.bond (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    auto_update_mac  boolean,
    links_up         bigint,
    master_id        bigint,
    mode             text,
    other_config     jsonb,
    primary_slave_id bigint,
    properties       jsonb,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.bond IS 'Network cards of one host that work as one; xen.pif.bond_slave_of_id says which are its members';
COMMENT ON COLUMN xen.bond.id IS 'Key of the bond, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.bond.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.bond.uuid IS 'UUID of the bond; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.bond.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.bond.auto_update_mac IS 'true: the MAC address is that of the primary member; false: it was set by hand';
COMMENT ON COLUMN xen.bond.links_up IS 'Members that have a link now; fewer than there are members means that a cable or a switch failed';
COMMENT ON COLUMN xen.bond.master_id IS 'The interface that stands for the bond: the one with its address and its network';
COMMENT ON COLUMN xen.bond.mode IS 'balance-slb, active-backup or lacp';
COMMENT ON COLUMN xen.bond.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.bond.primary_slave_id IS 'The member whose MAC address and configuration the bond took over';
COMMENT ON COLUMN xen.bond.properties IS 'Settings of its mode, text, such as hashing_algorithm of lacp';
COMMENT ON COLUMN xen.bond.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vlan (
    id              bigint PRIMARY KEY,
    pool_id         bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid            text NOT NULL,
    ref             text NOT NULL,
    other_config    jsonb,
    tag             bigint,
    tagged_pif_id   bigint,
    untagged_pif_id bigint,
    extra           jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vlan IS 'VLANs of hosts: one row for each tag on each card or bond';
COMMENT ON COLUMN xen.vlan.id IS 'Key of the VLAN, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vlan.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vlan.uuid IS 'UUID of the VLAN; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vlan.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vlan.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vlan.tag IS 'Number of the VLAN, 0 to 4094';
COMMENT ON COLUMN xen.vlan.tagged_pif_id IS 'The card or bond on which the tagged traffic goes';
COMMENT ON COLUMN xen.vlan.untagged_pif_id IS 'The interface that sees the VLAN''s traffic without its tag';
COMMENT ON COLUMN xen.vlan.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.tunnel (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    access_pif_id    bigint,
    other_config     jsonb,
    protocol         text,
    status           jsonb,
    transport_pif_id bigint,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.tunnel IS 'Tunnels between hosts for private networks that span the pool';
COMMENT ON COLUMN xen.tunnel.id IS 'Key of the tunnel, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.tunnel.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.tunnel.uuid IS 'UUID of the tunnel; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.tunnel.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.tunnel.access_pif_id IS 'The interface inside the tunnel, which the hosts of the private network share';
COMMENT ON COLUMN xen.tunnel.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.tunnel.protocol IS 'gre or vxlan';
COMMENT ON COLUMN xen.tunnel.status IS 'State of the tunnel, text: key and active';
COMMENT ON COLUMN xen.tunnel.transport_pif_id IS 'The interface over which the packets go';
COMMENT ON COLUMN xen.tunnel.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.network_sriov (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    configuration_mode text,
    logical_pif_id     bigint,
    physical_pif_id    bigint,
    requires_reboot    boolean,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.network_sriov IS 'Cards that VMs share in hardware, each through a virtual function';
COMMENT ON COLUMN xen.network_sriov.id IS 'Key of the SR-IOV network, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.network_sriov.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.network_sriov.uuid IS 'UUID of the SR-IOV network; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.network_sriov.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.network_sriov.configuration_mode IS 'How the card was told to make virtual functions: sysfs, modprobe, manual or unknown';
COMMENT ON COLUMN xen.network_sriov.logical_pif_id IS 'The interface that stands for the virtual functions';
COMMENT ON COLUMN xen.network_sriov.physical_pif_id IS 'The card that is shared in hardware';
COMMENT ON COLUMN xen.network_sriov.requires_reboot IS 'Whether the host must restart before the card gives virtual functions';
COMMENT ON COLUMN xen.network_sriov.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.host_cpu (
    id           bigint PRIMARY KEY,
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid         text NOT NULL,
    ref          text NOT NULL,
    family       bigint,
    features     text,
    flags        text,
    host_id      bigint,
    model        bigint,
    modelname    text,
    number       bigint,
    other_config jsonb,
    speed        bigint,
    stepping     text,
    utilisation  double precision,
    vendor       text,
    extra        jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.host_cpu IS 'Logical CPUs of hosts, one row for each thread';
COMMENT ON COLUMN xen.host_cpu.id IS 'Key of the CPU, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_cpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_cpu.uuid IS 'UUID of the CPU; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_cpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_cpu.family IS 'Family number of the CPU, as the vendor counts';
COMMENT ON COLUMN xen.host_cpu.features IS 'Feature bits of the CPU, in hexadecimal';
COMMENT ON COLUMN xen.host_cpu.flags IS 'What the CPU can do, as Linux names it, separated by spaces: vmx, aes and so on';
COMMENT ON COLUMN xen.host_cpu.host_id IS 'The host';
COMMENT ON COLUMN xen.host_cpu.model IS 'Model number within the family';
COMMENT ON COLUMN xen.host_cpu.modelname IS 'Name of the CPU in words';
COMMENT ON COLUMN xen.host_cpu.number IS 'Which of the host''s logical CPUs it is, from 0';
COMMENT ON COLUMN xen.host_cpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.host_cpu.speed IS 'Clock in MHz';
COMMENT ON COLUMN xen.host_cpu.stepping IS 'Revision of the model';
COMMENT ON COLUMN xen.host_cpu.utilisation IS 'Load when it was last measured, 0 to 1; newer servers leave 0';
COMMENT ON COLUMN xen.host_cpu.vendor IS 'Maker as the CPU says it: GenuineIntel, AuthenticAMD';
COMMENT ON COLUMN xen.host_cpu.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pci (
    id                    bigint PRIMARY KEY,
    pool_id               bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                  text NOT NULL,
    ref                   text NOT NULL,
    class_id              text,
    class_name            text,
    dependencies_ref      text[],
    device_id             text,
    device_name           text,
    driver_name           text,
    host_id               bigint,
    other_config          jsonb,
    pci_id                text,
    subsystem_device_id   text,
    subsystem_device_name text,
    subsystem_vendor_id   text,
    subsystem_vendor_name text,
    vendor_id             text,
    vendor_name           text,
    extra                 jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pci IS 'PCI devices of hosts that XenServer cares about: graphics, network and storage cards';
COMMENT ON COLUMN xen.pci.id IS 'Key of the PCI device, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pci.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pci.uuid IS 'UUID of the PCI device; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pci.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pci.class_id IS 'PCI class, such as 0300 of display controllers';
COMMENT ON COLUMN xen.pci.class_name IS 'PCI class in words';
COMMENT ON COLUMN xen.pci.dependencies_ref IS 'XenAPI references of the devices that must be passed through together with it, sorted; xen.pci_dependencies leads to them';
COMMENT ON COLUMN xen.pci.device_id IS 'PCI identifier of the model';
COMMENT ON COLUMN xen.pci.device_name IS 'Model in words';
COMMENT ON COLUMN xen.pci.driver_name IS 'Driver that the host uses for it; empty = none, or not told';
COMMENT ON COLUMN xen.pci.host_id IS 'The host that it is plugged into';
COMMENT ON COLUMN xen.pci.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pci.pci_id IS 'Where it is plugged in: domain, bus, device and function, such as 0000:00:02.0';
COMMENT ON COLUMN xen.pci.subsystem_device_id IS 'Identifier of the board; empty = not told';
COMMENT ON COLUMN xen.pci.subsystem_device_name IS 'Board in words';
COMMENT ON COLUMN xen.pci.subsystem_vendor_id IS 'Identifier of the board''s maker; empty = not told';
COMMENT ON COLUMN xen.pci.subsystem_vendor_name IS 'Maker of the board in words';
COMMENT ON COLUMN xen.pci.vendor_id IS 'PCI identifier of the maker';
COMMENT ON COLUMN xen.pci.vendor_name IS 'Maker in words';
COMMENT ON COLUMN xen.pci.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.gpu_group (
    id                       bigint PRIMARY KEY,
    pool_id                  bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                     text NOT NULL,
    ref                      text NOT NULL,
    name_label               text,
    name_description         text,
    allocation_algorithm     text,
    enabled_vgpu_types_ref   text[],
    gpu_types                text[],
    other_config             jsonb,
    supported_vgpu_types_ref text[],
    extra                    jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.gpu_group IS 'Graphics cards of a pool that are alike; a VM asks for a group, not for a card';
COMMENT ON COLUMN xen.gpu_group.id IS 'Key of the GPU group, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.gpu_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group.uuid IS 'UUID of the GPU group; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.gpu_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.gpu_group.name_label IS 'Name of the group; need not be unique';
COMMENT ON COLUMN xen.gpu_group.name_description IS 'Free text';
COMMENT ON COLUMN xen.gpu_group.allocation_algorithm IS 'depth_first: fill one card before the next; breadth_first: spread VMs over the cards';
COMMENT ON COLUMN xen.gpu_group.enabled_vgpu_types_ref IS 'XenAPI references of the types of virtual GPU that some card of it may run, sorted; xen.gpu_group_enabled_vgpu_types leads to them';
COMMENT ON COLUMN xen.gpu_group.gpu_types IS 'Models of the cards, as vendor/device identifiers, sorted';
COMMENT ON COLUMN xen.gpu_group.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.gpu_group.supported_vgpu_types_ref IS 'XenAPI references of the types of virtual GPU that some card of it could run, sorted; xen.gpu_group_supported_vgpu_types leads to them';
COMMENT ON COLUMN xen.gpu_group.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pgpu (
    id                            bigint PRIMARY KEY,
    pool_id                       bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                          text NOT NULL,
    ref                           text NOT NULL,
    compatibility_metadata        jsonb,
    dom0_access                   text,
    enabled_vgpu_types_ref        text[],
    gpu_group_id                  bigint,
    host_id                       bigint,
    is_system_display_device      boolean,
    other_config                  jsonb,
    pci_id                        bigint,
    supported_vgpu_max_capacities jsonb,
    supported_vgpu_types_ref      text[],
    extra                         jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pgpu IS 'Physical graphics cards of hosts';
COMMENT ON COLUMN xen.pgpu.id IS 'Key of the graphics card, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pgpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu.uuid IS 'UUID of the graphics card; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pgpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pgpu.compatibility_metadata IS 'What the vendor''s driver tells of the card so that virtual GPUs can move, text';
COMMENT ON COLUMN xen.pgpu.dom0_access IS 'Whether the host itself uses the card: enabled, disable_on_reboot, disabled, enable_on_reboot; obsolete';
COMMENT ON COLUMN xen.pgpu.enabled_vgpu_types_ref IS 'XenAPI references of the types of virtual GPU that it may run, sorted; xen.pgpu_enabled_vgpu_types leads to them';
COMMENT ON COLUMN xen.pgpu.gpu_group_id IS 'The group that it belongs to; NULL = none';
COMMENT ON COLUMN xen.pgpu.host_id IS 'The host';
COMMENT ON COLUMN xen.pgpu.is_system_display_device IS 'Whether the host shows its own console on it';
COMMENT ON COLUMN xen.pgpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pgpu.pci_id IS 'The PCI device';
COMMENT ON COLUMN xen.pgpu.supported_vgpu_max_capacities IS 'How many virtual GPUs of each type fit, by the reference of the type';
COMMENT ON COLUMN xen.pgpu.supported_vgpu_types_ref IS 'XenAPI references of the types of virtual GPU that it could run, sorted; xen.pgpu_supported_vgpu_types leads to them';
COMMENT ON COLUMN xen.pgpu.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vgpu_type (
    id                         bigint PRIMARY KEY,
    pool_id                    bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                       text NOT NULL,
    ref                        text NOT NULL,
    compatible_types_in_vm_ref text[],
    experimental               boolean,
    framebuffer_size           bigint,
    identifier                 text,
    implementation             text,
    max_heads                  bigint,
    max_resolution_x           bigint,
    max_resolution_y           bigint,
    model_name                 text,
    vendor_name                text,
    extra                      jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vgpu_type IS 'Kinds of virtual GPU that cards of the pool can be split into';
COMMENT ON COLUMN xen.vgpu_type.id IS 'Key of the type of virtual GPU, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vgpu_type.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu_type.uuid IS 'UUID of the type of virtual GPU; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vgpu_type.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vgpu_type.compatible_types_in_vm_ref IS 'XenAPI references of the types that one VM may have together with it, sorted; xen.vgpu_type_compatible_types_in_vm leads to them';
COMMENT ON COLUMN xen.vgpu_type.experimental IS 'true: the vendor does not vouch for it';
COMMENT ON COLUMN xen.vgpu_type.framebuffer_size IS 'Graphics memory of each virtual GPU in bytes; 0 = passed through whole';
COMMENT ON COLUMN xen.vgpu_type.identifier IS 'What identifies the type across pools';
COMMENT ON COLUMN xen.vgpu_type.implementation IS 'passthrough, nvidia, nvidia_sriov, gvt_g or mxgpu';
COMMENT ON COLUMN xen.vgpu_type.max_heads IS 'Most displays; 0 = as the card has';
COMMENT ON COLUMN xen.vgpu_type.max_resolution_x IS 'Widest display in pixels; 0 = as the card has';
COMMENT ON COLUMN xen.vgpu_type.max_resolution_y IS 'Highest display in pixels; 0 = as the card has';
COMMENT ON COLUMN xen.vgpu_type.model_name IS 'Model in words, such as GRID K100';
COMMENT ON COLUMN xen.vgpu_type.vendor_name IS 'Maker of the card in words';
COMMENT ON COLUMN xen.vgpu_type.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vgpu (
    id                             bigint PRIMARY KEY,
    pool_id                        bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                           text NOT NULL,
    ref                            text NOT NULL,
    compatibility_metadata         jsonb,
    currently_attached             boolean,
    device                         text,
    extra_args                     text,
    gpu_group_id                   bigint,
    other_config                   jsonb,
    pci_id                         bigint,
    resident_on_id                 bigint,
    scheduled_to_be_resident_on_id bigint,
    type_id                        bigint,
    vm_id                          bigint,
    extra                          jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vgpu IS 'Virtual GPUs of VMs';
COMMENT ON COLUMN xen.vgpu.id IS 'Key of the virtual GPU, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vgpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu.uuid IS 'UUID of the virtual GPU; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vgpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vgpu.compatibility_metadata IS 'What the vendor''s driver tells of it so that it can move, text';
COMMENT ON COLUMN xen.vgpu.currently_attached IS 'Whether the running VM has it now';
COMMENT ON COLUMN xen.vgpu.device IS 'Order among the virtual GPUs of the VM, as text: 0, 1';
COMMENT ON COLUMN xen.vgpu.extra_args IS 'More arguments for the vendor''s driver; empty = none';
COMMENT ON COLUMN xen.vgpu.gpu_group_id IS 'The group that it is taken from';
COMMENT ON COLUMN xen.vgpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vgpu.pci_id IS 'The virtual function that is passed through; NULL = none';
COMMENT ON COLUMN xen.vgpu.resident_on_id IS 'The card that it runs on; NULL while the VM does not run';
COMMENT ON COLUMN xen.vgpu.scheduled_to_be_resident_on_id IS 'The card that is reserved for it while its VM starts; NULL = none';
COMMENT ON COLUMN xen.vgpu.type_id IS 'Its type; NULL = passed through, on old servers';
COMMENT ON COLUMN xen.vgpu.vm_id IS 'The VM';
COMMENT ON COLUMN xen.vgpu.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.usb_group (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    name_label       text,
    name_description text,
    other_config     jsonb,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.usb_group IS 'USB devices that may be passed through, one group for each of them';
COMMENT ON COLUMN xen.usb_group.id IS 'Key of the USB group, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.usb_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.usb_group.uuid IS 'UUID of the USB group; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.usb_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.usb_group.name_label IS 'Name of the group';
COMMENT ON COLUMN xen.usb_group.name_description IS 'Free text';
COMMENT ON COLUMN xen.usb_group.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.usb_group.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pusb (
    id                  bigint PRIMARY KEY,
    pool_id             bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                text NOT NULL,
    ref                 text NOT NULL,
    description         text,
    host_id             bigint,
    other_config        jsonb,
    passthrough_enabled boolean,
    path                text,
    product_desc        text,
    product_id          text,
    serial              text,
    speed               double precision,
    usb_group_id        bigint,
    vendor_desc         text,
    vendor_id           text,
    version             text,
    extra               jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pusb IS 'USB devices that are plugged into hosts';
COMMENT ON COLUMN xen.pusb.id IS 'Key of the USB device, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pusb.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pusb.uuid IS 'UUID of the USB device; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pusb.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pusb.description IS 'Free text that people gave it';
COMMENT ON COLUMN xen.pusb.host_id IS 'The host that it is plugged into';
COMMENT ON COLUMN xen.pusb.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pusb.passthrough_enabled IS 'Whether VMs may have it';
COMMENT ON COLUMN xen.pusb.path IS 'Port that it is plugged into, such as 1-2.1';
COMMENT ON COLUMN xen.pusb.product_desc IS 'Model in words';
COMMENT ON COLUMN xen.pusb.product_id IS 'Identifier of the model, hexadecimal';
COMMENT ON COLUMN xen.pusb.serial IS 'Serial number; empty = it tells none';
COMMENT ON COLUMN xen.pusb.speed IS 'Speed in Mbit/s; -1 = not told';
COMMENT ON COLUMN xen.pusb.usb_group_id IS 'The group through which VMs get it';
COMMENT ON COLUMN xen.pusb.vendor_desc IS 'Maker in words';
COMMENT ON COLUMN xen.pusb.vendor_id IS 'Identifier of the maker, hexadecimal';
COMMENT ON COLUMN xen.pusb.version IS 'Version of USB that it speaks, such as 2.00';
COMMENT ON COLUMN xen.pusb.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vusb (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    allowed_operations text[],
    current_operations jsonb,
    currently_attached boolean,
    other_config       jsonb,
    usb_group_id       bigint,
    vm_id              bigint,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vusb IS 'USB devices that VMs were given';
COMMENT ON COLUMN xen.vusb.id IS 'Key of the virtual USB device, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vusb.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vusb.uuid IS 'UUID of the virtual USB device; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vusb.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vusb.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.vusb.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.vusb.currently_attached IS 'Whether the running VM has it now';
COMMENT ON COLUMN xen.vusb.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vusb.usb_group_id IS 'The group of the device that it stands for';
COMMENT ON COLUMN xen.vusb.vm_id IS 'The VM';
COMMENT ON COLUMN xen.vusb.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.sm (
    id                      bigint PRIMARY KEY,
    pool_id                 bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                    text NOT NULL,
    ref                     text NOT NULL,
    name_label              text,
    name_description        text,
    capabilities            text[],
    configuration           jsonb,
    copyright               text,
    driver_filename         text,
    features                jsonb,
    other_config            jsonb,
    required_api_version    text,
    required_cluster_stack  text[],
    supported_image_formats text[],
    type                    text,
    vendor                  text,
    version                 text,
    extra                   jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.sm IS 'Storage drivers that the pool has';
COMMENT ON COLUMN xen.sm.id IS 'Key of the storage driver, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.sm.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.sm.uuid IS 'UUID of the storage driver; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.sm.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.sm.name_label IS 'Name of the driver';
COMMENT ON COLUMN xen.sm.name_description IS 'Free text';
COMMENT ON COLUMN xen.sm.capabilities IS 'What it can do, as old releases name it, sorted; obsolete, see features';
COMMENT ON COLUMN xen.sm.configuration IS 'Parameters that an SR of this type takes, each with a help text';
COMMENT ON COLUMN xen.sm.copyright IS 'Whose it is';
COMMENT ON COLUMN xen.sm.driver_filename IS 'Program that is the driver';
COMMENT ON COLUMN xen.sm.features IS 'What it can do, each with the version of that: VDI_SNAPSHOT, VDI_RESIZE_ONLINE and so on';
COMMENT ON COLUMN xen.sm.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.sm.required_api_version IS 'Version of the storage API that it speaks';
COMMENT ON COLUMN xen.sm.required_cluster_stack IS 'Cluster stacks that it needs one of, sorted; {} = none';
COMMENT ON COLUMN xen.sm.supported_image_formats IS 'Formats of disk that it can hold, sorted: vhd, qcow2, raw; NULL on older servers';
COMMENT ON COLUMN xen.sm.type IS 'Type of SR that it serves, as in xen.sr.type: nfs, lvmoiscsi, ext';
COMMENT ON COLUMN xen.sm.vendor IS 'Maker of the driver';
COMMENT ON COLUMN xen.sm.version IS 'Version of the driver';
COMMENT ON COLUMN xen.sm.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pool_patch (
    id                   bigint PRIMARY KEY,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    name_label           text,
    name_description     text,
    after_apply_guidance text[],
    other_config         jsonb,
    pool_applied         boolean,
    pool_update_id       bigint,
    size                 bigint,
    version              text,
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pool_patch IS 'Hotfixes that were uploaded to the pool, as releases before 7.1 know them';
COMMENT ON COLUMN xen.pool_patch.id IS 'Key of the patch, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pool_patch.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pool_patch.uuid IS 'UUID of the patch; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pool_patch.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pool_patch.name_label IS 'Name of the hotfix, such as XS62E001';
COMMENT ON COLUMN xen.pool_patch.name_description IS 'Free text';
COMMENT ON COLUMN xen.pool_patch.after_apply_guidance IS 'What to do behind it, sorted: restartHVM, restartPV, restartHost, restartXAPI';
COMMENT ON COLUMN xen.pool_patch.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pool_patch.pool_applied IS 'Whether every host of the pool has it';
COMMENT ON COLUMN xen.pool_patch.pool_update_id IS 'The update that it is, on releases that have those; NULL on older ones';
COMMENT ON COLUMN xen.pool_patch.size IS 'Size of the file in bytes; 0 = no longer kept';
COMMENT ON COLUMN xen.pool_patch.version IS 'Version of the hotfix';
COMMENT ON COLUMN xen.pool_patch.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.host_patch (
    id                bigint PRIMARY KEY,
    pool_id           bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid              text NOT NULL,
    ref               text NOT NULL,
    name_label        text,
    name_description  text,
    applied           boolean,
    host_id           bigint,
    other_config      jsonb,
    pool_patch_id     bigint,
    size              bigint,
    timestamp_applied timestamptz,
    version           text,
    extra             jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.host_patch IS 'Hotfixes of each host, as releases before 7.1 know them';
COMMENT ON COLUMN xen.host_patch.id IS 'Key of the applied patch, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_patch.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_patch.uuid IS 'UUID of the applied patch; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_patch.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_patch.name_label IS 'Name of the hotfix';
COMMENT ON COLUMN xen.host_patch.name_description IS 'Free text';
COMMENT ON COLUMN xen.host_patch.applied IS 'Whether the host has it';
COMMENT ON COLUMN xen.host_patch.host_id IS 'The host';
COMMENT ON COLUMN xen.host_patch.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.host_patch.pool_patch_id IS 'The hotfix; NULL where its file is gone';
COMMENT ON COLUMN xen.host_patch.size IS 'Size of the file in bytes';
COMMENT ON COLUMN xen.host_patch.timestamp_applied IS 'When it was applied; NULL = not, or not known';
COMMENT ON COLUMN xen.host_patch.version IS 'Version of the hotfix';
COMMENT ON COLUMN xen.host_patch.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pool_update (
    id                   bigint PRIMARY KEY,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    name_label           text,
    name_description     text,
    after_apply_guidance text[],
    enforce_homogeneity  boolean,
    hosts_ref            text[],
    installation_size    bigint,
    key                  text,
    other_config         jsonb,
    vdi_id               bigint,
    version              text,
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pool_update IS 'Updates that were uploaded to the pool, since 7.1';
COMMENT ON COLUMN xen.pool_update.id IS 'Key of the update, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pool_update.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pool_update.uuid IS 'UUID of the update; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pool_update.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pool_update.name_label IS 'Name of the update, such as XS82ECU1001';
COMMENT ON COLUMN xen.pool_update.name_description IS 'Free text';
COMMENT ON COLUMN xen.pool_update.after_apply_guidance IS 'What to do behind it, sorted: restartHVM, restartPV, restartHost, restartXAPI';
COMMENT ON COLUMN xen.pool_update.enforce_homogeneity IS 'Whether all hosts of the pool must have it';
COMMENT ON COLUMN xen.pool_update.hosts_ref IS 'XenAPI references of the hosts that have it, sorted; xen.pool_update_hosts leads to them';
COMMENT ON COLUMN xen.pool_update.installation_size IS 'Space that it takes on a host, in bytes';
COMMENT ON COLUMN xen.pool_update.key IS 'Name of the key that signed it';
COMMENT ON COLUMN xen.pool_update.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pool_update.vdi_id IS 'The disk that holds the uploaded file; NULL once it was cleaned up';
COMMENT ON COLUMN xen.pool_update.version IS 'Version of the update';
COMMENT ON COLUMN xen.pool_update.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.repository (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    name_label       text,
    name_description text,
    binary_url       text,
    certificate      text,
    gpgkey_path      text,
    hash             text,
    origin           text,
    source_url       text,
    up_to_date       boolean,
    update           boolean,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.repository IS 'Where hosts get their updates from, on releases that update by packages';
COMMENT ON COLUMN xen.repository.id IS 'Key of the repository, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.repository.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.repository.uuid IS 'UUID of the repository; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.repository.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.repository.name_label IS 'Name of the repository';
COMMENT ON COLUMN xen.repository.name_description IS 'Free text';
COMMENT ON COLUMN xen.repository.binary_url IS 'Where its packages come from';
COMMENT ON COLUMN xen.repository.certificate IS 'Certificate that its server must have; empty = any that is trusted';
COMMENT ON COLUMN xen.repository.gpgkey_path IS 'Key on the host that its packages are signed with';
COMMENT ON COLUMN xen.repository.hash IS 'Digest of what it held when hosts were last brought up to date; empty = never';
COMMENT ON COLUMN xen.repository.origin IS 'remote, bundle or remote_pool';
COMMENT ON COLUMN xen.repository.source_url IS 'Where its sources come from';
COMMENT ON COLUMN xen.repository.up_to_date IS 'Whether all hosts had what it holds; no longer in XenAPI';
COMMENT ON COLUMN xen.repository.update IS 'Whether it holds updates, and is no base repository';
COMMENT ON COLUMN xen.repository.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.certificate (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    fingerprint        text,
    fingerprint_sha1   text,
    fingerprint_sha256 text,
    host_id            bigint,
    name               text,
    not_after          timestamptz,
    not_before         timestamptz,
    purpose            text[],
    type               text,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.certificate IS 'TLS certificates that hosts show, and that the pool trusts; never their keys';
COMMENT ON COLUMN xen.certificate.id IS 'Key of the certificate, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.certificate.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.certificate.uuid IS 'UUID of the certificate; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.certificate.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.certificate.fingerprint IS 'SHA-256 of it in hexadecimal, with colons; obsolete, see fingerprint_sha256';
COMMENT ON COLUMN xen.certificate.fingerprint_sha1 IS 'SHA-1 of it in hexadecimal, with colons; empty = not told';
COMMENT ON COLUMN xen.certificate.fingerprint_sha256 IS 'SHA-256 of it in hexadecimal, with colons; empty on older servers, which have fingerprint';
COMMENT ON COLUMN xen.certificate.host_id IS 'The host that shows it; NULL for one that the whole pool trusts';
COMMENT ON COLUMN xen.certificate.name IS 'Name of the file, for certificates that the pool trusts; empty for those of hosts';
COMMENT ON COLUMN xen.certificate.not_after IS 'When it expires';
COMMENT ON COLUMN xen.certificate.not_before IS 'When it becomes valid';
COMMENT ON COLUMN xen.certificate.purpose IS 'What it is trusted for, sorted, such as licensing; {} = general use';
COMMENT ON COLUMN xen.certificate.type IS 'ca: trusted by the pool; host: shown to the world; host_internal: shown to other members';
COMMENT ON COLUMN xen.certificate.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vm_appliance (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    name_label         text,
    name_description   text,
    allowed_operations text[],
    current_operations jsonb,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vm_appliance IS 'Groups of VMs that start and stop together, vApps; xen.vm.appliance_id says which VM is in which';
COMMENT ON COLUMN xen.vm_appliance.id IS 'Key of the vApp, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm_appliance.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_appliance.uuid IS 'UUID of the vApp; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_appliance.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_appliance.name_label IS 'Name of the vApp';
COMMENT ON COLUMN xen.vm_appliance.name_description IS 'Free text';
COMMENT ON COLUMN xen.vm_appliance.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.vm_appliance.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.vm_appliance.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vmss (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    name_label         text,
    name_description   text,
    enabled            boolean,
    frequency          text,
    last_run_time      timestamptz,
    retained_snapshots bigint,
    schedule           jsonb,
    type               text,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vmss IS 'Schedules that take snapshots of VMs; xen.vm.snapshot_schedule_id says of which';
COMMENT ON COLUMN xen.vmss.id IS 'Key of the snapshot schedule, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vmss.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vmss.uuid IS 'UUID of the snapshot schedule; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vmss.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vmss.name_label IS 'Name of the schedule';
COMMENT ON COLUMN xen.vmss.name_description IS 'Free text';
COMMENT ON COLUMN xen.vmss.enabled IS 'Whether it takes snapshots at all';
COMMENT ON COLUMN xen.vmss.frequency IS 'hourly, daily or weekly';
COMMENT ON COLUMN xen.vmss.last_run_time IS 'When it last took snapshots; NULL = never';
COMMENT ON COLUMN xen.vmss.retained_snapshots IS 'How many snapshots of each VM it keeps, 1 to 10';
COMMENT ON COLUMN xen.vmss.schedule IS 'When it does so, text: min, hour, days, in the time of the host';
COMMENT ON COLUMN xen.vmss.type IS 'snapshot, checkpoint (with memory) or snapshot_with_quiesce';
COMMENT ON COLUMN xen.vmss.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vm_group (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    name_label       text,
    name_description text,
    placement        text,
    vms_ref          text[],
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vm_group IS 'Groups of VMs that say how they are to be placed';
COMMENT ON COLUMN xen.vm_group.id IS 'Key of the VM group, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_group.uuid IS 'UUID of the VM group; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_group.name_label IS 'Name of the group';
COMMENT ON COLUMN xen.vm_group.name_description IS 'Free text';
COMMENT ON COLUMN xen.vm_group.placement IS 'normal, or anti_affinity: its VMs are kept on different hosts where that is possible';
COMMENT ON COLUMN xen.vm_group.vms_ref IS 'XenAPI references of its VMs, sorted; xen.vm_group_vms leads to them';
COMMENT ON COLUMN xen.vm_group.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.cluster (
    id                        bigint PRIMARY KEY,
    pool_id                   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                      text NOT NULL,
    ref                       text NOT NULL,
    allowed_operations        text[],
    cluster_config            jsonb,
    cluster_stack             text,
    cluster_stack_version     bigint,
    current_operations        jsonb,
    expected_hosts            bigint,
    is_quorate                boolean,
    live_hosts                bigint,
    other_config              jsonb,
    pending_forget            text[],
    pool_auto_join            boolean,
    quorum                    bigint,
    token_timeout             double precision,
    token_timeout_coefficient double precision,
    extra                     jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.cluster IS 'Clusters of hosts, which GFS2 storage needs';
COMMENT ON COLUMN xen.cluster.id IS 'Key of the cluster, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.cluster.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.cluster.uuid IS 'UUID of the cluster; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.cluster.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.cluster.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.cluster.cluster_config IS 'Settings of the cluster, text; credentials read ***';
COMMENT ON COLUMN xen.cluster.cluster_stack IS 'Software that makes the cluster: corosync';
COMMENT ON COLUMN xen.cluster.cluster_stack_version IS 'Major version of that software';
COMMENT ON COLUMN xen.cluster.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.cluster.expected_hosts IS 'Members that the cluster should have';
COMMENT ON COLUMN xen.cluster.is_quorate IS 'Whether enough members see each other for it to work';
COMMENT ON COLUMN xen.cluster.live_hosts IS 'Members that see each other now';
COMMENT ON COLUMN xen.cluster.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.cluster.pending_forget IS 'Addresses of members that are to be forgotten, sorted; {} = none';
COMMENT ON COLUMN xen.cluster.pool_auto_join IS 'Whether hosts that join the pool join the cluster as well';
COMMENT ON COLUMN xen.cluster.quorum IS 'Members that it needs to work';
COMMENT ON COLUMN xen.cluster.token_timeout IS 'Seconds until a silent member counts as lost';
COMMENT ON COLUMN xen.cluster.token_timeout_coefficient IS 'Seconds more for each member beyond two';
COMMENT ON COLUMN xen.cluster.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.cluster_host (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    allowed_operations text[],
    cluster_id         bigint,
    current_operations jsonb,
    enabled            boolean,
    host_id            bigint,
    joined             boolean,
    last_update_live   timestamptz,
    live               boolean,
    other_config       jsonb,
    pif_id             bigint,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.cluster_host IS 'Which host is a member of which cluster';
COMMENT ON COLUMN xen.cluster_host.id IS 'Key of the cluster member, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.cluster_host.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.cluster_host.uuid IS 'UUID of the cluster member; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.cluster_host.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.cluster_host.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.cluster_host.cluster_id IS 'The cluster';
COMMENT ON COLUMN xen.cluster_host.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.cluster_host.enabled IS 'Whether the host is to take part';
COMMENT ON COLUMN xen.cluster_host.host_id IS 'The host';
COMMENT ON COLUMN xen.cluster_host.joined IS 'Whether the host has joined';
COMMENT ON COLUMN xen.cluster_host.last_update_live IS 'When live was last looked at; NULL = never';
COMMENT ON COLUMN xen.cluster_host.live IS 'Whether the cluster sees the host now';
COMMENT ON COLUMN xen.cluster_host.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.cluster_host.pif_id IS 'The interface on which it speaks with the others';
COMMENT ON COLUMN xen.cluster_host.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.feature (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    name_label       text,
    name_description text,
    enabled          boolean,
    experimental     boolean,
    host_id          bigint,
    version          text,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.feature IS 'Optional features of hosts, of 7.2 and later';
COMMENT ON COLUMN xen.feature.id IS 'Key of the feature, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.feature.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.feature.uuid IS 'UUID of the feature; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.feature.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.feature.name_label IS 'Name of the feature';
COMMENT ON COLUMN xen.feature.name_description IS 'Free text';
COMMENT ON COLUMN xen.feature.enabled IS 'Whether it is switched on';
COMMENT ON COLUMN xen.feature.experimental IS 'Whether the vendor does not vouch for it yet';
COMMENT ON COLUMN xen.feature.host_id IS 'The host';
COMMENT ON COLUMN xen.feature.version IS 'Version of the feature';
COMMENT ON COLUMN xen.feature.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.subject (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    other_config       jsonb,
    roles_ref          text[],
    subject_identifier text,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.subject IS 'Users and groups of the directory that may log in to the pool; other_config has their names';
COMMENT ON COLUMN xen.subject.id IS 'Key of the subject, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.subject.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.subject.uuid IS 'UUID of the subject; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.subject.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.subject.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.subject.roles_ref IS 'XenAPI references of the roles that it has, sorted; roles are not mirrored';
COMMENT ON COLUMN xen.subject.subject_identifier IS 'Identifier in the directory, such as a SID';
COMMENT ON COLUMN xen.subject.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pvs_site (
    id               bigint PRIMARY KEY,
    pool_id          bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid             text NOT NULL,
    ref              text NOT NULL,
    name_label       text,
    name_description text,
    pvs_uuid         text,
    extra            jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pvs_site IS 'Sites of Citrix Provisioning whose reads hosts cache';
COMMENT ON COLUMN xen.pvs_site.id IS 'Key of the PVS site, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_site.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_site.uuid IS 'UUID of the PVS site; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_site.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_site.name_label IS 'Name of the site';
COMMENT ON COLUMN xen.pvs_site.name_description IS 'Free text';
COMMENT ON COLUMN xen.pvs_site.pvs_uuid IS 'UUID that Citrix Provisioning gives the site';
COMMENT ON COLUMN xen.pvs_site.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pvs_server (
    id         bigint PRIMARY KEY,
    pool_id    bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid       text NOT NULL,
    ref        text NOT NULL,
    addresses  text[],
    first_port bigint,
    last_port  bigint,
    site_id    bigint,
    extra      jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pvs_server IS 'Servers of Citrix Provisioning';
COMMENT ON COLUMN xen.pvs_server.id IS 'Key of the PVS server, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_server.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_server.uuid IS 'UUID of the PVS server; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_server.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_server.addresses IS 'Its IPv4 addresses, sorted';
COMMENT ON COLUMN xen.pvs_server.first_port IS 'First UDP port that it serves';
COMMENT ON COLUMN xen.pvs_server.last_port IS 'Last UDP port that it serves';
COMMENT ON COLUMN xen.pvs_server.site_id IS 'The site';
COMMENT ON COLUMN xen.pvs_server.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pvs_proxy (
    id                 bigint PRIMARY KEY,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    currently_attached boolean,
    site_id            bigint,
    status             text,
    vif_id             bigint,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pvs_proxy IS 'Caches between VMs and their site of Citrix Provisioning';
COMMENT ON COLUMN xen.pvs_proxy.id IS 'Key of the PVS proxy, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_proxy.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_proxy.uuid IS 'UUID of the PVS proxy; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_proxy.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_proxy.currently_attached IS 'Whether it works now';
COMMENT ON COLUMN xen.pvs_proxy.site_id IS 'The site';
COMMENT ON COLUMN xen.pvs_proxy.status IS 'stopped, initialised, caching, incompatible_write_cache_mode or incompatible_protocol_version';
COMMENT ON COLUMN xen.pvs_proxy.vif_id IS 'The VM''s interface whose reads it caches';
COMMENT ON COLUMN xen.pvs_proxy.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pvs_cache_storage (
    id      bigint PRIMARY KEY,
    pool_id bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid    text NOT NULL,
    ref     text NOT NULL,
    host_id bigint,
    site_id bigint,
    size    bigint,
    sr_id   bigint,
    vdi_id  bigint,
    extra   jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.pvs_cache_storage IS 'Where hosts keep what they cache of a site of Citrix Provisioning';
COMMENT ON COLUMN xen.pvs_cache_storage.id IS 'Key of the PVS cache storage, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_cache_storage.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_cache_storage.uuid IS 'UUID of the PVS cache storage; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_cache_storage.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_cache_storage.host_id IS 'The host';
COMMENT ON COLUMN xen.pvs_cache_storage.site_id IS 'The site';
COMMENT ON COLUMN xen.pvs_cache_storage.size IS 'Size of the cache in bytes';
COMMENT ON COLUMN xen.pvs_cache_storage.sr_id IS 'The SR that it is kept on';
COMMENT ON COLUMN xen.pvs_cache_storage.vdi_id IS 'The disk that it is kept in; NULL = not made yet';
COMMENT ON COLUMN xen.pvs_cache_storage.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.sdn_controller (
    id       bigint PRIMARY KEY,
    pool_id  bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid     text NOT NULL,
    ref      text NOT NULL,
    address  text,
    port     bigint,
    protocol text,
    extra    jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.sdn_controller IS 'Controllers that tell the pool''s virtual switches what to do';
COMMENT ON COLUMN xen.sdn_controller.id IS 'Key of the SDN controller, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.sdn_controller.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.sdn_controller.uuid IS 'UUID of the SDN controller; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.sdn_controller.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.sdn_controller.address IS 'Its address; empty where the pool listens for it';
COMMENT ON COLUMN xen.sdn_controller.port IS 'Its TCP port';
COMMENT ON COLUMN xen.sdn_controller.protocol IS 'ssl: the pool connects to it; pssl: the pool listens for it';
COMMENT ON COLUMN xen.sdn_controller.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vtpm (
    id                  bigint PRIMARY KEY,
    pool_id             bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                text NOT NULL,
    ref                 text NOT NULL,
    allowed_operations  text[],
    backend_id          bigint,
    current_operations  jsonb,
    is_protected        boolean,
    is_unique           boolean,
    persistence_backend text,
    vm_id               bigint,
    extra               jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.vtpm IS 'Virtual TPMs of VMs; their contents are never read';
COMMENT ON COLUMN xen.vtpm.id IS 'Key of the virtual TPM, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vtpm.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vtpm.uuid IS 'UUID of the virtual TPM; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vtpm.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vtpm.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.vtpm.backend_id IS 'The domain that serves it; NULL = the host itself';
COMMENT ON COLUMN xen.vtpm.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.vtpm.is_protected IS 'Whether its contents are protected by the host';
COMMENT ON COLUMN xen.vtpm.is_unique IS 'Whether a copy of the VM gets an empty one';
COMMENT ON COLUMN xen.vtpm.persistence_backend IS 'Where its contents are kept: xapi';
COMMENT ON COLUMN xen.vtpm.vm_id IS 'The VM';
COMMENT ON COLUMN xen.vtpm.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.host_driver (
    id                   bigint PRIMARY KEY,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    active_variant_ref   text,
    description          text,
    friendly_name        text,
    host_id              bigint,
    info                 text,
    name                 text,
    selected_variant_ref text,
    type                 text,
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.host_driver IS 'Drivers of hosts that come in several variants';
COMMENT ON COLUMN xen.host_driver.id IS 'Key of the driver of a host, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_driver.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_driver.uuid IS 'UUID of the driver of a host; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_driver.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_driver.active_variant_ref IS 'XenAPI reference of the variant that is loaded; NULL = none. Variants are not mirrored';
COMMENT ON COLUMN xen.host_driver.description IS 'Free text';
COMMENT ON COLUMN xen.host_driver.friendly_name IS 'Name for people';
COMMENT ON COLUMN xen.host_driver.host_id IS 'The host';
COMMENT ON COLUMN xen.host_driver.info IS 'More about it, in words';
COMMENT ON COLUMN xen.host_driver.name IS 'Name of the kernel''s module';
COMMENT ON COLUMN xen.host_driver.selected_variant_ref IS 'XenAPI reference of the variant that the next start loads; NULL = none chosen. Variants are not mirrored';
COMMENT ON COLUMN xen.host_driver.type IS 'What kind of device it drives, such as network';
COMMENT ON COLUMN xen.host_driver.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

-- References that were text until now keep it, and lead to rows besides. The next full pass fills them in.
ALTER TABLE xen.pif ADD bond_slave_of_id bigint, ADD metrics_id bigint, ADD pci_id bigint, ADD vlan_master_of_id bigint;
COMMENT ON COLUMN xen.pif.bond_slave_of_id IS 'The bond that this card is part of; NULL = not bonded';
COMMENT ON COLUMN xen.pif.metrics_id IS 'Its link and hardware; NULL = none';
COMMENT ON COLUMN xen.pif.pci_id IS 'The card''s PCI device; NULL for VLANs, bonds and tunnels, or where the device is gone';
COMMENT ON COLUMN xen.pif.vlan_master_of_id IS 'The VLAN that this tagged interface is; NULL on untagged ones';
COMMENT ON COLUMN xen.pif.bond_slave_of_ref IS 'XenAPI reference of the bond that this card is part of; NULL = not bonded. bond_slave_of_id leads to its row';
COMMENT ON COLUMN xen.pif.metrics_ref IS 'XenAPI reference of its PIF_metrics; metrics_id leads to the row, where that exists';
COMMENT ON COLUMN xen.pif.pci_ref IS 'XenAPI reference of the card''s PCI device; NULL for VLANs, bonds and tunnels. pci_id leads to the row, where that exists';
COMMENT ON COLUMN xen.pif.vlan_master_of_ref IS 'XenAPI reference of the VLAN that this tagged interface is; NULL on untagged ones. vlan_master_of_id leads to its row';
ALTER TABLE xen.vm ADD appliance_id bigint, ADD snapshot_schedule_id bigint;
COMMENT ON COLUMN xen.vm.appliance_id IS 'The vApp that the VM belongs to; NULL = none';
COMMENT ON COLUMN xen.vm.snapshot_schedule_id IS 'The schedule that takes snapshots of the VM; NULL = none';
COMMENT ON COLUMN xen.vm.appliance_ref IS 'XenAPI reference of the vApp that the VM belongs to; NULL = none. appliance_id leads to its row';
COMMENT ON COLUMN xen.vm.snapshot_schedule_ref IS 'XenAPI reference of the schedule that takes snapshots of the VM; NULL = none. snapshot_schedule_id leads to its row';

ALTER TABLE xen.vm
    ADD FOREIGN KEY (appliance_id)         REFERENCES xen.vm_appliance DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (snapshot_schedule_id) REFERENCES xen.vmss         DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vm (appliance_id) WHERE appliance_id IS NOT NULL;
CREATE INDEX ON xen.vm (snapshot_schedule_id) WHERE snapshot_schedule_id IS NOT NULL;

ALTER TABLE xen.pif
    ADD FOREIGN KEY (bond_slave_of_id)  REFERENCES xen.bond        DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (metrics_id)        REFERENCES xen.pif_metrics DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (pci_id)            REFERENCES xen.pci         DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vlan_master_of_id) REFERENCES xen.vlan        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pif (bond_slave_of_id) WHERE bond_slave_of_id IS NOT NULL;
CREATE INDEX ON xen.pif (metrics_id) WHERE metrics_id IS NOT NULL;
CREATE INDEX ON xen.pif (pci_id) WHERE pci_id IS NOT NULL;
CREATE INDEX ON xen.pif (vlan_master_of_id) WHERE vlan_master_of_id IS NOT NULL;

ALTER TABLE xen.bond
    ADD FOREIGN KEY (master_id)        REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (primary_slave_id) REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.bond (master_id) WHERE master_id IS NOT NULL;
CREATE INDEX ON xen.bond (primary_slave_id) WHERE primary_slave_id IS NOT NULL;

ALTER TABLE xen.vlan
    ADD FOREIGN KEY (tagged_pif_id)   REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (untagged_pif_id) REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vlan (tagged_pif_id) WHERE tagged_pif_id IS NOT NULL;
CREATE INDEX ON xen.vlan (untagged_pif_id) WHERE untagged_pif_id IS NOT NULL;

ALTER TABLE xen.tunnel
    ADD FOREIGN KEY (access_pif_id)    REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (transport_pif_id) REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.tunnel (access_pif_id) WHERE access_pif_id IS NOT NULL;
CREATE INDEX ON xen.tunnel (transport_pif_id) WHERE transport_pif_id IS NOT NULL;

ALTER TABLE xen.network_sriov
    ADD FOREIGN KEY (logical_pif_id)  REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (physical_pif_id) REFERENCES xen.pif DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.network_sriov (logical_pif_id) WHERE logical_pif_id IS NOT NULL;
CREATE INDEX ON xen.network_sriov (physical_pif_id) WHERE physical_pif_id IS NOT NULL;

ALTER TABLE xen.host_cpu
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.host_cpu (host_id) WHERE host_id IS NOT NULL;

ALTER TABLE xen.pci
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pci (host_id) WHERE host_id IS NOT NULL;

ALTER TABLE xen.pgpu
    ADD FOREIGN KEY (gpu_group_id) REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (host_id)      REFERENCES xen.host      DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (pci_id)       REFERENCES xen.pci       DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pgpu (gpu_group_id) WHERE gpu_group_id IS NOT NULL;
CREATE INDEX ON xen.pgpu (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.pgpu (pci_id) WHERE pci_id IS NOT NULL;

ALTER TABLE xen.vgpu
    ADD FOREIGN KEY (gpu_group_id)                   REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (pci_id)                         REFERENCES xen.pci       DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (resident_on_id)                 REFERENCES xen.pgpu      DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (scheduled_to_be_resident_on_id) REFERENCES xen.pgpu      DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (type_id)                        REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vm_id)                          REFERENCES xen.vm        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vgpu (gpu_group_id) WHERE gpu_group_id IS NOT NULL;
CREATE INDEX ON xen.vgpu (pci_id) WHERE pci_id IS NOT NULL;
CREATE INDEX ON xen.vgpu (resident_on_id) WHERE resident_on_id IS NOT NULL;
CREATE INDEX ON xen.vgpu (scheduled_to_be_resident_on_id) WHERE scheduled_to_be_resident_on_id IS NOT NULL;
CREATE INDEX ON xen.vgpu (type_id) WHERE type_id IS NOT NULL;
CREATE INDEX ON xen.vgpu (vm_id) WHERE vm_id IS NOT NULL;

ALTER TABLE xen.pusb
    ADD FOREIGN KEY (host_id)      REFERENCES xen.host      DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (usb_group_id) REFERENCES xen.usb_group DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pusb (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.pusb (usb_group_id) WHERE usb_group_id IS NOT NULL;

ALTER TABLE xen.vusb
    ADD FOREIGN KEY (usb_group_id) REFERENCES xen.usb_group DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vm_id)        REFERENCES xen.vm        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vusb (usb_group_id) WHERE usb_group_id IS NOT NULL;
CREATE INDEX ON xen.vusb (vm_id) WHERE vm_id IS NOT NULL;

ALTER TABLE xen.pool_patch
    ADD FOREIGN KEY (pool_update_id) REFERENCES xen.pool_update DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pool_patch (pool_update_id) WHERE pool_update_id IS NOT NULL;

ALTER TABLE xen.host_patch
    ADD FOREIGN KEY (host_id)       REFERENCES xen.host       DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (pool_patch_id) REFERENCES xen.pool_patch DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.host_patch (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.host_patch (pool_patch_id) WHERE pool_patch_id IS NOT NULL;

ALTER TABLE xen.pool_update
    ADD FOREIGN KEY (vdi_id) REFERENCES xen.vdi DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pool_update (vdi_id) WHERE vdi_id IS NOT NULL;

ALTER TABLE xen.certificate
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.certificate (host_id) WHERE host_id IS NOT NULL;

ALTER TABLE xen.cluster_host
    ADD FOREIGN KEY (cluster_id) REFERENCES xen.cluster DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (host_id)    REFERENCES xen.host    DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (pif_id)     REFERENCES xen.pif     DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.cluster_host (cluster_id) WHERE cluster_id IS NOT NULL;
CREATE INDEX ON xen.cluster_host (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.cluster_host (pif_id) WHERE pif_id IS NOT NULL;

ALTER TABLE xen.feature
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.feature (host_id) WHERE host_id IS NOT NULL;

ALTER TABLE xen.pvs_server
    ADD FOREIGN KEY (site_id) REFERENCES xen.pvs_site DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pvs_server (site_id) WHERE site_id IS NOT NULL;

ALTER TABLE xen.pvs_proxy
    ADD FOREIGN KEY (site_id) REFERENCES xen.pvs_site DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vif_id)  REFERENCES xen.vif      DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pvs_proxy (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX ON xen.pvs_proxy (vif_id) WHERE vif_id IS NOT NULL;

ALTER TABLE xen.pvs_cache_storage
    ADD FOREIGN KEY (host_id) REFERENCES xen.host     DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (site_id) REFERENCES xen.pvs_site DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (sr_id)   REFERENCES xen.sr       DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vdi_id)  REFERENCES xen.vdi      DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pvs_cache_storage (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.pvs_cache_storage (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX ON xen.pvs_cache_storage (sr_id) WHERE sr_id IS NOT NULL;
CREATE INDEX ON xen.pvs_cache_storage (vdi_id) WHERE vdi_id IS NOT NULL;

ALTER TABLE xen.vtpm
    ADD FOREIGN KEY (backend_id) REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vm_id)      REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vtpm (backend_id) WHERE backend_id IS NOT NULL;
CREATE INDEX ON xen.vtpm (vm_id) WHERE vm_id IS NOT NULL;

ALTER TABLE xen.host_driver
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.host_driver (host_id) WHERE host_id IS NOT NULL;

-- Sets of references, where they are the only side that tells. The texts stand in the table of the class as well.
CREATE TABLE xen.pci_dependencies (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pci_id    bigint NOT NULL REFERENCES xen.pci DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.pci DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pci_id, target_id)
);
CREATE INDEX ON xen.pci_dependencies (pci_id);
CREATE INDEX ON xen.pci_dependencies (target_id);
COMMENT ON TABLE xen.pci_dependencies IS 'Which PCI devices can only be passed through together';
COMMENT ON COLUMN xen.pci_dependencies.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pci_dependencies.pci_id IS 'The device';
COMMENT ON COLUMN xen.pci_dependencies.target_id IS 'One that must go with it';

CREATE TABLE xen.gpu_group_enabled_vgpu_types (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    gpu_group_id bigint NOT NULL REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, gpu_group_id, target_id)
);
CREATE INDEX ON xen.gpu_group_enabled_vgpu_types (gpu_group_id);
CREATE INDEX ON xen.gpu_group_enabled_vgpu_types (target_id);
COMMENT ON TABLE xen.gpu_group_enabled_vgpu_types IS 'Which types of virtual GPU each group of cards may run';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.gpu_group_id IS 'The group';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.target_id IS 'A type that some card of it may run';

CREATE TABLE xen.gpu_group_supported_vgpu_types (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    gpu_group_id bigint NOT NULL REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, gpu_group_id, target_id)
);
CREATE INDEX ON xen.gpu_group_supported_vgpu_types (gpu_group_id);
CREATE INDEX ON xen.gpu_group_supported_vgpu_types (target_id);
COMMENT ON TABLE xen.gpu_group_supported_vgpu_types IS 'Which types of virtual GPU each group of cards could run';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.gpu_group_id IS 'The group';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.target_id IS 'A type that some card of it could run';

CREATE TABLE xen.pgpu_enabled_vgpu_types (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pgpu_id   bigint NOT NULL REFERENCES xen.pgpu DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pgpu_id, target_id)
);
CREATE INDEX ON xen.pgpu_enabled_vgpu_types (pgpu_id);
CREATE INDEX ON xen.pgpu_enabled_vgpu_types (target_id);
COMMENT ON TABLE xen.pgpu_enabled_vgpu_types IS 'Which types of virtual GPU each graphics card may run';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.pgpu_id IS 'The card';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.target_id IS 'A type that it may run';

CREATE TABLE xen.pgpu_supported_vgpu_types (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pgpu_id   bigint NOT NULL REFERENCES xen.pgpu DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pgpu_id, target_id)
);
CREATE INDEX ON xen.pgpu_supported_vgpu_types (pgpu_id);
CREATE INDEX ON xen.pgpu_supported_vgpu_types (target_id);
COMMENT ON TABLE xen.pgpu_supported_vgpu_types IS 'Which types of virtual GPU each graphics card could run';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.pgpu_id IS 'The card';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.target_id IS 'A type that it could run';

CREATE TABLE xen.vgpu_type_compatible_types_in_vm (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vgpu_type_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vgpu_type_id, target_id)
);
CREATE INDEX ON xen.vgpu_type_compatible_types_in_vm (vgpu_type_id);
CREATE INDEX ON xen.vgpu_type_compatible_types_in_vm (target_id);
COMMENT ON TABLE xen.vgpu_type_compatible_types_in_vm IS 'Which types of virtual GPU one VM may have together';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.vgpu_type_id IS 'The type';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.target_id IS 'A type that the same VM may have';

CREATE TABLE xen.pool_update_hosts (
    pool_id        bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pool_update_id bigint NOT NULL REFERENCES xen.pool_update DEFERRABLE INITIALLY DEFERRED,
    target_id      bigint NOT NULL REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pool_update_id, target_id)
);
CREATE INDEX ON xen.pool_update_hosts (pool_update_id);
CREATE INDEX ON xen.pool_update_hosts (target_id);
COMMENT ON TABLE xen.pool_update_hosts IS 'Which host has which update';
COMMENT ON COLUMN xen.pool_update_hosts.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pool_update_hosts.pool_update_id IS 'The update';
COMMENT ON COLUMN xen.pool_update_hosts.target_id IS 'A host that has it';

CREATE TABLE xen.vm_group_vms (
    pool_id     bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vm_group_id bigint NOT NULL REFERENCES xen.vm_group DEFERRABLE INITIALLY DEFERRED,
    target_id   bigint NOT NULL REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vm_group_id, target_id)
);
CREATE INDEX ON xen.vm_group_vms (vm_group_id);
CREATE INDEX ON xen.vm_group_vms (target_id);
COMMENT ON TABLE xen.vm_group_vms IS 'Which VM is in which group';
COMMENT ON COLUMN xen.vm_group_vms.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vm_group_vms.vm_group_id IS 'The group';
COMMENT ON COLUMN xen.vm_group_vms.target_id IS 'A VM of it';

CREATE TABLE xen.pool_repositories (
    pool_id     bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    xen_pool_id bigint NOT NULL REFERENCES xen.pool DEFERRABLE INITIALLY DEFERRED,
    target_id   bigint NOT NULL REFERENCES xen.repository DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, xen_pool_id, target_id)
);
CREATE INDEX ON xen.pool_repositories (xen_pool_id);
CREATE INDEX ON xen.pool_repositories (target_id);
COMMENT ON TABLE xen.pool_repositories IS 'Which repositories the pool takes updates from';
COMMENT ON COLUMN xen.pool_repositories.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pool_repositories.xen_pool_id IS 'The pool, as in xen.pool';
COMMENT ON COLUMN xen.pool_repositories.target_id IS 'A repository that is in use';
COMMENT ON COLUMN xen.pool.repositories_ref IS 'XenAPI references of the update repositories in use, sorted; xen.pool_repositories leads to them';

CREATE TABLE xen.host_updates_requiring_reboot (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    host_id   bigint NOT NULL REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.pool_update DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, host_id, target_id)
);
CREATE INDEX ON xen.host_updates_requiring_reboot (host_id);
CREATE INDEX ON xen.host_updates_requiring_reboot (target_id);
COMMENT ON TABLE xen.host_updates_requiring_reboot IS 'Which applied updates wait for a restart of the host';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.host_id IS 'The host';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.target_id IS 'An update that waits';
COMMENT ON COLUMN xen.host.updates_requiring_reboot_ref IS 'XenAPI references of applied updates that wait for a restart, sorted; xen.host_updates_requiring_reboot leads to them';

CREATE TABLE xen.vm_attached_pcis (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vm_id     bigint NOT NULL REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.pci DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vm_id, target_id)
);
CREATE INDEX ON xen.vm_attached_pcis (vm_id);
CREATE INDEX ON xen.vm_attached_pcis (target_id);
COMMENT ON TABLE xen.vm_attached_pcis IS 'Which PCI devices are passed through to which running VM';
COMMENT ON COLUMN xen.vm_attached_pcis.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vm_attached_pcis.vm_id IS 'The VM';
COMMENT ON COLUMN xen.vm_attached_pcis.target_id IS 'A device that it has';
COMMENT ON COLUMN xen.vm.attached_pcis_ref IS 'XenAPI references of PCI devices passed through to the running VM, sorted; {} = none. xen.vm_attached_pcis leads to them';

-- +goose Down
-- An object without its row would be taken for stored when the table is there again.
DELETE FROM xen.object WHERE class NOT IN ('pool', 'host', 'host_metrics', 'SR', 'PBD', 'network', 'PIF', 'VM', 'VM_metrics',
    'VM_guest_metrics', 'VIF', 'VDI', 'VBD');
-- Nor may the next pass go on from where the last one ended, or pass over a record that lost a reference.
UPDATE syncd.pool SET event_token = NULL, event_source = NULL WHERE event_token IS NOT NULL;
UPDATE xen.object SET content_hash = NULL WHERE class IN ('pool', 'host', 'PIF', 'VM');
DELETE FROM syncd.object_count c WHERE NOT EXISTS (SELECT FROM xen.object o WHERE o.pool_id = c.pool_id AND o.class = c.class);
DROP TABLE xen.pci_dependencies, xen.gpu_group_enabled_vgpu_types, xen.gpu_group_supported_vgpu_types,
    xen.pgpu_enabled_vgpu_types, xen.pgpu_supported_vgpu_types, xen.vgpu_type_compatible_types_in_vm,
    xen.pool_update_hosts, xen.vm_group_vms, xen.pool_repositories, xen.host_updates_requiring_reboot,
    xen.vm_attached_pcis;
ALTER TABLE xen.pif DROP bond_slave_of_id, DROP metrics_id, DROP pci_id, DROP vlan_master_of_id;
ALTER TABLE xen.vm DROP appliance_id, DROP snapshot_schedule_id;
COMMENT ON COLUMN xen.pool.repositories_ref IS 'XenAPI references of the update repositories in use; the class Repository is not mirrored';
COMMENT ON COLUMN xen.host.updates_requiring_reboot_ref IS 'XenAPI references of applied updates that wait for a reboot; the class pool_update is not mirrored';
COMMENT ON COLUMN xen.pif.bond_slave_of_ref IS 'XenAPI reference of the bond that this card is part of; NULL = not bonded. The class Bond is not mirrored';
COMMENT ON COLUMN xen.pif.metrics_ref IS 'XenAPI reference of its PIF_metrics (carrier, speed), a class that is not mirrored';
COMMENT ON COLUMN xen.pif.pci_ref IS 'XenAPI reference of the card''s PCI device; NULL for VLANs, bonds and tunnels. The class PCI is not mirrored';
COMMENT ON COLUMN xen.pif.vlan_master_of_ref IS 'XenAPI reference of the VLAN that this tagged interface is; NULL on untagged ones. The class VLAN is not mirrored';
COMMENT ON COLUMN xen.vm.appliance_ref IS 'XenAPI reference of the vApp that the VM belongs to; NULL = none. The class VM_appliance is not mirrored';
COMMENT ON COLUMN xen.vm.attached_pcis_ref IS 'XenAPI references of PCI devices passed through to the running VM; {} = none. The class PCI is not mirrored';
COMMENT ON COLUMN xen.vm.snapshot_schedule_ref IS 'XenAPI reference of the schedule that takes snapshots of the VM; NULL = none. The class VMSS is not mirrored';
DROP TABLE xen.pif_metrics, xen.bond, xen.vlan, xen.tunnel, xen.network_sriov, xen.host_cpu, xen.pci, xen.gpu_group,
    xen.pgpu, xen.vgpu_type, xen.vgpu, xen.usb_group, xen.pusb, xen.vusb, xen.sm, xen.pool_patch, xen.host_patch,
    xen.pool_update, xen.repository, xen.certificate, xen.vm_appliance, xen.vmss, xen.vm_group, xen.cluster,
    xen.cluster_host, xen.feature, xen.subject, xen.pvs_site, xen.pvs_server, xen.pvs_proxy, xen.pvs_cache_storage,
    xen.sdn_controller, xen.vtpm, xen.host_driver;
