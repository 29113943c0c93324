-- +goose Up
-- Views of what needs attention. The rules are those of the views before: docs/decisions/0004-what-the-inventory-views-say.md.

CREATE VIEW inventory.update_compliance AS
WITH applied AS (
    -- Newer servers show an update as a patch, too: then it counts once, as the update. A patch whose file is gone is known by its name.
    SELECT a.pool_id, a.host_id, a.update_key, min(a.name COLLATE "C") AS name
    FROM (SELECT l.pool_id, l.target_id AS host_id, 'update ' || u.id AS update_key, u.name_label AS name
          FROM xen.pool_update_hosts l
          JOIN xen.pool_update u ON u.id = l.pool_update_id
          UNION ALL
          SELECT h.pool_id, h.host_id, coalesce('update ' || f.pool_update_id, 'patch ' || f.id, concat('name ', h.name_label, ' ', h.version)), h.name_label
          FROM xen.host_patch h
          LEFT JOIN xen.pool_patch f ON f.id = h.pool_patch_id
          WHERE h.applied AND h.host_id IS NOT NULL) a
    GROUP BY a.pool_id, a.host_id, a.update_key
), somewhere AS (
    SELECT a.pool_id, a.update_key, min(a.name) AS name FROM applied a GROUP BY a.pool_id, a.update_key
), having_it AS (
    SELECT a.host_id, count(*) AS update_count FROM applied a GROUP BY a.host_id
), lacking_it AS (
    SELECT h.id AS host_id, count(*) AS update_count, string_agg(s.name, ',' ORDER BY s.name COLLATE "C", s.update_key) AS names
    FROM xen.host h
    JOIN somewhere s ON s.pool_id = h.pool_id
    LEFT JOIN applied a ON a.host_id = h.id AND a.update_key = s.update_key
    WHERE a.host_id IS NULL
    GROUP BY h.id
), waiting AS (
    SELECT l.host_id, string_agg(u.name_label, ',' ORDER BY u.name_label COLLATE "C", u.uuid) AS names
    FROM xen.host_updates_requiring_reboot l
    JOIN xen.pool_update u ON u.id = l.target_id
    GROUP BY l.host_id
), told AS (
    SELECT h.id, h.pool_id,
           coalesce(nullif(h.software_version ->> 'product_version', ''), nullif(h.software_version ->> 'platform_version', '')) AS version,
           nullif(h.software_version ->> 'build_number', '') AS build
    FROM xen.host h
), mixture AS (
    SELECT t.pool_id, count(DISTINCT (t.version, t.build)) AS version_count
    FROM told t
    WHERE t.version IS NOT NULL OR t.build IS NOT NULL
    GROUP BY t.pool_id
), guests AS (
    SELECT v.resident_on_id, count(*) AS vm_count
    FROM xen.vm v
    WHERE v.power_state IN ('Running', 'Paused')
      AND v.is_control_domain IS NOT TRUE
      AND (v.pending_guidances <> '{}' OR v.pending_guidances_recommended <> '{}' OR v.pending_guidances_full <> '{}')
    GROUP BY v.resident_on_id
)
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       nullif(h.software_version ->> 'product_brand', '') AS product_brand,
       t.version AS product_version,
       t.build AS build_number,
       nullif(h.software_version ->> 'platform_version', '') AS platform_version,
       nullif(h.software_version ->> 'xapi', '') AS xapi_version,
       nullif(h.software_version ->> 'xen', '') AS xen_version,
       nullif(h.software_version ->> 'linux', '') AS linux_version,
       coalesce(m.version_count, 0) AS pool_version_count,
       coalesce(m.version_count > 1, false) AS mixed_pool,
       coalesce(a.update_count, 0) AS applied_update_count,
       coalesce(l.update_count, 0) AS missing_update_count,
       l.names AS missing_update_names,
       h.latest_synced_updates_applied AS latest_updates_applied,
       h.last_software_update AS last_update_at,
       nullif(array_to_string(h.pending_guidances, ','), '') AS pending_guidances,
       nullif(array_to_string(h.pending_guidances_recommended, ','), '') AS recommended_guidances,
       nullif(array_to_string(h.pending_guidances_full, ','), '') AS full_guidances,
       w.names AS reboot_update_names,
       coalesce(h.updates_requiring_reboot_ref <> '{}', false)
           OR coalesce(h.pending_guidances && ARRAY['reboot_host', 'reboot_host_on_livepatch_failure', 'reboot_host_on_kernel_livepatch_failure',
                                                    'reboot_host_on_xen_livepatch_failure'], false) AS reboot_required,
       coalesce('restart_toolstack' = ANY (h.pending_guidances), false) AS toolstack_restart_required,
       coalesce(g.vm_count, 0) AS vm_guidance_count
