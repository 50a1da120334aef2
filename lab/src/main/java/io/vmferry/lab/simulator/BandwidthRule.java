package io.vmferry.lab.simulator;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.ProtocolPoint;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.multifd.PacketFormat;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.concurrent.TimeUnit;

/**
 * {@link Invariant#BANDWIDTH}: from the moment the migration is active until the guest is stopped,
 * the main channel and the multifd channels together are given no more than the limit, in windows
 * of 100 ms.
 */
final class BandwidthRule {

    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The record and the section that exceed the allowance of a window may be sent whole. */
    private static final long OVERSHOOT_BYTES = 8 << 10;

    /** The last packet of a window, and a synchronisation after each section. */
    private static final long CHANNEL_OVERSHOOT_BYTES = 2L * PacketFormat.HEADER_BYTES;

    /** Discards that are sent ahead are not limited. */
    private static final long DISCARD_BYTES = 64 << 10;

    private final SimulatedPair pair;
    private final int firstConnection;
    private boolean active;
    private long sinceNanos;
    private long sinceBytes;

    /** A rule for the main channel that is connected next. */
    BandwidthRule(SimulatedPair pair) {
        this.pair = pair;
        this.firstConnection = pair.network.connections().size();
    }

    /** The source has reached a point. */
    void reached(ProtocolPoint point) {
        if (point.is(PointName.STATUS, MigrationStatus.ACTIVE)) {
            active = true;
            sinceNanos = pair.time.nowNanos();
            sinceBytes = sentBytes();
        } else if (point.name() == PointName.SWITCHOVER_STARTED && active) {
            active = false;
            judge();
        }
    }

    private void judge() {
        long limit = pair.sourceOptions.parameters().maxBandwidthBytesPerSecond() / 10;
        if (limit == 0) {
            return;
        }
        long windows = (pair.time.nowNanos() - sinceNanos) / WINDOW_NANOS + 2;
        long overshoot = OVERSHOOT_BYTES + channels() * CHANNEL_OVERSHOOT_BYTES;
        long most = windows * (limit + overshoot) + DISCARD_BYTES;
        long sent = sentBytes() - sinceBytes;
        Invariant.BANDWIDTH.require(
                sent <= most,
                "%d bytes were sent in %d windows of %d bytes".formatted(sent, windows, limit));
    }

    private long sentBytes() {
        long bytes = sentBytes(ChannelRole.MAIN);
        for (int channel = 0; channel < channels(); channel++) {
            bytes += sentBytes(ChannelRole.multifd(channel));
        }
        return bytes;
    }

    private long sentBytes(ChannelRole role) {
        return pair.network
                .carrying(role, firstConnection)
                .map(SimulatedLink::sentBytes)
                .orElse(0L);
    }

    private int channels() {
        return pair.scenario.capabilities().contains(Capability.MULTIFD)
                ? pair.sourceOptions.parameters().multifdChannels()
                : 0;
    }
}
