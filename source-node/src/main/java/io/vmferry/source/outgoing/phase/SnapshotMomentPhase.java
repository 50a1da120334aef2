package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.guest.SnapshotWrites;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;

/**
 * Stops the guest for the moment of a background snapshot: takes the state of its devices into
 * memory, protects its RAM, and lets it run on. The first part of QEMU's {@code
 * bg_migration_thread}.
 */
public final class SnapshotMomentPhase implements Phase {

    private enum MomentProgress {
        BEGIN,
        STOPPING,
        STOPPED,
        RESUMING,
        RESUMED
    }

    private final GuestStop guestStop;
    private final SnapshotWrites writes;
    private final SnapshotDevices taken;
    private final DeviceSaving saving;
    private final BandwidthWindow window;
    private final Turns turns;
    private final Pieces devices;
    private final VmDescription description = new VmDescription(RamFlags.PAGE_SIZE);
    private MomentProgress progress = MomentProgress.BEGIN;

    /**
     * @param configuration the configuration that the description repeats, in versions that do so
     */
    public SnapshotMomentPhase(
            GuestStop guestStop,
            SectionList sections,
            Optional<Configuration> configuration,
            SnapshotWrites writes,
            SnapshotDevices taken,
            DeviceSaving saving,
            BandwidthWindow window,
            Turns turns) {
        this.guestStop = guestStop;
        this.writes = writes;
        this.taken = taken;
        this.saving = saving;
        this.window = window;
        this.turns = turns;
        this.devices = new Pieces(saving.nanoTime());
        configuration.ifPresent(description::configuration);
        sections.fulls()
                .forEach(full ->
                        devices.add(new Pieces.FullPiece(full, Optional.of(description), saving)));
    }

    @Override
    public Next advance() {
        return switch (progress) {
            case BEGIN -> begin();
            case STOPPING, RESUMING -> Next.WAIT;
            case STOPPED -> take();
            case RESUMED -> new Next.Enter(Stage.SNAPSHOT_RAM);
        };
    }

    private Next begin() {
        // as in QEMU, a snapshot has no limit but one that is set while it is made
        window.limit(0);
        saving.downtime().start();
        progress = MomentProgress.STOPPING;
        guestStop.begin(RunState.PAUSED, this::stopped);
        return Next.AGAIN;
    }

    private void stopped() {
        progress = MomentProgress.STOPPED;
        saving.probe().reached(PointName.GUEST_STOPPED);
        turns.now();
    }

    private Next take() {
        if (!devices.isEmpty()) {
            return devices.advance(write -> write.accept(taken.bytes()));
        }
        StreamWriter.eof(taken.bytes());
        StreamWriter.vmDescription(taken.bytes(), description.toJson());
        writes.begin();
        progress = MomentProgress.RESUMING;
        guestStop.undo(this::resumed);
        return Next.AGAIN;
    }

    private void resumed() {
        progress = MomentProgress.RESUMED;
        saving.downtime().end();
        if (guestStop.runs()) {
            saving.probe().reached(PointName.GUEST_RESUMED);
        }
        turns.now();
    }
}
