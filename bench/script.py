#!/usr/bin/env python3
"""What one would write in place of syncd: a script that copies a pool into PostgreSQL, run by cron.

Of each class it keeps the columns that people ask for, and the whole record as jsonb. Every run asks for everything and
upserts every row; with --hash it leaves out the records that are as they were. What is gone from the pool is deleted.
One transaction; executemany's slowness avoided by execute_values; one connection to the pool, kept alive.
"""

import argparse
import hashlib
import json
import math
import ssl
import xmlrpc.client

import psycopg2
from psycopg2.extras import execute_values

TEXT, INT, BOOL, TIME, REF = "text", "bigint", "boolean", "timestamptz", "text "

TABLES = {
    "pool": {"name_label": TEXT, "master": REF, "default_SR": REF, "ha_enabled": BOOL},
    "host": {"name_label": TEXT, "name_description": TEXT, "address": TEXT, "hostname": TEXT, "enabled": BOOL,
             "control_domain": REF, "metrics": REF},
    "host_metrics": {"live": BOOL, "memory_total": INT, "memory_free": INT, "last_updated": TIME},
    "SR": {"name_label": TEXT, "type": TEXT, "shared": BOOL, "physical_size": INT, "physical_utilisation": INT},
    "PBD": {"host": REF, "SR": REF, "currently_attached": BOOL},
    "network": {"name_label": TEXT, "bridge": TEXT, "MTU": INT},
    "PIF": {"host": REF, "network": REF, "device": TEXT, "MAC": TEXT, "IP": TEXT, "VLAN": INT},
    "VM": {"name_label": TEXT, "name_description": TEXT, "power_state": TEXT, "resident_on": REF, "is_a_template": BOOL,
           "is_a_snapshot": BOOL, "is_control_domain": BOOL, "memory_static_max": INT, "memory_dynamic_max": INT,
           "VCPUs_max": INT, "VCPUs_at_startup": INT, "snapshot_of": REF, "snapshot_time": TIME, "metrics": REF,
           "guest_metrics": REF},
    "VM_metrics": {"memory_actual": INT, "VCPUs_number": INT, "start_time": TIME, "last_updated": TIME},
    "VM_guest_metrics": {"PV_drivers_detected": BOOL, "live": BOOL, "last_updated": TIME},
    "VIF": {"VM": REF, "network": REF, "device": TEXT, "MAC": TEXT, "currently_attached": BOOL},
    "VDI": {"name_label": TEXT, "SR": REF, "virtual_size": INT, "physical_utilisation": INT, "is_a_snapshot": BOOL},
    "VBD": {"VM": REF, "VDI": REF, "device": TEXT, "type": TEXT, "mode": TEXT, "currently_attached": BOOL},
}


def typed(value, kind):
    """The value of a column. XenAPI sends integers as text, 1970 for a time that never was, and OpaqueRef:NULL."""
    if value is None or value == "" and kind is not TEXT:
        return None
    if kind is INT:
        return int(value)
    if kind is TIME:
        return None if value.value.startswith("1970") else value.value.replace("Z", "+00")
    if kind is REF and value == "OpaqueRef:NULL":
        return None
    return value


def plain(value):
    """The value as jsonb takes it: without NaN and infinity, and with times as text."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value.value if isinstance(value, xmlrpc.client.DateTime) else value


def copy(cursor, name, records, by_hash):
    table, columns = '"%s"' % name.lower(), TABLES[name]
    names = ["uuid", "ref", *['"%s"' % c.lower() for c in columns], "record", "hash"]
    cursor.execute("CREATE TABLE IF NOT EXISTS %s (uuid text PRIMARY KEY, ref text NOT NULL, %s, record jsonb NOT NULL, hash bytea)" % (
        table, ", ".join('"%s" %s' % (c.lower(), kind) for c, kind in columns.items())))
    known = {}
    if by_hash:
        cursor.execute("SELECT uuid, hash FROM %s" % table)
        known = {uuid: bytes(h) for uuid, h in cursor}
    rows, digest = [], None
    for ref, record in records.items():
        text = json.dumps(plain(record), sort_keys=by_hash).replace("\\u0000", "")
        if by_hash:
            digest = hashlib.sha256((ref + text).encode()).digest()
            if known.get(record["uuid"]) == digest:
                continue
        rows.append((record["uuid"], ref, *(typed(record.get(c), kind) for c, kind in columns.items()), text, digest))
    execute_values(cursor, "INSERT INTO %s (%s) VALUES %%s ON CONFLICT (uuid) DO UPDATE SET %s" % (
        table, ", ".join(names), ", ".join("%s = excluded.%s" % (c, c) for c in names[1:])), rows, page_size=1000)
    cursor.execute("DELETE FROM %s WHERE NOT (uuid = ANY(%%s))" % table, ([r["uuid"] for r in records.values()],))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="of the pool's master")
    parser.add_argument("database", help="URL of the PostgreSQL database")
    parser.add_argument("--user", default="root")
    parser.add_argument("--password", default="xensim")
    parser.add_argument("--classes", default="host,VM", help="comma-separated, or all (default host,VM)")
    parser.add_argument("--hash", action="store_true", help="leave out records that are as they were")
    args = parser.parse_args()

    classes = list(TABLES) if args.classes == "all" else args.classes.split(",")
    pool = xmlrpc.client.ServerProxy(args.url, context=ssl._create_unverified_context() if args.url.startswith("https") else None)
    session = pool.session.login_with_password(args.user, args.password, "1.0", "script")["Value"]
    try:
        with psycopg2.connect(args.database) as database, database.cursor() as cursor:
            for name in classes:
                answer = getattr(pool, name).get_all_records(session)
                if answer["Status"] != "Success":
                    raise SystemExit("%s: %s" % (name, answer["ErrorDescription"]))
                copy(cursor, name, answer["Value"], args.hash)
    finally:
        pool.session.logout(session)


if __name__ == "__main__":
    main()
