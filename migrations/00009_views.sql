-- +goose Up
-- Views of what VMs and hosts have. The rules are those of the views before: docs/decisions/0004-what-the-inventory-views-say.md.

CREATE VIEW inventory.snapshot AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       s.uuid AS snapshot_uuid,
       s.name_label AS snapshot_name,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       s.snapshot_time AS created_at,
       extract(epoch FROM now() - s.snapshot_time)::double precision AS age_seconds,
       c.depth AS chain_depth,
       d.disk_count,
       d.virtual_bytes,
       d.used_bytes,
       s.suspend_vdi_id IS NOT NULL AS with_memory,
       coalesce(s.is_vmss_snapshot, false) AS is_scheduled
FROM xen.vm s
JOIN syncd.pool p ON p.id = s.pool_id
LEFT JOIN xen.vm v ON v.id = s.snapshot_of_id
JOIN (
    -- A chain that leads back to itself ends as well.
    WITH RECURSIVE chain AS (
        SELECT x.id, x.parent_id, 1::bigint AS depth FROM xen.vm x WHERE x.is_a_snapshot
        UNION ALL
        SELECT c.id, x.parent_id, c.depth + 1 FROM chain c JOIN xen.vm x ON x.id = c.parent_id WHERE x.is_a_snapshot AND c.depth < 100
    )
    SELECT chain.id, max(chain.depth) AS depth FROM chain GROUP BY chain.id
) c ON c.id = s.id
CROSS JOIN LATERAL (
    SELECT count(*) AS disk_count,
           least(coalesce(sum(i.virtual_size) FILTER (WHERE i.virtual_size >= 0), 0), 9223372036854775807)::bigint AS virtual_bytes,
           least(coalesce(sum(i.physical_utilisation) FILTER (WHERE i.physical_utilisation >= 0), 0), 9223372036854775807)::bigint AS used_bytes
    FROM xen.vdi i
    WHERE i.id IN (SELECT b.vdi_id FROM xen.vbd b WHERE b.vm_id = s.id AND b.type = 'Disk')
) d
WHERE s.is_a_snapshot;

COMMENT ON VIEW inventory.snapshot IS 'Every snapshot of a VM, with its age, the length of its chain and the space that its disks take';
COMMENT ON COLUMN inventory.snapshot.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.snapshot.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.snapshot.snapshot_uuid IS 'UUID of the snapshot; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.snapshot.snapshot_name IS 'Name of the snapshot; need not be unique';
COMMENT ON COLUMN inventory.snapshot.vm_uuid IS 'UUID of the VM that it is of; NULL = the VM is gone';
COMMENT ON COLUMN inventory.snapshot.vm_name IS 'Name of the VM that it is of; NULL = the VM is gone';
COMMENT ON COLUMN inventory.snapshot.created_at IS 'When it was taken; NULL = not known';
COMMENT ON COLUMN inventory.snapshot.age_seconds IS 'Seconds since created_at';
COMMENT ON COLUMN inventory.snapshot.chain_depth IS 'Snapshots in the chain that ends with this one, itself among them: 1 = it is the first; 100 = that many or more';
COMMENT ON COLUMN inventory.snapshot.disk_count IS 'Its disks';
COMMENT ON COLUMN inventory.snapshot.virtual_bytes IS 'Sum of the sizes of its disks as the guest saw them, in bytes';
COMMENT ON COLUMN inventory.snapshot.used_bytes IS 'Sum of the space that its disks take on their SRs, in bytes; what they share with others counts in full';
COMMENT ON COLUMN inventory.snapshot.with_memory IS 'true: the memory of the VM was kept too (a checkpoint)';
COMMENT ON COLUMN inventory.snapshot.is_scheduled IS 'true: a snapshot schedule took it';

