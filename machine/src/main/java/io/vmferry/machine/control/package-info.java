/**
 * The control model: what can be seen and changed in a running process that carries a migration. A
 * source, a destination and the fault proxy each have a {@link io.vmferry.machine.control.Control};
 * whatever reaches it from outside, such as the commands of a QMP monitor, is a transport of it and
 * adds nothing of its own.
 */
package io.vmferry.machine.control;
