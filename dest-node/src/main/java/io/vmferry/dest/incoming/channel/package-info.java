/**
 * The channels of a migration, from when each is known: which belong to it, which are there, what
 * waits for them, and the answers that go back to the source.
 *
 * <pre>
 *   IncomingChannels ── main, return path, preempt        StreamHolds    hold a stream back
 *        └── WaitingReturnPaths, until the main channel has announced one
 *   ReturnPathInput     the end of a return path          SourceLiveness the silence of the source
 * </pre>
 */
package io.vmferry.dest.incoming.channel;
