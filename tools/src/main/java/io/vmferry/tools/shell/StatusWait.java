package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Waits until a migration has a status. */
final class StatusWait {

    private final Talk talk;
    private final String status;
    private final Poll poll;
    private final Consumer<String> complaint;
    private String now = "";

    /**
     * @param status as {@code query-migrate} names it
     * @param patience how long the wait may take; zero waits for ever
     * @param complaint takes the line that says why the status will not come
     */
    StatusWait(Talk talk, String status, Duration patience, Consumer<String> complaint) {
        this.talk = talk;
        this.status = status;
        this.poll = new Poll(patience);
        this.complaint = complaint;
    }

    /**
     * Waits; another status that is final ends it, too.
     *
     * @throws java.net.SocketTimeoutException when the status did not come in time
     */
    QmpExit await() throws IOException, InterruptedException {
        return poll.await(
                this::ask, () -> "The status is still '%s', not '%s'".formatted(now, status));
    }

    private Optional<QmpExit> ask() throws IOException, InterruptedException {
        QmpReply reply = talk.ask("query-migrate");
        if (reply.refused()) {
            throw new IOException("query-migrate was refused: " + reply.description());
        }
        now = MigrationLine.status(reply.value());
        if (now.equals(status)) {
            return Optional.of(QmpExit.OK);
        }
        Optional<QmpExit> other = missed(now);
        other.ifPresent(_ -> complaint.accept(ended(reply.value())));
        return other;
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
    private String ended(JsonNode report) {
        String reason = report.path("error-desc").asText();
        return "The status is '%s' and will not become '%s'%s"
                .formatted(now, status, reason.isEmpty() ? "" : ": " + reason);
    }
}
