package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.tools.qmp.QmpNotice;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Follows a migration: its events and its figures, until the status is final. */
final class Watch {

    /** The output of a watch. */
    interface View {
        void event(QmpNotice event);

        /** What {@code query-migrate} returned, once per interval and when the status changed. */
        void figures(JsonNode report);

        /** A remark of the watch itself. */
        void remark(String text);

        /** The last figures. */
        void end(JsonNode report);
    }

    private final Talk talk;
    private final Duration interval;
    private final View view;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Whether an event had a newer status than the last figures. */
    private boolean outdated;

    private String lastStatus = "";

    Watch(Talk talk, Duration interval, View view) {
        this.talk = talk;
        this.interval = interval;
        this.view = view;
    }

    /** Ends watching; callable from any thread. */
    void stop() {
        stopped.set(true);
    }

    /** Follows; empty when it was stopped before the migration ended. */
    Optional<QmpExit> follow() throws IOException, InterruptedException {
        try {
            if (!eventsAreOn()) {
                view.remark(
                        "capability events is off: the server sends no status events, they come from"
                                + " query-migrate");
            }
            while (!stopped.get()) {
                Optional<QmpExit> end = step();
                if (end.isPresent()) {
                    return end;
                }
                if (!outdated) {
                    awaitEvent();
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            // a destination may end together with its failed migration
            drain();
            Optional<QmpExit> end = exit(lastStatus);
            if (end.isEmpty()) {
                throw e;
            }
            return end;
        }
    }

    private boolean eventsAreOn() throws IOException, InterruptedException {
        QmpReply reply = talk.ask("query-migrate-capabilities");
        if (reply.refused()) {
            return false;
        }
        for (JsonNode capability : reply.value()) {
            if (capability.path("capability").asText().equals("events")) {
                return capability.path("state").asBoolean();
            }
        }
        return false;
    }

    private Optional<QmpExit> step() throws IOException, InterruptedException {
        QmpReply reply = talk.ask("query-migrate");
        if (reply.refused()) {
            throw new IOException("query-migrate was refused: " + reply.description());
        }
        JsonNode report = reply.value();
        lastStatus = MigrationLine.status(report);
        // events that led to this status came before it; a newer one may have come too
        outdated = drain() && !lastStatus.equals(MigrationLine.status(report));
        Optional<QmpExit> end = exit(MigrationLine.status(report));
        if (end.isPresent()) {
            view.end(report);
        } else {
            view.figures(report);
        }
        return end;
    }

    private void awaitEvent() throws InterruptedException {
        long until = System.nanoTime() + interval.toNanos();
        while (!stopped.get()) {
            QmpNotice event = talk.events().poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                return;
            }
            show(event);
            if (!event.migrationStatus().isEmpty()) {
                return;
            }
        }
    }

    /** Shows queued events; returns whether there was a status among them. */
    private boolean drain() {
        boolean status = false;
        for (QmpNotice event = talk.events().poll(); event != null; event = talk.events().poll()) {
            show(event);
            status |= !event.migrationStatus().isEmpty();
        }
        return status;
    }

    private void show(QmpNotice event) {
        if (!event.migrationStatus().isEmpty()) {
            lastStatus = event.migrationStatus();
        }
        view.event(event);
    }

    private static Optional<QmpExit> exit(String status) {
        return switch (status) {
            case "completed" -> Optional.of(QmpExit.OK);
            case "failed" -> Optional.of(QmpExit.FAILED);
            case "cancelled" -> Optional.of(QmpExit.CANCELLED);
            default -> Optional.empty();
        };
    }
}
