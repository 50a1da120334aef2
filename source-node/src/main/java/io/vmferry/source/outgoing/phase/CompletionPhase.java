package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.GuestHandover;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Completes a precopy while the guest is stopped: sends the rest of RAM, all device state, the end
 * of the stream and its description; then waits for the destination's SHUT. QEMU's {@code
 * qemu_savevm_state_complete_precopy}.
 */
public final class CompletionPhase implements Phase {

    private final MainChannel main;
    private final GuestHandover handover;
    private final DeviceSaving saving;
    private final Runnable drained;
    private final Pieces pieces;
    private final VmDescription description = new VmDescription(RamFlags.PAGE_SIZE);
    private boolean written;
    private boolean flushing;

    /**
     * @param configuration the configuration that the description repeats, in versions that do so
     * @param drained runs when the transport has taken the whole stream
     */
    public CompletionPhase(
            MainChannel main,
            SectionList sections,
            Optional<Configuration> configuration,
            GuestHandover handover,
            RamAccount account,
            DeviceSaving saving,
            Runnable drained) {
        this.main = main;
        this.handover = handover;
        this.saving = saving;
        this.drained = drained;
        this.pieces = new Pieces(saving.nanoTime());
        configuration.ifPresent(description::configuration);
        sections.iterables().stream()
                .filter(OutgoingSection::hasContent)
                .forEach(section -> pieces.add(new Pieces.EndPiece(section, account, saving)));
        sections.fulls()
                .forEach(full ->
                        pieces.add(new Pieces.FullPiece(full, Optional.of(description), saving)));
        pieces.add(this::tail);
    }

    @Override
    public Next advance() {
        return pieces.isEmpty() ? awaitEnd() : pieces.advance(this::send);
    }

    /** Sends a batch. From the end of the stream on the source does not own the guest alone. */
    private void send(Consumer<ByteBuf> content) {
        main.send(
                content,
                () -> {
                    if (written) {
                        handover.streamEnds();
                    }
                });
    }

    private Next awaitEnd() {
        if (!flushing) {
            flushing = true;
            saving.downtime().enter(DowntimeClock.Part.FLUSH);
            saving.probe().reached(PointName.EOF_SENT);
            main.whenDrained(drained);
        }
        return Next.WAIT;
    }

    /** Writes the end of the stream and its description. */
    private boolean tail(ByteBuf out) {
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, description.toJson());
        written = true;
        return true;
    }
}
