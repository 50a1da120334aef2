/**
 * The human monitor of {@code human-monitor-command}: a few of QEMU's HMP commands, which ask the
 * QMP commands and print their replies as QEMU does. All of it runs on the engine's loop.
 */
package io.vmferry.machine.hmp;
