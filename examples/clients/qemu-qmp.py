#!/usr/bin/python3
"""Migrates with QEMU's Python library qemu.qmp, and waits for events as its manual shows."""
import asyncio
import os
import sys

from qemu.qmp import QMPClient


async def main():
    qmp = QMPClient("vmferry")
    await asyncio.wait_for(qmp.connect(os.environ["VMFERRY_SOURCE_QMP"]), 10)
    with qmp.listener("MIGRATION") as events:
        if os.environ["VMFERRY_JOINS"]:
            status = (await qmp.execute("query-migrate"))["status"]
        else:
            await qmp.execute("migrate", {"uri": os.environ["VMFERRY_MIGRATE_URI"]})
            status = "setup"
        while status not in ("completed", "failed", "cancelled"):
            status = (await asyncio.wait_for(events.get(), 10))["data"]["status"]
    print("status", status)
    await qmp.disconnect()
    return status != "completed"


try:
    sys.exit(asyncio.run(main()))
except Exception as error:
    print("%s: %s" % (type(error).__name__, error))
    sys.exit(1)
