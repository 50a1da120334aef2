package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.source.outgoing.channel.MainChannel;

/**
 * Writes the devices of a background snapshot behind its RAM, and waits until the transport has
 * taken all of it. QEMU's {@code bg_migration_completion}.
 */
public final class SnapshotCompletionPhase implements Phase {

    private final MainChannel main;
    private final ByteBuf devices;
    private final Probe probe;
    private final Runnable drained;
    private boolean flushing;

    /**
     * @param drained runs when the transport has taken the whole stream
     */
    public SnapshotCompletionPhase(
            MainChannel main, SnapshotDevices taken, Probe probe, Runnable drained) {
        this.main = main;
        this.devices = taken.bytes();
        this.probe = probe;
        this.drained = drained;
    }

    @Override
    public Next advance() {
        if (devices.isReadable()) {
            int bytes = Math.min(devices.readableBytes(), MainChannel.BATCH_BYTES);
            main.send(out -> out.writeBytes(devices, bytes));
            return Next.AGAIN;
        }
        if (!flushing) {
            flushing = true;
            probe.reached(PointName.EOF_SENT);
            main.whenDrained(drained);
        }
        return Next.WAIT;
    }
}
