/**
 * The monitor commands that both daemons have: about the guest, its memory, the migration options
 * and the process. All of them run on the engine's loop.
 */
package io.vmferry.machine.commands;
