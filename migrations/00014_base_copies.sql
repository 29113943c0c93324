-- +goose Up
-- A disk that others go on from is in use. Drivers say so in sm_config of those others; VDI.parent is NULL in practice.
CREATE OR REPLACE VIEW inventory.orphan_disk AS
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
  AND NOT EXISTS (SELECT FROM xen.vdi c WHERE c.pool_id = i.pool_id AND c.sm_config ->> 'vhd-parent' = i.uuid)
  AND NOT EXISTS (SELECT FROM xen.pool x WHERE x.redo_log_vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pool_update x WHERE x.vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pvs_cache_storage x WHERE x.vdi_id = i.id);

COMMENT ON VIEW inventory.orphan_disk IS 'Disks that nobody seems to use: no VM, snapshot or template has them, no other disk goes on from them, and nothing else does. Look before you delete: a backup or a disaster recovery may';

-- +goose Down
CREATE OR REPLACE VIEW inventory.orphan_disk AS
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
  AND coalesce(i.type, '') NOT IN ('suspend', 'ha_statefile', 'metadata', 'redo_log', 'rrd', 'pvs_cache', 'cbt_metadata')
  AND i.metadata_of_pool_id IS NULL
  AND NOT EXISTS (SELECT FROM xen.vbd b WHERE b.vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.vm v WHERE v.suspend_vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.vdi c WHERE c.parent_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pool x WHERE x.redo_log_vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pool_update x WHERE x.vdi_id = i.id)
  AND NOT EXISTS (SELECT FROM xen.pvs_cache_storage x WHERE x.vdi_id = i.id);

COMMENT ON VIEW inventory.orphan_disk IS 'Disks that nobody seems to use: no VM, snapshot or template has them, and nothing else does. Look before you delete: a backup or a disaster recovery may';
