package io.vmferry.lab.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.PageBitmap;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import io.vmferry.protocol.stream.StreamException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The bitmap of received pages in a recovery: copied, written, read, inverted and counted, against
 * a plain copy of as many bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RecoveryBitmapBenchmark {

    @Param({"1", "64"})
    public int guestGibibytes;

    private PageBitmap received;
    private ByteBuf wire;
    private long[] copied;
    private long missing;

    @Setup
    public void receive() {
        long pages = (long) guestGibibytes << 18;
        received = new PageBitmap(pages);
        for (long page = 0; page < pages; page += 3) {
            received.set(page);
        }
        wire = Unpooled.directBuffer((int) (pages / 8) + 1024);
        copied = new long[received.wordCount()];
    }

    @TearDown
    public void free() {
        wire.release();
    }

    @Benchmark
    public long recovered() throws StreamException {
        wire.clear();
        ReceivedBitmap bitmap = ReceivedBitmap.copyOf(received.toWords());
        ReturnPathWriter.write(wire, new ReturnPathMessage.RecvBitmap("ram", bitmap));
        new ReturnPathReader(
                        (offset, lengthBytes, message) ->
                                invert(((ReturnPathMessage.RecvBitmap) message).bitmap()),
                        block -> received.wordCount() * (long) Long.BYTES,
                        true)
                .read(wire);
        if (missing != received.pageCount() - received.cardinality()) {
            throw new IllegalStateException(
                    "Expected %d missing pages, got %d"
                            .formatted(received.pageCount() - received.cardinality(), missing));
        }
        return missing;
    }

    private void invert(ReceivedBitmap bitmap) {
        long count = 0;
        for (int i = 0; i < copied.length; i++) {
            copied[i] = ~bitmap.word(i);
            count += Long.bitCount(copied[i]);
        }
        missing = count;
    }

    @Benchmark
    public long[] plainCopy() {
        System.arraycopy(received.toWords(), 0, copied, 0, copied.length);
        return copied;
    }
}
