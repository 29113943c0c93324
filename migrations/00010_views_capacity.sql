-- +goose Up
-- Views of pools and templates, and of what hosts and pools can carry. The rules are those of the views before:
-- docs/decisions/0004-what-the-inventory-views-say.md. A number below 0 is none: servers say -1 for what they do not know.

CREATE VIEW inventory.pool AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       x.name_label AS pool_name,
       nullif(x.name_description, '') AS description,
       m.uuid AS master_uuid,
       m.name_label AS master_name,
       m.address AS master_address,
       h.product_versions,
       coalesce(h.host_count, 0) AS host_count,
       coalesce(h.live_host_count, 0) AS live_host_count,
       coalesce(h.enabled_host_count, 0) AS enabled_host_count,
       h.cpu_count,
       h.memory_total_bytes,
       h.memory_free_bytes,
       coalesce(v.vm_count, 0) AS vm_count,
       coalesce(v.running_vm_count, 0) AS running_vm_count,
       coalesce(v.template_count, 0) AS template_count,
       coalesce(v.snapshot_count, 0) AS snapshot_count,
       s.uuid AS default_sr_uuid,
       s.name_label AS default_sr_name,
       coalesce(x.ha_enabled, false) AS ha_enabled,
       x.ha_host_failures_to_tolerate,
       x.ha_plan_exists_for,
       coalesce(x.ha_allow_overcommit, false) AS ha_allow_overcommit,
       coalesce(x.ha_overcommitted, false) AS ha_overcommitted,
       coalesce(x.tls_verification_enabled, false) AS tls_verification_enabled,
       nullif(array_to_string(x.tags, ','), '') AS tags,
       r.last_success_at
FROM xen.pool x
JOIN syncd.pool p ON p.id = x.pool_id
LEFT JOIN xen.host m ON m.id = x.master_id
LEFT JOIN xen.sr s ON s.id = x.default_sr_id
LEFT JOIN (
    SELECT i.pool,
           count(*) AS host_count,
           count(*) FILTER (WHERE i.live) AS live_host_count,
           count(*) FILTER (WHERE i.enabled) AS enabled_host_count,
           sum(i.cpu_count)::bigint AS cpu_count,
           CASE WHEN bool_or(i.memory_total_bytes >= 0) THEN least(sum(i.memory_total_bytes) FILTER (WHERE i.memory_total_bytes >= 0), 9223372036854775807)::bigint END AS memory_total_bytes,
           CASE WHEN bool_or(i.memory_free_bytes >= 0) THEN least(sum(i.memory_free_bytes) FILTER (WHERE i.memory_free_bytes >= 0), 9223372036854775807)::bigint END AS memory_free_bytes,
           string_agg(DISTINCT i.product_version COLLATE "C", ',' ORDER BY i.product_version COLLATE "C") AS product_versions
    FROM inventory.host i
    GROUP BY i.pool
) h ON h.pool = p.name
LEFT JOIN (
    SELECT t.pool_id,
           count(*) FILTER (WHERE t.kind = 'vm') AS vm_count,
           count(*) FILTER (WHERE t.kind = 'vm' AND t.power_state = 'Running') AS running_vm_count,
           count(*) FILTER (WHERE t.kind = 'template') AS template_count,
           count(*) FILTER (WHERE t.kind = 'snapshot') AS snapshot_count
    FROM (SELECT y.pool_id, y.power_state,
                 CASE WHEN y.is_a_snapshot THEN 'snapshot'
                      WHEN y.is_a_template OR y.is_default_template THEN 'template'
                      WHEN y.is_control_domain IS NOT TRUE THEN 'vm'
                 END AS kind
          FROM xen.vm y) t
    GROUP BY t.pool_id
) v ON v.pool_id = p.id
LEFT JOIN inventory.freshness r ON r.pool = p.name;

COMMENT ON VIEW inventory.pool IS 'Every pool that was read: its master, its size, how it is set up';
COMMENT ON COLUMN inventory.pool.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.pool.pool_uuid IS 'UUID that XenServer gives the pool; the key of this view';
COMMENT ON COLUMN inventory.pool.pool_name IS 'Name of the pool in XenServer; may be empty, and need not be unique';
COMMENT ON COLUMN inventory.pool.description IS 'Free text; NULL = none';
COMMENT ON COLUMN inventory.pool.master_uuid IS 'UUID of the host that leads the pool';
COMMENT ON COLUMN inventory.pool.master_name IS 'Name of the host that leads the pool';
COMMENT ON COLUMN inventory.pool.master_address IS 'Management IP address of the host that leads the pool';
COMMENT ON COLUMN inventory.pool.product_versions IS 'Versions of its hosts in order, separated by commas; more than one: an upgrade is under way or was left';
COMMENT ON COLUMN inventory.pool.host_count IS 'Its hosts';
COMMENT ON COLUMN inventory.pool.live_host_count IS 'Hosts that the pool believes to be up';
COMMENT ON COLUMN inventory.pool.enabled_host_count IS 'Hosts that take VMs; fewer than host_count: some are in maintenance';
COMMENT ON COLUMN inventory.pool.cpu_count IS 'Logical CPUs of all hosts that tell; NULL = none tells';
COMMENT ON COLUMN inventory.pool.memory_total_bytes IS 'Memory of all hosts in bytes; NULL = none reported';
COMMENT ON COLUMN inventory.pool.memory_free_bytes IS 'Memory of all hosts that no VM holds, in bytes; NULL where the server does not tell';
COMMENT ON COLUMN inventory.pool.vm_count IS 'VMs in whatever state; no templates, snapshots or control domains';
COMMENT ON COLUMN inventory.pool.running_vm_count IS 'VMs of these that are Running';
COMMENT ON COLUMN inventory.pool.template_count IS 'Rows of inventory.template, those that came with the server among them';
COMMENT ON COLUMN inventory.pool.snapshot_count IS 'Snapshots of VMs';
COMMENT ON COLUMN inventory.pool.default_sr_uuid IS 'UUID of the SR where new disks go; NULL = none is set';
COMMENT ON COLUMN inventory.pool.default_sr_name IS 'Name of the SR where new disks go; NULL = none is set';
COMMENT ON COLUMN inventory.pool.ha_enabled IS 'true: high availability is on';
COMMENT ON COLUMN inventory.pool.ha_host_failures_to_tolerate IS 'How many hosts may fail at once with every protected VM restarted, as somebody asked for';
COMMENT ON COLUMN inventory.pool.ha_plan_exists_for IS 'How many hosts may fail as things are now; fewer than ha_host_failures_to_tolerate: it cannot keep the promise. Means nothing where ha_enabled is false';
COMMENT ON COLUMN inventory.pool.ha_allow_overcommit IS 'true: VMs may be protected beyond what the plan can hold';
COMMENT ON COLUMN inventory.pool.ha_overcommitted IS 'true: more is protected than the plan can hold';
COMMENT ON COLUMN inventory.pool.tls_verification_enabled IS 'true: hosts of the pool check each other''s certificates; false also on servers that cannot';
COMMENT ON COLUMN inventory.pool.tags IS 'Its tags in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.pool.last_success_at IS 'When the last good pass was published: all that the inventory says of the pool is of that time';

