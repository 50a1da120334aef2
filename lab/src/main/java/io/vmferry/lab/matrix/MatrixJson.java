package io.vmferry.lab.matrix;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** The matrix as JSON. */
final class MatrixJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MatrixJson() {}

    /**
     * One object: what was run, the numbers of simulated and real cells, and an array of all.
     *
     * @param facts what was run, how and when
     */
    static String text(MatrixRun run, Map<String, String> facts) {
        ObjectNode all = JSON.createObjectNode();
        ObjectNode about = all.putObject("run");
        facts.forEach((name, value) -> about.put(name.toLowerCase(Locale.ROOT), value));
        all.put("simulated-cells", MatrixRun.struck(run.simulated()));
        all.put("real-cells", MatrixRun.struck(run.real()));
        ArrayNode cells = all.putArray("cells");
        run.both().forEach(result -> add(cells, result));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(ArrayNode cells, CellResult result) {
        ObjectNode cell = cells.addObject();
        cell.put("way", result.cell().real() ? "real" : "simulated");
        cell.put("course", result.cell().course().name());
        cell.put("side", result.cell().side().text());
        cell.put("fault", result.cell().fault().toString());
        cell.put("seed", result.cell().seed());
        cell.put("struck", result.struck());
        result.outcome().ifPresent(o -> cell.put("outcome", o.text()));
        result.last().ifPresent(o -> cell.put("last", o.text()));
        result.last().ifPresent(o -> cell.put("owner", result.owner()));
        cell.put("lost-writes", result.lostWrites());
        cell.put("rest-millis", result.restMillis());
        cell.put("recoveries", result.recoveries());
        cell.put("waited-for-user", result.waited());
        result.broken().ifPresent(how -> cell.put("broken", how));
        cell.put("command", result.cell().command());
    }
}
