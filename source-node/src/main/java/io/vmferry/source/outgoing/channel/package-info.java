/**
 * The channels of an outgoing migration: which there are, how they are connected, what is written
 * on them and what comes back.
 *
 * <pre>
 *   ChannelPlan ──▶ OutgoingChannels ──▶ MainChannel, PreemptChannel
 *                          │
 *                          └──▶ SourceReturnPath ──▶ Answers ──▶ RequestedPages, RecoveryHandshake, Pings, …
 * </pre>
 *
 * <p>A channel that breaks, or a bad answer, goes to {@link
 * io.vmferry.source.outgoing.channel.ChannelFailures}, which reports it at once or keeps it until
 * the migration would notice.
 */
package io.vmferry.source.outgoing.channel;
