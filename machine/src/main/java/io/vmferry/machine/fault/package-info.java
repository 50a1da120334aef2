/**
 * Faults on demand: the plan language {@code WHERE:WHAT} of option {@code --fault}, and what brings
 * a plan about on one side of a migration. A fault is injected at a protocol point, at a byte of a
 * channel or after a time; it ends the process, makes a channel or a device misbehave, or lets the
 * engine throw as a bug of its own would. The simulator and the fault proxy use the same language.
 */
package io.vmferry.machine.fault;
