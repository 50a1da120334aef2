package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.guest.SnapshotWrites;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection.RamSection;
import io.vmferry.source.outgoing.state.Stage;
import java.util.Optional;

/**
 * Saves each page of RAM once while the guest runs, first those to which it waits to store. QEMU's
 * {@code bg_migration_iteration_run}.
 */
public record SnapshotRamPhase(
        OutgoingChannels channels,
        RamSection ram,
        SnapshotWrites writes,
        BandwidthWindow window,
        RamAccount account,
        Probe probe)
        implements Phase {

    @Override
    public Next advance() {
        window.update();
        long allowance = window.allowanceBytes();
        if (allowance == 0) {
            return Next.later(window.nanosLeft());
        }
        Optional<Failure> broken = channels.failures().ofMain();
        if (broken.isPresent()) {
            return new Next.Failed(broken.get());
        }
        if (ram.pendingBytes() == 0) {
            probe.reached(PointName.RAM_COMPLETE_SENT, ram.name());
            return new Next.Enter(Stage.SNAPSHOT_COMPLETION);
        }
        int most = (int) Math.min(allowance, MainChannel.BATCH_BYTES);
        int maxBytes = Math.max(most, RecordOutput.MAX_RECORD_BYTES);
        channels.main().sendRecords(out -> part(out, maxBytes));
        return Next.AGAIN;
    }

    private void part(ByteBuf out, int maxBytes) {
        StreamWriter.part(out, ram.sectionId());
        int start = out.writerIndex();
        give(ram.scan(), out, start + maxBytes);
        ram.end(out);
        account.sent(out.writerIndex() - start);
        StreamWriter.footer(out, ram.sectionId());
    }

    private void give(PageScan scan, ByteBuf out, int end) {
        while (room(out, end) >= RecordOutput.MAX_RECORD_BYTES) {
            Optional<HostPages> waited = writes.next();
            if (waited.isEmpty()) {
                break;
            }
            scan.give(waited.get(), ram.records().into(out, room(out, end)));
        }
        scan.give(ram.records().into(out, room(out, end)));
    }

    private static int room(ByteBuf out, int end) {
        return end - out.writerIndex();
    }
}