CREATE VIEW inventory.template AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       t.uuid AS template_uuid,
       t.name_label AS template_name,
       nullif(t.name_description, '') AS description,
       -- Old servers have no field for it.
       coalesce(t.is_default_template, t.other_config ->> 'default_template' = 'true', false) AS is_default,
       nullif(t.reference_label, '') AS reference_label,
       nullif(t.other_config ->> 'base_template_name', '') AS base_template_name,
       nullif(t.other_config ->> 'install-distro', '') AS install_distro,
       t.domain_type,
       nullif(t.hvm_boot_params ->> 'firmware', '') AS firmware,
       t.vcpus_at_startup AS vcpus,
       t.memory_dynamic_max AS memory_bytes,
       d.disk_count,
       d.virtual_bytes AS disk_bytes,
       d.used_bytes,
       (SELECT count(*) FROM xen.vif f WHERE f.vm_id = t.id) AS nic_count,
       nullif(t.ha_restart_priority, '') AS ha_restart_priority,
       m.install_time AS created_at,
       nullif(array_to_string(t.tags, ','), '') AS tags
FROM xen.vm t
JOIN syncd.pool p ON p.id = t.pool_id
LEFT JOIN xen.vm_metrics m ON m.id = t.metrics_id
CROSS JOIN LATERAL (
    SELECT count(*) AS disk_count,
           least(coalesce(sum(i.virtual_size) FILTER (WHERE i.virtual_size >= 0), 0), 9223372036854775807)::bigint AS virtual_bytes,
           least(coalesce(sum(i.physical_utilisation) FILTER (WHERE i.physical_utilisation >= 0), 0), 9223372036854775807)::bigint AS used_bytes
    FROM xen.vdi i
    WHERE i.id IN (SELECT b.vdi_id FROM xen.vbd b WHERE b.vm_id = t.id AND b.type = 'Disk')
) d
WHERE (t.is_a_template OR t.is_default_template)
  AND t.is_a_snapshot IS NOT TRUE;

COMMENT ON VIEW inventory.template IS 'Every template, those that came with the server and those that people made; no snapshots';
COMMENT ON COLUMN inventory.template.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.template.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.template.template_uuid IS 'UUID of the template; with pool_uuid the key of this view, since those of built-in templates repeat from pool to pool';
COMMENT ON COLUMN inventory.template.template_name IS 'Name of the template; need not be unique';
COMMENT ON COLUMN inventory.template.description IS 'Free text; NULL = none';
COMMENT ON COLUMN inventory.template.is_default IS 'true: it came with the server';
COMMENT ON COLUMN inventory.template.reference_label IS 'What the server calls the system that it is for, such as debian-12; NULL = not told';
COMMENT ON COLUMN inventory.template.base_template_name IS 'Name of the template that it was made of in the end; NULL = not told';
COMMENT ON COLUMN inventory.template.install_distro IS 'Family of the installer that it starts: debianlike, rhlike, sleslike and so on; NULL = not told';
COMMENT ON COLUMN inventory.template.domain_type IS 'How a VM of it is virtualised: hvm, pv, pvh or pv_in_pvh; unspecified or NULL on old servers';
COMMENT ON COLUMN inventory.template.firmware IS 'bios or uefi; NULL = not told, which is bios where the VM has one';
COMMENT ON COLUMN inventory.template.vcpus IS 'Virtual CPUs that a VM of it has when it boots';
COMMENT ON COLUMN inventory.template.memory_bytes IS 'Memory that a VM of it may use, in bytes';
COMMENT ON COLUMN inventory.template.disk_count IS 'Disks that the template itself has; 0 also where disks are made with each VM, as with those that came with the server';
COMMENT ON COLUMN inventory.template.disk_bytes IS 'Sum of the sizes of its disks as a guest sees them, in bytes';
COMMENT ON COLUMN inventory.template.used_bytes IS 'Sum of the space that its disks take on their SRs, in bytes; what they share with others counts in full';
COMMENT ON COLUMN inventory.template.nic_count IS 'Network interfaces that the template itself has';
COMMENT ON COLUMN inventory.template.ha_restart_priority IS 'What HA does for a VM of it: restart or best-effort, old servers have 0 to 3; NULL = nothing';
COMMENT ON COLUMN inventory.template.created_at IS 'When the VM was installed that it was made of; NULL = not known, as of those that came with the server';
COMMENT ON COLUMN inventory.template.tags IS 'Its tags in order, separated by commas; NULL = none';

