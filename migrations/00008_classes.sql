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
COMMENT ON TABLE xen.pif_metrics IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pif_metrics.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pif_metrics.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pif_metrics.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pif_metrics.carrier IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.device_id IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.device_name IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.duplex IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.io_read_kbs IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.io_write_kbs IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.last_updated IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pif_metrics.pci_bus_path IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.speed IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.vendor_id IS 'TODO';
COMMENT ON COLUMN xen.pif_metrics.vendor_name IS 'TODO';
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
COMMENT ON TABLE xen.bond IS 'TODO';
COMMENT ON COLUMN xen.bond.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.bond.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.bond.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.bond.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.bond.auto_update_mac IS 'TODO';
COMMENT ON COLUMN xen.bond.links_up IS 'TODO';
COMMENT ON COLUMN xen.bond.master_id IS 'TODO';
COMMENT ON COLUMN xen.bond.mode IS 'TODO';
COMMENT ON COLUMN xen.bond.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.bond.primary_slave_id IS 'TODO';
COMMENT ON COLUMN xen.bond.properties IS 'TODO';
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
COMMENT ON TABLE xen.vlan IS 'TODO';
COMMENT ON COLUMN xen.vlan.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vlan.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vlan.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vlan.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vlan.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vlan.tag IS 'TODO';
COMMENT ON COLUMN xen.vlan.tagged_pif_id IS 'TODO';
COMMENT ON COLUMN xen.vlan.untagged_pif_id IS 'TODO';
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
COMMENT ON TABLE xen.tunnel IS 'TODO';
COMMENT ON COLUMN xen.tunnel.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.tunnel.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.tunnel.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.tunnel.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.tunnel.access_pif_id IS 'TODO';
COMMENT ON COLUMN xen.tunnel.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.tunnel.protocol IS 'TODO';
COMMENT ON COLUMN xen.tunnel.status IS 'TODO';
COMMENT ON COLUMN xen.tunnel.transport_pif_id IS 'TODO';
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
COMMENT ON TABLE xen.network_sriov IS 'TODO';
COMMENT ON COLUMN xen.network_sriov.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.network_sriov.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.network_sriov.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.network_sriov.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.network_sriov.configuration_mode IS 'TODO';
COMMENT ON COLUMN xen.network_sriov.logical_pif_id IS 'TODO';
COMMENT ON COLUMN xen.network_sriov.physical_pif_id IS 'TODO';
COMMENT ON COLUMN xen.network_sriov.requires_reboot IS 'TODO';
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
COMMENT ON TABLE xen.host_cpu IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_cpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_cpu.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_cpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_cpu.family IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.features IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.flags IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.host_id IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.model IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.modelname IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.number IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.host_cpu.speed IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.stepping IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.utilisation IS 'TODO';
COMMENT ON COLUMN xen.host_cpu.vendor IS 'TODO';
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
COMMENT ON TABLE xen.pci IS 'TODO';
COMMENT ON COLUMN xen.pci.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pci.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pci.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pci.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pci.class_id IS 'TODO';
COMMENT ON COLUMN xen.pci.class_name IS 'TODO';
COMMENT ON COLUMN xen.pci.dependencies_ref IS 'TODO';
COMMENT ON COLUMN xen.pci.device_id IS 'TODO';
COMMENT ON COLUMN xen.pci.device_name IS 'TODO';
COMMENT ON COLUMN xen.pci.driver_name IS 'TODO';
COMMENT ON COLUMN xen.pci.host_id IS 'TODO';
COMMENT ON COLUMN xen.pci.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pci.pci_id IS 'TODO';
COMMENT ON COLUMN xen.pci.subsystem_device_id IS 'TODO';
COMMENT ON COLUMN xen.pci.subsystem_device_name IS 'TODO';
COMMENT ON COLUMN xen.pci.subsystem_vendor_id IS 'TODO';
COMMENT ON COLUMN xen.pci.subsystem_vendor_name IS 'TODO';
COMMENT ON COLUMN xen.pci.vendor_id IS 'TODO';
COMMENT ON COLUMN xen.pci.vendor_name IS 'TODO';
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
COMMENT ON TABLE xen.gpu_group IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.gpu_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.gpu_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.gpu_group.name_label IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.name_description IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.allocation_algorithm IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.enabled_vgpu_types_ref IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.gpu_types IS 'TODO';
COMMENT ON COLUMN xen.gpu_group.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.gpu_group.supported_vgpu_types_ref IS 'TODO';
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
COMMENT ON TABLE xen.pgpu IS 'TODO';
COMMENT ON COLUMN xen.pgpu.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pgpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pgpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pgpu.compatibility_metadata IS 'TODO';
COMMENT ON COLUMN xen.pgpu.dom0_access IS 'TODO';
COMMENT ON COLUMN xen.pgpu.enabled_vgpu_types_ref IS 'TODO';
COMMENT ON COLUMN xen.pgpu.gpu_group_id IS 'TODO';
COMMENT ON COLUMN xen.pgpu.host_id IS 'TODO';
COMMENT ON COLUMN xen.pgpu.is_system_display_device IS 'TODO';
COMMENT ON COLUMN xen.pgpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pgpu.pci_id IS 'TODO';
COMMENT ON COLUMN xen.pgpu.supported_vgpu_max_capacities IS 'TODO';
COMMENT ON COLUMN xen.pgpu.supported_vgpu_types_ref IS 'TODO';
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
COMMENT ON TABLE xen.vgpu_type IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vgpu_type.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu_type.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vgpu_type.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vgpu_type.compatible_types_in_vm_ref IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.experimental IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.framebuffer_size IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.identifier IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.implementation IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.max_heads IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.max_resolution_x IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.max_resolution_y IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.model_name IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type.vendor_name IS 'TODO';
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
COMMENT ON TABLE xen.vgpu IS 'TODO';
COMMENT ON COLUMN xen.vgpu.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vgpu.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vgpu.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vgpu.compatibility_metadata IS 'TODO';
COMMENT ON COLUMN xen.vgpu.currently_attached IS 'TODO';
COMMENT ON COLUMN xen.vgpu.device IS 'TODO';
COMMENT ON COLUMN xen.vgpu.extra_args IS 'TODO';
COMMENT ON COLUMN xen.vgpu.gpu_group_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vgpu.pci_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu.resident_on_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu.scheduled_to_be_resident_on_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu.type_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu.vm_id IS 'TODO';
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
COMMENT ON TABLE xen.usb_group IS 'TODO';
COMMENT ON COLUMN xen.usb_group.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.usb_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.usb_group.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.usb_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.usb_group.name_label IS 'TODO';
COMMENT ON COLUMN xen.usb_group.name_description IS 'TODO';
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
COMMENT ON TABLE xen.pusb IS 'TODO';
COMMENT ON COLUMN xen.pusb.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pusb.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pusb.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pusb.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pusb.description IS 'TODO';
COMMENT ON COLUMN xen.pusb.host_id IS 'TODO';
COMMENT ON COLUMN xen.pusb.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pusb.passthrough_enabled IS 'TODO';
COMMENT ON COLUMN xen.pusb.path IS 'TODO';
COMMENT ON COLUMN xen.pusb.product_desc IS 'TODO';
COMMENT ON COLUMN xen.pusb.product_id IS 'TODO';
COMMENT ON COLUMN xen.pusb.serial IS 'TODO';
COMMENT ON COLUMN xen.pusb.speed IS 'TODO';
COMMENT ON COLUMN xen.pusb.usb_group_id IS 'TODO';
COMMENT ON COLUMN xen.pusb.vendor_desc IS 'TODO';
COMMENT ON COLUMN xen.pusb.vendor_id IS 'TODO';
COMMENT ON COLUMN xen.pusb.version IS 'TODO';
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
COMMENT ON TABLE xen.vusb IS 'TODO';
COMMENT ON COLUMN xen.vusb.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vusb.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vusb.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vusb.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vusb.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.vusb.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.vusb.currently_attached IS 'TODO';
COMMENT ON COLUMN xen.vusb.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vusb.usb_group_id IS 'TODO';
COMMENT ON COLUMN xen.vusb.vm_id IS 'TODO';
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
COMMENT ON TABLE xen.sm IS 'TODO';
COMMENT ON COLUMN xen.sm.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.sm.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.sm.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.sm.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.sm.name_label IS 'TODO';
COMMENT ON COLUMN xen.sm.name_description IS 'TODO';
COMMENT ON COLUMN xen.sm.capabilities IS 'TODO';
COMMENT ON COLUMN xen.sm.configuration IS 'TODO';
COMMENT ON COLUMN xen.sm.copyright IS 'TODO';
COMMENT ON COLUMN xen.sm.driver_filename IS 'TODO';
COMMENT ON COLUMN xen.sm.features IS 'TODO';
COMMENT ON COLUMN xen.sm.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.sm.required_api_version IS 'TODO';
COMMENT ON COLUMN xen.sm.required_cluster_stack IS 'TODO';
COMMENT ON COLUMN xen.sm.supported_image_formats IS 'TODO';
COMMENT ON COLUMN xen.sm.type IS 'TODO';
COMMENT ON COLUMN xen.sm.vendor IS 'TODO';
COMMENT ON COLUMN xen.sm.version IS 'TODO';
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
COMMENT ON TABLE xen.pool_patch IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pool_patch.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pool_patch.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pool_patch.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pool_patch.name_label IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.name_description IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.after_apply_guidance IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pool_patch.pool_applied IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.pool_update_id IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.size IS 'TODO';
COMMENT ON COLUMN xen.pool_patch.version IS 'TODO';
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
COMMENT ON TABLE xen.host_patch IS 'TODO';
COMMENT ON COLUMN xen.host_patch.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_patch.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_patch.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_patch.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_patch.name_label IS 'TODO';
COMMENT ON COLUMN xen.host_patch.name_description IS 'TODO';
COMMENT ON COLUMN xen.host_patch.applied IS 'TODO';
COMMENT ON COLUMN xen.host_patch.host_id IS 'TODO';
COMMENT ON COLUMN xen.host_patch.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.host_patch.pool_patch_id IS 'TODO';
COMMENT ON COLUMN xen.host_patch.size IS 'TODO';
COMMENT ON COLUMN xen.host_patch.timestamp_applied IS 'TODO';
COMMENT ON COLUMN xen.host_patch.version IS 'TODO';
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
COMMENT ON TABLE xen.pool_update IS 'TODO';
COMMENT ON COLUMN xen.pool_update.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pool_update.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pool_update.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pool_update.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pool_update.name_label IS 'TODO';
COMMENT ON COLUMN xen.pool_update.name_description IS 'TODO';
COMMENT ON COLUMN xen.pool_update.after_apply_guidance IS 'TODO';
COMMENT ON COLUMN xen.pool_update.enforce_homogeneity IS 'TODO';
COMMENT ON COLUMN xen.pool_update.hosts_ref IS 'TODO';
COMMENT ON COLUMN xen.pool_update.installation_size IS 'TODO';
COMMENT ON COLUMN xen.pool_update.key IS 'TODO';
COMMENT ON COLUMN xen.pool_update.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pool_update.vdi_id IS 'TODO';
COMMENT ON COLUMN xen.pool_update.version IS 'TODO';
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
COMMENT ON TABLE xen.repository IS 'TODO';
COMMENT ON COLUMN xen.repository.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.repository.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.repository.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.repository.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.repository.name_label IS 'TODO';
COMMENT ON COLUMN xen.repository.name_description IS 'TODO';
COMMENT ON COLUMN xen.repository.binary_url IS 'TODO';
COMMENT ON COLUMN xen.repository.certificate IS 'TODO';
COMMENT ON COLUMN xen.repository.gpgkey_path IS 'TODO';
COMMENT ON COLUMN xen.repository.hash IS 'TODO';
COMMENT ON COLUMN xen.repository.origin IS 'TODO';
COMMENT ON COLUMN xen.repository.source_url IS 'TODO';
COMMENT ON COLUMN xen.repository.up_to_date IS 'TODO';
COMMENT ON COLUMN xen.repository.update IS 'TODO';
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
COMMENT ON TABLE xen.certificate IS 'TODO';
COMMENT ON COLUMN xen.certificate.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.certificate.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.certificate.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.certificate.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.certificate.fingerprint IS 'TODO';
COMMENT ON COLUMN xen.certificate.fingerprint_sha1 IS 'TODO';
COMMENT ON COLUMN xen.certificate.fingerprint_sha256 IS 'TODO';
COMMENT ON COLUMN xen.certificate.host_id IS 'TODO';
COMMENT ON COLUMN xen.certificate.name IS 'TODO';
COMMENT ON COLUMN xen.certificate.not_after IS 'TODO';
COMMENT ON COLUMN xen.certificate.not_before IS 'TODO';
COMMENT ON COLUMN xen.certificate.purpose IS 'TODO';
COMMENT ON COLUMN xen.certificate.type IS 'TODO';
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
COMMENT ON TABLE xen.vm_appliance IS 'TODO';
COMMENT ON COLUMN xen.vm_appliance.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm_appliance.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_appliance.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_appliance.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_appliance.name_label IS 'TODO';
COMMENT ON COLUMN xen.vm_appliance.name_description IS 'TODO';
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
COMMENT ON TABLE xen.vmss IS 'TODO';
COMMENT ON COLUMN xen.vmss.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vmss.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vmss.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vmss.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vmss.name_label IS 'TODO';
COMMENT ON COLUMN xen.vmss.name_description IS 'TODO';
COMMENT ON COLUMN xen.vmss.enabled IS 'TODO';
COMMENT ON COLUMN xen.vmss.frequency IS 'TODO';
COMMENT ON COLUMN xen.vmss.last_run_time IS 'TODO';
COMMENT ON COLUMN xen.vmss.retained_snapshots IS 'TODO';
COMMENT ON COLUMN xen.vmss.schedule IS 'TODO';
COMMENT ON COLUMN xen.vmss.type IS 'TODO';
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
COMMENT ON TABLE xen.vm_group IS 'TODO';
COMMENT ON COLUMN xen.vm_group.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm_group.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_group.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_group.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_group.name_label IS 'TODO';
COMMENT ON COLUMN xen.vm_group.name_description IS 'TODO';
COMMENT ON COLUMN xen.vm_group.placement IS 'TODO';
COMMENT ON COLUMN xen.vm_group.vms_ref IS 'TODO';
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
COMMENT ON TABLE xen.cluster IS 'TODO';
COMMENT ON COLUMN xen.cluster.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.cluster.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.cluster.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.cluster.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.cluster.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.cluster.cluster_config IS 'TODO';
COMMENT ON COLUMN xen.cluster.cluster_stack IS 'TODO';
COMMENT ON COLUMN xen.cluster.cluster_stack_version IS 'TODO';
COMMENT ON COLUMN xen.cluster.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.cluster.expected_hosts IS 'TODO';
COMMENT ON COLUMN xen.cluster.is_quorate IS 'TODO';
COMMENT ON COLUMN xen.cluster.live_hosts IS 'TODO';
COMMENT ON COLUMN xen.cluster.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.cluster.pending_forget IS 'TODO';
COMMENT ON COLUMN xen.cluster.pool_auto_join IS 'TODO';
COMMENT ON COLUMN xen.cluster.quorum IS 'TODO';
COMMENT ON COLUMN xen.cluster.token_timeout IS 'TODO';
COMMENT ON COLUMN xen.cluster.token_timeout_coefficient IS 'TODO';
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
COMMENT ON TABLE xen.cluster_host IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.cluster_host.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.cluster_host.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.cluster_host.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.cluster_host.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.cluster_host.cluster_id IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.cluster_host.enabled IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.host_id IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.joined IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.last_update_live IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.live IS 'TODO';
COMMENT ON COLUMN xen.cluster_host.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.cluster_host.pif_id IS 'TODO';
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
COMMENT ON TABLE xen.feature IS 'TODO';
COMMENT ON COLUMN xen.feature.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.feature.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.feature.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.feature.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.feature.name_label IS 'TODO';
COMMENT ON COLUMN xen.feature.name_description IS 'TODO';
COMMENT ON COLUMN xen.feature.enabled IS 'TODO';
COMMENT ON COLUMN xen.feature.experimental IS 'TODO';
COMMENT ON COLUMN xen.feature.host_id IS 'TODO';
COMMENT ON COLUMN xen.feature.version IS 'TODO';
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
COMMENT ON TABLE xen.subject IS 'TODO';
COMMENT ON COLUMN xen.subject.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.subject.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.subject.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.subject.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.subject.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.subject.roles_ref IS 'TODO';
COMMENT ON COLUMN xen.subject.subject_identifier IS 'TODO';
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
COMMENT ON TABLE xen.pvs_site IS 'TODO';
COMMENT ON COLUMN xen.pvs_site.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_site.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_site.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_site.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_site.name_label IS 'TODO';
COMMENT ON COLUMN xen.pvs_site.name_description IS 'TODO';
COMMENT ON COLUMN xen.pvs_site.pvs_uuid IS 'TODO';
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
COMMENT ON TABLE xen.pvs_server IS 'TODO';
COMMENT ON COLUMN xen.pvs_server.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_server.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_server.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_server.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_server.addresses IS 'TODO';
COMMENT ON COLUMN xen.pvs_server.first_port IS 'TODO';
COMMENT ON COLUMN xen.pvs_server.last_port IS 'TODO';
COMMENT ON COLUMN xen.pvs_server.site_id IS 'TODO';
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
COMMENT ON TABLE xen.pvs_proxy IS 'TODO';
COMMENT ON COLUMN xen.pvs_proxy.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_proxy.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_proxy.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_proxy.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_proxy.currently_attached IS 'TODO';
COMMENT ON COLUMN xen.pvs_proxy.site_id IS 'TODO';
COMMENT ON COLUMN xen.pvs_proxy.status IS 'TODO';
COMMENT ON COLUMN xen.pvs_proxy.vif_id IS 'TODO';
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
COMMENT ON TABLE xen.pvs_cache_storage IS 'TODO';
COMMENT ON COLUMN xen.pvs_cache_storage.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pvs_cache_storage.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pvs_cache_storage.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pvs_cache_storage.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pvs_cache_storage.host_id IS 'TODO';
COMMENT ON COLUMN xen.pvs_cache_storage.site_id IS 'TODO';
COMMENT ON COLUMN xen.pvs_cache_storage.size IS 'TODO';
COMMENT ON COLUMN xen.pvs_cache_storage.sr_id IS 'TODO';
COMMENT ON COLUMN xen.pvs_cache_storage.vdi_id IS 'TODO';
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
COMMENT ON TABLE xen.sdn_controller IS 'TODO';
COMMENT ON COLUMN xen.sdn_controller.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.sdn_controller.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.sdn_controller.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.sdn_controller.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.sdn_controller.address IS 'TODO';
COMMENT ON COLUMN xen.sdn_controller.port IS 'TODO';
COMMENT ON COLUMN xen.sdn_controller.protocol IS 'TODO';
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
COMMENT ON TABLE xen.vtpm IS 'TODO';
COMMENT ON COLUMN xen.vtpm.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vtpm.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vtpm.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vtpm.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vtpm.allowed_operations IS 'XenAPI calls that are possible now, sorted';
COMMENT ON COLUMN xen.vtpm.backend_id IS 'TODO';
COMMENT ON COLUMN xen.vtpm.current_operations IS 'Tasks that work on it now, each with its kind; {} = none';
COMMENT ON COLUMN xen.vtpm.is_protected IS 'TODO';
COMMENT ON COLUMN xen.vtpm.is_unique IS 'TODO';
COMMENT ON COLUMN xen.vtpm.persistence_backend IS 'TODO';
COMMENT ON COLUMN xen.vtpm.vm_id IS 'TODO';
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
COMMENT ON TABLE xen.host_driver IS 'TODO';
COMMENT ON COLUMN xen.host_driver.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_driver.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_driver.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_driver.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_driver.active_variant_ref IS 'TODO';
COMMENT ON COLUMN xen.host_driver.description IS 'TODO';
COMMENT ON COLUMN xen.host_driver.friendly_name IS 'TODO';
COMMENT ON COLUMN xen.host_driver.host_id IS 'TODO';
COMMENT ON COLUMN xen.host_driver.info IS 'TODO';
COMMENT ON COLUMN xen.host_driver.name IS 'TODO';
COMMENT ON COLUMN xen.host_driver.selected_variant_ref IS 'TODO';
COMMENT ON COLUMN xen.host_driver.type IS 'TODO';
COMMENT ON COLUMN xen.host_driver.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.message (
    id        bigint PRIMARY KEY,
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid      text NOT NULL,
    ref       text NOT NULL,
    body      text,
    cls       text,
    name      text,
    obj_uuid  text,
    priority  bigint,
    timestamp timestamptz,
    extra     jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.1);
