/**
 * The outgoing migration: the source's engine.
 *
 * <pre>
 *   OutgoingMigration   the commands
 *     OutgoingAttempt   one attempt
 *       Driver          lets the phase advance, does what it says comes next
 *         OutgoingPhases        which phase does the work of each stage, and with what
 *
 *   SETUP ▸ UNPLUG ▸ PRECOPY ▸ SWITCHOVER ▸ COMPLETION
 *                   ▸ SNAPSHOT_MOMENT ▸ SNAPSHOT_RAM ▸ SNAPSHOT_COMPLETION
 *                            ▸ POSTCOPY_PREPARE ▸ POSTCOPY_SWITCHOVER ▸ PACKAGE ▸ POSTCOPY
 *                                                                      RECOVERY ▸ POSTCOPY
 *
 *   end       how it ends, pauses or is cancelled, and who has the guest then
 *   phase     the phases
 *   channel   what is written, what comes back
 *   section   the sections of the stream          guest     what is asked of the guest
 *   ram       which page is sent, and how         figures   what is counted and measured
 *   state     what all of them share
 * </pre>
 *
 * <p>Nobody below the driver knows it: a phase returns what comes next, and whatever happens in
 * between, a message, a broken channel, a stopped guest, asks {@link
 * io.vmferry.source.outgoing.state.Turns} for a turn or reports a failure there. All of it runs on
 * one {@link io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.source.outgoing;
