package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Waits until the verdict on a migration is settled: it has ended, and its memory is checked.
 *
 * @param patience how long that may take; zero waits for ever
 */
record SettledWait(Talk talk, Duration patience) {

    /** What is asked: a command of vmferry, which a QEMU does not have. */
    static final QmpCall VERDICT = QmpCall.of("x-vmferry-verdict");

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

    /**
     * Waits.
     *
     * @return the verdict, or the refusal of a server that knows none
     * @throws SocketTimeoutException when it was not settled in time
     */
    QmpReply await() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            QmpReply reply = talk.ask(VERDICT);
            if (reply.refused() || reply.value().path("settled").asBoolean()) {
                return reply;
            }
            if (!patience.isZero() && System.nanoTime() - begin >= patience.toNanos()) {
                throw new SocketTimeoutException(unsettled(reply.value()));
            }
            Thread.sleep(BETWEEN_QUESTIONS);
        }
    }

    private static String unsettled(JsonNode verdict) {
        return "The verdict is not settled: the status is '%s', the memory is '%s'"
                .formatted(
                        verdict.path("status").asText(),
                        verdict.path("memory").path("state").asText());
    }
}
