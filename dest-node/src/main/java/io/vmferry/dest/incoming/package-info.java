/**
 * The incoming migration: the destination's engine.
 *
 * <pre>
 *   ConnectionAcceptor ── Recognition ────┬── MainChannelInput ── StreamReader ── IncomingStream ──┐
 *                                         │        └── PackageInput ── StreamReader ── IncomingStream ┤
 *                                         ├── PreemptInput ── RamReader ──────────────────────────┤
 *                                         └── ReturnPathInput                                     ▼
 *                                                                             IncomingLoad: devices, RAM
 *   vCPU ── MemoryAccess ──fault──▶ IncomingPostcopy ── PageRequests ──▶ REQ_PAGES
 * </pre>
 *
 * <p>{@link io.vmferry.dest.incoming.IncomingMigration} takes the commands and decides the end: the
 * guest runs here and the source is told so, or the load has failed and the source keeps its guest.
 * From POSTCOPY_RUN on a broken channel is no failure but a pause. All of it runs on one {@link
 * io.vmferry.machine.link.EngineLoop}.
 */
package io.vmferry.dest.incoming;