FROM xen.host h
JOIN syncd.pool p ON p.id = h.pool_id
JOIN told t ON t.id = h.id
LEFT JOIN mixture m ON m.pool_id = h.pool_id
LEFT JOIN having_it a ON a.host_id = h.id
LEFT JOIN lacking_it l ON l.host_id = h.id
LEFT JOIN waiting w ON w.host_id = h.id
LEFT JOIN guests g ON g.resident_on_id = h.id;

COMMENT ON VIEW inventory.update_compliance IS 'Which software every host runs, what it lacks beside the other hosts of its pool, and what is still to be done after updates';
COMMENT ON COLUMN inventory.update_compliance.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.update_compliance.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.update_compliance.host_uuid IS 'UUID of the host; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.update_compliance.host_name IS 'Name of the host; need not be unique';
COMMENT ON COLUMN inventory.update_compliance.product_brand IS 'XenServer, XCP-ng and so on; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.product_version IS 'Version of the product, such as 8.3.0; of the platform where there is no product; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.build_number IS 'Build of the product; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.platform_version IS 'Version of the platform below the product; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.xapi_version IS 'Version of the toolstack; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.xen_version IS 'Version of the hypervisor; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.linux_version IS 'Version of the kernel of domain 0; NULL = not told';
COMMENT ON COLUMN inventory.update_compliance.pool_version_count IS 'Different pairs of product_version and build_number among the hosts of the pool that tell one; 0 = none tells';
COMMENT ON COLUMN inventory.update_compliance.mixed_pool IS 'true: the hosts of the pool differ in product_version or build_number';
COMMENT ON COLUMN inventory.update_compliance.applied_update_count IS 'Updates and hotfixes that the host has; 0 on servers that take packages from repositories';
COMMENT ON COLUMN inventory.update_compliance.missing_update_count IS 'Updates and hotfixes that another host of the pool has and this one lacks';
COMMENT ON COLUMN inventory.update_compliance.missing_update_names IS 'Their names in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.update_compliance.latest_updates_applied IS 'yes, no or unknown: whether the host has all that the pool has fetched from its repositories; NULL on servers without them';
COMMENT ON COLUMN inventory.update_compliance.last_update_at IS 'When an update was last applied; NULL = never, or not told';
COMMENT ON COLUMN inventory.update_compliance.pending_guidances IS 'What must still be done so that updates take effect, such as reboot_host, in order, separated by commas; NULL = nothing';
COMMENT ON COLUMN inventory.update_compliance.recommended_guidances IS 'What is advised besides, in the same form; NULL = nothing';
COMMENT ON COLUMN inventory.update_compliance.full_guidances IS 'What would make every part of the updates take effect, in the same form; NULL = nothing';
COMMENT ON COLUMN inventory.update_compliance.reboot_update_names IS 'Names of applied updates that wait for a restart of the host, in order, separated by commas; NULL = none';
COMMENT ON COLUMN inventory.update_compliance.reboot_required IS 'true: an applied update waits for a restart of the host, or pending_guidances demands one, also after a live patch that failed';
COMMENT ON COLUMN inventory.update_compliance.toolstack_restart_required IS 'true: pending_guidances demands a restart of the toolstack';
COMMENT ON COLUMN inventory.update_compliance.vm_guidance_count IS 'VMs running here for which updates leave something to be done, demanded or advised; no control domains';