CREATE VIEW inventory.host_capacity AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       coalesce(m.live, false) AS live,
       coalesce(h.enabled, false) AS enabled,
       coalesce(nullif(h.cpu_info ->> 'modelname', ''), c.modelname) AS cpu_model,
       n.cpu_mhz,
       n.socket_count,
       n.core_count,
       n.cpu_count,
       coalesce(v.vm_count, 0) AS resident_vm_count,
       coalesce(v.vcpu_count, 0) AS vcpu_count,
       coalesce(v.vcpu_count, 0)::double precision / n.core_count AS vcpu_per_core_ratio,
       coalesce(v.vcpu_count, 0)::double precision / n.cpu_count AS vcpu_per_cpu_ratio,
       m.memory_total AS memory_total_bytes,
       m.memory_free AS memory_free_bytes,
       coalesce(v.control_bytes, 0) AS memory_control_domain_bytes,
       CASE WHEN h.memory_overhead > 0 THEN h.memory_overhead END AS memory_xen_bytes,
       CASE WHEN m.memory_total > 0
            THEN greatest(m.memory_total::numeric - coalesce(v.control_bytes, 0) - greatest(h.memory_overhead, 0), 0)::bigint
       END AS memory_usable_bytes,
       coalesce(v.memory_bytes, 0) AS memory_committed_bytes,
       CASE WHEN m.memory_total > 0 THEN coalesce(v.memory_bytes, 0)::double precision / m.memory_total END AS memory_committed_ratio
FROM xen.host h
JOIN syncd.pool p ON p.id = h.pool_id
LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id
-- Servers before 5.6 have one row for each logical CPU and no cpu_info.
LEFT JOIN (
    SELECT x.host_id, count(*) AS cpu_count, min(x.modelname COLLATE "C") AS modelname, min(x.speed) AS mhz
    FROM xen.host_cpu x
    GROUP BY x.host_id
) c ON c.host_id = h.id
CROSS JOIN LATERAL (
    SELECT coalesce(nullif(CASE WHEN h.cpu_info ->> 'cpu_count' ~ '^[0-9]{1,9}$' THEN (h.cpu_info ->> 'cpu_count')::bigint END, 0), c.cpu_count) AS cpu_count,
           nullif(CASE WHEN h.cpu_info ->> 'socket_count' ~ '^[0-9]{1,9}$' THEN (h.cpu_info ->> 'socket_count')::bigint END, 0) AS socket_count,
           nullif(CASE WHEN h.cpu_info ->> 'threads_per_core' ~ '^[0-9]{1,9}$' THEN (h.cpu_info ->> 'threads_per_core')::bigint END, 0) AS threads,
           coalesce(CASE WHEN h.cpu_info ->> 'speed' ~ '^[0-9]{1,9}([.][0-9]{1,9})?$' THEN (h.cpu_info ->> 'speed')::double precision END,
                    c.mhz::double precision) AS cpu_mhz
) t
CROSS JOIN LATERAL (SELECT t.cpu_count, t.socket_count, nullif(t.cpu_count / t.threads, 0) AS core_count, t.cpu_mhz) n
LEFT JOIN (
    SELECT y.resident_on_id,
           count(*) FILTER (WHERE NOT y.control) AS vm_count,
           least(coalesce(sum(y.vcpus_at_startup) FILTER (WHERE NOT y.control AND y.vcpus_at_startup >= 0), 0), 9223372036854775807)::bigint AS vcpu_count,
           least(coalesce(sum(y.memory_dynamic_max) FILTER (WHERE NOT y.control AND y.memory_dynamic_max >= 0), 0), 9223372036854775807)::bigint AS memory_bytes,
           least(coalesce(sum(y.memory_dynamic_max) FILTER (WHERE y.control AND y.memory_dynamic_max >= 0), 0), 9223372036854775807)::bigint AS control_bytes
    FROM (SELECT z.resident_on_id, coalesce(z.is_control_domain, false) AS control, z.vcpus_at_startup, z.memory_dynamic_max
          FROM xen.vm z
          WHERE z.resident_on_id IS NOT NULL AND z.power_state IN ('Running', 'Paused')) y
    GROUP BY y.resident_on_id
) v ON v.resident_on_id = h.id;

COMMENT ON VIEW inventory.host_capacity IS 'How much each host has, and how much of it its VMs were promised';
COMMENT ON COLUMN inventory.host_capacity.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.host_capacity.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.host_capacity.host_uuid IS 'UUID of the host; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.host_capacity.host_name IS 'Name of the host; need not be unique';
COMMENT ON COLUMN inventory.host_capacity.live IS 'false: the pool believes the host to be down; its VMs are still counted';
COMMENT ON COLUMN inventory.host_capacity.enabled IS 'false: no VM starts or moves here, as in maintenance mode';
COMMENT ON COLUMN inventory.host_capacity.cpu_model IS 'Name of the CPUs in words; NULL = not told';
COMMENT ON COLUMN inventory.host_capacity.cpu_mhz IS 'Clock of the CPUs in MHz; NULL = not told';
COMMENT ON COLUMN inventory.host_capacity.socket_count IS 'Processors; NULL = not told';
COMMENT ON COLUMN inventory.host_capacity.core_count IS 'Physical cores: logical CPUs by threads of a core; NULL where the server does not tell how many threads a core has, as older ones';
COMMENT ON COLUMN inventory.host_capacity.cpu_count IS 'Logical CPUs (sockets x cores x threads); NULL = not told';
COMMENT ON COLUMN inventory.host_capacity.resident_vm_count IS 'VMs that are Running or Paused on it, control domains left out; 0 = none';
COMMENT ON COLUMN inventory.host_capacity.vcpu_count IS 'Virtual CPUs that these VMs had when they booted';
COMMENT ON COLUMN inventory.host_capacity.vcpu_per_core_ratio IS 'vcpu_count of core_count; more than 1: cores are shared; NULL = core_count is not known';
COMMENT ON COLUMN inventory.host_capacity.vcpu_per_cpu_ratio IS 'vcpu_count of cpu_count, for where cores are not told; NULL = cpu_count is not known';
COMMENT ON COLUMN inventory.host_capacity.memory_total_bytes IS 'Memory of the host in bytes; NULL or 0 if it never reported';
COMMENT ON COLUMN inventory.host_capacity.memory_free_bytes IS 'Memory that no VM holds, in bytes, as of the last pass; NULL where the server does not tell';
COMMENT ON COLUMN inventory.host_capacity.memory_control_domain_bytes IS 'Memory of its control domains in bytes';
COMMENT ON COLUMN inventory.host_capacity.memory_xen_bytes IS 'Memory that Xen itself takes, in bytes; NULL = not told';
COMMENT ON COLUMN inventory.host_capacity.memory_usable_bytes IS 'Memory that VMs can have in all, in bytes: without what control domains and Xen take; NULL = the host never reported';
COMMENT ON COLUMN inventory.host_capacity.memory_committed_bytes IS 'Memory that these VMs may use, in bytes: the upper end of what ballooning gives, control domains left out';
COMMENT ON COLUMN inventory.host_capacity.memory_committed_ratio IS 'memory_committed_bytes of memory_total_bytes; NULL = the host never reported';

