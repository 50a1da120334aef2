/**
 * The states of a migration and of the guest, and which of them may follow which: {@link
 * io.vmferry.protocol.status.MigrationStatus} on either side, {@link
 * io.vmferry.protocol.status.PostcopyState} on the destination and {@link
 * io.vmferry.protocol.status.RunState} of the guest. The tables are data; what a table does not
 * hold cannot happen.
 */
package io.vmferry.protocol.status;
