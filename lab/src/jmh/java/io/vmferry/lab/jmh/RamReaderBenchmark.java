package io.vmferry.lab.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamBlockSink;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamSink;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.stream.StreamException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The reader of RAM records: a batch of page or zero-page records, per record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RamReaderBenchmark {

    private static final int RECORDS = 64;
    private static final long BLOCK_BYTES = 1 << 30;

    private final ByteBuf pages = Unpooled.directBuffer(RECORDS * 4200);
    private final ByteBuf zeroPages = Unpooled.directBuffer(RECORDS * 32);
    private final Counter sink = new Counter();
    private final RamReader reader = new RamReader(sink, RamRules.of(Profile.DEFAULT));

    /** One block whose records are counted; the content of pages is skipped. */
    private static final class Counter implements RamSink, RamBlockSink {
        private long records;

        @Override
        public void blockListed(RamBlockEntry entry) {
            throw new IllegalStateException("No block list was sent");
        }

        @Override
        public RamBlockSink block(String idstr) {
            return this;
        }

        @Override
        public void multifdFlush() {
            throw new IllegalStateException("No flush was sent");
        }

        @Override
        public long usedLengthBytes() {
            return BLOCK_BYTES;
        }

        @Override
        public void zeroPage(long offset, int fill) {
            records++;
        }

        @Override
        public void page(long offset, ByteBuf in) {
            in.skipBytes(4096);
            records++;
        }

        @Override
        public void delta(long offset, ByteBuf in, int lengthBytes) {
            throw new IllegalStateException("No delta was sent");
        }
    }

    @Setup
    public void write() {
        RamBlockName name = new RamBlockName("ram");
        RamWriter writer = new RamWriter();
        for (int page = 0; page < RECORDS; page++) {
            writer.pageHeader(pages, RamFlags.PAGE, name, page * 4096L);
            pages.writeZero(4096);
        }
        writer.eos(pages);
        writer.forgetBlock();
        for (int page = 0; page < RECORDS; page++) {
            writer.zeroPage(zeroPages, name, page * 4096L);
        }
        writer.eos(zeroPages);
    }

    @TearDown
    public void free() {
        pages.release();
        zeroPages.release();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long pages() throws StreamException {
        return read(pages);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long zeroPages() throws StreamException {
        return read(zeroPages);
    }

    private long read(ByteBuf in) throws StreamException {
        in.readerIndex(0);
        long before = sink.records;
        if (!reader.read(in) || sink.records - before != RECORDS) {
            throw new IllegalStateException(
                    "Expected %d records and EOS, got %d records"
                            .formatted(RECORDS, sink.records - before));
        }
        return sink.records;
    }
}
