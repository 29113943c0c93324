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

-- +goose Down
DROP VIEW inventory.pool, inventory.template;