COMMENT ON TABLE xen.message IS 'TODO';
COMMENT ON COLUMN xen.message.id IS 'Key of the TODO, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.message.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.message.uuid IS 'UUID of the TODO; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.message.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.message.body IS 'TODO';
COMMENT ON COLUMN xen.message.cls IS 'TODO';
COMMENT ON COLUMN xen.message.name IS 'TODO';
COMMENT ON COLUMN xen.message.obj_uuid IS 'TODO';
COMMENT ON COLUMN xen.message.priority IS 'TODO';
COMMENT ON COLUMN xen.message.timestamp IS 'TODO';
COMMENT ON COLUMN xen.message.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

-- References that were text until now keep it, and lead to rows besides. The next full pass fills them in.
ALTER TABLE xen.pif ADD bond_slave_of_id bigint, ADD metrics_id bigint, ADD pci_id bigint, ADD vlan_master_of_id bigint;
COMMENT ON COLUMN xen.pif.bond_slave_of_id IS 'TODO';
COMMENT ON COLUMN xen.pif.metrics_id IS 'TODO';
COMMENT ON COLUMN xen.pif.pci_id IS 'TODO';
COMMENT ON COLUMN xen.pif.vlan_master_of_id IS 'TODO';
COMMENT ON COLUMN xen.pif.bond_slave_of_ref IS 'TODO';
COMMENT ON COLUMN xen.pif.metrics_ref IS 'TODO';
COMMENT ON COLUMN xen.pif.pci_ref IS 'TODO';
COMMENT ON COLUMN xen.pif.vlan_master_of_ref IS 'TODO';
ALTER TABLE xen.vm ADD appliance_id bigint, ADD snapshot_schedule_id bigint;
COMMENT ON COLUMN xen.vm.appliance_id IS 'TODO';
COMMENT ON COLUMN xen.vm.snapshot_schedule_id IS 'TODO';
COMMENT ON COLUMN xen.vm.appliance_ref IS 'TODO';
COMMENT ON COLUMN xen.vm.snapshot_schedule_ref IS 'TODO';

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
COMMENT ON TABLE xen.pci_dependencies IS 'TODO';
COMMENT ON COLUMN xen.pci_dependencies.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pci_dependencies.pci_id IS 'TODO';
COMMENT ON COLUMN xen.pci_dependencies.target_id IS 'TODO';

