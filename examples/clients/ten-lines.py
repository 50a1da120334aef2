#!/usr/bin/env python3
# A minimal client that trusts the status 'completed', to try scripts/clients with.
import json, os, socket, sys, time
qmp = socket.socket(socket.AF_UNIX)
qmp.connect(os.environ["VMFERRY_SOURCE_QMP"])
lines = qmp.makefile("rw")
def ask(command, **arguments):
    lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    lines.flush()
    return next(reply for reply in map(json.loads, lines) if "return" in reply or "error" in reply)
ask("qmp_capabilities")
if not os.environ["VMFERRY_JOINS"]:
    ask("migrate", uri=os.environ["VMFERRY_MIGRATE_URI"])
while (status := ask("query-migrate")["return"].get("status")) in ("setup", "active", "device"):
    time.sleep(0.1)
print(status)
sys.exit(status != "completed")