CREATE VIEW inventory.pool_capacity AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       coalesce(h.host_count, 0) AS host_count,
       coalesce(h.usable_host_count, 0) AS usable_host_count,
       h.socket_count,
       h.core_count,
       h.cpu_count,
       coalesce(h.resident_vm_count, 0) AS resident_vm_count,
       coalesce(h.vcpu_count, 0) AS vcpu_count,
       h.vcpu_count::double precision / nullif(h.core_count, 0) AS vcpu_per_core_ratio,
       h.vcpu_count::double precision / nullif(h.cpu_count, 0) AS vcpu_per_cpu_ratio,
       coalesce(h.memory_total_bytes, 0) AS memory_total_bytes,
       h.memory_free_bytes,
       coalesce(h.memory_usable_bytes, 0) AS memory_usable_bytes,
       coalesce(h.memory_committed_bytes, 0) AS memory_committed_bytes,
       h.memory_committed_bytes::double precision / nullif(h.memory_total_bytes, 0) AS memory_committed_ratio,
       coalesce(h.memory_usable_bytes - h.memory_largest_bytes, 0) AS memory_without_largest_host_bytes,
       coalesce(h.memory_committed_bytes <= h.memory_usable_bytes - h.memory_largest_bytes, true) AS fits_without_largest_host,
       coalesce(s.sr_count, 0) AS shared_sr_count,
       coalesce(s.size_bytes, 0) AS shared_size_bytes,
       coalesce(s.used_bytes, 0) AS shared_used_bytes,
       greatest(s.size_bytes - s.used_bytes, 0) AS shared_free_bytes,
       s.used_bytes::double precision / s.size_bytes AS shared_used_ratio
FROM xen.pool x
JOIN syncd.pool p ON p.id = x.pool_id
LEFT JOIN (
    SELECT c.pool,
           count(*) AS host_count,
           count(*) FILTER (WHERE c.usable) AS usable_host_count,
           CASE WHEN bool_and(c.socket_count IS NOT NULL) FILTER (WHERE c.usable) THEN (sum(c.socket_count) FILTER (WHERE c.usable))::bigint END AS socket_count,
           CASE WHEN bool_and(c.core_count IS NOT NULL) FILTER (WHERE c.usable) THEN (sum(c.core_count) FILTER (WHERE c.usable))::bigint END AS core_count,
           CASE WHEN bool_and(c.cpu_count IS NOT NULL) FILTER (WHERE c.usable) THEN (sum(c.cpu_count) FILTER (WHERE c.usable))::bigint END AS cpu_count,
           sum(c.resident_vm_count)::bigint AS resident_vm_count,
           least(sum(c.vcpu_count), 9223372036854775807)::bigint AS vcpu_count,
           least(coalesce(sum(c.memory_total_bytes) FILTER (WHERE c.usable AND c.memory_total_bytes >= 0), 0), 9223372036854775807)::bigint AS memory_total_bytes,
           CASE WHEN bool_and(c.memory_free_bytes >= 0) FILTER (WHERE c.usable)
                THEN least(sum(c.memory_free_bytes) FILTER (WHERE c.usable), 9223372036854775807)::bigint
           END AS memory_free_bytes,
           least(coalesce(sum(c.memory_usable_bytes) FILTER (WHERE c.usable), 0), 9223372036854775807)::bigint AS memory_usable_bytes,
           coalesce(max(c.memory_usable_bytes) FILTER (WHERE c.usable), 0) AS memory_largest_bytes,
           least(sum(c.memory_committed_bytes), 9223372036854775807)::bigint AS memory_committed_bytes
    FROM (SELECT y.*, y.live AND y.enabled AS usable FROM inventory.host_capacity y) c
    GROUP BY c.pool
) h ON h.pool = p.name
LEFT JOIN (
    SELECT z.pool_id,
           count(*) AS sr_count,
           least(sum(z.physical_size), 9223372036854775807)::bigint AS size_bytes,
           least(coalesce(sum(z.physical_utilisation) FILTER (WHERE z.physical_utilisation >= 0), 0), 9223372036854775807)::bigint AS used_bytes
    FROM xen.sr z
    WHERE z.shared AND z.physical_size > 0 AND coalesce(z.content_type, '') <> 'iso'
    GROUP BY z.pool_id
) s ON s.pool_id = p.id;

