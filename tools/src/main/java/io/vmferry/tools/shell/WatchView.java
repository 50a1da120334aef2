package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vmferry.tools.qmp.QmpNotice;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The outputs of a watch. */
final class WatchView {

    private static final String ERASE_LINE = "\r\u001b[K";

    /** A live line that is too long must not wrap, since only its last row could be erased. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    /** What a terminal shows of Ctrl-C, which would begin a new line behind a full one. */
    private static final int ROOM_FOR_INTERRUPT = "^C".length();

    private WatchView() {}

    /**
     * Lines of JSON: events as they came, figures as {@code {"query-migrate": …}} when they have
     * changed.
     *
     * @param remarks takes what is no result
     */
    static Watch.View raw(PrintWriter out, Consumer<String> remarks) {
        return new Watch.View() {
            private @Nullable JsonNode last;

            @Override
            public void event(QmpNotice event) {
                print(Look.RAW.event(event, ZoneId.systemDefault()));
            }

            @Override
            public void figures(JsonNode report) {
                if (!report.equals(last)) {
                    last = report;
                    print(
                            Look.RAW.json(
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .set("query-migrate", report)));
                }
            }

            @Override
            public void remark(String text) {
                remarks.accept(text);
            }

            @Override
            public void end(JsonNode report) {
                figures(report);
            }

            private void print(String line) {
                out.println(line);
                out.flush();
            }
        };
    }

    /**
     * For people.
     *
     * @param columns the width of a terminal, where the figures stay in one line that is
     *     overwritten; empty elsewhere
     */
    static Watch.View people(PrintWriter out, Optional<IntSupplier> columns, ZoneId zone) {
        return new Watch.View() {
            private String line = "";

            @Override
            public void event(QmpNotice event) {
                above(Look.PRETTY.event(event, zone));
            }

            @Override
            public void figures(JsonNode report) {
                String text =
                        columns.map(width -> MigrationLine.fit(report, room(width)))
                                .orElseGet(() -> MigrationLine.of(report));
                if (!text.equals(line)) {
                    line = text;
                    out.print(columns.isPresent() ? ERASE_LINE + kept() : line + "\n");
                    out.flush();
                }
            }

            @Override
            public void remark(String text) {
                above("(" + text + ")");
            }

            @Override
            public void end(JsonNode report) {
                line = "";
                above(MigrationLine.of(report));
            }

            private int room(IntSupplier width) {
                return width.getAsInt() - ROOM_FOR_INTERRUPT;
            }

            private String kept() {
                return NO_WRAP + line + WRAP;
            }

            private void above(String text) {
                if (columns.isPresent()) {
                    out.print(ERASE_LINE + text + "\n" + kept());
                } else {
                    out.println(text);
                }
                out.flush();
            }
        };
    }
}
