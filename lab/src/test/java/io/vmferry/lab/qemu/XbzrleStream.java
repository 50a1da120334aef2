package io.vmferry.lab.qemu;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.StateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Configuration;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.ram.PageScan;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import io.vmferry.source.outgoing.ram.XbzrleOutput;
import io.vmferry.source.outgoing.section.OutgoingSection.RamSection;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The stream of a precopy of machine {@code none} by the output of our source, whose RAM is changed
 * between its passes: a daemon with that machine has no vCPU that could do it.
 */
final class XbzrleStream implements AutoCloseable {

    private static final int PASSES = 12;
    private static final int RAM_SECTION = 2;
    private static final int PART_BYTES = 1 << 20;
    private static final int CACHED_PAGES = 256;

    private final GuestRam ram;
    private final RamBlock block;
    private final PageCounts counts = new PageCounts();
    private final XbzrleOutput output;
    private final RamSection section;
    private final ByteBuf out = Unpooled.directBuffer();
    private long pass;

    XbzrleStream(int mebibytes) {
        ram = GuestRam.allocate(List.of(new RamBlockSpec("ram", (long) mebibytes << 20)));
        block = ram.blocks().getFirst();
        RecordOutput records = new RecordOutput(ram, true, counts);
        output = new XbzrleOutput(records, counts, new XbzrleCounters(), () -> pass);
        if (output.begin(CACHED_PAGES * 4096L).isPresent()) {
            throw new IllegalStateException("A small cache cannot be mapped");
        }
        section =
                new RamSection(
                        RAM_SECTION,
                        new PageScan(ram),
                        records,
                        Optional.empty(),
                        Optional.of(output),
                        false);
    }

    /** Writes the whole stream. */
    ByteBuffer record(SplittableRandom random) {
        StreamWriter.fileHeader(out);
        StreamWriter.configuration(out, new Configuration("none", List.of()));
        StreamWriter.sectionHeader(out, section.startHeader());
        section.setup(out);
        StreamWriter.footer(out, RAM_SECTION);
        for (pass = 1; pass <= PASSES; pass++) {
            change(random);
            section.scan().unsent().sync();
            while (section.scan().unsent().count() > 0) {
                StreamWriter.part(out, RAM_SECTION);
                out.ensureWritable(2 * PART_BYTES);
                section.iterate(out, PART_BYTES);
                StreamWriter.footer(out, RAM_SECTION);
            }
        }
        change(random);
        section.scan().unsent().sync();
        StreamWriter.end(out, RAM_SECTION);
        boolean complete;
        do {
            out.ensureWritable(2 * PART_BYTES);
            complete = section.complete(out, PART_BYTES);
        } while (!complete);
        StreamWriter.footer(out, RAM_SECTION);
        full(0, new TimerDevice());
        full(RAM_SECTION + 2, new GlobalStateDevice(() -> RunState.RUNNING));
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, "{}");
        return out.nioBuffer();
    }

    /** Some stores to pages that compete for the slots of the cache, zeros among them. */
    private void change(SplittableRandom random) {
        for (int i = 0; i < 200; i++) {
            long page = random.nextInt(2) == 0 ? random.nextInt(100) : random.nextInt(2000);
            int from = random.nextInt(4096);
            int to = Math.min(4096, from + random.nextInt(1, 1 << random.nextInt(1, 12)));
            block.willStore(page);
            for (int at = from; at < to; at++) {
                byte value = (byte) (random.nextInt(3) * random.nextInt());
                block.segment().set(ValueLayout.JAVA_BYTE, page * 4096 + at, value);
            }
            block.stored(page);
        }
    }

    private void full(int sectionId, StateDevice device) {
        StreamWriter.sectionHeader(
                out,
                new SectionHeader(
                        SectionType.FULL,
                        sectionId,
                        device.idstr(),
                        device.instanceId(),
                        device.versionId()));
        device.save(new StateWriter(out));
        StreamWriter.footer(out, sectionId);
    }

    long deltaPages() {
        return counts.deltaPages;
    }

    /** Saves the RAM as it was when the stream ended. */
    Path save(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(block.segment().asByteBuffer());
        }
        return file;
    }

    @Override
    public void close() {
        output.end();
        out.release();
        ram.close();
    }
}
