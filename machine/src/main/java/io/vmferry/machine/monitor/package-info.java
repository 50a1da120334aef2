/**
 * The monitor: a QMP server that any client of QEMU can drive. {@link
 * io.vmferry.machine.monitor.MonitorServer} listens, {@link
 * io.vmferry.machine.monitor.CommandTable} says what may be asked, {@link
 * io.vmferry.machine.monitor.EventSink} takes what clients are told unasked. Sessions live on one
 * event loop of their own; commands run where the daemon wants them. {@link
 * io.vmferry.machine.monitor.HealthCheck} is a program of its own that asks one.
 */
package io.vmferry.machine.monitor;
