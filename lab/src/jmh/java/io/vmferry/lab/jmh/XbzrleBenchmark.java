package io.vmferry.lab.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.ram.XbzrleDecoder;
import io.vmferry.protocol.ram.XbzrleEncoder;
import io.vmferry.protocol.stream.StreamException;
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
    private final byte[] before = new byte[PAGE];
    private final byte[] now = new byte[PAGE];
    private final ByteBuf encoded = Unpooled.directBuffer(PAGE);

    @Setup
    public void change() {
        SplittableRandom random = new SplittableRandom(23);
        random.nextBytes(before);
        System.arraycopy(before, 0, now, 0, PAGE);
        for (int i = 0; i < changes; i++) {
            int at = i * PAGE / changes;
            now[at] = (byte) ~now[at];
        }
        encoded.writeBytes(encoder.encoded(), 0, Math.max(0, encode()));
    }

    @Benchmark
    public int encode() {
        return encoder.encode(before, now);
    }

    @Benchmark
    public ByteBuf decode() throws StreamException {
        encoded.readerIndex(0);
        XbzrleDecoder.decode(
                encoded,
                encoded.readableBytes(),
                0,
                (at, from, index, length) -> from.getBytes(index, before, at, length));
        return encoded;
    }
}
