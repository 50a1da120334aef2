package io.vmferry.tools.proxy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.Named;
import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prints what the proxy tells, one event a line, on a thread of its own: a reader that has stopped,
 * such as a pager, does not stop the migration. Traced lines for which there is no room are left
 * out and counted.
 */
final class ProxyOutput implements Consumer<ProxyEvent>, AutoCloseable {

    /** What {@code --trace} can be. */
    enum TraceFormat implements Named {
        /** Lines for people. */
        TEXT,
        /** JSON objects. */
        JSON
    }

    private final Optional<TraceFormat> trace;
    private final Clock clock;
    private final LineQueue lines;

    /**
     * An output whose thread runs.
     *
     * @param trace how all that passes is printed; empty when it is not
     */
    ProxyOutput(PrintStream out, Optional<TraceFormat> trace, Clock clock) {
        this.trace = trace;
        this.clock = clock;
        this.lines = new LineQueue(out, count -> printed(new ProxyEvent.LeftOut(count)));
    }

    @Override
    public void accept(ProxyEvent event) {
        if (!event.traced()) {
            lines.add(printed(event));
        } else if (trace.isPresent()) {
            lines.offer(() -> printed(event));
        }
    }

    /** Prints what has been told before, as far as the reader takes it. */
    @Override
    public void close() {
        lines.close();
    }

    private String printed(ProxyEvent event) {
        return trace.equals(Optional.of(TraceFormat.JSON)) ? json(event) : line(event);
    }

    private String line(ProxyEvent event) {
        return switch (event.kind()) {
            case LISTENING, MONITOR -> event.text();
            default -> timed(event.text());
        };
    }

    private String timed(String text) {
        ZoneId here = ZoneId.systemDefault();
        return LocalTime.now(clock.withZone(here)).truncatedTo(ChronoUnit.MILLIS) + " " + text;
    }

    private String json(ProxyEvent event) {
        ObjectNode line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("time", clock.instant().truncatedTo(ChronoUnit.MICROS).toString())
                        .put("event", event.kind().text());
        line.setAll(event.members());
        return line.toString();
    }
}