CREATE VIEW inventory.expiry AS
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       e.kind,
       e.object_uuid,
       e.object_name,
       e.detail,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       e.as_told,
       e.expires_at,
       extract(epoch FROM e.expires_at - now())::double precision AS expires_in_seconds,
       coalesce(e.expires_at <= now(), false) AS expired
FROM (
    SELECT h.pool_id, 'licence' AS kind, h.uuid AS object_uuid, h.name_label AS object_name, nullif(h.edition, '') AS detail, h.id AS host_id,
           h.license_params ->> 'expiry' AS as_told,
           -- Only what make_timestamptz takes reaches it.
           CASE WHEN y > 1970
                 AND mon BETWEEN 1 AND 12
                 AND d BETWEEN 1 AND CASE WHEN mon IN (4, 6, 9, 11) THEN 30
                                          WHEN mon <> 2 THEN 31
                                          WHEN y % 4 = 0 AND (y % 100 <> 0 OR y % 400 = 0) THEN 29
                                          ELSE 28 END
                 AND hour <= 23 AND min <= 59 AND sec <= 59
                THEN make_timestamptz(y, mon, d, hour, min, sec, 'UTC')
           END AS expires_at
    FROM xen.host h
    CROSS JOIN LATERAL regexp_match(h.license_params ->> 'expiry',
        '^\s*([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[T ]([0-9]{2}):?([0-9]{2}):?([0-9]{2})(?:\.[0-9]+)?)?Z?\s*$') m
    CROSS JOIN LATERAL (SELECT m[1]::int AS y, m[2]::int AS mon, m[3]::int AS d, coalesce(m[4]::int, 0) AS hour, coalesce(m[5]::int, 0) AS min,
                               coalesce(m[6]::int, 0) AS sec) t
    WHERE h.license_params ->> 'expiry' <> ''
    UNION ALL
    SELECT c.pool_id, 'certificate', c.uuid, nullif(c.name, ''), c.type, c.host_id, NULL, c.not_after
    FROM xen.certificate c
    UNION ALL
    SELECT h.pool_id, 'ssh', h.uuid, h.name_label, NULL, h.id, NULL, h.ssh_expiry
    FROM xen.host h
    WHERE h.ssh_enabled AND h.ssh_expiry IS NOT NULL
) e
JOIN syncd.pool p ON p.id = e.pool_id
LEFT JOIN xen.host h ON h.id = e.host_id;

COMMENT ON VIEW inventory.expiry IS 'What ends at some time: licences of hosts, TLS certificates, and SSH that closes by itself';
COMMENT ON COLUMN inventory.expiry.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.expiry.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.expiry.kind IS 'licence, certificate or ssh; with pool_uuid and object_uuid the key of this view';
COMMENT ON COLUMN inventory.expiry.object_uuid IS 'UUID of the certificate; of the host for licence and ssh';
COMMENT ON COLUMN inventory.expiry.object_name IS 'Name of the host for licence and ssh; file of a certificate that the pool trusts; NULL = a certificate of a host, which has no name';
COMMENT ON COLUMN inventory.expiry.detail IS 'licence: the edition; certificate: ca, host or host_internal; NULL = not told, or ssh';
COMMENT ON COLUMN inventory.expiry.host_uuid IS 'UUID of the host; NULL for certificates that the whole pool trusts';
COMMENT ON COLUMN inventory.expiry.host_name IS 'Name of the host; NULL for certificates that the whole pool trusts';
COMMENT ON COLUMN inventory.expiry.as_told IS 'licence: the end in the server''s words, such as never; NULL for other kinds';
COMMENT ON COLUMN inventory.expiry.expires_at IS 'When it ends; NULL = never, or what as_told says is no date';
COMMENT ON COLUMN inventory.expiry.expires_in_seconds IS 'Seconds until expires_at, negative after it; NULL = expires_at is';
COMMENT ON COLUMN inventory.expiry.expired IS 'true: expires_at is past';

