package io.vmferry.lab.clients;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Rows for programs. */
final class ClientsJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ClientsJson() {}

    static String text(Rows run) {
        ObjectNode all = JSON.createObjectNode();
        ArrayNode array = all.putArray("rows");
        run.rows().forEach(row -> array.add(of(row)));
        ArrayNode notPlayed = all.putArray("notPlayed");
        for (Rows.NotPlayed row : run.notPlayed()) {
            notPlayed
                    .addObject()
                    .put("client", row.client())
                    .put("situation", row.situation())
                    .put("version", row.version())
                    .put("why", row.why());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One row. */
    static ObjectNode of(Row row) {
        ObjectNode one = JSON.createObjectNode();
        one.put("client", row.client());
        one.put("situation", row.situation().name());
        one.put("version", row.version());
        one.put("guest", row.end().text());
        one.put("statuses", row.statuses());
        one.put("reported", row.reported().text());
        one.put("exitCode", row.exitCode().isPresent() ? row.exitCode().getAsInt() : null);
        one.put("said", row.said());
        one.put("agrees", row.agrees());
        one.put("good", row.good());
        one.put("trouble", row.trouble());
        one.put("millis", row.millis());
        one.put("wholeMillis", row.wholeMillis());
        return one;
    }
}
