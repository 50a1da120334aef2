package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.ram.RecordOutput;
import java.util.Optional;

/** The END section of an iterable. */
final class EndPiece implements Pieces.Piece {

    private final OutgoingSession session;
    private final OutgoingSection section;
    private boolean headed;

    EndPiece(OutgoingSession session, OutgoingSection section) {
        this.session = session;
        this.section = section;
    }

    @Override
    public long delayNanos() {
        return section.saveNanos();
    }

    @Override
    public void begin() {
        if (section instanceof OutgoingSection.Device) {
            session.downtime().enter(DowntimeClock.Part.DEVICES, session.nanoTime());
            session.probe().reached(PointName.DEVICE_SAVE_STARTED, section.name());
        }
    }

    @Override
    public Optional<Failure> failure() {
        return headed || section instanceof OutgoingSection.Ram
                ? Optional.empty()
                : session.cannotSave(section.name());
    }

    @Override
    public boolean write(ByteBuf out) {
        if (!headed) {
            headed = true;
            StreamWriter.end(out, section.sectionId());
        }
        int start = out.writerIndex();
        boolean complete = section.complete(out, MainChannel.BATCH_BYTES - start);
        if (section instanceof OutgoingSection.Ram) {
            int endOfSection = complete ? RecordOutput.EOS_BYTES : 0;
            session.countRam(out.writerIndex() - start - endOfSection);
        }
        if (complete) {
            StreamWriter.footer(out, section.sectionId());
            session.probe()
                    .reached(
                            section instanceof OutgoingSection.Device
                                    ? PointName.DEVICE_SAVED
                                    : PointName.RAM_COMPLETE_SENT,
                            section.name());
        }
        return complete;
    }
}
