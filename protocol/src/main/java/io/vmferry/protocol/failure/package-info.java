/**
 * Failures that end or interrupt a migration ({@link io.vmferry.protocol.failure.Failure}), who has
 * the guest at that moment ({@link io.vmferry.protocol.failure.FailureTable.GuestOwner}), and what
 * follows from the two ({@link io.vmferry.protocol.failure.FailureTable}). The table is data; both
 * engines ask it at every exit, so that no exit has a policy of its own.
 */
package io.vmferry.protocol.failure;
