/**
 * The ports of a migration engine: one loop that runs it, byte links to the peer, a transport that
 * makes links. The Netty side of each port lives here too; the simulator brings its own.
 *
 * <p>Everything an engine is told (bytes, writability, a broken link, a timer) reaches it on its
 * {@link io.vmferry.machine.link.EngineLoop}; an engine never blocks and never sees a second
 * thread.
 */
package io.vmferry.machine.link;
