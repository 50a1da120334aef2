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
 * Prints what the proxy tells, one event a line.
 *
 * @param trace how all that passes is printed; empty when it is not
 */
record ProxyOutput(PrintStream out, Optional<TraceFormat> trace, Clock clock)
        implements Consumer<ProxyEvent> {

    /** What {@code --trace} can be. */
    enum TraceFormat implements Named {
        /** Lines for people. */
        TEXT,
        /** JSON objects. */
        JSON
    }

    @Override
    public void accept(ProxyEvent event) {
        if (event.traced() && trace.isEmpty()) {
            return;
        }
        out.println(trace.equals(Optional.of(TraceFormat.JSON)) ? json(event) : line(event));
        out.flush();
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
