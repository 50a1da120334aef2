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
import io.vmferry.source.outgoing.channel.RecoveryHandshake;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.List;
import java.util.Optional;

/**
 * Recovers a paused postcopy on new channels: requests the received bitmaps, then resumes. QEMU's
 * {@code postcopy_do_resume}.
 */
public record RecoveryPhase(
        OutgoingChannels channels,
        List<RamBlock> blocks,
        OutgoingSection.RamSection ram,
        RecoveryHandshake recovery,
        BandwidthWindow window,
        MigrationOptions options,
        MigrationState state,
        Probe probe,
        Turns turns)
        implements Phase {

    /** Fails when the message that is due cannot come any more. */
    @Override
    public Optional<Failure> takeNote() {
        return channels.failures()
                .missing(
                        switch (recovery.progress()) {
                            case ASK, BITMAPS -> "RECV_BITMAP";
                            case PREEMPT, RESUME, ACKNOWLEDGEMENT -> "RESUME_ACK";
                        });
    }

    @Override
    public Next advance() {
        return switch (recovery.progress()) {
            case ASK -> ask();
            case BITMAPS -> awaitBitmaps();
            case PREEMPT -> awaitPreempt();
            case RESUME -> resume();
            case ACKNOWLEDGEMENT -> awaitAcknowledgement();
        };
    }

    private Next ask() {
        Optional<Failure> unanswerable = channels.noAnswer("read from");
        if (unanswerable.isPresent()) {
            return new Next.Failed(unanswerable.get());
        }
        channels.liveness().watch();
        for (RamBlock block : blocks) {
            recovery.asked(block);
            channels.main().command(new Command.RecvBitmap(block.idstr()));
        }
        recovery.progress(RecoveryHandshake.HandshakeProgress.BITMAPS);
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
            // after the main channel, which is known to be connected by now; versions that open all
            // channels at the start have done so again
            recovery.progress(RecoveryHandshake.HandshakeProgress.PREEMPT);
            channels.openLater(turns::now);
        } else {
            recovery.progress(RecoveryHandshake.HandshakeProgress.RESUME);
        }
        return Next.AGAIN;
    }

    private Next awaitPreempt() {
        if (channels.preempt().isEmpty()) {
            return Next.WAIT;
        }
        recovery.progress(RecoveryHandshake.HandshakeProgress.RESUME);
        return Next.AGAIN;
    }

    private Next resume() {
        recovery.progress(RecoveryHandshake.HandshakeProgress.ACKNOWLEDGEMENT);
        channels.main().command(new Command.PostcopyResume());
        return Next.AGAIN;
    }

    private Next awaitAcknowledgement() {
        if (!recovery.acknowledged()) {
            return Next.WAIT;
        }
        probe.reached(PointName.RESUME_ACKNOWLEDGED);
        window.begin();
        state.move(MigrationStatus.POSTCOPY_RECOVER, MigrationStatus.POSTCOPY_ACTIVE);
        return new Next.Enter(Stage.POSTCOPY);
    }
}