CREATE VIEW inventory.disk AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       i.uuid AS disk_uuid,
       i.name_label AS disk_name,
       s.uuid AS sr_uuid,
       s.name_label AS sr_name,
       i.type,
       i.virtual_size AS virtual_bytes,
       i.physical_utilisation AS used_bytes,
       coalesce(i.is_a_snapshot, false) AS is_snapshot,
       o.uuid AS snapshot_of_uuid,
       o.name_label AS snapshot_of_name,
       coalesce(i.read_only, false) AS read_only,
       coalesce(i.sharable, false) AS sharable,
       coalesce(i.missing, false) AS missing,
       coalesce(i.cbt_enabled, false) AS cbt_enabled,
       coalesce(u.vm_count, 0) AS vm_count,
       u.vm_names
FROM xen.vdi i
JOIN syncd.pool p ON p.id = i.pool_id
LEFT JOIN xen.sr s ON s.id = i.sr_id
LEFT JOIN xen.vdi o ON o.id = i.snapshot_of_id
LEFT JOIN (
    SELECT x.vdi_id, count(*) AS vm_count, string_agg(v.name_label, ',' ORDER BY v.name_label COLLATE "C", v.uuid) AS vm_names
    FROM (SELECT DISTINCT b.vdi_id, b.vm_id FROM xen.vbd b WHERE b.vdi_id IS NOT NULL AND b.vm_id IS NOT NULL) x
    JOIN xen.vm v ON v.id = x.vm_id
    GROUP BY x.vdi_id
) u ON u.vdi_id = i.id
WHERE i.managed IS NOT FALSE
  AND coalesce(s.content_type, '') <> 'iso';

COMMENT ON VIEW inventory.disk IS 'Every disk on every SR, whoever uses it; no ISO images and no hidden parents of other disks';
COMMENT ON COLUMN inventory.disk.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.disk.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.disk.disk_uuid IS 'UUID of the disk; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.disk.disk_name IS 'Name of the disk; need not be unique';
COMMENT ON COLUMN inventory.disk.sr_uuid IS 'UUID of the SR that it is on';
COMMENT ON COLUMN inventory.disk.sr_name IS 'Name of the SR that it is on';
COMMENT ON COLUMN inventory.disk.type IS 'What it is for: user, system, suspend, crashdump, ha_statefile, metadata, redo_log and so on';
COMMENT ON COLUMN inventory.disk.virtual_bytes IS 'Size as a guest sees it, in bytes';
COMMENT ON COLUMN inventory.disk.used_bytes IS 'Space that it takes on its SR, in bytes';
COMMENT ON COLUMN inventory.disk.is_snapshot IS 'true: it is a copy of another disk at one time';
COMMENT ON COLUMN inventory.disk.snapshot_of_uuid IS 'UUID of the disk that it is a snapshot of; NULL = of none, or that one is gone';
COMMENT ON COLUMN inventory.disk.snapshot_of_name IS 'Name of the disk that it is a snapshot of; NULL = of none, or that one is gone';
COMMENT ON COLUMN inventory.disk.read_only IS 'true: it can only be read';
COMMENT ON COLUMN inventory.disk.sharable IS 'true: several VMs may write to it at once';
COMMENT ON COLUMN inventory.disk.missing IS 'true: the last scan of its SR did not find it';
COMMENT ON COLUMN inventory.disk.cbt_enabled IS 'true: changed blocks are tracked, which backups use';
COMMENT ON COLUMN inventory.disk.vm_count IS 'VMs that have it, templates and snapshots among them; 0 = none, see inventory.orphan_disk';
COMMENT ON COLUMN inventory.disk.vm_names IS 'Names of these VMs in order, separated by commas; NULL = none';

CREATE VIEW inventory.orphan_disk AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       i.uuid AS disk_uuid,
       i.name_label AS disk_name,
       s.uuid AS sr_uuid,
       s.name_label AS sr_name,
       i.type,
       i.virtual_size AS virtual_bytes,
       i.physical_utilisation AS used_bytes,
       coalesce(i.is_a_snapshot, false) AS is_snapshot,
       coalesce(i.missing, false) AS missing