CREATE TABLE xen.gpu_group_enabled_vgpu_types (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    gpu_group_id bigint NOT NULL REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, gpu_group_id, target_id)
);
CREATE INDEX ON xen.gpu_group_enabled_vgpu_types (gpu_group_id);
CREATE INDEX ON xen.gpu_group_enabled_vgpu_types (target_id);
COMMENT ON TABLE xen.gpu_group_enabled_vgpu_types IS 'TODO';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.gpu_group_id IS 'TODO';
COMMENT ON COLUMN xen.gpu_group_enabled_vgpu_types.target_id IS 'TODO';

CREATE TABLE xen.gpu_group_supported_vgpu_types (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    gpu_group_id bigint NOT NULL REFERENCES xen.gpu_group DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, gpu_group_id, target_id)
);
CREATE INDEX ON xen.gpu_group_supported_vgpu_types (gpu_group_id);
CREATE INDEX ON xen.gpu_group_supported_vgpu_types (target_id);
COMMENT ON TABLE xen.gpu_group_supported_vgpu_types IS 'TODO';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.gpu_group_id IS 'TODO';
COMMENT ON COLUMN xen.gpu_group_supported_vgpu_types.target_id IS 'TODO';

CREATE TABLE xen.pgpu_enabled_vgpu_types (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pgpu_id   bigint NOT NULL REFERENCES xen.pgpu DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pgpu_id, target_id)
);
CREATE INDEX ON xen.pgpu_enabled_vgpu_types (pgpu_id);
CREATE INDEX ON xen.pgpu_enabled_vgpu_types (target_id);
COMMENT ON TABLE xen.pgpu_enabled_vgpu_types IS 'TODO';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.pgpu_id IS 'TODO';
COMMENT ON COLUMN xen.pgpu_enabled_vgpu_types.target_id IS 'TODO';

