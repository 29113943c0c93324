-- +goose Up
-- One table for each class of XenAPI that is mirrored: the key, the pool, uuid and ref, then every field in the order of
-- the model, then extra. Every field may be NULL, since no release of XenServer sends them all. The tables refer to each
-- other in cycles, and rows of one pass arrive in any order: the foreign keys come last and are checked at commit.

CREATE TABLE xen.pool (
    id                                     bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                                bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                                   text NOT NULL,
    ref                                    text NOT NULL,
    name_label                             text,
    name_description                       text,
    allowed_operations                     text[],
    auto_update_vm_secureboot_certificates boolean,
    blobs                                  jsonb,
    client_certificate_auth_enabled        boolean,
    client_certificate_auth_name           text,
    coordinator_bias                       boolean,
    cpu_info                               jsonb,
    crash_dump_sr_id                       bigint,
    current_operations                     jsonb,
    custom_uefi_certificates               text,
    default_sr_id                          bigint,
    ext_auth_cache_enabled                 boolean,
    ext_auth_cache_expiry                  bigint,
    ext_auth_cache_size                    bigint,
    ext_auth_max_threads                   bigint,
    guest_agent_config                     jsonb,
    gui_config                             jsonb,
    ha_allow_overcommit                    boolean,
    ha_cluster_stack                       text,
    ha_configuration                       jsonb,
    ha_enabled                             boolean,
    ha_host_failures_to_tolerate           bigint,
    ha_overcommitted                       boolean,
    ha_plan_exists_for                     bigint,
    ha_reboot_vm_on_internal_shutdown      boolean,
    ha_statefiles                          text[],
    health_check_config                    jsonb,
    igmp_snooping_enabled                  boolean,
    is_psr_pending                         boolean,
    last_update_sync                       timestamptz,
    license_server                         jsonb,
    limit_console_sessions                 boolean,
    live_patching_disabled                 boolean,
    local_auth_max_threads                 bigint,
    master_id                              bigint,
    migration_compression                  boolean,
    other_config                           jsonb,
    policy_no_vendor_device                boolean,
    recommendations                        jsonb,
    redo_log_enabled                       boolean,
    redo_log_vdi_id                        bigint,
    repositories_ref                       text[],
    repository_proxy_password_ref          text,
    repository_proxy_url                   text,
    repository_proxy_username              text,
    restrictions                           jsonb,
    suspend_image_sr_id                    bigint,
    tags                                   text[],
    telemetry_frequency                    text,
    telemetry_next_collection              timestamptz,
    telemetry_uuid_ref                     text,
    tls_verification_enabled               boolean,
    uefi_certificates                      text,
    update_sync_day                        bigint,
    update_sync_enabled                    boolean,
    update_sync_frequency                  text,
    vm_console_idle_timeout                bigint,
    vswitch_controller                     text,
    wlb_enabled                            boolean,
    wlb_url                                text,
    wlb_username                           text,
    wlb_verify_cert                        boolean,
    extra                                  jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id),
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.pool IS 'Pool-wide settings, one row for each pool that has been read; the members are in xen.host';
COMMENT ON COLUMN xen.pool.id IS 'Key of the pool as an object, as in xen.object; other tables name their pool by pool_id, as in syncd.pool';
COMMENT ON COLUMN xen.pool.pool_id IS 'The row of syncd.pool that this is; each pool has one row here';
COMMENT ON COLUMN xen.pool.uuid IS 'UUID of the pool; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pool.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pool.name_label IS 'Name that XenServer gives the pool, often empty for a host on its own; the name in syncd''s configuration is syncd.pool.name';
COMMENT ON COLUMN xen.pool.name_description IS 'Free text that people wrote about the pool';
COMMENT ON COLUMN xen.pool.allowed_operations IS 'What could be asked of the pool at that moment, such as ha_enable or apply_updates; moves with its state';
COMMENT ON COLUMN xen.pool.auto_update_vm_secureboot_certificates IS 'Whether VMs get newer Secure Boot certificates by themselves; NULL on servers that lack the setting';
COMMENT ON COLUMN xen.pool.blobs IS 'Binary attachments: name to XenAPI reference; their content is not mirrored';
COMMENT ON COLUMN xen.pool.client_certificate_auth_enabled IS 'Whether clients may log in with a TLS certificate instead of a password';
COMMENT ON COLUMN xen.pool.client_certificate_auth_name IS 'Name that such a client certificate has to carry; empty where the feature is off';
COMMENT ON COLUMN xen.pool.coordinator_bias IS 'true: VMs are placed on the master only when the other hosts have no room';
COMMENT ON COLUMN xen.pool.cpu_info IS 'What all CPUs of the pool have in common, values as text: vendor, cpu_count and socket_count in total, features_hvm, features_pv';
COMMENT ON COLUMN xen.pool.crash_dump_sr_id IS 'SR that takes memory dumps of crashed VMs; NULL = none chosen, or the chosen one is gone';
COMMENT ON COLUMN xen.pool.current_operations IS 'Operations under way: task reference to what it does; nearly always {}';
COMMENT ON COLUMN xen.pool.custom_uefi_certificates IS 'Secure Boot certificates that the administrator put in place of the supplied ones, base64; empty = none';
COMMENT ON COLUMN xen.pool.default_sr_id IS 'SR for new disks when nobody names one; NULL = none set or it no longer exists, which makes many imports fail';
COMMENT ON COLUMN xen.pool.ext_auth_cache_enabled IS 'Whether answers of the directory (Active Directory) at login are remembered for a while';
COMMENT ON COLUMN xen.pool.ext_auth_cache_expiry IS 'How long such an answer is remembered, in seconds';
COMMENT ON COLUMN xen.pool.ext_auth_cache_size IS 'How many such answers are kept at most';
COMMENT ON COLUMN xen.pool.ext_auth_max_threads IS 'Logins that may be checked against the directory at the same time';
COMMENT ON COLUMN xen.pool.guest_agent_config IS 'Settings handed to the agents inside the VMs, such as auto_update_enabled; credentials among them read ***';
COMMENT ON COLUMN xen.pool.gui_config IS 'Settings of XenCenter and similar programs, among them the definitions of custom fields; credentials among them read ***';
COMMENT ON COLUMN xen.pool.ha_allow_overcommit IS 'Whether HA may be set up to promise more restarts than the pool has memory for';
COMMENT ON COLUMN xen.pool.ha_cluster_stack IS 'Software that HA relies on: xhad (the usual one) or corosync';
COMMENT ON COLUMN xen.pool.ha_configuration IS 'Details of HA as it was switched on, values as text';
COMMENT ON COLUMN xen.pool.ha_enabled IS 'Whether high availability is on: VMs of a dead host start elsewhere as VM.ha_restart_priority says';
COMMENT ON COLUMN xen.pool.ha_host_failures_to_tolerate IS 'Number of hosts that may die before protected VMs are left without a place; 0 = best effort only';
COMMENT ON COLUMN xen.pool.ha_overcommitted IS 'true: the promise of ha_host_failures_to_tolerate cannot be kept at present';
COMMENT ON COLUMN xen.pool.ha_plan_exists_for IS 'Number of host failures for which a restart plan exists now; below ha_host_failures_to_tolerate is an alarm';
COMMENT ON COLUMN xen.pool.ha_reboot_vm_on_internal_shutdown IS 'Whether HA starts a protected VM again after it was shut down from inside the guest';
COMMENT ON COLUMN xen.pool.ha_statefiles IS 'Disks on which the members write their heartbeats, as XenAPI names them; {} without HA';
COMMENT ON COLUMN xen.pool.health_check_config IS 'Enrolment in Citrix''s Health Check service, values as text; credentials among them read ***';
COMMENT ON COLUMN xen.pool.igmp_snooping_enabled IS 'Whether the virtual switches learn multicast membership instead of flooding';
COMMENT ON COLUMN xen.pool.is_psr_pending IS 'true: a change of the secret that members share began and has not reached every host';
COMMENT ON COLUMN xen.pool.last_update_sync IS 'When the list of available updates was last fetched from the repositories; NULL = never';
COMMENT ON COLUMN xen.pool.license_server IS 'Licence server of the pool: address and port as text; credentials among them read ***';
COMMENT ON COLUMN xen.pool.limit_console_sessions IS 'true: a console of a VM or host takes one viewer at a time';
COMMENT ON COLUMN xen.pool.live_patching_disabled IS 'true: updates never patch a running host in place but ask for a reboot';
COMMENT ON COLUMN xen.pool.local_auth_max_threads IS 'Logins of local accounts that may be checked at the same time';
COMMENT ON COLUMN xen.pool.master_id IS 'Host that answers for the pool (the coordinator); NULL only when the host row is missing';
COMMENT ON COLUMN xen.pool.migration_compression IS 'Whether the memory of a migrating VM is compressed unless the caller says else';
COMMENT ON COLUMN xen.pool.other_config IS 'Keys and values of tools and scripts, all text; moves often, and credentials among them read ***';
COMMENT ON COLUMN xen.pool.policy_no_vendor_device IS 'Default of has_vendor_device for new Windows VMs, reversed: true = do not add the device; obsolete';
COMMENT ON COLUMN xen.pool.recommendations IS 'Limits that the vendor advises for this pool, values as text';
COMMENT ON COLUMN xen.pool.redo_log_enabled IS 'Whether changes of xapi''s own database are also written to a disk on an SR, so that a new master loses less';
COMMENT ON COLUMN xen.pool.redo_log_vdi_id IS 'The disk of that log; NULL when redo_log_enabled is false';
COMMENT ON COLUMN xen.pool.repositories_ref IS 'XenAPI references of the update repositories in use; the class Repository is not mirrored';
COMMENT ON COLUMN xen.pool.repository_proxy_password_ref IS 'XenAPI reference to the proxy''s password, never the password; NULL = none';
COMMENT ON COLUMN xen.pool.repository_proxy_url IS 'Proxy on the way to the update repositories; empty = none';
COMMENT ON COLUMN xen.pool.repository_proxy_username IS 'Account at that proxy; empty = none';
COMMENT ON COLUMN xen.pool.restrictions IS 'What the licence leaves out, restrict_vtpm and so on, as text: true = not available';
COMMENT ON COLUMN xen.pool.suspend_image_sr_id IS 'SR for the memory of suspended VMs; NULL = none chosen, or the chosen one is gone';
COMMENT ON COLUMN xen.pool.tags IS 'Labels that people gave the pool, sorted; {} = none';
COMMENT ON COLUMN xen.pool.telemetry_frequency IS 'How often usage data is sent to the vendor: daily, weekly or monthly';
COMMENT ON COLUMN xen.pool.telemetry_next_collection IS 'When usage data is collected next; NULL = not scheduled';
COMMENT ON COLUMN xen.pool.telemetry_uuid_ref IS 'XenAPI reference to the secret that names this pool in usage data; the secret itself is never read';
COMMENT ON COLUMN xen.pool.tls_verification_enabled IS 'Whether members check each other''s certificates; false after an upgrade from before 8.2 until switched on';
COMMENT ON COLUMN xen.pool.uefi_certificates IS 'Secure Boot certificates that VMs are given, base64; empty = none installed';
COMMENT ON COLUMN xen.pool.update_sync_day IS 'Day of the week for fetching the list of updates, 0 = Sunday; of no meaning when update_sync_frequency is daily';
COMMENT ON COLUMN xen.pool.update_sync_enabled IS 'Whether the list of updates is fetched on a schedule';
COMMENT ON COLUMN xen.pool.update_sync_frequency IS 'How often the list of updates is fetched: daily or weekly';
COMMENT ON COLUMN xen.pool.vm_console_idle_timeout IS 'Seconds without input after which a console of a VM is closed; 0 = never';
COMMENT ON COLUMN xen.pool.vswitch_controller IS 'Address of an OpenFlow controller for the virtual switches; empty = none; newer servers keep SDN_controller objects';
COMMENT ON COLUMN xen.pool.wlb_enabled IS 'Whether Workload Balancing gives advice on where VMs should run';
COMMENT ON COLUMN xen.pool.wlb_url IS 'Address of the Workload Balancing server; empty = none';
COMMENT ON COLUMN xen.pool.wlb_username IS 'Account at the Workload Balancing server; the password is not kept';
COMMENT ON COLUMN xen.pool.wlb_verify_cert IS 'Whether the certificate of the Workload Balancing server is checked; obsolete';
COMMENT ON COLUMN xen.pool.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.host (
    id                                 bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                               text NOT NULL,
    ref                                text NOT NULL,
    name_label                         text,
    name_description                   text,
    address                            text,
    allowed_operations                 text[],
    api_version_major                  bigint,
    api_version_minor                  bigint,
    api_version_vendor                 text,
    api_version_vendor_implementation  jsonb,
    bios_strings                       jsonb,
    blobs                              jsonb,
    capabilities                       text[],
    chipset_info                       jsonb,
    console_idle_timeout               bigint,
    control_domain_id                  bigint,
    cpu_configuration                  jsonb,
    cpu_info                           jsonb,
    crash_dump_sr_id                   bigint,
    current_operations                 jsonb,
    display                            text,
    edition                            text,
    editions                           text[],
    enabled                            boolean,
    external_auth_configuration        jsonb,
    external_auth_service_name         text,
    external_auth_type                 text,
    guest_vcpus_params                 jsonb,
    ha_network_peers                   text[],
    ha_statefiles                      text[],
    hostname                           text,
    https_only                         boolean,
    iscsi_iqn                          text,
    last_software_update               timestamptz,
    last_update_hash                   text,
    latest_synced_updates_applied      text,
    license_params                     jsonb,
    license_server                     jsonb,
    local_cache_sr_id                  bigint,
    logging                            jsonb,
    max_cstate                         text,
    memory_overhead                    bigint,
    metrics_id                         bigint,
    multipathing                       boolean,
    ntp_custom_servers                 text[],
    ntp_mode                           text,
    numa_affinity_policy               text,
    other_config                       jsonb,
    pending_guidances                  text[],
    pending_guidances_full             text[],
    pending_guidances_recommended      text[],
    power_on_config                    jsonb,
    power_on_mode                      text,
    sched_policy                       text,
    secure_boot                        boolean,
    software_version                   jsonb,
    ssh_auto_mode                      boolean,
    ssh_enabled                        boolean,
    ssh_enabled_timeout                bigint,
    ssh_expiry                         timestamptz,
    ssl_legacy                         boolean,
    supported_bootloaders              text[],
    suspend_image_sr_id                bigint,
    tags                               text[],
    timezone                           text,
    tls_verification_enabled           boolean,
    uefi_certificates                  text,
    updates_requiring_reboot_ref       text[],
    virtual_hardware_platform_versions text[],
    extra                              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.host IS 'The physical servers of every pool';
COMMENT ON COLUMN xen.host.id IS 'Key of the host, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host.uuid IS 'UUID of the host; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host.name_label IS 'Name of the host as people see it; need not equal hostname and need not be unique';
COMMENT ON COLUMN xen.host.name_description IS 'Free text that people wrote about the host';
COMMENT ON COLUMN xen.host.address IS 'Management IP address, the one by which members and clients reach the host';
COMMENT ON COLUMN xen.host.allowed_operations IS 'What could be asked of the host at that moment, such as evacuate, reboot or vm_start; moves with its state';
COMMENT ON COLUMN xen.host.api_version_major IS 'First number of the XenAPI version that the host speaks, such as 2';
COMMENT ON COLUMN xen.host.api_version_minor IS 'Second number of the XenAPI version, such as 21; grows with every release';
COMMENT ON COLUMN xen.host.api_version_vendor IS 'Who made this implementation of XenAPI: XenSource';
COMMENT ON COLUMN xen.host.api_version_vendor_implementation IS 'Details of that implementation; {} in practice';
COMMENT ON COLUMN xen.host.bios_strings IS 'Firmware facts as text: system-manufacturer, system-product-name, system-serial-number, bios-vendor, bios-version';
COMMENT ON COLUMN xen.host.blobs IS 'Binary attachments: name to XenAPI reference; their content is not mirrored';
COMMENT ON COLUMN xen.host.capabilities IS 'Kinds of guests that Xen can run here, such as hvm-3.0-x86_64';
COMMENT ON COLUMN xen.host.chipset_info IS 'Facts of the chipset as text; iommu = true means that PCI devices can be passed through to VMs';
COMMENT ON COLUMN xen.host.console_idle_timeout IS 'Seconds without input after which the host''s own console is closed; 0 = never';
COMMENT ON COLUMN xen.host.control_domain_id IS 'VM row of this host''s domain 0; NULL on servers before 7.1, where xen.vm.is_control_domain finds it';
COMMENT ON COLUMN xen.host.cpu_configuration IS 'Placement of physical CPUs; {} in practice, cpu_info is the useful one';
COMMENT ON COLUMN xen.host.cpu_info IS 'Values as text: cpu_count (logical CPUs), socket_count, threads_per_core (newer), modelname, speed (MHz), vendor, flags; {} on old servers';
COMMENT ON COLUMN xen.host.crash_dump_sr_id IS 'SR that takes memory dumps of VMs that crash on this host; NULL = the pool''s choice';
COMMENT ON COLUMN xen.host.current_operations IS 'Operations under way: task reference to what it does, such as evacuate; mostly {}';
COMMENT ON COLUMN xen.host.display IS 'Whether the host shows its console on its own screen: enabled, disabled, or enable_on_reboot and disable_on_reboot for a change that waits';
COMMENT ON COLUMN xen.host.edition IS 'Licence in force, such as free, standard-per-socket, premium-per-socket or xcp-ng';
COMMENT ON COLUMN xen.host.editions IS 'Licences that the host could be given; {} on servers that do not tell';
COMMENT ON COLUMN xen.host.enabled IS 'false: no VM starts or moves here, since the host is in maintenance, booting or disabled by hand; says nothing of being up, see host_metrics.live';
COMMENT ON COLUMN xen.host.external_auth_configuration IS 'Details of the directory that the host has joined, such as domain and user; credentials read ***';
COMMENT ON COLUMN xen.host.external_auth_service_name IS 'Domain that the host has joined; empty = none';
COMMENT ON COLUMN xen.host.external_auth_type IS 'Kind of directory for logins: AD, or empty for local accounts only';
COMMENT ON COLUMN xen.host.guest_vcpus_params IS 'Limits put on the VCPUs of every VM on this host; mask = the physical CPUs they may use';
COMMENT ON COLUMN xen.host.ha_network_peers IS 'UUIDs of hosts whose HA heartbeat this host hears over the network; {} without HA';
COMMENT ON COLUMN xen.host.ha_statefiles IS 'Heartbeat disks of HA that this host can reach; {} without HA';
COMMENT ON COLUMN xen.host.hostname IS 'Network name of domain 0, as its operating system has it';
COMMENT ON COLUMN xen.host.https_only IS 'true: port 80 is closed and XenAPI answers over TLS alone';
COMMENT ON COLUMN xen.host.iscsi_iqn IS 'Name of this host as an iSCSI initiator; older servers keep it in other_config';
COMMENT ON COLUMN xen.host.last_software_update IS 'When an update was last applied to the host; NULL = never or not told';
COMMENT ON COLUMN xen.host.last_update_hash IS 'Fingerprint of the update set that was last applied; empty = none';
COMMENT ON COLUMN xen.host.latest_synced_updates_applied IS 'Whether the host runs all updates that the pool has fetched: yes, no or unknown';
COMMENT ON COLUMN xen.host.license_params IS 'Licence facts as text: expiry, sku_type, version and many restrict_ switches';
COMMENT ON COLUMN xen.host.license_server IS 'Where the host checks out its licence: address and port as text; credentials among them read ***';
COMMENT ON COLUMN xen.host.local_cache_sr_id IS 'Local SR that caches shared disks for read-heavy desktops (IntelliCache); NULL = not in use';
COMMENT ON COLUMN xen.host.logging IS 'Where logs go; syslog_destination names a remote collector, {} = local files only';
COMMENT ON COLUMN xen.host.max_cstate IS 'Deepest sleep state that its CPUs may enter: saving power against wake-up time';
COMMENT ON COLUMN xen.host.memory_overhead IS 'Memory that Xen itself takes on this host, in bytes; 0 on some servers';
COMMENT ON COLUMN xen.host.metrics_id IS 'Row of host_metrics with live and memory; NULL for a host that never reported';
COMMENT ON COLUMN xen.host.multipathing IS 'Whether disks on shared storage are reached over several paths; older servers keep it in other_config';
COMMENT ON COLUMN xen.host.ntp_custom_servers IS 'Time servers entered by hand, used when ntp_mode is Custom';
COMMENT ON COLUMN xen.host.ntp_mode IS 'Where the host takes its time servers from: DHCP, Custom, Factory or Disabled; NULL on servers that do not tell';
COMMENT ON COLUMN xen.host.numa_affinity_policy IS 'How VMs are spread over NUMA nodes: any, best_effort, or default_policy for the pool''s habit';
COMMENT ON COLUMN xen.host.other_config IS 'Keys and values of tools and scripts, all text: boot_time and agent_start_time are seconds since 1970; moves often, credentials read ***';
COMMENT ON COLUMN xen.host.pending_guidances IS 'What must still be done so that applied updates take effect, such as reboot_host or restart_toolstack; {} = nothing';
COMMENT ON COLUMN xen.host.pending_guidances_full IS 'What would have to be done so that every part of the updates takes effect, also the optional ones';
COMMENT ON COLUMN xen.host.pending_guidances_recommended IS 'What the vendor advises to do after updates, beyond pending_guidances';
COMMENT ON COLUMN xen.host.power_on_config IS 'Parameters for switching the host on from afar, such as power_on_ip; credentials read ***';
COMMENT ON COLUMN xen.host.power_on_mode IS 'How the host can be switched on from afar: empty (not at all), wake-on-lan, DRAC, iLO or the name of a script';
COMMENT ON COLUMN xen.host.sched_policy IS 'CPU scheduler of Xen: credit or credit2';
COMMENT ON COLUMN xen.host.secure_boot IS 'Whether the host itself booted with UEFI Secure Boot; NULL on servers that do not tell';
COMMENT ON COLUMN xen.host.software_version IS 'Versions as text: product_brand, product_version, build_number, platform_version, xapi, xen, linux; few keys for a host that never joined fully';
COMMENT ON COLUMN xen.host.ssh_auto_mode IS 'true: SSH is closed while the toolstack works and opens only when it does not';
COMMENT ON COLUMN xen.host.ssh_enabled IS 'Whether SSH to domain 0 is open';
COMMENT ON COLUMN xen.host.ssh_enabled_timeout IS 'Seconds that SSH stays open once it is enabled; 0 = without end';
COMMENT ON COLUMN xen.host.ssh_expiry IS 'When SSH closes by itself; NULL = no such moment';
COMMENT ON COLUMN xen.host.ssl_legacy IS 'true: TLS before 1.2 is still accepted; obsolete';
COMMENT ON COLUMN xen.host.supported_bootloaders IS 'Boot loaders for paravirtual VMs, such as pygrub and eliloader';
COMMENT ON COLUMN xen.host.suspend_image_sr_id IS 'SR for the memory of VMs suspended on this host; NULL = the pool''s choice';
COMMENT ON COLUMN xen.host.tags IS 'Labels that people gave the host, sorted; {} = none';
COMMENT ON COLUMN xen.host.timezone IS 'Time zone of domain 0, such as Europe/Berlin; NULL on servers that do not tell';
COMMENT ON COLUMN xen.host.tls_verification_enabled IS 'Whether this host checks the certificates of the other members';
COMMENT ON COLUMN xen.host.uefi_certificates IS 'Secure Boot certificates on this host, base64; newer servers use those of the pool';
COMMENT ON COLUMN xen.host.updates_requiring_reboot_ref IS 'XenAPI references of applied updates that wait for a reboot; the class pool_update is not mirrored';
COMMENT ON COLUMN xen.host.virtual_hardware_platform_versions IS 'Versions of virtual hardware that the host can offer; a VM needs its hardware_platform_version among them';
COMMENT ON COLUMN xen.host.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.host_metrics (
    id           bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id      bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid         text NOT NULL,
    ref          text NOT NULL,
    last_updated timestamptz,
    live         boolean,
    memory_free  bigint,
    memory_total bigint,
    other_config jsonb,
    extra        jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.host_metrics IS 'Liveness and memory of the hosts; xen.host.metrics_id leads here';
COMMENT ON COLUMN xen.host_metrics.id IS 'Key of the metrics record, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.host_metrics.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.host_metrics.uuid IS 'UUID of the metrics record; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.host_metrics.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.host_metrics.last_updated IS 'When xapi last wrote this record; NULL = not told; not a heartbeat on newer servers';
COMMENT ON COLUMN xen.host_metrics.live IS 'Whether the master believes the host to be up; false leaves its VMs recorded as running there';
COMMENT ON COLUMN xen.host_metrics.memory_free IS 'Memory not given to any VM, in bytes, as last told; obsolete in XenAPI, sent all the same, and moving all the time';
COMMENT ON COLUMN xen.host_metrics.memory_total IS 'Memory of the host, in bytes; 0 when the host never reported';
COMMENT ON COLUMN xen.host_metrics.other_config IS 'Keys and values of tools and scripts, all text; mostly {}, credentials read ***';
COMMENT ON COLUMN xen.host_metrics.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.sr (
    id                   bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    name_label           text,
    name_description     text,
    allowed_operations   text[],
    blobs                jsonb,
    clustered            boolean,
    content_type         text,
    current_operations   jsonb,
    introduced_by_ref    text,
    is_tools_sr          boolean,
    local_cache_enabled  boolean,
    other_config         jsonb,
    physical_size        bigint,
    physical_utilisation bigint,
    shared               boolean,
    sm_config            jsonb,
    tags                 text[],
    type                 text,
    virtual_allocation   bigint,
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.sr IS 'Storage repositories: whatever holds virtual disks or ISO images, local or shared; xen.pbd connects them to hosts';
COMMENT ON COLUMN xen.sr.id IS 'Key of the storage repository, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.sr.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.sr.uuid IS 'UUID of the storage repository; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.sr.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.sr.name_label IS 'Name of the SR; several often share one, such as Local storage of each host';
COMMENT ON COLUMN xen.sr.name_description IS 'Free text that people or the storage driver wrote about the SR';
COMMENT ON COLUMN xen.sr.allowed_operations IS 'What could be asked of the SR at that moment, such as vdi_create; depends on the driver and on what is plugged';
COMMENT ON COLUMN xen.sr.blobs IS 'Binary attachments: name to XenAPI reference; their content is not mirrored';
COMMENT ON COLUMN xen.sr.clustered IS 'true: the SR needs a cluster of hosts that lock together, as GFS2 does';
COMMENT ON COLUMN xen.sr.content_type IS 'What is meant to be kept: user or empty (disks), iso (images), disk (removable devices)';
COMMENT ON COLUMN xen.sr.current_operations IS 'Operations under way: task reference to what it does, such as scan; mostly {}';
COMMENT ON COLUMN xen.sr.introduced_by_ref IS 'XenAPI reference of the disaster recovery task that brought the SR in; NULL for all others';
COMMENT ON COLUMN xen.sr.is_tools_sr IS 'true: holds nothing but the ISO with the guest tools';
COMMENT ON COLUMN xen.sr.local_cache_enabled IS 'Whether hosts may use this SR as a cache for shared disks (IntelliCache)';
COMMENT ON COLUMN xen.sr.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.sr.physical_size IS 'Capacity in bytes; 0 or -1 where the driver cannot tell, as with ISO libraries and removable devices';
COMMENT ON COLUMN xen.sr.physical_utilisation IS 'Bytes in use on the SR, snapshots included; -1 where unknown; up to date only as of the SR''s last scan';
COMMENT ON COLUMN xen.sr.shared IS 'Whether several hosts are meant to use the SR; a VM on SRs that are all shared can be started elsewhere';
COMMENT ON COLUMN xen.sr.sm_config IS 'Notes of the storage driver as text: allocation (thick or thin), devserial, type; credentials read ***';
COMMENT ON COLUMN xen.sr.tags IS 'Labels that people gave the SR, sorted; {} = none';
COMMENT ON COLUMN xen.sr.type IS 'Storage driver: lvm, ext, nfs, lvmoiscsi, lvmohba, smb, gfs2, iso, udev (removable devices) and others';
COMMENT ON COLUMN xen.sr.virtual_allocation IS 'Sum of the sizes promised to disks, in bytes; above physical_size the SR is overcommitted';
COMMENT ON COLUMN xen.sr.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pbd (
    id                 bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id            bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid               text NOT NULL,
    ref                text NOT NULL,
    currently_attached boolean,
    device_config      jsonb,
    host_id            bigint,
    other_config       jsonb,
    sr_id              bigint,
    extra              jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.pbd IS 'Connections of hosts to SRs, one for each pair; a shared SR has one for every host';
COMMENT ON COLUMN xen.pbd.id IS 'Key of the connection, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pbd.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pbd.uuid IS 'UUID of the connection; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pbd.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pbd.currently_attached IS 'Whether the host uses the SR now; false makes the SR''s disks out of reach on that host';
COMMENT ON COLUMN xen.pbd.device_config IS 'Where the driver finds the storage, text: device; server and serverpath; target, targetIQN and SCSIid; location; passwords read ***';
COMMENT ON COLUMN xen.pbd.host_id IS 'The host';
COMMENT ON COLUMN xen.pbd.other_config IS 'Keys and values of tools and scripts, all text, such as the multipath state of LUNs; credentials read ***';
COMMENT ON COLUMN xen.pbd.sr_id IS 'The SR';
COMMENT ON COLUMN xen.pbd.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.network (
    id                   bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    name_label           text,
    name_description     text,
    allowed_operations   text[],
    assigned_ips         jsonb,
    blobs                jsonb,
    bridge               text,
    current_operations   jsonb,
    default_locking_mode text,
    managed              boolean,
    mtu                  bigint,
    other_config         jsonb,
    purpose              text[],
    tags                 text[],
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.network IS 'Virtual networks of a pool; xen.pif connects them to hosts, xen.vif to VMs';
COMMENT ON COLUMN xen.network.id IS 'Key of the network, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.network.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.network.uuid IS 'UUID of the network; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.network.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.network.name_label IS 'Name of the network as people see it; need not be unique';
COMMENT ON COLUMN xen.network.name_description IS 'Free text that people wrote about the network';
COMMENT ON COLUMN xen.network.allowed_operations IS 'What could be asked of the network at that moment; moves with its state';
COMMENT ON COLUMN xen.network.assigned_ips IS 'Addresses that xapi handed out on a host-internal network: XenAPI reference of the VIF to address; mostly {}';
COMMENT ON COLUMN xen.network.blobs IS 'Binary attachments: name to XenAPI reference; their content is not mirrored';
COMMENT ON COLUMN xen.network.bridge IS 'Name of the virtual switch on each host, such as xenbr0 or xapi3';
COMMENT ON COLUMN xen.network.current_operations IS 'Operations under way: task reference to what it does; nearly always {}';
COMMENT ON COLUMN xen.network.default_locking_mode IS 'What VIFs with locking_mode network_default get: unlocked (free traffic) or disabled (none)';
COMMENT ON COLUMN xen.network.managed IS 'false: the bridge was made by somebody else and xapi leaves it alone';
COMMENT ON COLUMN xen.network.mtu IS 'Largest packet in bytes, 1500 as a rule, 9000 with jumbo frames';
COMMENT ON COLUMN xen.network.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.network.purpose IS 'Services offered on this network: nbd or insecure_nbd (export of disks); {} for most';
COMMENT ON COLUMN xen.network.tags IS 'Labels that people gave the network, sorted; {} = none';
COMMENT ON COLUMN xen.network.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.pif (
    id                      bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                 bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                    text NOT NULL,
    ref                     text NOT NULL,
    bond_slave_of_ref       text,
    capabilities            text[],
    currently_attached      boolean,
    device                  text,
    disallow_unplug         boolean,
    dns                     text,
    gateway                 text,
    host_id                 bigint,
    igmp_snooping_status    text,
    ip                      text,
    ip_configuration_mode   text,
    ipv6                    text[],
    ipv6_configuration_mode text,
    ipv6_gateway            text,
    mac                     text,
    managed                 boolean,
    management              boolean,
    metrics_ref             text,
    mtu                     bigint,
    netmask                 text,
    network_id              bigint,
    other_config            jsonb,
    pci_ref                 text,
    physical                boolean,
    primary_address_type    text,
    properties              jsonb,
    vlan                    bigint,
    vlan_master_of_ref      text,
    extra                   jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.pif IS 'Network interfaces of hosts: network cards, VLANs, bonds and tunnels; each joins one host to one network';
COMMENT ON COLUMN xen.pif.id IS 'Key of the interface, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.pif.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.pif.uuid IS 'UUID of the interface; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.pif.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.pif.bond_slave_of_ref IS 'XenAPI reference of the bond that this card is part of; NULL = not bonded. The class Bond is not mirrored';
COMMENT ON COLUMN xen.pif.capabilities IS 'Special abilities of the card, such as fcoe; mostly {}';
COMMENT ON COLUMN xen.pif.currently_attached IS 'Whether the interface is up in the host''s configuration; says nothing about the cable';
COMMENT ON COLUMN xen.pif.device IS 'Name in domain 0, such as eth0 or bond0; a VLAN bears the name of the device below it';
COMMENT ON COLUMN xen.pif.disallow_unplug IS 'true: protected from being unplugged, as when storage traffic runs over it';
COMMENT ON COLUMN xen.pif.dns IS 'Name servers, separated by commas; empty = none';
COMMENT ON COLUMN xen.pif.gateway IS 'IPv4 gateway; empty = none';
COMMENT ON COLUMN xen.pif.host_id IS 'The host';
COMMENT ON COLUMN xen.pif.igmp_snooping_status IS 'Whether multicast snooping works on this interface: enabled, disabled or unknown';
COMMENT ON COLUMN xen.pif.ip IS 'IPv4 address of the host on this interface; empty = none';
COMMENT ON COLUMN xen.pif.ip_configuration_mode IS 'Where the IPv4 address comes from: None, DHCP or Static';
COMMENT ON COLUMN xen.pif.ipv6 IS 'IPv6 addresses with prefix length, such as fe80::1/64; {} or one empty text = none';
COMMENT ON COLUMN xen.pif.ipv6_configuration_mode IS 'Where IPv6 addresses come from: None, DHCP, Static or Autoconf';
COMMENT ON COLUMN xen.pif.ipv6_gateway IS 'IPv6 gateway; empty = none';
COMMENT ON COLUMN xen.pif.mac IS 'Hardware address; VLANs repeat that of the card, on old servers they show fe:ff:ff:ff:ff:ff';
COMMENT ON COLUMN xen.pif.managed IS 'false: the card is left to domain 0 and xapi does not touch it';
COMMENT ON COLUMN xen.pif.management IS 'true: XenAPI and the members'' traffic use this interface; one for each host';
COMMENT ON COLUMN xen.pif.metrics_ref IS 'XenAPI reference of its PIF_metrics (carrier, speed), a class that is not mirrored';
COMMENT ON COLUMN xen.pif.mtu IS 'Largest packet in bytes; -1 on some bonds and tunnels that take it from below';
COMMENT ON COLUMN xen.pif.netmask IS 'IPv4 netmask, such as 255.255.255.0; empty = none';
COMMENT ON COLUMN xen.pif.network_id IS 'The network';
COMMENT ON COLUMN xen.pif.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.pif.pci_ref IS 'XenAPI reference of the card''s PCI device; NULL for VLANs, bonds and tunnels. The class PCI is not mirrored';
COMMENT ON COLUMN xen.pif.physical IS 'true: a real card; false: a VLAN, bond or tunnel';
COMMENT ON COLUMN xen.pif.primary_address_type IS 'Which address the host uses for management: IPv4 or IPv6';
COMMENT ON COLUMN xen.pif.properties IS 'Switches of the card as text, such as gro = on';
COMMENT ON COLUMN xen.pif.vlan IS 'VLAN number; -1 = untagged, which all cards and bonds are';
COMMENT ON COLUMN xen.pif.vlan_master_of_ref IS 'XenAPI reference of the VLAN that this tagged interface is; NULL on untagged ones. The class VLAN is not mirrored';
COMMENT ON COLUMN xen.pif.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vm (
    id                             bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                        bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                           text NOT NULL,
    ref                            text NOT NULL,
    name_label                     text,
    name_description               text,
    actions_after_crash            text,
    actions_after_reboot           text,
    actions_after_shutdown         text,
    actions_after_softreboot       text,
    affinity_id                    bigint,
    allowed_operations             text[],
    appliance_ref                  text,
    attached_pcis_ref              text[],
    bios_strings                   jsonb,
    blobs                          jsonb,
    blocked_operations             jsonb,
    current_operations             jsonb,
    domain_type                    text,
    domarch                        text,
    domid                          bigint,
    generation_id                  text,
    guest_metrics_id               bigint,
    ha_always_run                  boolean,
    ha_restart_priority            text,
    hardware_platform_version      bigint,
    has_vendor_device              boolean,
    hvm_boot_params                jsonb,
    hvm_boot_policy                text,
    hvm_shadow_multiplier          double precision,
    is_a_snapshot                  boolean,
    is_a_template                  boolean,
    is_control_domain              boolean,
    is_default_template            boolean,
    is_snapshot_from_vmpp          boolean,
    is_vmss_snapshot               boolean,
    last_boot_cpu_flags            jsonb,
    last_booted_record             text,
    memory_dynamic_max             bigint,
    memory_dynamic_min             bigint,
    memory_overhead                bigint,
    memory_static_max              bigint,
    memory_static_min              bigint,
    memory_target                  bigint,
    metrics_id                     bigint,
    nvram                          jsonb,
    start_order                    bigint,
    other_config                   jsonb,
    parent_id                      bigint,
    pci_bus                        text,
    pending_guidances              text[],
    pending_guidances_full         text[],
    pending_guidances_recommended  text[],
    platform                       jsonb,
    power_state                    text,
    protection_policy_ref          text,
    pv_args                        text,
    pv_bootloader                  text,
    pv_bootloader_args             text,
    pv_kernel                      text,
    pv_legacy_args                 text,
    pv_ramdisk                     text,
    recommendations                text,
    reference_label                text,
    requires_reboot                boolean,
    resident_on_id                 bigint,
    scheduled_to_be_resident_on_id bigint,
    secureboot_certificates_state  text,
    shutdown_delay                 bigint,
    snapshot_info                  jsonb,
    snapshot_metadata              text,
    snapshot_of_id                 bigint,
    snapshot_schedule_ref          text,
    snapshot_time                  timestamptz,
    start_delay                    bigint,
    suspend_sr_id                  bigint,
    suspend_vdi_id                 bigint,
    tags                           text[],
    transportable_snapshot_id      text,
    user_version                   bigint,
    vcpus_at_startup               bigint,
    vcpus_max                      bigint,
    vcpus_params                   jsonb,
    version                        bigint,
    xenstore_data                  jsonb,
    extra                          jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vm IS 'Virtual machines, and with them all templates, snapshots and control domains, 85 to 95 % of the rows; inventory.vm has only the real ones';
COMMENT ON COLUMN xen.vm.id IS 'Key of the VM, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm.uuid IS 'UUID of the VM; unique in its pool only: built-in templates repeat in all pools, and a VM on its way to another pool shows in both';
COMMENT ON COLUMN xen.vm.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm.name_label IS 'Name of the VM as people see it; not unique';
COMMENT ON COLUMN xen.vm.name_description IS 'Free text that people wrote about the VM';
COMMENT ON COLUMN xen.vm.actions_after_crash IS 'What happens when the guest crashes: destroy (power off), restart, preserve, or the variants that take a dump first';
COMMENT ON COLUMN xen.vm.actions_after_reboot IS 'What a reboot from inside does: restart (as a rule) or destroy, which powers off';
COMMENT ON COLUMN xen.vm.actions_after_shutdown IS 'What a shutdown from inside does: destroy (powers off, as a rule) or restart';
COMMENT ON COLUMN xen.vm.actions_after_softreboot IS 'What a soft reboot from inside does: soft_reboot, destroy, restart or preserve';
COMMENT ON COLUMN xen.vm.affinity_id IS 'Host that is preferred at start, and no more than that; NULL = the pool chooses';
COMMENT ON COLUMN xen.vm.allowed_operations IS 'What could be asked of the VM at that moment, such as start or pool_migrate; moves with its state';
COMMENT ON COLUMN xen.vm.appliance_ref IS 'XenAPI reference of the vApp that the VM belongs to; NULL = none. The class VM_appliance is not mirrored';
COMMENT ON COLUMN xen.vm.attached_pcis_ref IS 'XenAPI references of PCI devices passed through to the running VM; {} = none. The class PCI is not mirrored';
COMMENT ON COLUMN xen.vm.bios_strings IS 'Firmware texts that the guest sees: bios-vendor, system-manufacturer and so on';
COMMENT ON COLUMN xen.vm.blobs IS 'Binary attachments: name to XenAPI reference; their content is not mirrored';
COMMENT ON COLUMN xen.vm.blocked_operations IS 'Operations that somebody forbade: operation to reason, such as destroy; {} = none';
COMMENT ON COLUMN xen.vm.current_operations IS 'Operations under way: task reference to what it does, such as pool_migrate; mostly {}';
COMMENT ON COLUMN xen.vm.domain_type IS 'How the guest is virtualised at its next start: hvm, pv, pvh or pv_in_pvh; unspecified on old records';
COMMENT ON COLUMN xen.vm.domarch IS 'Word size of the running guest, such as x32, x64 or hvm; empty when not running';
COMMENT ON COLUMN xen.vm.domid IS 'Xen''s number of the running domain, new at each boot and migration and unique on its host only; 0 = domain 0, -1 = no domain';
COMMENT ON COLUMN xen.vm.generation_id IS 'Number pair a:b that changes when the VM is cloned or reverted, for Active Directory; 0:0 = given at the next start; empty = none';
COMMENT ON COLUMN xen.vm.guest_metrics_id IS 'Row with what the agent in the guest reports; another one after each boot; NULL = no agent has reported';
COMMENT ON COLUMN xen.vm.ha_always_run IS 'Old switch of HA protection; obsolete, read ha_restart_priority';
COMMENT ON COLUMN xen.vm.ha_restart_priority IS 'What HA does when the host dies: restart, best-effort (if there is room) or empty (nothing); old servers have 0 to 3 for restart';
COMMENT ON COLUMN xen.vm.hardware_platform_version IS 'Virtual hardware that the VM needs; a host must list it in virtual_hardware_platform_versions';
COMMENT ON COLUMN xen.vm.has_vendor_device IS 'Whether Windows sees the device through which Windows Update brings its Xen drivers';
COMMENT ON COLUMN xen.vm.hvm_boot_params IS 'Boot of an HVM guest as text: order (c disk, d CD, n network) and firmware (bios or uefi)';
COMMENT ON COLUMN xen.vm.hvm_boot_policy IS 'Empty for a paravirtual guest, BIOS order for HVM; newer servers say it in domain_type';
COMMENT ON COLUMN xen.vm.hvm_shadow_multiplier IS 'Factor on the memory for shadow page tables of an HVM guest; 1 as a rule';
COMMENT ON COLUMN xen.vm.is_a_snapshot IS 'true: a frozen copy of snapshot_of_id; such rows have is_a_template true as well';
COMMENT ON COLUMN xen.vm.is_a_template IS 'true: never runs, new VMs are made of it; also true of every snapshot';
COMMENT ON COLUMN xen.vm.is_control_domain IS 'true: domain 0 of a host, or another domain that serves the pool; each host has one row';
COMMENT ON COLUMN xen.vm.is_default_template IS 'true: one of the templates that came with the server; NULL on old servers, which say so in other_config';
COMMENT ON COLUMN xen.vm.is_snapshot_from_vmpp IS 'true: taken by a protection policy of 6.x and before; no longer in XenAPI';
COMMENT ON COLUMN xen.vm.is_vmss_snapshot IS 'true: taken by the schedule of snapshot_schedule_ref, and will be pruned by it';
COMMENT ON COLUMN xen.vm.last_boot_cpu_flags IS 'CPU vendor and features that the VM saw at its last boot, as text';
COMMENT ON COLUMN xen.vm.last_booted_record IS 'Settings with which the VM was last booted, as one text; empty on many servers';
COMMENT ON COLUMN xen.vm.memory_dynamic_max IS 'Upper end of what ballooning may give the VM, in bytes; the size that people mean by its memory';
COMMENT ON COLUMN xen.vm.memory_dynamic_min IS 'Lower end of what ballooning may leave the VM, in bytes; equal to memory_dynamic_max when ballooning is off';
COMMENT ON COLUMN xen.vm.memory_overhead IS 'Memory that Xen needs for this VM beyond the guest''s own, in bytes; an estimate';
COMMENT ON COLUMN xen.vm.memory_static_max IS 'Most memory that the guest can ever see until its next boot, in bytes';
COMMENT ON COLUMN xen.vm.memory_static_min IS 'Least memory that the guest can live with, in bytes; also the lowest memory_dynamic_min';
COMMENT ON COLUMN xen.vm.memory_target IS 'What ballooning aims at now, in bytes; moves by itself and may read 0; what the VM holds is vm_metrics.memory_actual';
COMMENT ON COLUMN xen.vm.metrics_id IS 'Row with boot time and memory in use; NULL on old templates';
COMMENT ON COLUMN xen.vm.nvram IS 'UEFI variables of the guest, EFI-variables in base64; {} with BIOS';
COMMENT ON COLUMN xen.vm.start_order IS 'Place in the start of its vApp and after an HA event: lower first, equal together; -1 or 0 = unset. XenAPI calls it order';
COMMENT ON COLUMN xen.vm.other_config IS 'Keys and values of tools and scripts, all text: custom fields, base_template_name, auto_poweron; credentials read ***';
COMMENT ON COLUMN xen.vm.parent_id IS 'Snapshot from which the VM went on (of a snapshot: the one before it); NULL = none, or deleted';
COMMENT ON COLUMN xen.vm.pci_bus IS 'Old way to pass through PCI devices; obsolete and empty';
COMMENT ON COLUMN xen.vm.pending_guidances IS 'What must still be done so that applied updates take effect, such as restart_vm or restart_device_model; {} = nothing';
COMMENT ON COLUMN xen.vm.pending_guidances_full IS 'What would have to be done so that every part of the updates takes effect, also the optional ones';
COMMENT ON COLUMN xen.vm.pending_guidances_recommended IS 'What the vendor advises to do after updates, beyond pending_guidances';
COMMENT ON COLUMN xen.vm.platform IS 'Virtual hardware as text: cores-per-socket, viridian, secureboot, device-model, nx; timeoffset (seconds) drifts by itself';
COMMENT ON COLUMN xen.vm.power_state IS 'Halted, Paused, Running or Suspended; stays Running on a host that died, until somebody or HA decides';
COMMENT ON COLUMN xen.vm.protection_policy_ref IS 'XenAPI reference of a protection policy of 6.x and before; NULL since';
COMMENT ON COLUMN xen.vm.pv_args IS 'Kernel command line of a paravirtual guest';
COMMENT ON COLUMN xen.vm.pv_bootloader IS 'Boot loader of a paravirtual guest: pygrub, eliloader or empty (pv_kernel is used, or the guest is HVM)';
COMMENT ON COLUMN xen.vm.pv_bootloader_args IS 'Arguments of that boot loader';
COMMENT ON COLUMN xen.vm.pv_kernel IS 'Kernel file in domain 0 for a paravirtual guest; empty = the boot loader finds one inside the guest';
COMMENT ON COLUMN xen.vm.pv_legacy_args IS 'Kernel command line for very old paravirtual guests';
COMMENT ON COLUMN xen.vm.pv_ramdisk IS 'Initial RAM disk in domain 0 that goes with pv_kernel; empty = none';
COMMENT ON COLUMN xen.vm.recommendations IS 'Limits that the template advises, as XML: memory, VCPUs, number of disks and interfaces';
COMMENT ON COLUMN xen.vm.reference_label IS 'Stable name of the template that the VM was made of, such as debian-12 or windows-server-2022; empty = unknown';
COMMENT ON COLUMN xen.vm.requires_reboot IS 'true: a setting was changed that takes effect at the next boot';
COMMENT ON COLUMN xen.vm.resident_on_id IS 'Host that runs the VM; NULL for Halted and Suspended; during a migration the source until the move is done';
COMMENT ON COLUMN xen.vm.scheduled_to_be_resident_on_id IS 'Host that keeps memory free for this VM, which is starting or moving there; NULL otherwise';
COMMENT ON COLUMN xen.vm.secureboot_certificates_state IS 'Secure Boot certificates of the guest: ok, update_available or update_on_boot; NULL on servers that do not tell';
COMMENT ON COLUMN xen.vm.shutdown_delay IS 'Seconds to wait after this VM before the next of its vApp is shut down';
COMMENT ON COLUMN xen.vm.snapshot_info IS 'Facts of a snapshot as text: power-state-at-snapshot, disk-snapshot-type (crash_consistent or quiesced); {} on VMs';
COMMENT ON COLUMN xen.vm.snapshot_metadata IS 'Settings of the VM as they were when the snapshot was taken, as one text; long, and empty on VMs';
COMMENT ON COLUMN xen.vm.snapshot_of_id IS 'VM that was copied; NULL for VMs that are no snapshot, and for a snapshot whose VM is gone';
COMMENT ON COLUMN xen.vm.snapshot_schedule_ref IS 'XenAPI reference of the schedule that takes snapshots of the VM; NULL = none. The class VMSS is not mirrored';
COMMENT ON COLUMN xen.vm.snapshot_time IS 'When the snapshot was taken; NULL = not a snapshot (XenAPI sends 1970)';
COMMENT ON COLUMN xen.vm.start_delay IS 'Seconds to wait after this VM before the next of its vApp is started';
COMMENT ON COLUMN xen.vm.suspend_sr_id IS 'SR to suspend this VM to; NULL = the choice of host or pool';
COMMENT ON COLUMN xen.vm.suspend_vdi_id IS 'Disk that holds the memory of a suspended VM, or of a snapshot with memory; NULL otherwise';
COMMENT ON COLUMN xen.vm.tags IS 'Labels that people gave the VM, sorted; {} = none';
COMMENT ON COLUMN xen.vm.transportable_snapshot_id IS 'Name of a Windows shadow copy, of snapshots that Windows helped to take; empty otherwise';
COMMENT ON COLUMN xen.vm.user_version IS 'Number that creators of templates may set; 1 nearly everywhere and of no use';
COMMENT ON COLUMN xen.vm.vcpus_at_startup IS 'VCPUs that the VM has when it boots, the number that people mean; at most vcpus_max';
COMMENT ON COLUMN xen.vm.vcpus_max IS 'VCPUs that can be plugged while the VM runs';
COMMENT ON COLUMN xen.vm.vcpus_params IS 'How its VCPUs are scheduled, as text: weight, cap (percent of one CPU), mask (physical CPUs); {} = no wishes';
COMMENT ON COLUMN xen.vm.version IS 'How often the VM was brought back by disaster recovery; 0 nearly everywhere';
COMMENT ON COLUMN xen.vm.xenstore_data IS 'Values put into xenstore when the VM boots, for programs inside, such as vm-data/role; credentials read ***';
COMMENT ON COLUMN xen.vm.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vm_metrics (
    id                  bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id             bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                text NOT NULL,
    ref                 text NOT NULL,
    current_domain_type text,
    hvm                 boolean,
    install_time        timestamptz,
    last_updated        timestamptz,
    memory_actual       bigint,
    nested_virt         boolean,
    nomigrate           boolean,
    numa_node_memory    jsonb,
    numa_nodes          bigint,
    numa_optimised      boolean,
    other_config        jsonb,
    start_time          timestamptz,
    state               text[],
    vcpus_cpu           jsonb,
    vcpus_flags         jsonb,
    vcpus_number        bigint,
    vcpus_params        jsonb,
    vcpus_utilisation   jsonb,
    extra               jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vm_metrics IS 'What the hosts measure of each VM; xen.vm.metrics_id leads here';
COMMENT ON COLUMN xen.vm_metrics.id IS 'Key of the metrics record, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vm_metrics.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_metrics.uuid IS 'UUID of the metrics record; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_metrics.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_metrics.current_domain_type IS 'How the running guest is virtualised: hvm, pv, pvh, pv_in_pvh; unspecified when not running';
COMMENT ON COLUMN xen.vm_metrics.hvm IS 'Whether the guest was booted as HVM, with a full virtual machine; false when not running';
COMMENT ON COLUMN xen.vm_metrics.install_time IS 'When the VM was made, as far as known; NULL on templates and on many imported VMs';
COMMENT ON COLUMN xen.vm_metrics.last_updated IS 'When this record was last measured; NULL = never';
COMMENT ON COLUMN xen.vm_metrics.memory_actual IS 'Memory that the running VM holds, in bytes; of one that does not run 0, or what it held last';
COMMENT ON COLUMN xen.vm_metrics.nested_virt IS 'Whether the running guest may itself run VMs';
COMMENT ON COLUMN xen.vm_metrics.nomigrate IS 'true: the running VM cannot migrate, for example because of a passed-through device';
COMMENT ON COLUMN xen.vm_metrics.numa_node_memory IS 'NUMA node to the VM''s memory on it, both as text; {} or NULL where not told';
COMMENT ON COLUMN xen.vm_metrics.numa_nodes IS 'Number of NUMA nodes that the VM''s memory is spread over; NULL on servers that do not tell';
COMMENT ON COLUMN xen.vm_metrics.numa_optimised IS 'Whether Xen placed the VM with NUMA in mind; NULL on servers that do not tell';
COMMENT ON COLUMN xen.vm_metrics.other_config IS 'Keys and values of tools and scripts, all text; mostly {}, credentials read ***';
COMMENT ON COLUMN xen.vm_metrics.start_time IS 'When the VM last booted; NULL = never, or not told. A migration does not change it';
COMMENT ON COLUMN xen.vm_metrics.state IS 'State in Xen''s own words, such as running or blocked; {} on newer servers';
COMMENT ON COLUMN xen.vm_metrics.vcpus_cpu IS 'VCPU number to the physical CPU it was seen on, as text; moves all the time';
COMMENT ON COLUMN xen.vm_metrics.vcpus_flags IS 'VCPU number to a list of states, such as online and running';
COMMENT ON COLUMN xen.vm_metrics.vcpus_number IS 'VCPUs that are plugged now, which differs from vcpus_at_startup after hot-plug; of a VM that does not run 0, or what it had last';
COMMENT ON COLUMN xen.vm_metrics.vcpus_params IS 'Scheduling in force: weight, cap and mask as text; the wishes are vm.vcpus_params';
COMMENT ON COLUMN xen.vm_metrics.vcpus_utilisation IS 'VCPU number to load between 0 and 1, as text; no longer in XenAPI and unreliable where sent';
COMMENT ON COLUMN xen.vm_metrics.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vm_guest_metrics (
    id                    bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id               bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                  text NOT NULL,
    ref                   text NOT NULL,
    can_use_hotplug_vbd   text,
    can_use_hotplug_vif   text,
    disks                 jsonb,
    last_updated          timestamptz,
    live                  boolean,
    memory                jsonb,
    netbios_name          jsonb,
    networks              jsonb,
    os_version            jsonb,
    other                 jsonb,
    other_config          jsonb,
    pv_drivers_detected   boolean,
    pv_drivers_up_to_date boolean,
    pv_drivers_version    jsonb,
    services              jsonb,
    extra                 jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vm_guest_metrics IS 'What the agent inside a VM reports; xen.vm.guest_metrics_id leads here. Made anew at each boot, so that ids do not last';
COMMENT ON COLUMN xen.vm_guest_metrics.id IS 'Key of the guest metrics record, as in xen.object; a VM gets another with each boot';
COMMENT ON COLUMN xen.vm_guest_metrics.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vm_guest_metrics.uuid IS 'UUID of the guest metrics record; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vm_guest_metrics.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vm_guest_metrics.can_use_hotplug_vbd IS 'Whether disks can be plugged while the guest runs: yes, no or unspecified';
COMMENT ON COLUMN xen.vm_guest_metrics.can_use_hotplug_vif IS 'Whether network interfaces can be plugged while the guest runs: yes, no or unspecified';
COMMENT ON COLUMN xen.vm_guest_metrics.disks IS 'Was meant for disk use inside the guest; always {}, and no longer in XenAPI';
COMMENT ON COLUMN xen.vm_guest_metrics.last_updated IS 'When the agent last reported a change; NULL = not told';
COMMENT ON COLUMN xen.vm_guest_metrics.live IS 'Whether the agent reported since the guest booted; false = stopped or not started yet';
COMMENT ON COLUMN xen.vm_guest_metrics.memory IS 'Was meant for memory use inside the guest, in text; no longer in XenAPI and mostly {}';
COMMENT ON COLUMN xen.vm_guest_metrics.netbios_name IS 'Names under which Windows is known in its network; {} for other systems';
COMMENT ON COLUMN xen.vm_guest_metrics.networks IS 'Addresses by interface: 0/ip (IPv4), 0/ipv4/0, 0/ipv6/0; the first number is VIF.device. {} = none reported yet';
COMMENT ON COLUMN xen.vm_guest_metrics.os_version IS 'System in the guest as text: name, distro, major, minor, uname; of Windows the name may go on with paths after a |';
COMMENT ON COLUMN xen.vm_guest_metrics.other IS 'Further reports, all text: what the agent can do (keys that begin with feature- or data-); moves often';
COMMENT ON COLUMN xen.vm_guest_metrics.other_config IS 'Keys and values of tools and scripts, all text; lost with the record at the next boot, credentials read ***';
COMMENT ON COLUMN xen.vm_guest_metrics.pv_drivers_detected IS 'Whether Xen drivers work in the guest';
COMMENT ON COLUMN xen.vm_guest_metrics.pv_drivers_up_to_date IS 'Means the same as pv_drivers_detected in spite of its name; compares no versions. Obsolete';
COMMENT ON COLUMN xen.vm_guest_metrics.pv_drivers_version IS 'Version of the guest tools as text: major, minor, micro, build; {} = no tools';
COMMENT ON COLUMN xen.vm_guest_metrics.services IS 'Services inside the guest that the agent reports, as text; NULL on servers that do not tell';
COMMENT ON COLUMN xen.vm_guest_metrics.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vif (
    id                       bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                  bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                     text NOT NULL,
    ref                      text NOT NULL,
    allowed_operations       text[],
    current_operations       jsonb,
    currently_attached       boolean,
    device                   text,
    ipv4_addresses           text[],
    ipv4_allowed             text[],
    ipv4_configuration_mode  text,
    ipv4_gateway             text,
    ipv6_addresses           text[],
    ipv6_allowed             text[],
    ipv6_configuration_mode  text,
    ipv6_gateway             text,
    locking_mode             text,
    mac                      text,
    mac_autogenerated        boolean,
    metrics_ref              text,
    mtu                      bigint,
    network_id               bigint,
    other_config             jsonb,
    qos_algorithm_params     jsonb,
    qos_algorithm_type       text,
    qos_supported_algorithms text[],
    runtime_properties       jsonb,
    status_code              bigint,
    status_detail            text,
    trunks                   text[],
    vm_id                    bigint,
    extra                    jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vif IS 'Network interfaces of VMs; each joins one VM to one network';
COMMENT ON COLUMN xen.vif.id IS 'Key of the interface, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vif.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vif.uuid IS 'UUID of the interface; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vif.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vif.allowed_operations IS 'What could be asked of the interface at that moment, such as plug or unplug; moves with the VM''s state';
COMMENT ON COLUMN xen.vif.current_operations IS 'Operations under way: task reference to what it does; nearly always {}';
COMMENT ON COLUMN xen.vif.currently_attached IS 'Whether the interface is plugged into a running VM; false for VMs that are not running';
COMMENT ON COLUMN xen.vif.device IS 'Position in the VM, from 0, as text; the guest''s own name for it may differ';
COMMENT ON COLUMN xen.vif.ipv4_addresses IS 'IPv4 addresses, with prefix length, that XenServer sets inside the guest; {} as a rule. What the guest has: vm_guest_metrics.networks';
COMMENT ON COLUMN xen.vif.ipv4_allowed IS 'IPv4 addresses that the VM may send from when locking_mode is locked; {} = none';
COMMENT ON COLUMN xen.vif.ipv4_configuration_mode IS 'Whether XenServer sets the IPv4 address inside the guest: None (leaves it alone), Static or DHCP';
COMMENT ON COLUMN xen.vif.ipv4_gateway IS 'IPv4 gateway that goes with ipv4_addresses; empty = none';
COMMENT ON COLUMN xen.vif.ipv6_addresses IS 'IPv6 addresses, with prefix length, that XenServer sets inside the guest; {} as a rule';
COMMENT ON COLUMN xen.vif.ipv6_allowed IS 'IPv6 addresses that the VM may send from when locking_mode is locked; {} = none';
COMMENT ON COLUMN xen.vif.ipv6_configuration_mode IS 'Whether XenServer sets the IPv6 address inside the guest: None (leaves it alone), Static or Autoconf';
COMMENT ON COLUMN xen.vif.ipv6_gateway IS 'IPv6 gateway that goes with ipv6_addresses; empty = none';
COMMENT ON COLUMN xen.vif.locking_mode IS 'Which traffic passes: network_default (as the network says), unlocked, locked (only allowed addresses) or disabled';
COMMENT ON COLUMN xen.vif.mac IS 'Hardware address that the guest sees; two VMs with the same one is a fault';
COMMENT ON COLUMN xen.vif.mac_autogenerated IS 'Whether the server made up the MAC address; false = set by hand';
COMMENT ON COLUMN xen.vif.metrics_ref IS 'XenAPI reference of its VIF_metrics; no longer in XenAPI, NULL on newer servers';
COMMENT ON COLUMN xen.vif.mtu IS 'Largest packet in bytes; 1500 as a rule';
COMMENT ON COLUMN xen.vif.network_id IS 'The network';
COMMENT ON COLUMN xen.vif.other_config IS 'Keys and values of tools and scripts, all text, such as ethtool-tx; credentials read ***';
COMMENT ON COLUMN xen.vif.qos_algorithm_params IS 'Settings of the limit as text: kbps (kilobytes a second)';
COMMENT ON COLUMN xen.vif.qos_algorithm_type IS 'Limit on bandwidth: ratelimit, or empty = none';
COMMENT ON COLUMN xen.vif.qos_supported_algorithms IS 'Kinds of limits that could be chosen; {} in practice';
COMMENT ON COLUMN xen.vif.runtime_properties IS 'Facts of the plugged device; {} in practice';
COMMENT ON COLUMN xen.vif.status_code IS 'Result of the last plug; 0 in practice';
COMMENT ON COLUMN xen.vif.status_detail IS 'Words that go with status_code; empty in practice';
COMMENT ON COLUMN xen.vif.trunks IS 'VLAN numbers that reach the guest still tagged, as text; {} = none, NULL on servers that do not tell';
COMMENT ON COLUMN xen.vif.vm_id IS 'The VM, which may be a template or a snapshot';
COMMENT ON COLUMN xen.vif.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vdi (
    id                   bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id              bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                 text NOT NULL,
    ref                  text NOT NULL,
    name_label           text,
    name_description     text,
    allow_caching        boolean,
    allowed_operations   text[],
    cbt_enabled          boolean,
    current_operations   jsonb,
    is_a_snapshot        boolean,
    is_tools_iso         boolean,
    location             text,
    managed              boolean,
    metadata_latest      boolean,
    metadata_of_pool_id  bigint,
    missing              boolean,
    on_boot              text,
    other_config         jsonb,
    parent_id            bigint,
    physical_utilisation bigint,
    read_only            boolean,
    sharable             boolean,
    sm_config            jsonb,
    snapshot_of_id       bigint,
    snapshot_time        timestamptz,
    sr_id                bigint,
    storage_lock         boolean,
    tags                 text[],
    type                 text,
    virtual_size         bigint,
    xenstore_data        jsonb,
    extra                jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vdi IS 'Virtual disks and ISO images on the SRs, also those of snapshots and those that no VM uses; xen.vbd connects them to VMs';
COMMENT ON COLUMN xen.vdi.id IS 'Key of the virtual disk, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vdi.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vdi.uuid IS 'UUID of the virtual disk; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vdi.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vdi.name_label IS 'Name of the disk; file name for ISO images, often the same for all disks of a VM';
COMMENT ON COLUMN xen.vdi.name_description IS 'Free text that people or programs wrote about the disk';
COMMENT ON COLUMN xen.vdi.allow_caching IS 'Whether a local cache may hold blocks of this disk (IntelliCache)';
COMMENT ON COLUMN xen.vdi.allowed_operations IS 'What could be asked of the disk at that moment, such as snapshot or resize; moves with its use';
COMMENT ON COLUMN xen.vdi.cbt_enabled IS 'Whether changed blocks are tracked for incremental backup';
COMMENT ON COLUMN xen.vdi.current_operations IS 'Operations under way: task reference to what it does; mostly {}';
COMMENT ON COLUMN xen.vdi.is_a_snapshot IS 'true: a frozen copy of snapshot_of_id';
COMMENT ON COLUMN xen.vdi.is_tools_iso IS 'true: the ISO image with the guest tools';
COMMENT ON COLUMN xen.vdi.location IS 'Name within its SR: UUID, path or file name, as the driver likes';
COMMENT ON COLUMN xen.vdi.managed IS 'false: kept by the storage driver alone, such as the hidden parent of clones; not for VMs';
COMMENT ON COLUMN xen.vdi.metadata_latest IS 'Whether this copy of a pool''s database is the newest; of no meaning unless type is metadata';
COMMENT ON COLUMN xen.vdi.metadata_of_pool_id IS 'Pool whose database is on this disk, for disaster recovery; NULL for ordinary disks, and for the database of another pool';
COMMENT ON COLUMN xen.vdi.missing IS 'true: the last scan of the SR did not find the disk; its data may be lost';
COMMENT ON COLUMN xen.vdi.on_boot IS 'What a start of the VM does to the disk: persist (keeps it) or reset (throws away all changes)';
COMMENT ON COLUMN xen.vdi.other_config IS 'Keys and values of tools and scripts, all text; credentials read ***';
COMMENT ON COLUMN xen.vdi.parent_id IS 'Parent of a clone; obsolete and NULL in practice, drivers keep it in sm_config as vhd-parent';
COMMENT ON COLUMN xen.vdi.physical_utilisation IS 'Bytes that the disk takes on its SR; far below virtual_size on thin SRs; excludes shared parents; -1 where unknown';
COMMENT ON COLUMN xen.vdi.read_only IS 'true: can be attached for reading only, as ISO images';
COMMENT ON COLUMN xen.vdi.sharable IS 'true: several VMs may write to it at the same time';
COMMENT ON COLUMN xen.vdi.sm_config IS 'Notes of the storage driver as text: vdi_type, vhd-parent, image-format; credentials read ***';
COMMENT ON COLUMN xen.vdi.snapshot_of_id IS 'Disk that was copied; NULL for disks that are no snapshot, and when the original is gone';
COMMENT ON COLUMN xen.vdi.snapshot_time IS 'When the snapshot was taken; NULL = not a snapshot (XenAPI sends 1970)';
COMMENT ON COLUMN xen.vdi.sr_id IS 'The SR that holds the disk';
COMMENT ON COLUMN xen.vdi.storage_lock IS 'Whether the storage driver holds a lock on the disk; false in practice';
COMMENT ON COLUMN xen.vdi.tags IS 'Labels that people gave the disk, sorted; {} = none';
COMMENT ON COLUMN xen.vdi.type IS 'What it is for: user or system (disks of VMs), suspend, crashdump, metadata, ha_statefile, redo_log, cbt_metadata and others';
COMMENT ON COLUMN xen.vdi.virtual_size IS 'Size that the guest sees, in bytes';
COMMENT ON COLUMN xen.vdi.xenstore_data IS 'Values put into xenstore while the disk is attached; credentials read ***';
COMMENT ON COLUMN xen.vdi.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

CREATE TABLE xen.vbd (
    id                       bigint PRIMARY KEY REFERENCES xen.object DEFERRABLE INITIALLY DEFERRED,
    pool_id                  bigint NOT NULL REFERENCES syncd.pool DEFERRABLE INITIALLY DEFERRED,
    uuid                     text NOT NULL,
    ref                      text NOT NULL,
    allowed_operations       text[],
    bootable                 boolean,
    current_operations       jsonb,
    currently_attached       boolean,
    device                   text,
    empty                    boolean,
    metrics_ref              text,
    mode                     text,
    other_config             jsonb,
    qos_algorithm_params     jsonb,
    qos_algorithm_type       text,
    qos_supported_algorithms text[],
    runtime_properties       jsonb,
    status_code              bigint,
    status_detail            text,
    storage_lock             boolean,
    type                     text,
    unpluggable              boolean,
    userdevice               text,
    vdi_id                   bigint,
    vm_id                    bigint,
    extra                    jsonb NOT NULL DEFAULT '{}',
    UNIQUE (pool_id, uuid)
);
COMMENT ON TABLE xen.vbd IS 'Connections of virtual disks and CD drives to VMs';
COMMENT ON COLUMN xen.vbd.id IS 'Key of the connection, as in xen.object; stays the same when XenAPI gives it another reference';
COMMENT ON COLUMN xen.vbd.pool_id IS 'The pool it belongs to, as in syncd.pool';
COMMENT ON COLUMN xen.vbd.uuid IS 'UUID of the connection; unique in its pool, and what to quote to people and in scripts';
COMMENT ON COLUMN xen.vbd.ref IS 'XenAPI''s present reference to it; may change at any time, so never keep one';
COMMENT ON COLUMN xen.vbd.allowed_operations IS 'What could be asked of it at that moment, such as attach, eject or unplug; moves with the VM''s state';
COMMENT ON COLUMN xen.vbd.bootable IS 'Whether a paravirtual guest boots from this disk; HVM guests ignore it';
COMMENT ON COLUMN xen.vbd.current_operations IS 'Operations under way: task reference to what it does; nearly always {}';
COMMENT ON COLUMN xen.vbd.currently_attached IS 'Whether it is plugged into a running VM; false for VMs that are not running';
COMMENT ON COLUMN xen.vbd.device IS 'Name in a Linux guest, such as xvda; empty until the VM ran with it';
COMMENT ON COLUMN xen.vbd.empty IS 'true: a drive without a disc; vdi_id is NULL then';
COMMENT ON COLUMN xen.vbd.metrics_ref IS 'XenAPI reference of its VBD_metrics; no longer in XenAPI, NULL on newer servers';
COMMENT ON COLUMN xen.vbd.mode IS 'RW, or RO where the VM may only read';
COMMENT ON COLUMN xen.vbd.other_config IS 'Keys and values of tools and scripts, all text, such as owner (the disk is deleted with the VM); credentials read ***';
COMMENT ON COLUMN xen.vbd.qos_algorithm_params IS 'Settings of the priority as text: sched and class';
COMMENT ON COLUMN xen.vbd.qos_algorithm_type IS 'Disk priority: ionice, or empty = none';
COMMENT ON COLUMN xen.vbd.qos_supported_algorithms IS 'Kinds of priorities that could be chosen; {} in practice';
COMMENT ON COLUMN xen.vbd.runtime_properties IS 'Facts of the plugged device; {} in practice';
COMMENT ON COLUMN xen.vbd.status_code IS 'Result of the last plug; 0 in practice';
COMMENT ON COLUMN xen.vbd.status_detail IS 'Words that go with status_code; empty in practice';
COMMENT ON COLUMN xen.vbd.storage_lock IS 'Whether a lock on the disk is held for this connection; false in practice';
COMMENT ON COLUMN xen.vbd.type IS 'Disk, CD or Floppy';
COMMENT ON COLUMN xen.vbd.unpluggable IS 'Whether it can be unplugged while the VM runs';
COMMENT ON COLUMN xen.vbd.userdevice IS 'Position in the VM as text: 0, 1 and so on, on old servers also a name such as xvda; CD drives are often 3';
COMMENT ON COLUMN xen.vbd.vdi_id IS 'The disk or image; NULL for an empty drive, or when the disk is gone';
COMMENT ON COLUMN xen.vbd.vm_id IS 'The VM, which may be a template or a snapshot';
COMMENT ON COLUMN xen.vbd.extra IS 'Fields that the server sent and this table has no column for, and texts that their column could not hold, by XenAPI name; {} = none';

-- References. Each has an index of its own: without one, removing a row makes Postgres read the whole referring table.

ALTER TABLE xen.pool
    ADD FOREIGN KEY (crash_dump_sr_id)    REFERENCES xen.sr   DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (default_sr_id)       REFERENCES xen.sr   DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (master_id)           REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (redo_log_vdi_id)     REFERENCES xen.vdi  DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (suspend_image_sr_id) REFERENCES xen.sr   DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pool (crash_dump_sr_id);
CREATE INDEX ON xen.pool (default_sr_id);
CREATE INDEX ON xen.pool (master_id);
CREATE INDEX ON xen.pool (redo_log_vdi_id);
CREATE INDEX ON xen.pool (suspend_image_sr_id);

ALTER TABLE xen.host
    ADD FOREIGN KEY (control_domain_id)   REFERENCES xen.vm           DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (crash_dump_sr_id)    REFERENCES xen.sr           DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (local_cache_sr_id)   REFERENCES xen.sr           DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (metrics_id)          REFERENCES xen.host_metrics DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (suspend_image_sr_id) REFERENCES xen.sr           DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.host (control_domain_id);
CREATE INDEX ON xen.host (crash_dump_sr_id);
CREATE INDEX ON xen.host (local_cache_sr_id);
CREATE INDEX ON xen.host (metrics_id);
CREATE INDEX ON xen.host (suspend_image_sr_id);

ALTER TABLE xen.pbd
    ADD FOREIGN KEY (host_id) REFERENCES xen.host DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (sr_id)   REFERENCES xen.sr   DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pbd (host_id);
CREATE INDEX ON xen.pbd (sr_id);

ALTER TABLE xen.pif
    ADD FOREIGN KEY (host_id)    REFERENCES xen.host    DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (network_id) REFERENCES xen.network DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.pif (host_id);
CREATE INDEX ON xen.pif (network_id);

ALTER TABLE xen.vm
    ADD FOREIGN KEY (affinity_id)                    REFERENCES xen.host             DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (guest_metrics_id)               REFERENCES xen.vm_guest_metrics DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (metrics_id)                     REFERENCES xen.vm_metrics       DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (parent_id)                      REFERENCES xen.vm               DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (resident_on_id)                 REFERENCES xen.host             DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (scheduled_to_be_resident_on_id) REFERENCES xen.host             DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (snapshot_of_id)                 REFERENCES xen.vm               DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (suspend_sr_id)                  REFERENCES xen.sr               DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (suspend_vdi_id)                 REFERENCES xen.vdi              DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vm (affinity_id);
CREATE INDEX ON xen.vm (guest_metrics_id);
CREATE INDEX ON xen.vm (metrics_id);
CREATE INDEX ON xen.vm (parent_id);
CREATE INDEX ON xen.vm (resident_on_id);
CREATE INDEX ON xen.vm (scheduled_to_be_resident_on_id);
CREATE INDEX ON xen.vm (snapshot_of_id);
CREATE INDEX ON xen.vm (suspend_sr_id);
CREATE INDEX ON xen.vm (suspend_vdi_id);

ALTER TABLE xen.vif
    ADD FOREIGN KEY (network_id) REFERENCES xen.network DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vm_id)      REFERENCES xen.vm      DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vif (network_id);
CREATE INDEX ON xen.vif (vm_id);

ALTER TABLE xen.vdi
    ADD FOREIGN KEY (metadata_of_pool_id) REFERENCES xen.pool DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (parent_id)           REFERENCES xen.vdi  DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (snapshot_of_id)      REFERENCES xen.vdi  DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (sr_id)               REFERENCES xen.sr   DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vdi (metadata_of_pool_id);
CREATE INDEX ON xen.vdi (parent_id);
CREATE INDEX ON xen.vdi (snapshot_of_id);
CREATE INDEX ON xen.vdi (sr_id);

ALTER TABLE xen.vbd
    ADD FOREIGN KEY (vdi_id) REFERENCES xen.vdi DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (vm_id)  REFERENCES xen.vm  DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ON xen.vbd (vdi_id);
CREATE INDEX ON xen.vbd (vm_id);

-- +goose Down
-- An object without its row would be taken for stored when the table is there again.
DELETE FROM syncd.dangling;
DELETE FROM xen.object;
DROP TABLE xen.pool, xen.host, xen.host_metrics, xen.sr, xen.pbd, xen.network, xen.pif,
           xen.vm, xen.vm_metrics, xen.vm_guest_metrics, xen.vif, xen.vdi, xen.vbd;
