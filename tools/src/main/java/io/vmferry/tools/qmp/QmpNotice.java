package io.vmferry.tools.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An event.
 *
 * @param message as it came: {@code timestamp}, {@code event} and perhaps {@code data}
 */
public record QmpNotice(JsonNode message) {

    /** The name, for example {@code MIGRATION}. */
    public String name() {
        return message.path("event").asText();
    }

    /** The data of the event; a missing node without data. */
    public JsonNode data() {
        return message.path("data");
    }

    /** When it happened, by the clock of the server. */
    public Instant at() {
        JsonNode timestamp = message.path("timestamp");
        return Instant.ofEpochSecond(timestamp.path("seconds").asLong())
                .plus(timestamp.path("microseconds").asLong(), ChronoUnit.MICROS);
    }

    /** The status in an event {@code MIGRATION}; empty in any other. */
    public String migrationStatus() {
        return name().equals("MIGRATION") ? data().path("status").asText() : "";
    }
}