CREATE VIEW inventory.duplicate_mac AS
WITH nic AS (
    SELECT f.pool_id, 'vm' AS kind, f.uuid, f.device, lower(f.mac) AS mac, f.currently_attached, f.network_id,
           v.uuid AS vm_uuid, v.name_label AS vm_name, v.power_state, v.resident_on_id AS host_id
    FROM xen.vif f
    JOIN xen.vm v ON v.id = f.vm_id
    WHERE f.mac <> ''
      AND v.is_a_template IS NOT TRUE
      AND v.is_default_template IS NOT TRUE
      AND v.is_a_snapshot IS NOT TRUE
      AND v.is_control_domain IS NOT TRUE
    UNION ALL
    -- Bonds and VLANs have the address of a card by right.
    SELECT i.pool_id, 'host', i.uuid, i.device, lower(i.mac), i.currently_attached, i.network_id, NULL, NULL, NULL, i.host_id
    FROM xen.pif i
    WHERE i.mac <> '' AND i.physical
), many AS (
    SELECT n.mac, count(*) AS nic_count, count(DISTINCT n.pool_id) AS pool_count FROM nic n GROUP BY n.mac HAVING count(*) > 1
), near AS (
    SELECT n.mac, n.network_id FROM nic n WHERE n.network_id IS NOT NULL GROUP BY n.mac, n.network_id HAVING count(*) > 1
)
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       n.mac AS mac_address,
       n.kind,
       n.uuid AS nic_uuid,
       n.device,
       n.vm_uuid,
       n.vm_name,
       n.power_state,
       h.uuid AS host_uuid,
       h.name_label AS host_name,
       w.uuid AS network_uuid,
       w.name_label AS network_name,
       coalesce(n.currently_attached, false) AS attached,
       m.nic_count,
       m.pool_count,
       x.mac IS NOT NULL AS same_network
FROM nic n
JOIN many m ON m.mac = n.mac
JOIN syncd.pool p ON p.id = n.pool_id
LEFT JOIN near x ON x.mac = n.mac AND x.network_id = n.network_id
LEFT JOIN xen.network w ON w.id = n.network_id
LEFT JOIN xen.host h ON h.id = n.host_id;

COMMENT ON VIEW inventory.duplicate_mac IS 'Interfaces of VMs and cards of hosts whose hardware address another one has too, in whatever pool; no templates, snapshots or control domains, no bonds or VLANs';
COMMENT ON COLUMN inventory.duplicate_mac.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.duplicate_mac.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.duplicate_mac.mac_address IS 'The hardware address, in lower case';
COMMENT ON COLUMN inventory.duplicate_mac.kind IS 'vm: an interface of a VM; host: a card of a host';
COMMENT ON COLUMN inventory.duplicate_mac.nic_uuid IS 'UUID of the interface; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.duplicate_mac.device IS 'Its number in the VM, or what the host calls it, such as eth0';
COMMENT ON COLUMN inventory.duplicate_mac.vm_uuid IS 'UUID of the VM; NULL = a card of a host';
COMMENT ON COLUMN inventory.duplicate_mac.vm_name IS 'Name of the VM; NULL = a card of a host';
COMMENT ON COLUMN inventory.duplicate_mac.power_state IS 'That of the VM; NULL = a card of a host';
COMMENT ON COLUMN inventory.duplicate_mac.host_uuid IS 'UUID of the host that has the card or runs the VM; NULL = the VM does not run';
COMMENT ON COLUMN inventory.duplicate_mac.host_name IS 'Name of the host that has the card or runs the VM; NULL = the VM does not run';
COMMENT ON COLUMN inventory.duplicate_mac.network_uuid IS 'UUID of the network that it is on; NULL = the network is gone';
COMMENT ON COLUMN inventory.duplicate_mac.network_name IS 'Name of the network that it is on; NULL = the network is gone';
COMMENT ON COLUMN inventory.duplicate_mac.attached IS 'true: it is in use now';
COMMENT ON COLUMN inventory.duplicate_mac.nic_count IS 'Interfaces with this address in all pools, this one among them';
COMMENT ON COLUMN inventory.duplicate_mac.pool_count IS 'Pools that they are in; a VM that moves to another pool shows in both for a while';
COMMENT ON COLUMN inventory.duplicate_mac.same_network IS 'true: another one is on the same network, so that the two are in each other''s way';

