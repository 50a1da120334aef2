package io.vmferry.machine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.terminal.Progress.ProgressCell;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {

    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<Progress> printed = new LinkedBlockingQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    private static Optional<Progress> progress(int call) {
        return Optional.of(
                new Progress(List.of(new ProgressCell("line " + call, 0)), OptionalDouble.empty()));
    }

    private static Optional<Progress> fail(boolean error) {
        if (error) {
            throw new StackOverflowError("for a test");
        }
        throw new IllegalStateException("for a test");
    }

    private String next() throws InterruptedException {
        return printed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS).all();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void progressThatCannotBeReadIsLeftOutAndTheNextOneComes(boolean error) throws Exception {
        try (var _ =
                new ProgressLine(
                        1,
                        () -> {
                            int call = calls.incrementAndGet();
                            return call <= 2 ? fail(error) : progress(call);
                        },
                        printed::add)) {
            assertThat(next()).isEqualTo("line 3");
        }
    }

    @Test
    void nothingIsPrintedWhereThereIsNothing() throws Exception {
        try (var _ =
                new ProgressLine(
                        1,
                        () -> {
                            int call = calls.incrementAndGet();
                            return call == 1 ? Optional.empty() : progress(call);
                        },
                        printed::add)) {
            assertThat(next()).isEqualTo("line 2");
        }
    }
}
