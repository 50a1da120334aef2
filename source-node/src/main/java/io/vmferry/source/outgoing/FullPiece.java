package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import java.util.Optional;

/** The SECTION_FULL of one device. */
final class FullPiece implements Pieces.Piece {

    private final OutgoingSession session;
    private final SectionList.Full full;
    private final Optional<VmDescription> description;

    /**
     * @param description gets the fields that were written; a package has none
     */
    FullPiece(OutgoingSession session, SectionList.Full full, Optional<VmDescription> description) {
        this.session = session;
        this.full = full;
        this.description = description;
    }

    @Override
    public long delayNanos() {
        return full.device().saveNanos();
    }

    @Override
    public void begin() {
        session.downtime().enter(DowntimeClock.Part.DEVICES, session.nanoTime());
        session.probe().reached(PointName.DEVICE_SAVE_STARTED, full.device().idstr());
    }

    @Override
    public Optional<Failure> failure() {
        return session.cannotSave(full.device().idstr());
    }

    @Override
    public boolean write(ByteBuf out) {
        var device = full.device();
        SectionHeader header =
                new SectionHeader(
                        SectionType.FULL,
                        full.sectionId(),
                        device.idstr(),
                        device.instanceId(),
                        device.versionId());
        StreamWriter.sectionHeader(out, header);
        StateWriter state = new StateWriter(out);
        device.save(state);
        description.ifPresent(d -> d.device(header, state.fields()));
        StreamWriter.footer(out, full.sectionId());
        session.probe().reached(PointName.DEVICE_SAVED, device.idstr());
        return true;
    }
}
