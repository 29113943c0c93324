-- +goose Up
-- Views for people and BI tools. A flag that a server did not send counts as false, and no row is lost for a field that is
-- missing: hence IS NOT TRUE, coalesce, and left joins wherever a reference may be NULL.

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

CREATE VIEW inventory.resident_vm AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       coalesce(m.live, false) AS host_live,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       v.power_state,
       coalesce(v.is_control_domain, false) AS is_control_domain
FROM xen.vm v
JOIN syncd.pool p ON p.id = v.pool_id
JOIN xen.host h ON h.id = v.resident_on_id
LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id
WHERE v.power_state IN ('Running', 'Paused');

COMMENT ON VIEW inventory.resident_vm IS 'Which VM runs on which host: one row for each VM that is Running or Paused, control domains among them';
COMMENT ON COLUMN inventory.resident_vm.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.resident_vm.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.resident_vm.host_uuid IS 'UUID of the host';
COMMENT ON COLUMN inventory.resident_vm.host_name IS 'Name of the host; need not be unique';
COMMENT ON COLUMN inventory.resident_vm.host_live IS 'false: the host is believed to be down; XenServer keeps its VMs as running there until HA or a person decides';
COMMENT ON COLUMN inventory.resident_vm.vm_uuid IS 'UUID of the VM; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.resident_vm.vm_name IS 'Name of the VM; need not be unique';
COMMENT ON COLUMN inventory.resident_vm.power_state IS 'Running or Paused';
COMMENT ON COLUMN inventory.resident_vm.is_control_domain IS 'true: domain 0 of the host or another domain that serves it, not a VM that people use';

CREATE VIEW inventory.freshness AS
SELECT p.name AS pool,
       good.finished_at AS last_success_at,
       extract(epoch FROM now() - good.finished_at)::double precision AS age_seconds,
       newest.status AS last_run_status,
       ended.error AS last_error
FROM syncd.pool p
LEFT JOIN LATERAL (
    SELECT r.finished_at
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status = 'ok'
    ORDER BY r.finished_at DESC
    LIMIT 1
) good ON true
LEFT JOIN LATERAL (
    SELECT r.status
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status <> 'skipped'
    ORDER BY r.id DESC
    LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN r.status = 'failed' THEN r.error END AS error
    FROM syncd.sync_run r
    WHERE r.pool_id = p.id AND r.status IN ('ok', 'failed')
    ORDER BY r.id DESC
    LIMIT 1
) ended ON true;

COMMENT ON VIEW inventory.freshness IS 'How old the data of each pool is: one row for each pool, also for one that was never read';
COMMENT ON COLUMN inventory.freshness.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.freshness.last_success_at IS 'When the last good pass was published; NULL = never, and the pool has no rows';
COMMENT ON COLUMN inventory.freshness.age_seconds IS 'Seconds since last_success_at; NULL = never. Watch this one: it grows whatever the reason';
COMMENT ON COLUMN inventory.freshness.last_run_status IS 'running, ok or failed: the newest pass, those that were skipped for another pass left out; NULL = none yet';
COMMENT ON COLUMN inventory.freshness.last_error IS 'Why the last pass that ended failed; NULL = it was good, or there is none; a pass that runs does not hide it';

-- +goose Down
DROP VIEW inventory.freshness, inventory.resident_vm, inventory.vm, inventory.host;