CREATE TABLE xen.pgpu_supported_vgpu_types (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pgpu_id   bigint NOT NULL REFERENCES xen.pgpu DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pgpu_id, target_id)
);
CREATE INDEX ON xen.pgpu_supported_vgpu_types (pgpu_id);
CREATE INDEX ON xen.pgpu_supported_vgpu_types (target_id);
COMMENT ON TABLE xen.pgpu_supported_vgpu_types IS 'TODO';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.pgpu_id IS 'TODO';
COMMENT ON COLUMN xen.pgpu_supported_vgpu_types.target_id IS 'TODO';

CREATE TABLE xen.vgpu_type_compatible_types_in_vm (
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vgpu_type_id bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    target_id    bigint NOT NULL REFERENCES xen.vgpu_type DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vgpu_type_id, target_id)
);
CREATE INDEX ON xen.vgpu_type_compatible_types_in_vm (vgpu_type_id);
CREATE INDEX ON xen.vgpu_type_compatible_types_in_vm (target_id);
COMMENT ON TABLE xen.vgpu_type_compatible_types_in_vm IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.vgpu_type_id IS 'TODO';
COMMENT ON COLUMN xen.vgpu_type_compatible_types_in_vm.target_id IS 'TODO';

CREATE TABLE xen.pool_update_hosts (
    pool_id        bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    pool_update_id bigint NOT NULL REFERENCES xen.pool_update DEFERRABLE INITIALLY DEFERRED,
    target_id      bigint NOT NULL REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, pool_update_id, target_id)
);
CREATE INDEX ON xen.pool_update_hosts (pool_update_id);
CREATE INDEX ON xen.pool_update_hosts (target_id);
COMMENT ON TABLE xen.pool_update_hosts IS 'TODO';
COMMENT ON COLUMN xen.pool_update_hosts.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pool_update_hosts.pool_update_id IS 'TODO';
COMMENT ON COLUMN xen.pool_update_hosts.target_id IS 'TODO';

