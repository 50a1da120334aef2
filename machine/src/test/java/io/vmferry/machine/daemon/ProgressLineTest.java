package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {

    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final PrintStream out =
            new PrintStream(
                    new OutputStream() {
                        @Override
                        public void write(int one) {
                            write(new byte[] {(byte) one}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int from, int count) {
                            written.add(new String(bytes, from, count, StandardCharsets.UTF_8));
                        }
                    },
                    true,
                    StandardCharsets.UTF_8);

    private String next() throws InterruptedException {
        return written.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String fail(boolean error) {
        if (error) {
            throw new StackOverflowError("for a test");
        }
        throw new IllegalStateException("for a test");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineThatCannotBeMadeIsLeftOutAndTheNextOneComes(boolean error) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (var _ =
                new ProgressLine(
                        out,
                        true,
                        () -> {
                            int call = calls.incrementAndGet();
                            return call <= 2 ? fail(error) : "line " + call;
                        })) {
            assertThat(next()).contains("line 3");
        }
    }

    @Test
    void anEmptyLineIsNotPrinted() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (var _ =
                new ProgressLine(out, true, () -> calls.incrementAndGet() == 1 ? "" : "line")) {
            assertThat(next()).contains("line");
        }
    }
}
