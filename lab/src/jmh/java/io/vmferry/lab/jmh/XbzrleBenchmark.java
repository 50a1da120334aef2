package io.vmferry.lab.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.ram.XbzrleEncoder;
import io.vmferry.protocol.stream.StreamException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The coder of XBZRLE, per page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class XbzrleBenchmark {

    private static final int PAGE = 4096;

    /** How many bytes of the page have changed, each for itself; all of them do not fit. */
    @Param({"0", "1", "64", "1024", "4096"})
    public int changes;

    private final XbzrleEncoder encoder = new XbzrleEncoder();
    private final MemorySegment before = Arena.ofAuto().allocate(PAGE, Long.BYTES);
    private final MemorySegment now = Arena.ofAuto().allocate(PAGE, Long.BYTES);
    private final ByteBuf encoded = Unpooled.directBuffer(PAGE);

    @Setup
    public void change() {
        SplittableRandom random = new SplittableRandom(23);
        for (int i = 0; i < PAGE; i++) {
            before.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        now.copyFrom(before);
        for (int i = 0; i < changes; i++) {
            long at = (long) i * PAGE / changes;
            now.set(ValueLayout.JAVA_BYTE, at, (byte) ~now.get(ValueLayout.JAVA_BYTE, at));
        }
        encoded.writeBytes(encoder.encoded(), 0, Math.max(0, encode()));
    }

    @Benchmark
    public int encode() {
        return encoder.encode(before, 0, now, 0);
    }

    @Benchmark
    public ByteBuf decode() throws StreamException {
        encoded.readerIndex(0);
        XbzrleDecoder.decode(
                encoded,
                encoded.readableBytes(),
                0,
                (at, from, index, length) ->
                        from.getBytes(index, before.asSlice(at, length).asByteBuffer()));
        return encoded;
    }
}