FROM xen.vdi i
JOIN syncd.pool p ON p.id = i.pool_id
LEFT JOIN xen.sr s ON s.id = i.sr_id
WHERE i.managed IS NOT FALSE
  AND coalesce(s.content_type, '') <> 'iso'
  -- What the pool itself keeps on disks.
  AND coalesce(i.type, '') NOT IN ('suspend', 'ha_statefile', 'metadata', 'redo_log', 'rrd', 'pvs_cache', 'cbt_metadata')
  AND i.metadata_of_pool_id IS NULL
  AND NOT EXISTS (SELECT FROM xen.vbd b WHERE b.vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.vm v WHERE v.suspend_vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.vdi c WHERE c.parent_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pool x WHERE x.redo_log_vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pool_update x WHERE x.vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pvs_cache_storage x WHERE x.vdi_id = i.id);

COMMENT ON VIEW inventory.orphan_disk IS 'Disks that nobody seems to use: no VM, snapshot or template has them, and nothing else does. Look before you delete: a backup or a disaster recovery may';
COMMENT ON COLUMN inventory.orphan_disk.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.orphan_disk.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.orphan_disk.disk_uuid IS 'UUID of the disk; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.orphan_disk.disk_name IS 'Name of the disk; need not be unique';
COMMENT ON COLUMN inventory.orphan_disk.sr_uuid IS 'UUID of the SR that it is on';
COMMENT ON COLUMN inventory.orphan_disk.sr_name IS 'Name of the SR that it is on';
COMMENT ON COLUMN inventory.orphan_disk.type IS 'What it is for: user, system, suspend, crashdump, ha_statefile, metadata, redo_log and so on';
COMMENT ON COLUMN inventory.orphan_disk.virtual_bytes IS 'Size as a guest sees it, in bytes';
COMMENT ON COLUMN inventory.orphan_disk.used_bytes IS 'Space that it takes on its SR, in bytes';
COMMENT ON COLUMN inventory.orphan_disk.is_snapshot IS 'true: it is a copy of another disk at one time';
COMMENT ON COLUMN inventory.orphan_disk.missing IS 'true: the last scan of its SR did not find it';

CREATE VIEW inventory.vm_disk AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       v.power_state,
       b.uuid AS vbd_uuid,
       b.userdevice AS position,
       nullif(b.device, '') AS device,
       coalesce(b.currently_attached, false) AS attached,
       coalesce(b.bootable, false) AS bootable,
       coalesce(b.mode = 'RO', false) AS read_only,
       i.uuid AS disk_uuid,
       i.name_label AS disk_name,
       i.virtual_size AS virtual_bytes,
       i.physical_utilisation AS used_bytes,
       s.uuid AS sr_uuid,
       s.name_label AS sr_name
FROM xen.vbd b
JOIN xen.vm v ON v.id = b.vm_id
JOIN syncd.pool p ON p.id = v.pool_id
LEFT JOIN xen.vdi i ON i.id = b.vdi_id
LEFT JOIN xen.sr s ON s.id = i.sr_id
WHERE b.type = 'Disk'
  AND v.is_a_template IS NOT TRUE
  AND v.is_default_template IS NOT TRUE
  AND v.is_a_snapshot IS NOT TRUE
  AND v.is_control_domain IS NOT TRUE;

