/**
 * What the two daemons have in common as programs: command line, building the guest, monitor
 * commands about the guest, live progress, exit codes.
 */
package io.vmferry.machine.daemon;
