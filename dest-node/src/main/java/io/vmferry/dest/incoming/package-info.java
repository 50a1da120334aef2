/**
 * The incoming migration: the destination's engine.
 *
 * <pre>
 *   Reception ── ChannelSorter ──┬── MainChannelInput ── StreamReader ── IncomingStream
 *                                └── ReturnPathPairing             (devices, RamLoader)
 * </pre>
 *
 * <p>{@link io.vmferry.dest.incoming.IncomingMigration} takes the commands and decides the end: the
 * guest runs here and the source is told so, or the load has failed and the source keeps its guest.
 * All of it runs on one {@link io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.dest.incoming;