COMMENT ON VIEW inventory.vm_disk IS 'Which VM has which disk: one row for each disk of each VM; no templates, snapshots or control domains, no CD drives';
COMMENT ON COLUMN inventory.vm_disk.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.vm_disk.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.vm_disk.vm_uuid IS 'UUID of the VM';
COMMENT ON COLUMN inventory.vm_disk.vm_name IS 'Name of the VM; need not be unique';
COMMENT ON COLUMN inventory.vm_disk.power_state IS 'Halted, Paused, Running or Suspended';
COMMENT ON COLUMN inventory.vm_disk.vbd_uuid IS 'UUID of the connection of VM and disk; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.vm_disk.position IS 'Where the VM has it, as text: 0 is its first disk';
COMMENT ON COLUMN inventory.vm_disk.device IS 'What the guest calls it, such as xvda; NULL = never attached';
COMMENT ON COLUMN inventory.vm_disk.attached IS 'true: the running VM has it now';
COMMENT ON COLUMN inventory.vm_disk.bootable IS 'true: the VM may boot from it';
COMMENT ON COLUMN inventory.vm_disk.read_only IS 'true: the VM can only read it';
COMMENT ON COLUMN inventory.vm_disk.disk_uuid IS 'UUID of the disk; NULL = the disk is gone';
COMMENT ON COLUMN inventory.vm_disk.disk_name IS 'Name of the disk; NULL = the disk is gone';
COMMENT ON COLUMN inventory.vm_disk.virtual_bytes IS 'Size as the guest sees it, in bytes';
COMMENT ON COLUMN inventory.vm_disk.used_bytes IS 'Space that the disk takes on its SR, in bytes';
COMMENT ON COLUMN inventory.vm_disk.sr_uuid IS 'UUID of the SR that it is on';
COMMENT ON COLUMN inventory.vm_disk.sr_name IS 'Name of the SR that it is on';

CREATE VIEW inventory.storage AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       s.uuid AS sr_uuid,
       s.name_label AS sr_name,
       s.type,
       s.content_type,
       coalesce(s.shared, false) AS shared,
       z.size AS size_bytes,
       z.used AS used_bytes,
       CASE WHEN z.used > z.size THEN 0 ELSE z.size - z.used END AS free_bytes,
       z.virtual AS virtual_bytes,
       z.used::double precision / z.size AS used_ratio,
       z.virtual::double precision / z.size AS overcommit_ratio,
       coalesce(d.disk_count, 0) AS disk_count,
       coalesce(c.host_count, 0) AS host_count,
       coalesce(c.attached_host_count, 0) AS attached_host_count,
       coalesce(c.host_count - c.attached_host_count, 0) AS unplugged_pbd_count,
       c.unplugged_host_names,
       coalesce(u.vm_count, 0) AS vm_count
FROM xen.sr s
JOIN syncd.pool p ON p.id = s.pool_id
-- Drives say -1 or 0.
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.physical_size > 0 THEN s.physical_size END AS size,
           CASE WHEN s.physical_utilisation >= 0 THEN s.physical_utilisation END AS used,
           CASE WHEN s.virtual_allocation >= 0 THEN s.virtual_allocation END AS virtual
) z
LEFT JOIN (SELECT i.sr_id, count(*) AS disk_count FROM xen.vdi i WHERE i.managed IS NOT FALSE GROUP BY i.sr_id) d ON d.sr_id = s.id
LEFT JOIN (
    SELECT b.sr_id,
           count(*) AS host_count,
           count(*) FILTER (WHERE b.currently_attached) AS attached_host_count,
           string_agg(h.name_label, ',' ORDER BY h.name_label COLLATE "C", h.uuid) FILTER (WHERE b.currently_attached IS NOT TRUE) AS unplugged_host_names
    FROM xen.pbd b
    LEFT JOIN xen.host h ON h.id = b.host_id
    GROUP BY b.sr_id
) c ON c.sr_id = s.id
LEFT JOIN (
    SELECT i.sr_id, count(DISTINCT v.id) AS vm_count
    FROM xen.vdi i
    JOIN xen.vbd b ON b.vdi_id = i.id
    JOIN xen.vm v ON v.id = b.vm_id
    WHERE b.type = 'Disk'
      AND v.is_a_template IS NOT TRUE
      AND v.is_default_template IS NOT TRUE
      AND v.is_a_snapshot IS NOT TRUE
      AND v.is_control_domain IS NOT TRUE
    GROUP BY i.sr_id
) u ON u.sr_id = s.id;

