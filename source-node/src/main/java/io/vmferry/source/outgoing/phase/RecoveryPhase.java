package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Recovery;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The handshake on new channels of a postcopy that was paused: what does the destination have, then
 * go on. QEMU's {@code postcopy_do_resume}.
 */
public final class RecoveryPhase implements Phase {

    private enum Place {
        ASK,
        BITMAPS,
        PREEMPT,
        RESUME,
        ACKNOWLEDGEMENT
    }

    private final OutgoingChannels channels;
    private final List<RamBlock> blocks;
    private final OutgoingSection.Ram ram;
    private final Recovery recovery;
    private final BandwidthWindow window;
    private final OutgoingCounters counters;
    private final MigrationOptions options;
    private final MigrationState state;
    private final Probe probe;
    private final Turns turns;
    private final LongSupplier nanoTime;
    private Place place = Place.ASK;

    public RecoveryPhase(
            OutgoingChannels channels,
            List<RamBlock> blocks,
            OutgoingSection.Ram ram,
            Recovery recovery,
            BandwidthWindow window,
            OutgoingCounters counters,
            MigrationOptions options,
            MigrationState state,
            Probe probe,
            Turns turns,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.blocks = blocks;
        this.ram = ram;
        this.recovery = recovery;
        this.window = window;
        this.counters = counters;
        this.options = options;
        this.state = state;
        this.probe = probe;
        this.turns = turns;
        this.nanoTime = nanoTime;
    }

    /** What comes next is the destination's to say, up to the last place. */
    @Override
    public Optional<Failure> takeNote() {
        return channels.failures()
                .missing(
                        switch (place) {
                            case ASK, BITMAPS -> "RECV_BITMAP";
                            case PREEMPT, RESUME, ACKNOWLEDGEMENT -> "RESUME_ACK";
                        });
    }

    @Override
    public Next step() {
        return switch (place) {
            case ASK -> ask();
            case BITMAPS -> awaitBitmaps();
            case PREEMPT -> awaitPreempt();
            case RESUME -> resume();
            case ACKNOWLEDGEMENT -> awaitAcknowledgement();
        };
    }

    private Next ask() {
        channels.liveness().watch();
        for (RamBlock block : blocks) {
            recovery.asked(block);
            channels.main().command(new Command.RecvBitmap(block.idstr()));
        }
        place = Place.BITMAPS;
        return Next.AGAIN;
    }

    private Next awaitBitmaps() {
        if (!recovery.bitmapsComplete()) {
            return Next.WAIT;
        }
        probe.reached(PointName.PAGES_LOST, recovery.lostPages());
        ram.restart();
        boolean preempts = options.capabilities().has(Capability.POSTCOPY_PREEMPT);
        if (preempts && channels.preempt().isEmpty()) {
            // behind the main channel, which is known to stand by now; versions that open all of
            // their channels at the start have done so again, as their destinations wait for that
            place = Place.PREEMPT;
            channels.openLater(turns::now);
        } else {
            place = Place.RESUME;
        }
        return Next.AGAIN;
    }

    private Next awaitPreempt() {
        if (channels.preempt().isEmpty()) {
            return Next.WAIT;
        }
        place = Place.RESUME;
        return Next.AGAIN;
    }

    private Next resume() {
        recovery.resumeSent();
        channels.main().command(new Command.PostcopyResume());
        place = Place.ACKNOWLEDGEMENT;
        return Next.AGAIN;
    }

    private Next awaitAcknowledgement() {
        if (!recovery.acknowledged()) {
            return Next.WAIT;
        }
        probe.reached(PointName.RESUME_ACKNOWLEDGED);
        window.begin(nanoTime.getAsLong(), counters, options.parameters());
        state.move(MigrationStatus.POSTCOPY_RECOVER, MigrationStatus.POSTCOPY_ACTIVE);
        return new Next.Enter(Stage.POSTCOPY);
    }
}