CREATE VIEW inventory.duplicate_name AS
WITH named AS (
    SELECT v.pool_id, CASE WHEN v.is_a_template OR v.is_default_template THEN 'template' ELSE 'vm' END AS kind, v.uuid, v.name_label AS name
    FROM xen.vm v
    WHERE v.is_a_snapshot IS NOT TRUE
      AND v.is_control_domain IS NOT TRUE
      -- Those that come with the server.
      AND ((v.is_a_template OR v.is_default_template) AND coalesce(v.is_default_template, v.other_config ->> 'default_template' = 'true')) IS NOT TRUE
    UNION ALL
    SELECT h.pool_id, 'host', h.uuid, h.name_label FROM xen.host h
    UNION ALL
    -- Every host has a Local storage of its own, and every pool the tools that come with the server.
    SELECT s.pool_id, 'sr', s.uuid, s.name_label
    FROM xen.sr s
    WHERE s.shared AND NOT coalesce(s.is_tools_sr, s.other_config ->> 'xenserver_tools_sr' = 'true', false)
    UNION ALL
    SELECT n.pool_id, 'network', n.uuid, n.name_label FROM xen.network n
), here AS (
    SELECT n.pool_id, n.kind, n.name, count(*) AS object_count FROM named n WHERE n.name <> '' GROUP BY n.pool_id, n.kind, n.name
), many AS (
    SELECT h.kind, h.name, sum(h.object_count)::bigint AS object_count, count(*) AS pool_count FROM here h GROUP BY h.kind, h.name HAVING sum(h.object_count) > 1
)
SELECT p.name AS pool,
       p.uuid AS pool_uuid,
       n.kind,
       n.uuid AS object_uuid,
       n.name AS object_name,
       h.object_count AS count_in_pool,
       m.object_count AS count_overall,
       m.pool_count
FROM named n
JOIN many m ON m.kind = n.kind AND m.name = n.name
JOIN here h ON h.pool_id = n.pool_id AND h.kind = n.kind AND h.name = n.name
JOIN syncd.pool p ON p.id = n.pool_id
WHERE h.object_count > 1 OR n.kind NOT IN ('template', 'network');

COMMENT ON VIEW inventory.duplicate_name IS 'VMs, templates, hosts, SRs and networks whose name another one of the same kind has too. Templates and networks are compared within their pool, the others across all pools; no snapshots, no templates and no SR of tools that come with the server, no SRs of single hosts';
COMMENT ON COLUMN inventory.duplicate_name.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.duplicate_name.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.duplicate_name.kind IS 'vm, template, host, sr or network; with pool_uuid and object_uuid the key of this view';
COMMENT ON COLUMN inventory.duplicate_name.object_uuid IS 'UUID of the object';
COMMENT ON COLUMN inventory.duplicate_name.object_name IS 'Its name, compared letter by letter; never empty';
COMMENT ON COLUMN inventory.duplicate_name.count_in_pool IS 'Objects of its kind with this name in its pool, itself among them';
COMMENT ON COLUMN inventory.duplicate_name.count_overall IS 'Objects of its kind with this name in all pools, itself among them';
COMMENT ON COLUMN inventory.duplicate_name.pool_count IS 'Pools that they are in; a VM that moves to another pool shows in both for a while';

-- Of hosts that have room, each thing goes to the first that it may go to and that has enough left. It reads no table, and
-- everybody may call it: whoever reads a view calls its functions with their own rights.
-- +goose StatementBegin
CREATE FUNCTION syncd.first_fit(needs bigint[], places bit varying[], room bigint[]) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    need  bigint;
    may   bit varying;
    found int;
    seats int[] := '{}';