COMMENT ON VIEW inventory.storage IS 'Every SR: how large and how full it is, how much is promised, and which hosts reach it';
COMMENT ON COLUMN inventory.storage.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.storage.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.storage.sr_uuid IS 'UUID of the SR; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.storage.sr_name IS 'Name of the SR; need not be unique';
COMMENT ON COLUMN inventory.storage.type IS 'Driver that serves it: nfs, lvmoiscsi, ext, iso and so on';
COMMENT ON COLUMN inventory.storage.content_type IS 'user: disks; iso: images; disk: devices';
COMMENT ON COLUMN inventory.storage.shared IS 'true: every host of the pool is to reach it';
COMMENT ON COLUMN inventory.storage.size_bytes IS 'Size in bytes; NULL = it has none that it could tell';
COMMENT ON COLUMN inventory.storage.used_bytes IS 'Space in use, in bytes; NULL = not known';
COMMENT ON COLUMN inventory.storage.free_bytes IS 'Space that is left, in bytes; NULL = not known';
COMMENT ON COLUMN inventory.storage.virtual_bytes IS 'Sum of the sizes of its disks as guests see them, in bytes: what it would hold if all were full; NULL = not known';
COMMENT ON COLUMN inventory.storage.used_ratio IS 'used_bytes of size_bytes; 1 = full; NULL = not known';
COMMENT ON COLUMN inventory.storage.overcommit_ratio IS 'virtual_bytes of size_bytes; more than 1: more is promised than there is; NULL = not known';
COMMENT ON COLUMN inventory.storage.disk_count IS 'Disks and images on it, without hidden parents';
COMMENT ON COLUMN inventory.storage.host_count IS 'Hosts that are to reach it';
COMMENT ON COLUMN inventory.storage.attached_host_count IS 'Hosts that reach it now';
COMMENT ON COLUMN inventory.storage.unplugged_pbd_count IS 'Connections of hosts that are not plugged in; more than 0 is worth a look';
COMMENT ON COLUMN inventory.storage.unplugged_host_names IS 'Names of these hosts in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.storage.vm_count IS 'VMs with a disk on it; no templates, snapshots or control domains';

CREATE VIEW inventory.vm_nic AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       v.uuid AS vm_uuid,
       v.name_label AS vm_name,
       v.power_state,
       f.uuid AS nic_uuid,
       f.device,
       f.mac AS mac_address,
       coalesce(f.mac_autogenerated, false) AS mac_autogenerated,
       f.mtu AS mtu_bytes,
       n.uuid AS network_uuid,
       n.name_label AS network_name,
       l.vlan,
       coalesce(f.currently_attached, false) AS attached,
       f.locking_mode,
       a.ipv4 AS ipv4_addresses,
       a.ipv6 AS ipv6_addresses
FROM xen.vif f
JOIN xen.vm v ON v.id = f.vm_id
JOIN syncd.pool p ON p.id = v.pool_id
LEFT JOIN xen.network n ON n.id = f.network_id
LEFT JOIN (SELECT i.network_id, min(i.vlan) AS vlan FROM xen.pif i WHERE i.vlan >= 0 GROUP BY i.network_id) l ON l.network_id = n.id
LEFT JOIN (
    -- Keys are 0/ip, 0/ipv4/0, 0/ipv6/0: the device first. Old agents put several addresses into one value.
    SELECT t.id, t.device,
           string_agg(t.address, ',' ORDER BY t.address COLLATE "C") FILTER (WHERE t.address LIKE '%.%' AND t.address NOT LIKE '%:%') AS ipv4,
           string_agg(t.address, ',' ORDER BY t.address COLLATE "C") FILTER (WHERE t.address LIKE '%:%') AS ipv6
    FROM (SELECT DISTINCT m.id, split_part(e.key, '/', 1) AS device, w.address
          FROM xen.vm_guest_metrics m, jsonb_each_text(m.networks) e, unnest(regexp_split_to_array(e.value, '\s+')) w (address)
          WHERE split_part(e.key, '/', 2) LIKE 'ip%') t
    GROUP BY t.id, t.device
) a ON a.id = v.guest_metrics_id AND a.device = f.device
WHERE v.is_a_template IS NOT TRUE
  AND v.is_default_template IS NOT TRUE
  AND v.is_a_snapshot IS NOT TRUE
  AND v.is_control_domain IS NOT TRUE;

