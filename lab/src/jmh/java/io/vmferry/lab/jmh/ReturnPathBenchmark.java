package io.vmferry.lab.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
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

/** The framer of the return path: page requests read from one buffer, per message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReturnPathBenchmark {

    private static final int MESSAGES = 1000;

    private final ByteBuf requests = Unpooled.directBuffer(MESSAGES * 32);
    private long messages;

    @Setup
    public void write() {
        for (int page = 0; page < MESSAGES; page++) {
            ReturnPathWriter.write(
                    requests,
                    page == 0
                            ? new ReturnPathMessage.ReqPagesId(0, 4096, "ram")
                            : new ReturnPathMessage.ReqPages(page * 4096L, 4096));
        }
    }

    @TearDown
    public void free() {
        requests.release();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long requests() throws StreamException {
        requests.readerIndex(0);
        long before = messages;
        new ReturnPathReader((offset, lengthBytes, message) -> messages++, block -> 0, true)
                .read(requests);
        if (messages - before != MESSAGES) {
            throw new IllegalStateException(
                    "Expected %d messages, got %d".formatted(MESSAGES, messages - before));
        }
        return messages;
    }
}
