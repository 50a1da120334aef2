/**
 * Accepted connections before they are channels: listening, and the recognition of their roles.
 *
 * <pre>
 *   IncomingListener ── ConnectionAcceptor ── ChannelSorter, one for each connection
 *                              │
 *                         Recognition: what it shows × what is waited for ──▶ Accepted
 * </pre>
 */
package io.vmferry.dest.incoming.accept;
