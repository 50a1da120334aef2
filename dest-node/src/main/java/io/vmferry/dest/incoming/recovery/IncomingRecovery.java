package io.vmferry.dest.incoming.recovery;

import io.vmferry.dest.incoming.channel.IncomingChannels;
import io.vmferry.dest.incoming.channel.StreamHolds;
import io.vmferry.dest.incoming.postcopy.MissingPages;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.stream.ChannelInputs;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import io.vmferry.protocol.stream.WireStrings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses and recovers a postcopy whose channels broke while the guest runs here, any number of
 * times. QEMU's {@code postcopy_pause_incoming} and {@code loadvm_postcopy_handle_resume}.
 */
public record IncomingRecovery(
        MigrationOptions options,
        IncomingState state,
        GuestRam ram,
        IncomingChannels channels,
        ChannelInputs inputs,
        MissingPages pages,
        Probe probe) {

    private static final Logger log = LoggerFactory.getLogger(IncomingRecovery.class);

    /** Pauses: the channels broke, and the guest runs on. */
    public void pause(Failure why) {
        boolean crashes = state.recovering() && options.follows(Deviation.RECOVERY_CRASH);
        state.pause();
        AllSteps.run(
                () -> {
                    if (why instanceof Failure.Bug) {
                        // the channels are sound: what was written on the return path arrives
                        channels.leave();
                        inputs.replace();
                    } else {
                        replaceChannels();
                    }
                },
                () -> state.postcopy().streamEnded(false),
                pages::pause,
                () -> {
                    // a process that crashes is in postcopy-recover to its end
                    if (!crashes && state.status() != MigrationStatus.POSTCOPY_PAUSED) {
                        state.move(state.status(), MigrationStatus.POSTCOPY_PAUSED);
                    }
                });
    }

    /** Drops all channels of the migration. */
    public void replaceChannels() {
        channels.replace();
        inputs.replace();
    }

    /**
     * Fails a paused postcopy: the connection taken for the source broke before a recovery began.
     */
    public void fail(Failure why) {
        log.error("{}", why.text());
        AllSteps.run(
                this::replaceChannels,
                () -> state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.FAILED));
    }

    /** Begins a recovery on a new main channel. */
    public void begin() {
        probe.reached(PointName.RECOVERY_CHANNEL);
        pages.expectNewChannels();
        state.move(MigrationStatus.POSTCOPY_PAUSED, MigrationStatus.POSTCOPY_RECOVER);
    }

    /**
     * RECV_BITMAP: sends the bitmap of the received pages of a block.
     *
     * @param holds of the stream where the command came, while the answer does not leave
     */
    public void tellReceived(StreamHolds holds, String name) throws StreamException {
        RamBlock block =
                ram.block(name)
                        .orElseThrow(() ->
                                StreamException.of(
                                        StreamError.RECV_BITMAP_BLOCK,
                                        "unknown RAM block " + WireStrings.quote(name)));
        if (!state.recovering()) {
            ignore("RECV_BITMAP for '" + name + "'");
            return;
        }
        ReceivedBitmap bitmap = ReceivedBitmap.copyOf(block.received().toWords());
        channels.answer(holds, new ReturnPathMessage.RecvBitmap(block.idstr(), bitmap));
        probe.reached(PointName.BITMAP_SENT, block.idstr());
    }

    private void ignore(String command) {
        if (state.firstTime(command)) {
            log.warn("{} ignored: there is no recovery under way", command);
        }
    }

    /** POSTCOPY_RESUME: acknowledges it, and requests the awaited pages again. */
    public void resume() {
        if (!state.recovering()) {
            ignore("POSTCOPY_RESUME");
            return;
        }
        state.move(MigrationStatus.POSTCOPY_RECOVER, MigrationStatus.POSTCOPY_ACTIVE);
        channels.send(new ReturnPathMessage.ResumeAck(ReturnPathMessage.ResumeAck.RESUMED));
        probe.reached(PointName.RESUME_ACK_SENT);
        pages.resume();
        inputs.preempt().ifPresent(preempt -> pages.preemptPages().ifPresent(preempt::listen));
    }
}
