package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Waits until a migration has a status.
 *
 * @param status as {@code query-migrate} names it
 * @param patience how long that may take; zero waits for ever
 * @param complaint takes the line that says why the status will not come
 */
record StatusWait(Talk talk, String status, Duration patience, Consumer<String> complaint) {

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
            Optional<QmpExit> other = missed(now);
            if (other.isPresent()) {
                complaint.accept(ended(now, reply.value()));
                return other.get();
            }
            if (!patience.isZero() && System.nanoTime() - begin >= patience.toNanos()) {
                throw new SocketTimeoutException(
                        "The status is still '%s', not '%s'".formatted(now, status));
            }
            Thread.sleep(BETWEEN_QUESTIONS);
        }
    }

    /** The exit code of a final status that is not the one. */
    private static Optional<QmpExit> missed(String now) {
        return switch (now) {
            case "completed" -> Optional.of(QmpExit.MISSED);
            case "failed" -> Optional.of(QmpExit.FAILED);
            case "cancelled" -> Optional.of(QmpExit.CANCELLED);
            default -> Optional.empty();
        };
    }

    /**
     * What a final status means for who waits for another one, with QEMU's reason if it has one.
     */
    private String ended(String now, JsonNode report) {
        String reason = report.path("error-desc").asText();
        return "The status is '%s' and will not become '%s'%s"
                .formatted(now, status, reason.isEmpty() ? "" : ": " + reason);
    }
}
