package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LineQueueTest {

    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    /** A reader that takes nothing until it is told to. */
    private static final class StoppedReader extends OutputStream {

        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch goesOn = new CountDownLatch(1);
        private final OutputStream out;

        StoppedReader(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            begun.countDown();
            try {
                assertThat(goesOn.await(50, TimeUnit.SECONDS)).isTrue();
                out.write(bytes, offset, length);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private LineQueue queue(OutputStream reader) {
        return new LineQueue(
                new PrintStream(reader, true, StandardCharsets.UTF_8),
                count -> count + " left out");
    }

    private List<String> lines() {
        return read.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void printsInOrderAndAllOfItBeforeItsEnd() {
        try (LineQueue queue = queue(read)) {
            queue.add("a");
            queue.offer(() -> "b");
            queue.add("c");
        }
        assertThat(lines()).containsExactly("a", "b", "c");
    }

    @Test
    void whileTheReaderHasStoppedLinesAreLeftOutAndCounted() throws Exception {
        StoppedReader reader = new StoppedReader(read);
        try (LineQueue queue = queue(reader)) {
            queue.add("first");
            reader.begun.await();
            for (int i = 0; i < LineQueue.MAX_OFFERED + 3; i++) {
                queue.offer(() -> "traced");
            }
            queue.add("result");
            reader.goesOn.countDown();
        }
        List<String> lines = lines();
        assertThat(lines).hasSize(LineQueue.MAX_OFFERED + 3).startsWith("first");
        assertThat(lines).endsWith("traced", "result", "3 left out");
    }

    @Test
    void whatMayNotBeLeftOutIsPrintedHoweverMuchComes() throws Exception {
        StoppedReader reader = new StoppedReader(read);
        int count = 3 * LineQueue.MAX_OFFERED;
        try (LineQueue queue = queue(reader)) {
            Thread adding =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                for (int i = 0; i < count; i++) {
                                    queue.add("result");
                                }
                            });
            reader.begun.await();
            reader.goesOn.countDown();
            adding.join();
        }
        assertThat(lines()).hasSize(count).containsOnly("result");
    }
}