CREATE TABLE xen.vm_group_vms (
    pool_id     bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vm_group_id bigint NOT NULL REFERENCES xen.vm_group DEFERRABLE INITIALLY DEFERRED,
    target_id   bigint NOT NULL REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vm_group_id, target_id)
);
CREATE INDEX ON xen.vm_group_vms (vm_group_id);
CREATE INDEX ON xen.vm_group_vms (target_id);
COMMENT ON TABLE xen.vm_group_vms IS 'TODO';
COMMENT ON COLUMN xen.vm_group_vms.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vm_group_vms.vm_group_id IS 'TODO';
COMMENT ON COLUMN xen.vm_group_vms.target_id IS 'TODO';

CREATE TABLE xen.pool_repositories (
    pool_id     bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    xen_pool_id bigint NOT NULL REFERENCES xen.pool DEFERRABLE INITIALLY DEFERRED,
    target_id   bigint NOT NULL REFERENCES xen.repository DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, xen_pool_id, target_id)
);
CREATE INDEX ON xen.pool_repositories (xen_pool_id);
CREATE INDEX ON xen.pool_repositories (target_id);
COMMENT ON TABLE xen.pool_repositories IS 'TODO';
COMMENT ON COLUMN xen.pool_repositories.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.pool_repositories.xen_pool_id IS 'TODO';
COMMENT ON COLUMN xen.pool_repositories.target_id IS 'TODO';
COMMENT ON COLUMN xen.pool.repositories_ref IS 'TODO';

