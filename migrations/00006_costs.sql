-- +goose Up
-- What loading a pool costs, and what passes write: docs/decisions/0009-what-a-pass-costs.md has the figures.

-- Checked for each row, and never broken: every row of a class is written beside its row of xen.object, under the lock on the
-- row of syncd.pool that the pass raised the generation of. The keys that lead from class to class, and to the pool, stay.
ALTER TABLE xen.object DROP CONSTRAINT object_pool_id_fkey;
ALTER TABLE xen.pool DROP CONSTRAINT pool_id_fkey;
ALTER TABLE xen.host DROP CONSTRAINT host_id_fkey;
ALTER TABLE xen.host_metrics DROP CONSTRAINT host_metrics_id_fkey;
ALTER TABLE xen.sr DROP CONSTRAINT sr_id_fkey;
ALTER TABLE xen.pbd DROP CONSTRAINT pbd_id_fkey;
ALTER TABLE xen.network DROP CONSTRAINT network_id_fkey;
ALTER TABLE xen.pif DROP CONSTRAINT pif_id_fkey;
ALTER TABLE xen.vm DROP CONSTRAINT vm_id_fkey;
ALTER TABLE xen.vm_metrics DROP CONSTRAINT vm_metrics_id_fkey;
ALTER TABLE xen.vm_guest_metrics DROP CONSTRAINT vm_guest_metrics_id_fkey;
ALTER TABLE xen.vif DROP CONSTRAINT vif_id_fkey;
ALTER TABLE xen.vdi DROP CONSTRAINT vdi_id_fkey;
ALTER TABLE xen.vbd DROP CONSTRAINT vbd_id_fkey;

-- Most references lead nowhere most of the time: a NULL needs no entry. A look-up by equality finds the rest, and so
-- does the check of a foreign key.
DROP INDEX xen.pool_crash_dump_sr_id_idx, xen.pool_default_sr_id_idx, xen.pool_master_id_idx,
    xen.pool_redo_log_vdi_id_idx, xen.pool_suspend_image_sr_id_idx, xen.host_control_domain_id_idx,
    xen.host_crash_dump_sr_id_idx, xen.host_local_cache_sr_id_idx, xen.host_metrics_id_idx,
    xen.host_suspend_image_sr_id_idx, xen.pbd_host_id_idx, xen.pbd_sr_id_idx, xen.pif_host_id_idx,
    xen.pif_network_id_idx, xen.vm_affinity_id_idx, xen.vm_guest_metrics_id_idx, xen.vm_metrics_id_idx,
    xen.vm_parent_id_idx, xen.vm_resident_on_id_idx, xen.vm_scheduled_to_be_resident_on_id_idx,
    xen.vm_snapshot_of_id_idx, xen.vm_suspend_sr_id_idx, xen.vm_suspend_vdi_id_idx, xen.vif_network_id_idx,
    xen.vif_vm_id_idx, xen.vdi_metadata_of_pool_id_idx, xen.vdi_parent_id_idx, xen.vdi_snapshot_of_id_idx,
    xen.vdi_sr_id_idx, xen.vbd_vdi_id_idx, xen.vbd_vm_id_idx;
