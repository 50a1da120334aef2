package io.vmferry.tools.shell;

import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Waits until a migration has a status.
 *
 * @param status as {@code query-migrate} names it
 * @param patience how long that may take; zero waits for ever
 */
record StatusWait(Talk talk, String status, Duration patience) {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

    /**
     * Waits; another status that is final ends it, too.
     *
     * @throws SocketTimeoutException when the status did not come in time
     */
    QmpExit await() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            QmpReply reply = talk.ask("query-migrate");
            if (reply.refused()) {
                throw new IOException("query-migrate was refused: " + reply.description());
            }
            String now = MigrationLine.status(reply.value());
            if (now.equals(status)) {
                return QmpExit.OK;
            }
            switch (now) {
                case "completed" -> {
                    return QmpExit.MISSED;
                }
                case "failed" -> {
                    return QmpExit.FAILED;
                }
                case "cancelled" -> {
                    return QmpExit.CANCELLED;
                }
                default -> {}
            }
            if (!patience.isZero() && System.nanoTime() - begin >= patience.toNanos()) {
                throw new SocketTimeoutException(
                        "The migration is still %s, not %s".formatted(now, status));
            }
            Thread.sleep(BETWEEN_QUESTIONS);
        }
    }
}
