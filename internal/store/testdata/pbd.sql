-- createStage
CREATE TEMP TABLE stage_pbd (seq bigint, ref text, content_hash bytea,
	uuid text, f_currently_attached boolean, f_device_config text, f_host text, f_other_config text, f_sr text, extra text)
-- copyStage
COPY stage_pbd (seq, ref, content_hash, uuid, f_currently_attached, f_device_config, f_host, f_other_config, f_sr, extra) FROM STDIN
-- identify
INSERT INTO pass_object (seq, class, ref, uuid, content_hash, id, live, old_ref)
	SELECT s.seq, $2, s.ref, s.uuid, s.content_hash, coalesce(o.id, CASE WHEN $3 THEN -s.seq ELSE nextval('xen.object_id_seq') END),
		o.id IS NOT NULL AND o.removed_at IS NULL, o.ref
	FROM (SELECT DISTINCT ON (uuid) seq, ref, uuid, content_hash FROM stage_pbd ORDER BY uuid, seq) s
	LEFT JOIN LATERAL (SELECT id, ref, removed_at FROM xen.object WHERE pool_id = $1 AND class = $2 AND uuid = s.uuid LIMIT 1) o ON true
	WHERE o.id IS NULL OR o.removed_at IS NOT NULL OR EXISTS (SELECT FROM pass_candidate c WHERE c.id = o.id)
-- mention
INSERT INTO pass_mention (seq, field, class, ref) SELECT s.seq, v.* FROM stage_pbd s CROSS JOIN LATERAL (VALUES ('host', 'host', s.f_host), ('SR', 'SR', s.f_sr)) v (field, class, ref) WHERE v.ref IS NOT NULL
-- update
UPDATE xen.pbd t SET ref = n.ref, currently_attached = n.currently_attached, device_config = n.device_config, host_id = n.host_id, other_config = n.other_config, sr_id = n.sr_id, extra = n.extra
FROM (SELECT p.id, p.ref,
		s.uuid AS uuid,
		s.f_currently_attached AS currently_attached,
		s.f_device_config::jsonb AS device_config,
		r3.id AS host_id,
		s.f_other_config::jsonb AS other_config,
		r5.id AS sr_id,
		coalesce(s.extra::jsonb, '{}') AS extra
	FROM stage_pbd s JOIN pass_object p USING (seq)
	LEFT JOIN pass_ref r3 ON r3.class = 'host' AND r3.ref = s.f_host
	LEFT JOIN pass_ref r5 ON r5.class = 'SR' AND r5.ref = s.f_sr
	WHERE p.live) n
WHERE t.id = n.id AND (t.ref, t.currently_attached, t.device_config, t.host_id, t.other_config, t.sr_id, t.extra) IS DISTINCT FROM (n.ref, n.currently_attached, n.device_config, n.host_id, n.other_config, n.sr_id, n.extra)
-- insert
INSERT INTO xen.pbd (pool_id, id, ref, uuid, currently_attached, device_config, host_id, other_config, sr_id, extra)
SELECT $1::bigint, n.* FROM (SELECT p.id, p.ref,
		s.uuid AS uuid,
		s.f_currently_attached AS currently_attached,
		s.f_device_config::jsonb AS device_config,
		r3.id AS host_id,
		s.f_other_config::jsonb AS other_config,
		r5.id AS sr_id,
		coalesce(s.extra::jsonb, '{}') AS extra
	FROM stage_pbd s JOIN pass_object p USING (seq)
	LEFT JOIN pass_ref r3 ON r3.class = 'host' AND r3.ref = s.f_host
	LEFT JOIN pass_ref r5 ON r5.class = 'SR' AND r5.ref = s.f_sr
	WHERE NOT p.live) n
-- remove
DELETE FROM xen.pbd t USING pass_gone g WHERE t.id = g.id AND g.removed AND g.class = 'PBD'
-- repoint host
WITH hit AS MATERIALIZED (
	SELECT t.id, g.ref, (SELECT max(o.id + 0) FROM xen.object o
		WHERE o.pool_id = $1 AND o.ref = g.ref AND o.class = g.class AND o.removed_at IS NULL) AS target_id
	FROM pass_gone g JOIN xen.pbd t ON t.host_id = g.id
	WHERE g.class = 'host' AND NOT EXISTS (SELECT FROM pass_object p WHERE p.id = t.id)
		AND NOT EXISTS (SELECT FROM pass_gone x WHERE x.id = t.id AND x.removed))
UPDATE xen.pbd t SET host_id = hit.target_id FROM hit WHERE t.id = hit.id RETURNING t.id, hit.ref, hit.target_id
-- repoint SR
WITH hit AS MATERIALIZED (
	SELECT t.id, g.ref, (SELECT max(o.id + 0) FROM xen.object o
		WHERE o.pool_id = $1 AND o.ref = g.ref AND o.class = g.class AND o.removed_at IS NULL) AS target_id
	FROM pass_gone g JOIN xen.pbd t ON t.sr_id = g.id
	WHERE g.class = 'SR' AND NOT EXISTS (SELECT FROM pass_object p WHERE p.id = t.id)
		AND NOT EXISTS (SELECT FROM pass_gone x WHERE x.id = t.id AND x.removed))
UPDATE xen.pbd t SET sr_id = hit.target_id FROM hit WHERE t.id = hit.id RETURNING t.id, hit.ref, hit.target_id
