#!/usr/bin/env python3
"""Migrates by the rules of Proxmox' qemu-server, as its code was in August 2026.

A rewrite, without its code: its loop knows some statuses; at any other one it gives up, cancels
the migration and stops the guest at the destination.
"""
import json
import os
import socket
import sys
import time


class Monitor:
    def __init__(self, side):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(os.environ["VMFERRY_%s_QMP" % side])
        self.lines = self.socket.makefile("rw")
        self.read("QMP")
        self("qmp_capabilities")

    def read(self, *members):
        for line in self.lines:
            message = json.loads(line)
            if any(member in message for member in members):
                return message
        raise OSError("the monitor closed the connection")

    def close(self):
        self.lines.close()
        self.socket.close()

    def __call__(self, command, **arguments):
        self.lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.lines.flush()
        reply = self.read("return", "error")
        if "error" in reply:
            raise OSError(reply["error"]["desc"])
        return reply["return"]


def migrate(source):
    if not os.environ["VMFERRY_JOINS"]:
        source("migrate", uri=os.environ["VMFERRY_MIGRATE_URI"])
    errors = 0
    while True:
        try:
            status = source("query-migrate").get("status")
        except OSError as error:
            errors += 1
            if errors > 5:
                raise OSError("too many query migrate failures - aborting: %s" % error)
            time.sleep(1)
            continue
        if status == "completed":
            return
        if status in ("failed", "cancelled"):
            raise OSError("aborting: status %s" % status)
        if status not in ("active", "device", "cancelling", "setup", "wait-unplug"):
            raise OSError("unable to parse migration status '%s' - aborting" % status)
        time.sleep(0.2)


def clean_up():
    for side, command in (("SOURCE", "migrate_cancel"), ("DESTINATION", "quit")):
        try:
            Monitor(side)(command)
        except OSError as error:
            print("%s: %s" % (command, error))


source = Monitor("SOURCE")
try:
    migrate(source)
except OSError as error:
    # a monitor serves one connection at a time
    source.close()
    clean_up()
    print(error)
    sys.exit(1)
print("migrated")