BEGIN
    FOR need, may IN SELECT * FROM unnest(needs, places) LOOP
        found := NULL;
        FOR seat IN 1 .. cardinality(room) LOOP
            IF room[seat] >= need AND get_bit(may, seat - 1) = 1 THEN
                room[seat] := room[seat] - need;
                found := seat;
                EXIT;
            END IF;
        END LOOP;
        seats := seats || found;
    END LOOP;
    RETURN seats;
END
$$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION syncd.first_fit TO PUBLIC;
COMMENT ON FUNCTION syncd.first_fit IS 'Where each thing fits first: what each needs, a string of bits for each that tells where it may go, and how much room every place has; gives the number of the place for each, from 1, NULL = nowhere';

CREATE VIEW inventory.ha_simulation AS
WITH guest AS (
    -- Sums are of numeric, which does not overflow.
    SELECT v.id, v.resident_on_id AS host_id, v.uuid, v.name_label AS name, v.is_control_domain IS NOT TRUE AS moves,
           least(greatest(coalesce(nullif(v.memory_dynamic_max, 0), v.memory_static_max, 0), 0)::numeric + greatest(coalesce(v.memory_overhead, 0), 0),
                 9223372036854775807)::bigint AS need,
           coalesce(v.attached_pcis_ref <> '{}', false)
               OR EXISTS (SELECT FROM xen.vgpu d WHERE d.vm_id = v.id)
               OR EXISTS (SELECT FROM xen.vusb d WHERE d.vm_id = v.id) AS tied
    FROM xen.vm v
    WHERE v.power_state IN ('Running', 'Paused') AND v.resident_on_id IS NOT NULL
), told AS (
    SELECT h.id, h.pool_id, h.uuid, h.name_label AS name, coalesce(m.live, false) AS live, coalesce(h.enabled AND m.live, false) AS takes,
           least(greatest(coalesce(CASE WHEN m.memory_free >= 0 THEN m.memory_free END, m.memory_total::numeric - coalesce(h.memory_overhead, 0) - coalesce(g.need, 0), 0), 0),
                 9223372036854775807)::bigint AS room
    FROM xen.host h
    LEFT JOIN xen.host_metrics m ON m.id = h.metrics_id
    LEFT JOIN (SELECT g.host_id, sum(g.need) AS need FROM guest g GROUP BY g.host_id) g ON g.host_id = h.id
), host AS (
    -- Sets of hosts are strings of bits, one for each host of the pool, in the order in which hosts are tried.
    SELECT s.*, set_bit(repeat('0', s.host_count)::bit varying, s.seat - 1, 1) AS itself, repeat('0', s.host_count)::bit varying AS nowhere
    FROM (SELECT t.*, row_number() OVER (PARTITION BY t.pool_id ORDER BY t.room, t.uuid COLLATE "C")::int AS seat,
                 count(*) OVER (PARTITION BY t.pool_id)::int AS host_count
          FROM told t) s
), pool AS (
    SELECT h.pool_id, array_agg(h.room ORDER BY h.seat) AS room, bit_or(CASE WHEN h.takes THEN h.itself ELSE h.nowhere END) AS takers,
           count(*) FILTER (WHERE h.takes) AS taker_count, coalesce(sum(h.room) FILTER (WHERE h.takes), 0) AS free
    FROM host h
    GROUP BY h.pool_id
), storage AS (
    SELECT b.sr_id, bit_or(h.itself) AS places FROM xen.pbd b JOIN host h ON h.id = b.host_id WHERE b.currently_attached GROUP BY b.sr_id
), carried AS (
    SELECT i.network_id, bit_or(CASE WHEN i.currently_attached THEN h.itself ELSE h.nowhere END) AS places
    FROM xen.pif i
    JOIN host h ON h.id = i.host_id
    GROUP BY i.network_id
), guest_storage AS (
    SELECT g.id, bit_and(coalesce(s.places, h.nowhere)) AS places
    FROM guest g
    JOIN host h ON h.id = g.host_id
    JOIN xen.vbd b ON b.vm_id = g.id
    JOIN xen.vdi i ON i.id = b.vdi_id
    LEFT JOIN storage s ON s.sr_id = i.sr_id
    WHERE i.sr_id IS NOT NULL
    GROUP BY g.id
), guest_network AS (
    -- A network that no host has an interface to is made wherever a VM needs it.
    SELECT g.id, bit_and(c.places) AS places
    FROM guest g
    JOIN xen.vif f ON f.vm_id = g.id
    JOIN carried c ON c.network_id = f.network_id
    GROUP BY g.id
), reach AS (
    SELECT g.*, e.others, e.others & coalesce(s.places, e.others) AS stored, e.others & coalesce(s.places, e.others) & coalesce(n.places, e.others) AS places,
           row_number() OVER (PARTITION BY g.host_id ORDER BY g.tied, g.need DESC, g.uuid COLLATE "C") AS turn
    FROM guest g
    JOIN host h ON h.id = g.host_id
    JOIN pool p ON p.pool_id = h.pool_id
    CROSS JOIN LATERAL (SELECT p.takers & ~h.itself AS others) e
    LEFT JOIN guest_storage s ON s.id = g.id
    LEFT JOIN guest_network n ON n.id = g.id
    WHERE g.moves
), placed AS (
    SELECT q.host_id, s.turn, s.seat
    FROM (SELECT r.host_id, array_agg(r.need ORDER BY r.turn) AS needs, array_agg(r.places::bit varying ORDER BY r.turn) AS places
          FROM reach r WHERE NOT r.tied GROUP BY r.host_id) q
    JOIN host h ON h.id = q.host_id
    JOIN pool p ON p.pool_id = h.pool_id
    CROSS JOIN LATERAL unnest(syncd.first_fit(q.needs, q.places, p.room)) WITH ORDINALITY s (seat, turn)
), verdict AS (
    SELECT r.host_id, r.uuid, r.name, r.need,
           CASE WHEN r.tied THEN 'device'
                WHEN s.seat IS NOT NULL THEN 'placed'
                WHEN position(B'1' IN r.others) > 0 AND position(B'1' IN r.stored) = 0 THEN 'storage'
                WHEN position(B'1' IN r.stored) > 0 AND position(B'1' IN r.places) = 0 THEN 'network'
                ELSE 'memory'
           END AS outcome
    FROM reach r
    LEFT JOIN placed s ON s.host_id = r.host_id AND s.turn = r.turn
), summary AS (
    SELECT v.host_id, count(*) AS vm_count, least(sum(v.need), 9223372036854775807)::bigint AS need,
           count(*) FILTER (WHERE v.outcome = 'placed') AS placed_count,
           count(*) FILTER (WHERE v.outcome = 'memory') AS memory_count,
           count(*) FILTER (WHERE v.outcome = 'storage') AS storage_count,
           count(*) FILTER (WHERE v.outcome = 'network') AS network_count,
           count(*) FILTER (WHERE v.outcome = 'device') AS device_count,
           (array_agg(v.uuid ORDER BY v.need DESC, v.uuid COLLATE "C") FILTER (WHERE v.outcome <> 'placed'))[1] AS first_uuid,
           (array_agg(v.name ORDER BY v.need DESC, v.uuid COLLATE "C") FILTER (WHERE v.outcome <> 'placed'))[1] AS first_name
    FROM verdict v
    GROUP BY v.host_id
)
SELECT y.name AS pool,
       y.uuid AS pool_uuid,
       h.uuid AS host_uuid,
       h.name AS host_name,
       h.live AS host_live,
       coalesce(s.vm_count, 0) AS vm_count,
       coalesce(s.need, 0) AS memory_needed_bytes,
       p.taker_count - h.takes::int AS other_host_count,
       least(CASE WHEN h.takes THEN p.free - h.room ELSE p.free END, 9223372036854775807)::bigint AS free_elsewhere_bytes,
       coalesce(s.vm_count = s.placed_count, true) AS fits,
       coalesce(s.placed_count, 0) AS placed_vm_count,
       coalesce(s.vm_count - s.placed_count, 0) AS unplaced_vm_count,
       coalesce(s.memory_count, 0) AS unplaced_for_memory_count,
       coalesce(s.storage_count, 0) AS unplaced_for_storage_count,
       coalesce(s.network_count, 0) AS unplaced_for_network_count,
       coalesce(s.device_count, 0) AS unplaced_for_device_count,
       s.first_uuid AS first_unplaced_vm_uuid,
       s.first_name AS first_unplaced_vm_name