COMMENT ON VIEW inventory.pool_capacity IS 'How much the hosts of each pool have that are live and enabled, how much of it was promised, and whether one of them may fail';
COMMENT ON COLUMN inventory.pool_capacity.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.pool_capacity.pool_uuid IS 'UUID that XenServer gives the pool; the key of this view';
COMMENT ON COLUMN inventory.pool_capacity.host_count IS 'Hosts of the pool';
COMMENT ON COLUMN inventory.pool_capacity.usable_host_count IS 'Hosts that are live and enabled: what the pool can carry is counted on these only';
COMMENT ON COLUMN inventory.pool_capacity.socket_count IS 'Processors of usable hosts; NULL = one of them does not tell';
COMMENT ON COLUMN inventory.pool_capacity.core_count IS 'Physical cores of usable hosts; NULL = one of them does not tell';
COMMENT ON COLUMN inventory.pool_capacity.cpu_count IS 'Logical CPUs of usable hosts; NULL = one of them does not tell';
COMMENT ON COLUMN inventory.pool_capacity.resident_vm_count IS 'VMs that are Running or Paused on any host, usable or not; control domains left out';
COMMENT ON COLUMN inventory.pool_capacity.vcpu_count IS 'Virtual CPUs that these VMs had when they booted';
COMMENT ON COLUMN inventory.pool_capacity.vcpu_per_core_ratio IS 'vcpu_count of core_count; NULL = core_count is not known';
COMMENT ON COLUMN inventory.pool_capacity.vcpu_per_cpu_ratio IS 'vcpu_count of cpu_count, for where cores are not told; NULL = cpu_count is not known';
COMMENT ON COLUMN inventory.pool_capacity.memory_total_bytes IS 'Memory of usable hosts in bytes';
COMMENT ON COLUMN inventory.pool_capacity.memory_free_bytes IS 'Memory of usable hosts that no VM holds, in bytes, as of the last pass; NULL = one of them does not tell';
COMMENT ON COLUMN inventory.pool_capacity.memory_usable_bytes IS 'Memory that VMs can have in all on usable hosts, in bytes: without what control domains and Xen take';
COMMENT ON COLUMN inventory.pool_capacity.memory_committed_bytes IS 'Memory that these VMs may use, in bytes: the upper end of what ballooning gives, control domains left out';
COMMENT ON COLUMN inventory.pool_capacity.memory_committed_ratio IS 'memory_committed_bytes of memory_total_bytes; NULL = no usable host';
COMMENT ON COLUMN inventory.pool_capacity.memory_without_largest_host_bytes IS 'memory_usable_bytes less those of the host that has most: what is left when it fails';
COMMENT ON COLUMN inventory.pool_capacity.fits_without_largest_host IS 'true: memory_committed_bytes is at most that. A sum only: whether each VM finds a place is in inventory.ha_simulation';
COMMENT ON COLUMN inventory.pool_capacity.shared_sr_count IS 'SRs that all hosts are to reach and that tell a size; no libraries of ISO images';
COMMENT ON COLUMN inventory.pool_capacity.shared_size_bytes IS 'Size of these in bytes';
COMMENT ON COLUMN inventory.pool_capacity.shared_used_bytes IS 'Space in use on these, in bytes';
COMMENT ON COLUMN inventory.pool_capacity.shared_free_bytes IS 'Space that is left on these, in bytes';
COMMENT ON COLUMN inventory.pool_capacity.shared_used_ratio IS 'shared_used_bytes of shared_size_bytes; 1 = full; NULL = there is none';

CREATE VIEW inventory.gpu AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       g.uuid AS gpu_uuid,
       c.pci_id AS pci_address,
       nullif(c.vendor_name, '') AS vendor_name,
       nullif(c.device_name, '') AS device_name,
       o.uuid AS gpu_group_uuid,
       o.name_label AS gpu_group_name,
       coalesce(g.is_system_display_device, false) AS is_system_display,
       g.dom0_access,
       s.names AS supported_vgpu_types,
       e.names AS enabled_vgpu_types,
       m.capacity AS max_vgpu_count,
       coalesce(v.vgpu_count, 0) AS vgpu_count,
       v.vm_names AS vgpu_vm_names,
       a.vm_names AS passthrough_vm_names
FROM xen.pgpu g
JOIN syncd.pool p ON p.id = g.pool_id
LEFT JOIN xen.host h ON h.id = g.host_id
LEFT JOIN xen.pci c ON c.id = g.pci_id
LEFT JOIN xen.gpu_group o ON o.id = g.gpu_group_id
LEFT JOIN (
    SELECT l.pgpu_id, string_agg(t.model_name, ',' ORDER BY t.model_name COLLATE "C") AS names
    FROM xen.pgpu_supported_vgpu_types l
    JOIN xen.vgpu_type t ON t.id = l.target_id
    GROUP BY l.pgpu_id
) s ON s.pgpu_id = g.id
LEFT JOIN (
    SELECT l.pgpu_id, string_agg(t.model_name, ',' ORDER BY t.model_name COLLATE "C") AS names
    FROM xen.pgpu_enabled_vgpu_types l
    JOIN xen.vgpu_type t ON t.id = l.target_id
    GROUP BY l.pgpu_id
) e ON e.pgpu_id = g.id
-- Keys are references of the types.
LEFT JOIN (
    SELECT l.pgpu_id, max(CASE WHEN k.value ~ '^[0-9]{1,9}$' THEN k.value::bigint END) AS capacity
    FROM xen.pgpu_enabled_vgpu_types l
    JOIN xen.vgpu_type t ON t.id = l.target_id
    JOIN xen.pgpu x ON x.id = l.pgpu_id
    CROSS JOIN LATERAL (SELECT x.supported_vgpu_max_capacities ->> t.ref AS value) k
    GROUP BY l.pgpu_id
) m ON m.pgpu_id = g.id
LEFT JOIN (
    SELECT u.resident_on_id, sum(u.vgpu_count)::bigint AS vgpu_count, string_agg(y.name_label, ',' ORDER BY y.name_label COLLATE "C", y.uuid) AS vm_names
    FROM (SELECT w.resident_on_id, w.vm_id, count(*) AS vgpu_count FROM xen.vgpu w GROUP BY w.resident_on_id, w.vm_id) u
    LEFT JOIN xen.vm y ON y.id = u.vm_id
    GROUP BY u.resident_on_id
) v ON v.resident_on_id = g.id
LEFT JOIN (
    SELECT l.target_id, string_agg(y.name_label, ',' ORDER BY y.name_label COLLATE "C", y.uuid) AS vm_names
    FROM xen.vm_attached_pcis l
    JOIN xen.vm y ON y.id = l.vm_id
    GROUP BY l.target_id
) a ON a.target_id = g.pci_id;