CREATE TABLE xen.host_updates_requiring_reboot (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    host_id   bigint NOT NULL REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.pool_update DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, host_id, target_id)
);
CREATE INDEX ON xen.host_updates_requiring_reboot (host_id);
CREATE INDEX ON xen.host_updates_requiring_reboot (target_id);
COMMENT ON TABLE xen.host_updates_requiring_reboot IS 'TODO';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.host_id IS 'TODO';
COMMENT ON COLUMN xen.host_updates_requiring_reboot.target_id IS 'TODO';
COMMENT ON COLUMN xen.host.updates_requiring_reboot_ref IS 'TODO';

CREATE TABLE xen.vm_attached_pcis (
    pool_id   bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    vm_id     bigint NOT NULL REFERENCES xen.vm DEFERRABLE INITIALLY DEFERRED,
    target_id bigint NOT NULL REFERENCES xen.pci DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (pool_id, vm_id, target_id)
);
CREATE INDEX ON xen.vm_attached_pcis (vm_id);
CREATE INDEX ON xen.vm_attached_pcis (target_id);
COMMENT ON TABLE xen.vm_attached_pcis IS 'TODO';
COMMENT ON COLUMN xen.vm_attached_pcis.pool_id IS 'The pool of both, as in syncd.pool';
COMMENT ON COLUMN xen.vm_attached_pcis.vm_id IS 'TODO';
COMMENT ON COLUMN xen.vm_attached_pcis.target_id IS 'TODO';
COMMENT ON COLUMN xen.vm.attached_pcis_ref IS 'TODO';

CREATE INDEX ON xen.message (pool_id, timestamp);

-- +goose Down
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
    xen.sdn_controller, xen.vtpm, xen.host_driver, xen.message;