COMMENT ON VIEW inventory.vm_nic IS 'Network interfaces of VMs, with network, VLAN and addresses; no templates, snapshots or control domains';
COMMENT ON COLUMN inventory.vm_nic.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.vm_nic.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.vm_nic.vm_uuid IS 'UUID of the VM';
COMMENT ON COLUMN inventory.vm_nic.vm_name IS 'Name of the VM; need not be unique';
COMMENT ON COLUMN inventory.vm_nic.power_state IS 'Halted, Paused, Running or Suspended';
COMMENT ON COLUMN inventory.vm_nic.nic_uuid IS 'UUID of the interface; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.vm_nic.device IS 'Its number in the VM, as text: 0 is the first';
COMMENT ON COLUMN inventory.vm_nic.mac_address IS 'Hardware address that the guest sees';
COMMENT ON COLUMN inventory.vm_nic.mac_autogenerated IS 'true: the server made up the hardware address';
COMMENT ON COLUMN inventory.vm_nic.mtu_bytes IS 'Largest packet in bytes';
COMMENT ON COLUMN inventory.vm_nic.network_uuid IS 'UUID of the network; NULL = the network is gone';
COMMENT ON COLUMN inventory.vm_nic.network_name IS 'Name of the network; NULL = the network is gone';
COMMENT ON COLUMN inventory.vm_nic.vlan IS 'Tag of the VLAN that the network is on; NULL = untagged, or internal to hosts';
COMMENT ON COLUMN inventory.vm_nic.attached IS 'true: the running VM has it now';
COMMENT ON COLUMN inventory.vm_nic.locking_mode IS 'network_default, locked, unlocked or disabled: which addresses it may use';
COMMENT ON COLUMN inventory.vm_nic.ipv4_addresses IS 'IPv4 addresses as the agent inside told them last, in order, separated by commas; NULL = none told';
COMMENT ON COLUMN inventory.vm_nic.ipv6_addresses IS 'IPv6 addresses as the agent inside told them last, in order, separated by commas; NULL = none told';

CREATE VIEW inventory.host_nic AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       i.uuid AS nic_uuid,
       i.device,
       CASE WHEN i.physical THEN 'physical'
            WHEN b.id IS NOT NULL THEN 'bond'
            WHEN i.vlan >= 0 THEN 'vlan'
            WHEN EXISTS (SELECT FROM xen.tunnel t WHERE t.access_pif_id = i.id) THEN 'tunnel'
            WHEN EXISTS (SELECT FROM xen.network_sriov t WHERE t.logical_pif_id = i.id) THEN 'sriov'
            ELSE 'other'
       END AS kind,
       i.mac AS mac_address,
       i.mtu AS mtu_bytes,
       n.uuid AS network_uuid,
       n.name_label AS network_name,
       CASE WHEN i.vlan >= 0 THEN i.vlan END AS vlan,
       coalesce(i.management, false) AS is_management,
       coalesce(i.currently_attached, false) AS attached,
       i.ip_configuration_mode,
       nullif(i.ip, '') AS ip_address,
       nullif(i.netmask, '') AS netmask,
       nullif(i.gateway, '') AS gateway,
       nullif(i.dns, '') AS dns_servers,
       m.carrier,
       CASE WHEN m.speed NOT IN (0, 65535) THEN m.speed END AS speed_mbps,
       CASE WHEN m.speed NOT IN (0, 65535) THEN m.duplex END AS full_duplex,
       nullif(m.vendor_name, '') AS vendor_name,
       nullif(m.device_name, '') AS device_name,
       x.device AS bond_device,
       coalesce(b.mode, o.mode) AS bond_mode,
       CASE WHEN b.id IS NOT NULL THEN (SELECT count(*) FROM xen.pif s WHERE s.bond_slave_of_id = b.id) END AS bond_member_count,
       b.links_up AS bond_links_up