COMMENT ON VIEW inventory.gpu IS 'Every graphics card of every host: what it can be split into, and which VMs have a part of it or the whole';
COMMENT ON COLUMN inventory.gpu.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.gpu.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.gpu.host_uuid IS 'UUID of the host that it is in';
COMMENT ON COLUMN inventory.gpu.host_name IS 'Name of the host that it is in; need not be unique';
COMMENT ON COLUMN inventory.gpu.gpu_uuid IS 'UUID of the card; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.gpu.pci_address IS 'Where in the host it is plugged in: domain, bus, device and function, such as 0000:00:02.0';
COMMENT ON COLUMN inventory.gpu.vendor_name IS 'Maker of the card; NULL = not told';
COMMENT ON COLUMN inventory.gpu.device_name IS 'Model of the card; NULL = not told';
COMMENT ON COLUMN inventory.gpu.gpu_group_uuid IS 'UUID of the group of like cards that VMs ask for; NULL = in none';
COMMENT ON COLUMN inventory.gpu.gpu_group_name IS 'Name of this group; NULL = in none';
COMMENT ON COLUMN inventory.gpu.is_system_display IS 'true: the host shows its own console on it';
COMMENT ON COLUMN inventory.gpu.dom0_access IS 'Whether the host itself uses the card: enabled, disable_on_reboot, disabled, enable_on_reboot; NULL where the server does not tell';
COMMENT ON COLUMN inventory.gpu.supported_vgpu_types IS 'Types of virtual GPU that it could run, names in order, separated by commas; NULL = none told';
COMMENT ON COLUMN inventory.gpu.enabled_vgpu_types IS 'Types of virtual GPU that it may run, names in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.gpu.max_vgpu_count IS 'Virtual GPUs that fit if all are of the smallest enabled type; NULL = not told';
COMMENT ON COLUMN inventory.gpu.vgpu_count IS 'Virtual GPUs that run on it now, one that is passed through whole among them';
COMMENT ON COLUMN inventory.gpu.vgpu_vm_names IS 'Names of the VMs that have these in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.gpu.passthrough_vm_names IS 'Names of running VMs that have the card itself, in order, separated by commas; NULL = none';

-- As it was, but that disks are summed at once: VM by VM, those of 10,000 took longer than all the rest. What people know
-- from other inventories stands behind.
CREATE OR REPLACE VIEW inventory.vm AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       v.power_state,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       v.vcpus_at_startup AS vcpus,
       v.memory_dynamic_max AS memory_bytes,
       coalesce(d.bytes, 0) AS disk_bytes,
       -- Windows appends paths: Microsoft Windows Server 2008 R2|C:\Windows|\Device\Harddisk0\Partition1
       nullif(trim(split_part(g.os_version ->> 'name', '|', 1)), '') AS os_name,
       -- Keys are 0/ip, 0/ipv4/0, 0/ipv6/0: the device first, the address of the device last. Old agents put several
       -- addresses into one value, with white space between them. Of most VMs the first key has the first address.
       CASE WHEN g.networks ->> '0/ip' ~ '^[^\s:]*[.][^\s:]*$' THEN g.networks ->> '0/ip'
            ELSE (SELECT t.address
                  FROM jsonb_each_text(g.networks) n, substring(n.value FROM '\S+') t (address)
                  WHERE n.key ~ '^[0-9]{1,9}/ip' AND (t.address LIKE '%.%' OR t.address LIKE '%:%')
                  ORDER BY t.address LIKE '%:%',
                           split_part(n.key, '/', 1)::int,
                           substring(n.key FROM '[0-9]{1,9}$')::int NULLS FIRST
                  LIMIT 1)
       END AS ip_address,
       nullif(array_to_string(v.tags, ','), '') AS tags,
       nullif(v.name_description, '') AS description,
       m.start_time AS started_at,
       m.install_time AS installed_at,
       coalesce(d.disk_count, 0) AS disk_count,
       coalesce(d.used_bytes, 0) AS disk_used_bytes,
       coalesce(n.nic_count, 0) AS nic_count,
       coalesce(s.snapshot_count, 0) AS snapshot_count,
       a.uuid AS affinity_host_uuid,
       a.name_label AS affinity_host_name,
       nullif(v.ha_restart_priority, '') AS ha_restart_priority,
       y.name_label AS appliance_name,
       nullif(v.hvm_boot_params ->> 'firmware', '') AS firmware,
       -- concat_ws leaves out what is not there.
       nullif(concat_ws('-', nullif(concat_ws('.', g.pv_drivers_version ->> 'major', g.pv_drivers_version ->> 'minor', g.pv_drivers_version ->> 'micro'), ''),
                        g.pv_drivers_version ->> 'build'), '') AS tools_version
FROM xen.vm v
JOIN syncd.pool p ON p.id = v.pool_id
LEFT JOIN xen.host h ON h.id = v.resident_on_id
LEFT JOIN xen.vm_guest_metrics g ON g.id = v.guest_metrics_id
LEFT JOIN xen.vm_metrics m ON m.id = v.metrics_id
LEFT JOIN xen.host a ON a.id = v.affinity_id
LEFT JOIN xen.vm_appliance y ON y.id = v.appliance_id
LEFT JOIN (SELECT f.vm_id, count(*) AS nic_count FROM xen.vif f GROUP BY f.vm_id) n ON n.vm_id = v.id
LEFT JOIN (SELECT x.snapshot_of_id, count(*) AS snapshot_count FROM xen.vm x WHERE x.is_a_snapshot GROUP BY x.snapshot_of_id) s ON s.snapshot_of_id = v.id
-- A disk counts once, however many VBDs lead to it.
LEFT JOIN (
    SELECT x.vm_id,
           count(*) AS disk_count,
           least(coalesce(sum(i.virtual_size) FILTER (WHERE i.virtual_size >= 0), 0), 9223372036854775807)::bigint AS bytes,
           least(coalesce(sum(i.physical_utilisation) FILTER (WHERE i.physical_utilisation >= 0), 0), 9223372036854775807)::bigint AS used_bytes
    FROM (SELECT DISTINCT b.vm_id, b.vdi_id FROM xen.vbd b WHERE b.type = 'Disk' AND b.vm_id IS NOT NULL) x
    JOIN xen.vdi i ON i.id = x.vdi_id
    GROUP BY x.vm_id
) d ON d.vm_id = v.id
WHERE v.is_a_template IS NOT TRUE
  AND v.is_default_template IS NOT TRUE
  AND v.is_a_snapshot IS NOT TRUE
  AND v.is_control_domain IS NOT TRUE;

