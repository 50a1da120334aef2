/**
 * The outgoing migration: the source's engine.
 *
 * <p>{@link io.vmferry.source.outgoing.OutgoingMigration} takes the commands. Each accepted {@code
 * migrate} makes one {@link io.vmferry.source.outgoing.OutgoingSession}, which connects and then
 * lets a chain of {@link io.vmferry.source.outgoing.Phase}s write the stream:
 *
 * <pre>
 *   SetupPhase ── PrecopyPhase ── SwitchoverPhase ── CompletionPhase ── completed
 *        └──────────────┴──────── fail / cancel ──────────┴──── guest runs on here
 * </pre>
 *
 * <p>A phase never waits. It writes one batch when it is asked to, or says that something else will
 * wake it. All of it runs on one {@link io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.source.outgoing;
