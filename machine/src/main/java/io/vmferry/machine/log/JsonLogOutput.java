package io.vmferry.machine.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/** Writes a JSON object a line. Lines of several threads never mix. */
final class JsonLogOutput {

    private final JsonFactory json = new JsonFactory();
    private final PrintStream out;
    private final String node;
    private final String name;

    /**
     * An output of one process, whose lines may be collected with those of others.
     *
     * @param node its daemon
     * @param name of its guest
     */
    JsonLogOutput(PrintStream out, String node, String name) {
        this.out = out;
        this.node = node;
        this.name = name;
    }

    /**
     * Writes one line.
     *
     * @param pairs become members beside the usual ones
     * @param thrown null when nothing was
     */
    void write(
            Instant time,
            Level level,
            String logger,
            String message,
            List<KeyValuePair> pairs,
            Throwable thrown) {
        StringWriter line = new StringWriter();
        try (JsonGenerator object = json.createGenerator(line)) {
            object.writeStartObject();
            object.writeStringField("time", time.toString());
            object.writeStringField("node", node);
            object.writeStringField("name", name);
            object.writeStringField("level", level.toString().toLowerCase(Locale.ROOT));
            object.writeStringField("logger", logger.substring(logger.lastIndexOf('.') + 1));
            object.writeStringField("thread", Thread.currentThread().getName());
            object.writeStringField("message", message);
            for (KeyValuePair pair : pairs) {
                object.writeStringField(pair.key, String.valueOf(pair.value));
            }
            if (thrown != null) {
                object.writeStringField("stacktrace", trace(thrown));
            }
            object.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A line in memory cannot fail", e);
        }
        line.append('\n');
        out.print(line);
        out.flush();
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