COMMENT ON COLUMN inventory.vm.description IS 'Free text; NULL = none';
COMMENT ON COLUMN inventory.vm.started_at IS 'When it was started last; NULL = not known, as of most that are Halted';
COMMENT ON COLUMN inventory.vm.installed_at IS 'When it was installed; NULL = not known';
COMMENT ON COLUMN inventory.vm.disk_count IS 'Its disks; without CDs and snapshots';
COMMENT ON COLUMN inventory.vm.disk_used_bytes IS 'Sum of the space that its disks take on their SRs, in bytes; without snapshots; what they share with others counts in full';
COMMENT ON COLUMN inventory.vm.nic_count IS 'Its network interfaces';
COMMENT ON COLUMN inventory.vm.snapshot_count IS 'Its snapshots';
COMMENT ON COLUMN inventory.vm.affinity_host_uuid IS 'UUID of the host that it is to start on if it can; NULL = on any';
COMMENT ON COLUMN inventory.vm.affinity_host_name IS 'Name of the host that it is to start on if it can; NULL = on any';
COMMENT ON COLUMN inventory.vm.ha_restart_priority IS 'What HA does for it: restart or best-effort, old servers have 0 to 3; NULL = nothing';
COMMENT ON COLUMN inventory.vm.appliance_name IS 'Name of the appliance that it starts and stops with; NULL = in none';
COMMENT ON COLUMN inventory.vm.firmware IS 'bios or uefi; NULL = not told, which is bios where the VM has one';
COMMENT ON COLUMN inventory.vm.tools_version IS 'Version of the tools inside, such as 8.2.1-105, as they told last; NULL = there are none, or they told nothing';

-- As it was; what people know from other inventories stands behind.
CREATE OR REPLACE VIEW inventory.host AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       h.address,
       coalesce(h.enabled, false) AS enabled,
       coalesce(m.live, false) AS live,
       -- Plain XCP has no product; its platform is what people call its version.
       coalesce(nullif(h.software_version ->> 'product_version', ''),
                nullif(h.software_version ->> 'platform_version', '')) AS product_version,
       CASE WHEN h.cpu_info ->> 'cpu_count' ~ '^[0-9]{1,9}$'
            THEN (h.cpu_info ->> 'cpu_count')::bigint
       END AS cpu_count,
       m.memory_total AS memory_total_bytes,
       m.memory_free AS memory_free_bytes,
       (SELECT count(*)
        FROM xen.vm v
        WHERE v.resident_on_id = h.id
          AND v.power_state IN ('Running', 'Paused')
          AND v.is_control_domain IS NOT TRUE) AS resident_vm_count,
       nullif(h.name_description, '') AS description,
       nullif(h.hostname, '') AS hostname,
       EXISTS (SELECT FROM xen.pool x WHERE x.master_id = h.id) AS is_master,
       nullif(h.edition, '') AS edition,
       nullif(h.bios_strings ->> 'system-manufacturer', '') AS manufacturer,
       nullif(h.bios_strings ->> 'system-product-name', '') AS model,
       nullif(h.bios_strings ->> 'system-serial-number', '') AS serial_number,
       nullif(h.bios_strings ->> 'bios-version', '') AS bios_version,
       -- Seconds since 1970, with a point at the end.
       CASE WHEN h.other_config ->> 'boot_time' ~ '^[1-9][0-9]{0,9}([.][0-9]*)?$'
            THEN to_timestamp(substring(h.other_config ->> 'boot_time' FROM '^[0-9]+')::double precision)
       END AS booted_at,
       coalesce(nullif(h.iscsi_iqn, ''), nullif(h.other_config ->> 'iscsi_iqn', '')) AS iscsi_iqn,
       nullif(array_to_string(h.tags, ','), '') AS tags
FROM xen.host h
JOIN syncd.pool p ON p.id = h.pool_id
LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id;

COMMENT ON COLUMN inventory.host.description IS 'Free text; NULL = none';
COMMENT ON COLUMN inventory.host.hostname IS 'What the host calls itself on the network; NULL = not told';
COMMENT ON COLUMN inventory.host.is_master IS 'true: it leads the pool';
COMMENT ON COLUMN inventory.host.edition IS 'Edition that it is licensed for, such as premium-per-socket; NULL where the server does not tell';
COMMENT ON COLUMN inventory.host.manufacturer IS 'Who made the machine; NULL = not told';
COMMENT ON COLUMN inventory.host.model IS 'Model of the machine; NULL = not told';
COMMENT ON COLUMN inventory.host.serial_number IS 'Serial number of the machine; NULL = not told';
COMMENT ON COLUMN inventory.host.bios_version IS 'Version of its BIOS; NULL = not told';
COMMENT ON COLUMN inventory.host.booted_at IS 'When it booted last; NULL = not told';
COMMENT ON COLUMN inventory.host.iscsi_iqn IS 'Name of its iSCSI initiator; NULL = none';
COMMENT ON COLUMN inventory.host.tags IS 'Its tags in order, separated by commas; NULL = none';

-- +goose Down
DROP VIEW inventory.pool_capacity, inventory.host_capacity, inventory.template, inventory.pool, inventory.gpu, inventory.vm, inventory.host;

