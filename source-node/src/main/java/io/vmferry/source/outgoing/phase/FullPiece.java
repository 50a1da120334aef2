package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import io.vmferry.source.outgoing.section.SectionList;
import java.util.Optional;

/**
 * The SECTION_FULL of one device.
 *
 * @param description gets the fields that were written; a package has none
 */
record FullPiece(SectionList.Full full, Optional<VmDescription> description, DeviceSaving saving)
        implements Piece {

    @Override
    public long delayNanos() {
        return full.device().saveNanos();
    }

    @Override
    public void begin() {
        saving.begins(full.device().idstr());
    }

    @Override
    public Optional<Failure> failure() {
        return saving.failure(full.device().idstr());
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
        saving.saved(device.idstr());
        return true;
    }
}
