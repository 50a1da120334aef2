package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.figures.RamAccount;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import java.util.Optional;

/** The END section of an iterable. */
final class EndPiece implements Piece {

    private final OutgoingSection section;
    private final RamAccount account;
    private final DeviceSaving saving;
    private boolean headed;

    EndPiece(OutgoingSection section, RamAccount account, DeviceSaving saving) {
        this.section = section;
        this.account = account;
        this.saving = saving;
    }

    @Override
    public long delayNanos() {
        return section.saveNanos();
    }

    @Override
    public void begin() {
        if (section instanceof OutgoingSection.Device) {
            saving.begins(section.name());
        }
    }

    @Override
    public Optional<Failure> failure() {
        return headed || section instanceof OutgoingSection.Ram
                ? Optional.empty()
                : saving.failure(section.name());
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
            account.sent(out.writerIndex() - start - endOfSection);
        }
        if (complete) {
            StreamWriter.footer(out, section.sectionId());
            if (section instanceof OutgoingSection.Device) {
                saving.saved(section.name());
            } else {
                saving.probe().reached(PointName.RAM_COMPLETE_SENT, section.name());
            }
        }
        return complete;
    }
}