CREATE INDEX ON xen.pool (crash_dump_sr_id) WHERE crash_dump_sr_id IS NOT NULL;
CREATE INDEX ON xen.pool (default_sr_id) WHERE default_sr_id IS NOT NULL;
CREATE INDEX ON xen.pool (master_id) WHERE master_id IS NOT NULL;
CREATE INDEX ON xen.pool (redo_log_vdi_id) WHERE redo_log_vdi_id IS NOT NULL;
CREATE INDEX ON xen.pool (suspend_image_sr_id) WHERE suspend_image_sr_id IS NOT NULL;
CREATE INDEX ON xen.host (control_domain_id) WHERE control_domain_id IS NOT NULL;
CREATE INDEX ON xen.host (crash_dump_sr_id) WHERE crash_dump_sr_id IS NOT NULL;
CREATE INDEX ON xen.host (local_cache_sr_id) WHERE local_cache_sr_id IS NOT NULL;
CREATE INDEX ON xen.host (metrics_id) WHERE metrics_id IS NOT NULL;
CREATE INDEX ON xen.host (suspend_image_sr_id) WHERE suspend_image_sr_id IS NOT NULL;
CREATE INDEX ON xen.pbd (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.pbd (sr_id) WHERE sr_id IS NOT NULL;
CREATE INDEX ON xen.pif (host_id) WHERE host_id IS NOT NULL;
CREATE INDEX ON xen.pif (network_id) WHERE network_id IS NOT NULL;
CREATE INDEX ON xen.vm (affinity_id) WHERE affinity_id IS NOT NULL;
CREATE INDEX ON xen.vm (guest_metrics_id) WHERE guest_metrics_id IS NOT NULL;
CREATE INDEX ON xen.vm (metrics_id) WHERE metrics_id IS NOT NULL;
CREATE INDEX ON xen.vm (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ON xen.vm (resident_on_id) WHERE resident_on_id IS NOT NULL;
CREATE INDEX ON xen.vm (scheduled_to_be_resident_on_id) WHERE scheduled_to_be_resident_on_id IS NOT NULL;
CREATE INDEX ON xen.vm (snapshot_of_id) WHERE snapshot_of_id IS NOT NULL;
CREATE INDEX ON xen.vm (suspend_sr_id) WHERE suspend_sr_id IS NOT NULL;
CREATE INDEX ON xen.vm (suspend_vdi_id) WHERE suspend_vdi_id IS NOT NULL;
CREATE INDEX ON xen.vif (network_id) WHERE network_id IS NOT NULL;
CREATE INDEX ON xen.vif (vm_id) WHERE vm_id IS NOT NULL;
CREATE INDEX ON xen.vdi (metadata_of_pool_id) WHERE metadata_of_pool_id IS NOT NULL;
CREATE INDEX ON xen.vdi (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ON xen.vdi (snapshot_of_id) WHERE snapshot_of_id IS NOT NULL;
CREATE INDEX ON xen.vdi (sr_id) WHERE sr_id IS NOT NULL;
CREATE INDEX ON xen.vbd (vdi_id) WHERE vdi_id IS NOT NULL;
CREATE INDEX ON xen.vbd (vm_id) WHERE vm_id IS NOT NULL;

-- +goose Down
DROP INDEX xen.pool_crash_dump_sr_id_idx, xen.pool_default_sr_id_idx, xen.pool_master_id_idx,
    xen.pool_redo_log_vdi_id_idx, xen.pool_suspend_image_sr_id_idx, xen.host_control_domain_id_idx,
    xen.host_crash_dump_sr_id_idx, xen.host_local_cache_sr_id_idx, xen.host_metrics_id_idx,
    xen.host_suspend_image_sr_id_idx, xen.pbd_host_id_idx, xen.pbd_sr_id_idx, xen.pif_host_id_idx,
    xen.pif_network_id_idx, xen.vm_affinity_id_idx, xen.vm_guest_metrics_id_idx, xen.vm_metrics_id_idx,
    xen.vm_parent_id_idx, xen.vm_resident_on_id_idx, xen.vm_scheduled_to_be_resident_on_id_idx,
    xen.vm_snapshot_of_id_idx, xen.vm_suspend_sr_id_idx, xen.vm_suspend_vdi_id_idx, xen.vif_network_id_idx,
    xen.vif_vm_id_idx, xen.vdi_metadata_of_pool_id_idx, xen.vdi_parent_id_idx, xen.vdi_snapshot_of_id_idx,
    xen.vdi_sr_id_idx, xen.vbd_vdi_id_idx, xen.vbd_vm_id_idx;
CREATE INDEX ON xen.pool (crash_dump_sr_id);
CREATE INDEX ON xen.pool (default_sr_id);
CREATE INDEX ON xen.pool (master_id);
CREATE INDEX ON xen.pool (redo_log_vdi_id);
CREATE INDEX ON xen.pool (suspend_image_sr_id);
CREATE INDEX ON xen.host (control_domain_id);
CREATE INDEX ON xen.host (crash_dump_sr_id);
CREATE INDEX ON xen.host (local_cache_sr_id);
CREATE INDEX ON xen.host (metrics_id);
CREATE INDEX ON xen.host (suspend_image_sr_id);
CREATE INDEX ON xen.pbd (host_id);
CREATE INDEX ON xen.pbd (sr_id);
CREATE INDEX ON xen.pif (host_id);
CREATE INDEX ON xen.pif (network_id);
CREATE INDEX ON xen.vm (affinity_id);
CREATE INDEX ON xen.vm (guest_metrics_id);
CREATE INDEX ON xen.vm (metrics_id);
CREATE INDEX ON xen.vm (parent_id);
CREATE INDEX ON xen.vm (resident_on_id);
CREATE INDEX ON xen.vm (scheduled_to_be_resident_on_id);
CREATE INDEX ON xen.vm (snapshot_of_id);
CREATE INDEX ON xen.vm (suspend_sr_id);
CREATE INDEX ON xen.vm (suspend_vdi_id);
CREATE INDEX ON xen.vif (network_id);
CREATE INDEX ON xen.vif (vm_id);
CREATE INDEX ON xen.vdi (metadata_of_pool_id);
CREATE INDEX ON xen.vdi (parent_id);
CREATE INDEX ON xen.vdi (snapshot_of_id);
CREATE INDEX ON xen.vdi (sr_id);
CREATE INDEX ON xen.vbd (vdi_id);
CREATE INDEX ON xen.vbd (vm_id);
ALTER TABLE xen.pool ADD CONSTRAINT pool_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.host ADD CONSTRAINT host_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.host_metrics ADD CONSTRAINT host_metrics_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.sr ADD CONSTRAINT sr_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.pbd ADD CONSTRAINT pbd_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.network ADD CONSTRAINT network_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.pif ADD CONSTRAINT pif_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vm ADD CONSTRAINT vm_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vm_metrics ADD CONSTRAINT vm_metrics_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vm_guest_metrics ADD CONSTRAINT vm_guest_metrics_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vif ADD CONSTRAINT vif_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vdi ADD CONSTRAINT vdi_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.vbd ADD CONSTRAINT vbd_id_fkey FOREIGN KEY (id) REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE xen.object ADD CONSTRAINT object_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED;
