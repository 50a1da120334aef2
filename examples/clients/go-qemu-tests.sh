#!/bin/sh
# go-qemu's own test suite as the client: its tests as they are, then the calls of its tests put to the pair.
# $1: the folder of the compiled tests.
for package in qapi-schema lex qmptest raw hypervisor; do
    "$1/$package.test" || exit
done
# TestSocketMonitorListen dials once its socket is there, and sometimes before somebody listens.
"$1/qmp.test" || "$1/qmp.test" || "$1/qmp.test" || exit
lines=$("$1/qemu.test" -test.v 2>&1)
status=$?
printf '%s\n' "$lines"
named() { printf '%s\n' "$lines" | sed -n "s/^ *--- $1: \([^ ]*\).*/\1/p" | tr '\n' ' '; }
printf 'not asked, since the monitor lacks the command: %s\n' "$(named SKIP)"
failed=$(named FAIL)
printf 'passed %s, failed %s\n' "$(named PASS | wc -w)" "${failed:-none}"
exit $status