CREATE VIEW inventory.host AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       h.address,
       coalesce(h.enabled, false) AS enabled,
       coalesce(m.live, false) AS live,
       -- Plain XCP has no product; its platform is what people call its version.
       coalesce(nullif(h.software_version ->> 'product_version', ''),
                nullif(h.software_version ->> 'platform_version', '')) AS product_version,
       CASE WHEN h.cpu_info ->> 'cpu_count' ~ '^[0-9]{1,9}$'
            THEN (h.cpu_info ->> 'cpu_count')::bigint
       END AS cpu_count,
       m.memory_total AS memory_total_bytes,
       m.memory_free AS memory_free_bytes,
       (SELECT count(*)
        FROM xen.vm v
        WHERE v.resident_on_id = h.id
          AND v.power_state IN ('Running', 'Paused')
          AND v.is_control_domain IS NOT TRUE) AS resident_vm_count
FROM xen.host h
JOIN syncd.pool p ON p.id = h.pool_id
LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id;

COMMENT ON VIEW inventory.host IS 'Every host of every pool, with its state, size and number of running VMs';
COMMENT ON COLUMN inventory.host.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.host.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.host.host_uuid IS 'UUID of the host; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.host.host_name IS 'Name of the host in XenServer; need not be unique';
COMMENT ON COLUMN inventory.host.address IS 'Management IP address';
COMMENT ON COLUMN inventory.host.enabled IS 'false: no VM starts or moves here, as in maintenance mode';
COMMENT ON COLUMN inventory.host.live IS 'false: the pool believes the host to be down; its VMs are still counted';
COMMENT ON COLUMN inventory.host.product_version IS 'Version of XenServer or XCP-ng, such as 8.3.0; of the platform where there is no product; NULL if the host told neither';
COMMENT ON COLUMN inventory.host.cpu_count IS 'Logical CPUs (sockets x cores x threads); NULL on servers before 5.6, which do not tell';
COMMENT ON COLUMN inventory.host.memory_total_bytes IS 'Memory of the host in bytes; NULL if it never reported';
COMMENT ON COLUMN inventory.host.memory_free_bytes IS 'Memory that no VM holds, in bytes, as of the last pass; NULL where the server does not tell';
COMMENT ON COLUMN inventory.host.resident_vm_count IS 'VMs of inventory.resident_vm on this host, control domains left out; 0 = none';

CREATE VIEW inventory.vm AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       v.power_state,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       v.vcpus_at_startup AS vcpus,
       v.memory_dynamic_max AS memory_bytes,
       -- A disk counts once, however many VBDs lead to it.
       (SELECT least(coalesce(sum(i.virtual_size), 0), 9223372036854775807)::bigint
        FROM xen.vdi i
        WHERE i.id IN (SELECT b.vdi_id FROM xen.vbd b WHERE b.vm_id = v.id AND b.type = 'Disk')) AS disk_bytes,
       -- Windows appends paths: Microsoft Windows Server 2008 R2|C:\Windows|\Device\Harddisk0\Partition1
       nullif(trim(split_part(g.os_version ->> 'name', '|', 1)), '') AS os_name,
       -- Keys are 0/ip, 0/ipv4/0, 0/ipv6/0: the device first, the address of the device last. Old agents put several
       -- addresses into one value, with white space between them.
       (SELECT t.address
        FROM jsonb_each_text(g.networks) n, substring(n.value FROM '\S+') t (address)
        WHERE n.key ~ '^[0-9]{1,9}/ip' AND t.address ~ '[.:]'
        ORDER BY t.address LIKE '%:%',
                 substring(n.key FROM '^[0-9]{1,9}')::int,
                 substring(n.key FROM '[0-9]{1,9}$')::int NULLS FIRST
        LIMIT 1) AS ip_address,
       nullif(array_to_string(v.tags, ','), '') AS tags
FROM xen.vm v
JOIN syncd.pool p ON p.id = v.pool_id
LEFT JOIN xen.host h ON h.id = v.resident_on_id
LEFT JOIN xen.vm_guest_metrics g ON g.id = v.guest_metrics_id
WHERE v.is_a_template IS NOT TRUE
  AND v.is_default_template IS NOT TRUE
  AND v.is_a_snapshot IS NOT TRUE
  AND v.is_control_domain IS NOT TRUE;

COMMENT ON VIEW inventory.vm IS 'Every VM of every pool in whatever state; no templates, snapshots or control domains';
COMMENT ON COLUMN inventory.vm.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.vm.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.vm.vm_uuid IS 'UUID of the VM; with pool_uuid the key of this view, since a VM that moves to another pool shows in both for a while';
COMMENT ON COLUMN inventory.vm.vm_name IS 'Name of the VM; need not be unique';
COMMENT ON COLUMN inventory.vm.power_state IS 'Halted, Paused, Running or Suspended';
COMMENT ON COLUMN inventory.vm.host_uuid IS 'UUID of the host that it runs on; NULL for Halted and Suspended';
COMMENT ON COLUMN inventory.vm.host_name IS 'Name of the host that it runs on; NULL for Halted and Suspended';
COMMENT ON COLUMN inventory.vm.vcpus IS 'Virtual CPUs that it has when it boots';
COMMENT ON COLUMN inventory.vm.memory_bytes IS 'Memory that it may use, in bytes: the upper end of what ballooning gives';
COMMENT ON COLUMN inventory.vm.disk_bytes IS 'Sum of the sizes of its disks as the guest sees them, in bytes; without CDs and snapshots; 0 = no disk';
COMMENT ON COLUMN inventory.vm.os_name IS 'Operating system as the agent inside told it last; NULL = no agent, or it told nothing';
COMMENT ON COLUMN inventory.vm.ip_address IS 'First IPv4 address of its lowest interface that has one, else IPv6, as the agent told last: of a VM that is not running it may be out of date. NULL = none told';
COMMENT ON COLUMN inventory.vm.tags IS 'Its tags in order, separated by commas; NULL = none';