FROM host h
JOIN syncd.pool y ON y.id = h.pool_id
JOIN pool p ON p.pool_id = h.pool_id
LEFT JOIN summary s ON s.host_id = h.id;

COMMENT ON VIEW inventory.ha_simulation IS 'For every host: would the VMs that run on it fit on the other hosts of its pool, if it failed now? The largest VM is placed first, on the first host that reaches its SRs and networks and has room, those with the least room tried first. true is a way that works; false may overlook one. XenServer''s own planner differs: it counts only protected VMs, and lets others shrink';
COMMENT ON COLUMN inventory.ha_simulation.pool IS 'Name of the pool in the configuration';
COMMENT ON COLUMN inventory.ha_simulation.pool_uuid IS 'UUID that XenServer gives the pool';
COMMENT ON COLUMN inventory.ha_simulation.host_uuid IS 'UUID of the host that is thought to fail; with pool_uuid the key of this view';
COMMENT ON COLUMN inventory.ha_simulation.host_name IS 'Name of the host; need not be unique';
COMMENT ON COLUMN inventory.ha_simulation.host_live IS 'false: the pool believes it to have failed already';
COMMENT ON COLUMN inventory.ha_simulation.vm_count IS 'VMs that run on it, Running or Paused, without control domains';
COMMENT ON COLUMN inventory.ha_simulation.memory_needed_bytes IS 'What these VMs need elsewhere, in bytes: memory_dynamic_max and memory_overhead of each';
COMMENT ON COLUMN inventory.ha_simulation.other_host_count IS 'Other hosts of the pool that are live and enabled: only they take VMs';
COMMENT ON COLUMN inventory.ha_simulation.free_elsewhere_bytes IS 'Free memory of these hosts in bytes: as told, else what their memory leaves when the VMs on them have what they need';
COMMENT ON COLUMN inventory.ha_simulation.fits IS 'true: all its VMs have a place elsewhere, or it has none; false: see the counts';
COMMENT ON COLUMN inventory.ha_simulation.placed_vm_count IS 'VMs that have a place elsewhere';
COMMENT ON COLUMN inventory.ha_simulation.unplaced_vm_count IS 'VMs that have none: the sum of the four counts that follow';
COMMENT ON COLUMN inventory.ha_simulation.unplaced_for_memory_count IS 'VMs for which no host that reaches all they need has room left, or for which there is no other host';
COMMENT ON COLUMN inventory.ha_simulation.unplaced_for_storage_count IS 'VMs for which no other host is attached to all SRs of their disks and of the CDs in their drives';
COMMENT ON COLUMN inventory.ha_simulation.unplaced_for_network_count IS 'VMs for which no such host has an interface up on all their networks; networks that no host has an interface to do not count';
COMMENT ON COLUMN inventory.ha_simulation.unplaced_for_device_count IS 'VMs that are tied to their host by a PCI device passed through, a virtual GPU or a USB device, even where another host has the like';
COMMENT ON COLUMN inventory.ha_simulation.first_unplaced_vm_uuid IS 'UUID of the largest VM without a place; NULL = all have one';
COMMENT ON COLUMN inventory.ha_simulation.first_unplaced_vm_name IS 'Its name; NULL = all have a place';

-- +goose Down
DROP VIEW inventory.update_compliance, inventory.expiry, inventory.duplicate_mac, inventory.duplicate_name, inventory.ha_simulation;
DROP FUNCTION syncd.first_fit;
