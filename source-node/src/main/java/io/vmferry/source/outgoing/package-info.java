/**
 * The outgoing migration: the source's engine.
 *
 * <pre>
 *   OutgoingMigration ──▶ OutgoingSession ──▶ Pump ──▶ Phase
 *    the commands          one attempt                  Setup ▸ Precopy ▸ Switchover ▸ Completion
 *                               │                          ▸ PostcopyPrepare ▸ Switchover
 *                               │                          ▸ PostcopySwitch ▸ Postcopy
 *                               ├──▶ OutgoingChannels   a set of channels by role, and their connecting
 *                               ├──▶ OutgoingPostcopy   what the destination asked for and said
 *                               └──▶ SessionEnd         who has the guest when it ends
 * </pre>
 *
 * <p>The pump asks the current phase for one batch after the other, as long as the main channel
 * takes them. Messages from the destination raise flags and call the pump; the status is changed by
 * the phase, or at the end by {@link io.vmferry.source.outgoing.SessionEnd}. All of it runs on one
 * {@link io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.source.outgoing;