FROM xen.pif i
JOIN syncd.pool p ON p.id = i.pool_id
LEFT JOIN xen.host h ON h.id = i.host_id
LEFT JOIN xen.network n ON n.id = i.network_id
LEFT JOIN xen.pif_metrics m ON m.id = i.metrics_id
LEFT JOIN xen.bond o ON o.id = i.bond_slave_of_id
LEFT JOIN xen.pif x ON x.id = o.master_id
-- A bond has one interface; of two that say so the first counts.
LEFT JOIN LATERAL (SELECT * FROM xen.bond c WHERE c.master_id = i.id ORDER BY c.id LIMIT 1) b ON true;

COMMENT ON VIEW inventory.host_nic IS 'Network interfaces of hosts: cards, bonds, VLANs and tunnels, with link, bond and addresses';
COMMENT ON COLUMN inventory.host_nic.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.host_nic.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.host_nic.host_uuid IS 'UUID of the host';
COMMENT ON COLUMN inventory.host_nic.host_name IS 'Name of the host; need not be unique';
COMMENT ON COLUMN inventory.host_nic.nic_uuid IS 'UUID of the interface; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.host_nic.device IS 'What the host calls it, such as eth0 or bond0; VLANs have that of the card that they are on';
COMMENT ON COLUMN inventory.host_nic.kind IS 'physical, bond, vlan, tunnel, sriov or other';
COMMENT ON COLUMN inventory.host_nic.mac_address IS 'Hardware address';
COMMENT ON COLUMN inventory.host_nic.mtu_bytes IS 'Largest packet in bytes';
COMMENT ON COLUMN inventory.host_nic.network_uuid IS 'UUID of the network that it belongs to';
COMMENT ON COLUMN inventory.host_nic.network_name IS 'Name of the network that it belongs to';
COMMENT ON COLUMN inventory.host_nic.vlan IS 'Tag of the VLAN; NULL = untagged';
COMMENT ON COLUMN inventory.host_nic.is_management IS 'true: the host is managed over it';
COMMENT ON COLUMN inventory.host_nic.attached IS 'true: it is up, as far as the pool is concerned; carrier tells of the cable';
COMMENT ON COLUMN inventory.host_nic.ip_configuration_mode IS 'None, DHCP or Static';
COMMENT ON COLUMN inventory.host_nic.ip_address IS 'IPv4 address; NULL = none';
COMMENT ON COLUMN inventory.host_nic.netmask IS 'IPv4 netmask; NULL = none';
COMMENT ON COLUMN inventory.host_nic.gateway IS 'IPv4 gateway; NULL = none';
COMMENT ON COLUMN inventory.host_nic.dns_servers IS 'Name servers, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.host_nic.carrier IS 'Whether it has a link; NULL = not told';
COMMENT ON COLUMN inventory.host_nic.speed_mbps IS 'Speed of the link in Mbit/s; NULL = no link, or not told';
COMMENT ON COLUMN inventory.host_nic.full_duplex IS 'Whether it sends and receives at once; NULL = no link, or not told';
COMMENT ON COLUMN inventory.host_nic.vendor_name IS 'Maker of the card; NULL = not told';
COMMENT ON COLUMN inventory.host_nic.device_name IS 'Model of the card; NULL = not told';
COMMENT ON COLUMN inventory.host_nic.bond_device IS 'Bond that it is a member of, such as bond0; NULL = of none';
COMMENT ON COLUMN inventory.host_nic.bond_mode IS 'Mode of the bond that it is or that it is a member of: balance-slb, active-backup or lacp; NULL = neither';
COMMENT ON COLUMN inventory.host_nic.bond_member_count IS 'Members of the bond that it is; NULL = it is none';
COMMENT ON COLUMN inventory.host_nic.bond_links_up IS 'Members with a link of the bond that it is; fewer than bond_member_count: the bond is degraded';

