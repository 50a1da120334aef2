/**
 * Connections before they are channels: where the destination listens, and which role each accepted
 * connection shows.
 *
 * <pre>
 *   IncomingListener ── ConnectionAcceptor ── ChannelSorter, one for each connection
 *                              │
 *                         Recognition: what it shows × what is waited for ──▶ Accepted
 * </pre>
 */
package io.vmferry.dest.incoming.accept;
