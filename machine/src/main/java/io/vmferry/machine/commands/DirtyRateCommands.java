package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.dirtyrate.DirtyRateFigures;
import io.vmferry.machine.dirtyrate.DirtyRateFigures.DirtyRateMode;
import io.vmferry.machine.dirtyrate.DirtyRateMeter;
import io.vmferry.machine.dirtyrate.DirtyRateMeter.DirtyRateArguments;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.DirtyRateTypes;

/** {@code calc-dirty-rate} and {@code query-dirty-rate}. */
public record DirtyRateCommands(DirtyRateMeter meter, Profile profile) {

    private static final long SHORTEST_MILLIS = 50;
    private static final long LONGEST_MILLIS = 60_000;
    private static final long LONGEST_SECONDS = 60;
    private static final long FEWEST_PAGES = 128;
    private static final long MOST_PAGES = 16_384;
    private static final int DEFAULT_PAGES = 512;

    private static final String SECOND = "second";
    private static final String MILLISECOND = "millisecond";

    /** Adds both. */
    public void addTo(CommandTable.Builder table) {
        table.add("calc-dirty-rate", DirtyRateTypes.calculate(profile), this::calculate)
                .add(
                        CommandSpec.of("query-dirty-rate")
                                .takes(DirtyRateTypes.query(profile))
                                .returns(DirtyRateTypes.info(profile)),
                        (arguments, reply) -> reply.success(report(arguments)));
    }

    private void calculate(ObjectNode arguments, Reply reply) throws QmpException {
        if (meter.measuring()) {
            throw QmpException.generic("the dirty rate is already being measured.");
        }
        long millis = calcMillis(arguments);
        DirtyRateMode mode =
                Named.find(DirtyRateMode.class, arguments.path("mode").asText())
                        .orElse(DirtyRateMode.PAGE_SAMPLING);
        int pages = samplePages(arguments, mode);
        if (mode == DirtyRateMode.DIRTY_RING) {
            throw QmpException.generic("mode dirty-ring is not enabled, use other method instead.");
        }
        meter.start(new DirtyRateArguments(mode, millis, pages));
        reply.success();
    }

    private long calcMillis(ObjectNode arguments) throws QmpException {
        long time = arguments.get("calc-time").longValue();
        if (!profile.has(Trait.DIRTY_RATE_MILLIS)) {
            if (time < 1 || time > LONGEST_SECONDS) {
                throw QmpException.generic("calc-time is out of range[1, 60].");
            }
            return time * 1000;
        }
        long factor = inMillis(arguments) ? 1 : 1000;
        if (time < SHORTEST_MILLIS / factor
                || time > LONGEST_MILLIS / factor
                || time * factor < SHORTEST_MILLIS) {
            throw QmpException.generic("Calculation time is out of range [50ms, 60000ms].");
        }
        return time * factor;
    }

    private static int samplePages(ObjectNode arguments, DirtyRateMode mode) throws QmpException {
        if (!arguments.has("sample-pages")) {
            return DEFAULT_PAGES;
        }
        if (mode != DirtyRateMode.PAGE_SAMPLING) {
            throw QmpException.generic("sample-pages is used only in page-sampling mode");
        }
        long pages = arguments.get("sample-pages").longValue();
        if (pages < FEWEST_PAGES || pages > MOST_PAGES) {
            throw QmpException.generic("sample-pages is out of range[128, 16384].");
        }
        return (int) pages;
    }

    private ObjectNode report(ObjectNode arguments) {
        DirtyRateFigures figures = meter.figures();
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        figures.mebibytesPerSecond().ifPresent(rate -> report.put("dirty-rate", rate));
        report.put("status", figures.status().text())
                .put("start-time", figures.startMillis() / 1000)
                .put("calc-time", figures.calcMillis() / (inMillis(arguments) ? 1 : 1000));
        if (profile.has(Trait.DIRTY_RATE_MILLIS)) {
            report.put("calc-time-unit", inMillis(arguments) ? MILLISECOND : SECOND);
        }
        return report.put("sample-pages", figures.samplePages()).put("mode", figures.mode().text());
    }

    private static boolean inMillis(ObjectNode arguments) {
        return arguments.path("calc-time-unit").asText().equals(MILLISECOND);
    }
}