CREATE VIEW inventory.network AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       n.uuid AS network_uuid,
       n.name_label AS network_name,
       nullif(n.name_description, '') AS description,
       n.bridge,
       n.mtu AS mtu_bytes,
       i.vlan,
       n.default_locking_mode,
       coalesce(i.nic_count, 0) AS host_nic_count,
       coalesce(i.host_count, 0) AS attached_host_count,
       coalesce(f.nic_count, 0) AS vm_nic_count,
       coalesce(f.vm_count, 0) AS vm_count,
       nullif(array_to_string(n.tags, ','), '') AS tags
FROM xen.network n
JOIN syncd.pool p ON p.id = n.pool_id
LEFT JOIN (
    SELECT i.network_id, min(i.vlan) FILTER (WHERE i.vlan >= 0) AS vlan, count(*) AS nic_count,
           count(DISTINCT i.host_id) FILTER (WHERE i.currently_attached) AS host_count
    FROM xen.pif i
    GROUP BY i.network_id
) i ON i.network_id = n.id
LEFT JOIN (
    SELECT f.network_id, count(*) AS nic_count, count(DISTINCT v.id) AS vm_count
    FROM xen.vif f
    JOIN xen.vm v ON v.id = f.vm_id
    WHERE v.is_a_template IS NOT TRUE
      AND v.is_default_template IS NOT TRUE
      AND v.is_a_snapshot IS NOT TRUE
      AND v.is_control_domain IS NOT TRUE
    GROUP BY f.network_id
) f ON f.network_id = n.id;

COMMENT ON VIEW inventory.network IS 'Every network: its VLAN, the hosts that carry it and the VMs that use it';
COMMENT ON COLUMN inventory.network.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.network.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.network.network_uuid IS 'UUID of the network; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.network.network_name IS 'Name of the network; need not be unique';
COMMENT ON COLUMN inventory.network.description IS 'Free text; NULL = none';
COMMENT ON COLUMN inventory.network.bridge IS 'What hosts call it, such as xenbr0';
COMMENT ON COLUMN inventory.network.mtu_bytes IS 'Largest packet in bytes';
COMMENT ON COLUMN inventory.network.vlan IS 'Tag of its VLAN, the lowest where hosts differ; NULL = untagged, or internal to hosts';
COMMENT ON COLUMN inventory.network.default_locking_mode IS 'unlocked or disabled: what interfaces of VMs may do that do not say otherwise';
COMMENT ON COLUMN inventory.network.host_nic_count IS 'Interfaces of hosts that carry it; 0 = internal to each host';
COMMENT ON COLUMN inventory.network.attached_host_count IS 'Hosts on which such an interface is up';
COMMENT ON COLUMN inventory.network.vm_nic_count IS 'Interfaces of VMs in it; no templates, snapshots or control domains';
COMMENT ON COLUMN inventory.network.vm_count IS 'VMs with such an interface; 0 = nobody uses it';
COMMENT ON COLUMN inventory.network.tags IS 'Its tags in order, separated by commas; NULL = none';

-- +goose Down
DROP VIEW inventory.snapshot, inventory.disk, inventory.orphan_disk, inventory.vm_disk, inventory.storage, inventory.vm_nic, inventory.host_nic, inventory.network;
