package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import io.vmferry.source.outgoing.figures.RamAccount;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.GuestHandover;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guest stands still: sends what is left of RAM, all device state, the end of the stream and
 * its description; then waits until the destination has said that it runs the guest. QEMU's {@code
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
     * @param configuration what the description repeats of the stream's configuration, if anything
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
                .forEach(section -> pieces.add(new EndPiece(section, account, saving)));
        sections.fulls()
                .forEach(full -> pieces.add(new FullPiece(full, Optional.of(description), saving)));
        pieces.add(this::tail);
    }

    @Override
    public Next step() {
        return pieces.isEmpty() ? awaitEnd() : pieces.step(this::send);
    }

    /** The guest is not ours alone from when the end of the stream leaves, and not before. */
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
            saving.downtime().enter(DowntimeClock.Part.FLUSH, saving.nanoTime().getAsLong());
            saving.probe().reached(PointName.EOF_SENT);
            main.whenDrained(drained);
        }
        return Next.WAIT;
    }

    /** End of the stream and the description that follows it. */
    private boolean tail(ByteBuf out) {
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, description.toJson());
        written = true;
        return true;
    }
}
