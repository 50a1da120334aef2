package io.vmferry.tools.shell;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A question that is asked again and again, since a QMP server has no command that waits.
 *
 * @param patience how long an answer may take; zero waits for ever
 */
record Poll(Duration patience) {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

    /** Asks once; empty as long as there is no answer. */
    interface PolledQuestion<T> {
        Optional<T> ask() throws IOException, InterruptedException;
    }

    /**
     * Waits for an answer.
     *
     * @param late what the error says when there was none in time
     * @throws SocketTimeoutException when there was none in time
     */
    <T> T await(PolledQuestion<T> question, Supplier<String> late)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            Optional<T> answer = question.ask();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!patience.isZero() && System.nanoTime() - begin >= patience.toNanos()) {
                throw new SocketTimeoutException(late.get());
            }
            Thread.sleep(BETWEEN_QUESTIONS);
        }
    }
}
